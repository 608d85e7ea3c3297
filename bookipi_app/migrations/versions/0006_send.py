"""What leaves the app and who gets in: public links, letters with their sheet, logos, new passwords"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import bookipi_app.models.base

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXTS = {"from_name": 100, "reply_to": 254, "link": 500, "link_words": 60, "kept_as": 120}


def upgrade() -> None:
    op.create_table(
        "passwordreset",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_passwordreset_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passwordreset")),
    )
    op.create_index(op.f("ix_passwordreset_user_id"), "passwordreset", ["user_id"], unique=False)
    op.create_table(
        "companylogo",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_companylogo_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_companylogo")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        for name in ("viewed_at", "shared_at", "link_withdrawn_at"):
            batch_op.add_column(sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("link_number", bookipi_app.models.base.Integer64(), nullable=False, server_default="1")
        )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        for name, length in TEXTS.items():
            text = sqlmodel.sql.sqltypes.AutoString(length=length)
            batch_op.add_column(sa.Column(name, text, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sheet", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("is_copy", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.alter_column("link_number", server_default=None)
    with op.batch_alter_table("mail", schema=None) as batch_op:
        for name in (*TEXTS, "is_copy"):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("mail", schema=None) as batch_op:
        for name in ("is_copy", "sheet", *TEXTS):
            batch_op.drop_column(name)
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        for name in ("link_number", "link_withdrawn_at", "shared_at", "viewed_at"):
            batch_op.drop_column(name)
    op.drop_table("companylogo")
    op.drop_index(op.f("ix_passwordreset_user_id"), table_name="passwordreset")
    op.drop_table("passwordreset")
