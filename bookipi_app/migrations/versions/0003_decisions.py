"""What a person decides about a record"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import bookipi_app.models.base
from bookipi_app.text import fold

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("question", _choice("question", "conflict", "tax", "number", "match"), nullable=False),
        sa.Column("unit", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("answer", _choice("answer", "ours", "theirs", "link", "new"), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("local_version", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("remote_token", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("decided_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("who", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["sync_record.id"],
            name=op.f("fk_decision_record_id_sync_record"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint(
            "record_id", "question", "unit", name=op.f("uq_decision_record_id_question_unit")
        ),
    )
    _second_keys()
    with op.batch_alter_table("quickbooks_connection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("vanished", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("sync_record", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("left_as_is", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("double_of", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("alias_of", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column("end_verdict", _choice("endverdict", "confirmed", "kept"), nullable=True)
        )
    with op.batch_alter_table("sync_record", schema=None) as batch_op:
        batch_op.alter_column("left_as_is", server_default=None)


def _second_keys() -> None:
    """E-mail addresses and SKUs become searchable; what the index knows of them already is kept."""
    with op.batch_alter_table("reference", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "second_key",
                sqlmodel.sql.sqltypes.AutoString(length=100),
                nullable=False,
                server_default="",
            )
        )
    with op.batch_alter_table("reference", schema=None) as batch_op:
        batch_op.alter_column("second_key", server_default=None)
        batch_op.create_index(
            "ix_reference_connection_id_entity_second_key", ["connection_id", "entity", "second_key"], unique=False
        )
    known = sa.table(
        "reference",
        sa.column("connection_id", sa.Uuid()),
        sa.column("entity", sa.String()),
        sa.column("remote_id", sa.String()),
        sa.column("fields", sa.JSON()),
        sa.column("second_key", sa.String()),
    )
    bind = op.get_bind()
    rows = bind.execute(sa.select(known).where(known.c.entity.in_(("customer", "vendor", "employee", "item")))).all()
    for row in rows:
        key = (row.fields or {}).get("email") or (row.fields or {}).get("sku") or ""
        bind.execute(
            known.update()
            .where(
                known.c.connection_id == row.connection_id,
                known.c.entity == row.entity,
                known.c.remote_id == row.remote_id,
            )
            .values(second_key=fold(str(key), 100))
        )


def downgrade() -> None:
    with op.batch_alter_table("reference", schema=None) as batch_op:
        batch_op.drop_index("ix_reference_connection_id_entity_second_key")
        batch_op.drop_column("second_key")
    with op.batch_alter_table("sync_record", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_sync_record_endverdict"), type_="check")
        for column in ("end_verdict", "alias_of", "double_of", "left_as_is"):
            batch_op.drop_column(column)
    with op.batch_alter_table("quickbooks_connection", schema=None) as batch_op:
        batch_op.drop_column("vanished")
    op.drop_table("decision")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)
