"""What the invoices of each cell come to is kept, so that count and sums of a book of any size are read at once

Kept by triggers, like the flags of 0008. Writers of one company take turns (`bookipi_app.db`), so they never wait for
each other's tally.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NUMBERS = ("number", "total_cents", "paid_cents")
ADD = (
    "INSERT INTO invoice_tally (company_id, cell, number, total_cents, paid_cents)"
    " VALUES ({row}.company_id, {row}.cell, {sign}1, {sign}{row}.total_cents, {sign}{row}.paid_cents)"
    " ON CONFLICT (company_id, cell) DO UPDATE SET "
    + ", ".join(f"{name} = invoice_tally.{name} + excluded.{name}" for name in NUMBERS)
)
CHANGED = (
    "OLD.cell <> NEW.cell OR OLD.company_id <> NEW.company_id"
    " OR OLD.total_cents <> NEW.total_cents OR OLD.paid_cents <> NEW.paid_cents"
)
ROWS = {"counted": ("NEW",), "recounted": ("OLD", "NEW"), "uncounted": ("OLD",)}
EVENTS = {"counted": "INSERT", "recounted": "UPDATE", "uncounted": "DELETE"}


def upgrade() -> None:
    op.create_table(
        "invoice_tally",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("cell", sa.String(length=40), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in NUMBERS),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_invoice_tally_company_id_company"),
        sa.PrimaryKeyConstraint("company_id", "cell", name="pk_invoice_tally"),
    )
    op.execute(
        "INSERT INTO invoice_tally (company_id, cell, number, total_cents, paid_cents)"
        " SELECT company_id, cell, count(*), sum(total_cents), sum(paid_cents)"
        " FROM invoice GROUP BY company_id, cell"
    )
    for statement in _on_sqlite() if op.get_bind().dialect.name == "sqlite" else _on_postgres():
        op.execute(statement)


def downgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    for name in ROWS:
        op.execute(f"DROP TRIGGER invoice_{name}" + (" ON invoice" if on_postgres else ""))
    if on_postgres:
        op.execute("DROP FUNCTION count_invoice")
    op.drop_table("invoice_tally")


def _add(row: str) -> str:
    return ADD.format(row=row, sign="-" if row == "OLD" else "")


def _on_sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER invoice_{name} AFTER {EVENTS[name]} ON invoice"
        + (f" WHEN {CHANGED}" if name == "recounted" else "")
        + f" BEGIN {'; '.join(_add(row) for row in rows)}; END"
        for name, rows in ROWS.items()
    ]


def _on_postgres() -> list[str]:
    steps = {row: _add(row) for row in ("OLD", "NEW")}
    function = (
        "CREATE FUNCTION count_invoice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP <> 'INSERT' THEN {steps['OLD']}; END IF;"
        f" IF TG_OP <> 'DELETE' THEN {steps['NEW']}; END IF;"
        " RETURN NULL; END $$"
    )
    return [
        function,
        *(
            f"CREATE TRIGGER invoice_{name} AFTER {EVENTS[name]} ON invoice FOR EACH ROW"
            + (f" WHEN ({CHANGED})" if name == "recounted" else "")
            + " EXECUTE FUNCTION count_invoice()"
            for name in ROWS
        ),
    ]
