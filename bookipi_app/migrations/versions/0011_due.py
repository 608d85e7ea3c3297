"""The timers' look has an index for each of its questions, so that it costs what is due and not what exists"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CONNECTION = "quickbooks_connection"
INDEXES = (
    ("ix_connection_feed", CONNECTION, ["feed_due_at"], "status IN ('connected', 'review')"),
    ("ix_connection_preflight", CONNECTION, ["preflight_due_at"], "status IN ('connected', 'review')"),
    ("ix_connection_compare", CONNECTION, ["compare_due_at"], "status IN ('connected', 'review')"),
    ("ix_connection_passing", CONNECTION, ["status"], "status IN ('disconnecting', 'review')"),
    ("ix_attempt_unanswered", "attempt", ["outcome", "connection_id"], "outcome = 'open'"),
)


def upgrade() -> None:
    for name, table, columns, condition in INDEXES:
        only = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    for name, table, _columns, _condition in reversed(INDEXES):
        op.drop_index(name, table)
