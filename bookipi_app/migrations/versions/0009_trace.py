"""The id that follows a piece of work through the logs: on records, attempts and events"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("sync_record", "attempt", "inbox_event")


def upgrade() -> None:
    for table in TABLES:
        kind = sqlmodel.sql.sqltypes.AutoString(length=16)
        op.add_column(table, sa.Column("trace", kind, nullable=False, server_default=""))


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("trace")
