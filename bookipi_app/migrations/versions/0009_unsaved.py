"""What is typed in an invoice's form outlives the page, the tab and the server"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsavedinvoice",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("tab", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("customer", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("kept_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_unsavedinvoice_company_id_company")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_unsavedinvoice")),
    )
    op.create_index(op.f("ix_unsavedinvoice_company_id"), "unsavedinvoice", ["company_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_unsavedinvoice_company_id"), "unsavedinvoice")
    op.drop_table("unsavedinvoice")
