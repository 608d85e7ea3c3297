"""A second tax, the discount's own name, and how money travels that QuickBooks keeps in another way"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import bookipi_app.models.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_CHOICES = {
    "tax_sending": ("taxsending", "as_billed", "as_computed"),
    "shipping_fallback": ("shippingfallback", "item", "refuse"),
    "discount_meaning": ("discountmeaning", "unasked", "discount", "something_else"),
}


def upgrade() -> None:
    _add("company", _text("discount_label", 40))
    _add(
        "invoice",
        _text("tax_name", 40),
        _text("tax2_name", 40),
        _number("tax2_rate"),
        _number("tax2_cents"),
    )
    _add(
        "quickbooks_connection",
        *(_choice(column, *values) for column, values in _CHOICES.items()),
        _text("shipping_item_id", 32),
        _text("shipping_item_name", 255),
    )


def downgrade() -> None:
    with op.batch_alter_table("quickbooks_connection", schema=None) as batch_op:
        for name, *_ in _CHOICES.values():
            batch_op.drop_constraint(op.f(f"ck_quickbooks_connection_{name}"), type_="check")
        for column in (*_CHOICES, "shipping_item_name", "shipping_item_id"):
            batch_op.drop_column(column)
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        for column in ("tax2_cents", "tax2_rate", "tax2_name", "tax_name"):
            batch_op.drop_column(column)
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.drop_column("discount_label")


def _add(table: str, *columns: sa.Column) -> None:
    """New columns, filled with their first value where there are rows already."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.add_column(column)
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.alter_column(column.name, server_default=None)


def _text(name: str, length: int) -> sa.Column:
    kind = sqlmodel.sql.sqltypes.AutoString(length=length)
    return sa.Column(name, kind, nullable=False, server_default="")


def _number(name: str) -> sa.Column:
    return sa.Column(name, bookipi_app.models.base.Integer64(), nullable=False, server_default="0")


def _choice(column: str, name: str, *values: str) -> sa.Column:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)
    return sa.Column(column, kind, nullable=False, server_default=values[0])
