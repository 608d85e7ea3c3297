"""The id that follows a piece of work through the logs: on records, attempts and events"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("sync_record", "attempt", "inbox_event")


def upgrade() -> None:
    for table in TABLES:
        kind = sqlmodel.sql.sqltypes.AutoString(length=16)
        op.add_column(table, sa.Column("trace", kind, nullable=False, server_default=""))


def downgrade() -> None:
    # Not in a batch: that would make the table anew, without the triggers that keep its flags.
    for table in TABLES:
        op.drop_column(table, "trace")
