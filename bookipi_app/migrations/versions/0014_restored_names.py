"""What a record that waits was called when a backup was brought back: it may have been sent since under that name"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEX, TABLE = "ix_sync_record_restored", "sync_record"


def upgrade() -> None:
    kind = sqlmodel.sql.sqltypes.AutoString(length=500)
    op.add_column(TABLE, sa.Column("restored_key", kind, nullable=False, server_default=""))
    only = sa.text("restored_key <> ''")
    columns = ["connection_id", "kind", "restored_key"]
    op.create_index(INDEX, TABLE, columns, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    op.drop_index(INDEX, TABLE)
    op.drop_column(TABLE, "restored_key")  # not in a batch: the table would lose its triggers
