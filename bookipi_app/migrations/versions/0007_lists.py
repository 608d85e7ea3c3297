"""Indexes for the lists: one for each order, and for each filter that may leave few of many"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OWED = sa.text("stage = 'issued' AND paid_cents < total_cents AND trashed_at IS NULL")
TRASHED = sa.text("trashed_at IS NOT NULL")
DIGITS = sa.text("ltrim(number_key, 'abcdefghijklmnopqrstuvwxyz-_#/. ')")
PLAIN = {
    "ix_invoice_company_id_due_date_id": ["company_id", "due_date", "id"],
    "ix_invoice_company_id_number_key_id": ["company_id", "number_key", "id"],
    "ix_invoice_of_customer": ["company_id", "customer_id", "issue_date", "id"],
    "ix_invoice_company_id_stage_issue_date_id": ["company_id", "stage", "issue_date", "id"],
}


def upgrade() -> None:
    for name, columns in PLAIN.items():
        op.create_index(name, "invoice", columns)
    op.create_index("ix_invoice_digits", "invoice", ["company_id", DIGITS])
    op.create_index(
        "ix_invoice_owed", "invoice", ["company_id", "due_date", "id"], sqlite_where=OWED, postgresql_where=OWED
    )
    op.create_index(
        "ix_invoice_trash",
        "invoice",
        ["company_id", "issue_date", "id"],
        sqlite_where=TRASHED,
        postgresql_where=TRASHED,
    )
    op.drop_index("ix_invoice_company_id_number_key", "invoice")
    op.create_index("ix_customer_company_id_email_id", "customer", ["company_id", "email", "id"])


def downgrade() -> None:
    op.drop_index("ix_customer_company_id_email_id", "customer")
    op.create_index("ix_invoice_company_id_number_key", "invoice", ["company_id", "number_key"])
    for name in ("ix_invoice_trash", "ix_invoice_owed", "ix_invoice_digits", *PLAIN):
        op.drop_index(name, "invoice")
