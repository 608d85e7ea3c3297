"""A company of a million records costs a save, a page and a run of the engine what a company of a hundred does

Invoices are tallied by their month too; a payment says whose it is; and what was found by reading all of a company's
records has an index that holds nothing else.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NUMBERS = ("number", "total_cents", "paid_cents")
KEYS = {"0012": ("company_id", "cell"), "0013": ("company_id", "cell", "issue_month")}
EVENTS = {"counted": "INSERT", "recounted": "UPDATE", "uncounted": "DELETE"}
ROWS = {"counted": ("NEW",), "recounted": ("OLD", "NEW"), "uncounted": ("OLD",)}
CONNECTION, RECORD = "quickbooks_connection", "sync_record"
DUE, LIVE = "due_at IS NOT NULL", "due_at IS NOT NULL AND (saved_at IS NOT NULL OR told_at IS NOT NULL)"
LINKED = "due_at IS NOT NULL AND base_local IS NOT NULL AND end_verdict IS NULL AND NOT ended"
TOLD = "kind = 'invoice' AND remote_state = 'live'"
INDEXES = (
    ("ix_sync_record_flag", RECORD, ["connection_id", "flag", "flag_since", "id"], None),
    ("ix_sync_record_live", RECORD, ["connection_id", "due_at"], LIVE),
    ("ix_sync_record_turn", RECORD, ["connection_id", "kind", "due_at"], DUE),
    ("ix_sync_record_linked", RECORD, ["connection_id", "due_at"], LINKED),
    ("ix_sync_record_cause", RECORD, ["connection_id", "cause"], "cause <> ''"),
    ("ix_sync_record_told", RECORD, ["connection_id", "remote_time"], TOLD),
    ("ix_connection_lease", CONNECTION, ["lease_holder"], "lease_holder IS NOT NULL"),
    ("ix_payment_received", "payment", ["company_id", "paid_on", "invoice_id", "amount_cents"], None),
    ("ix_invoice_charged_shipping", "invoice", ["company_id"], "shipping_cents <> 0"),
    ("ix_invoice_month_by_amount", "invoice",
     ["company_id", "issue_month", "cell", "total_cents", "id", "issue_date", "due_date"], None),
)  # fmt: skip


def upgrade() -> None:
    _tally_by("0013")
    with op.batch_alter_table("payment") as table:
        table.add_column(sa.Column("company_id", sa.Uuid(), nullable=True))
    op.execute(
        "UPDATE payment SET company_id = (SELECT i.company_id FROM invoice i WHERE i.id = payment.invoice_id)"
    )
    with op.batch_alter_table("payment") as table:
        table.alter_column("company_id", existing_type=sa.Uuid(), nullable=False)
        table.create_foreign_key("fk_payment_company_id_company", "company", ["company_id"], ["id"])
    op.drop_index("ix_sync_record_flag", RECORD)
    for name, table_name, columns, condition in INDEXES:
        only = sa.text(condition) if condition else None
        op.create_index(name, table_name, columns, sqlite_where=only, postgresql_where=only)
    op.create_index("ix_customer_email_key", "customer", ["company_id", sa.text("lower(email)")])


def downgrade() -> None:
    op.drop_index("ix_customer_email_key", "customer")
    for name, table_name, _columns, _condition in reversed(INDEXES):
        op.drop_index(name, table_name)
    op.create_index("ix_sync_record_flag", RECORD, ["connection_id", "flag"])
    with op.batch_alter_table("payment") as table:
        table.drop_constraint("fk_payment_company_id_company", type_="foreignkey")
        table.drop_column("company_id")
    _tally_by("0012")


def _tally_by(revision: str) -> None:
    """Make the tally anew with that revision's key, fill it, and have triggers keep it."""
    keys, on_postgres = KEYS[revision], op.get_bind().dialect.name == "postgresql"
    for name in ROWS:
        op.execute(f"DROP TRIGGER invoice_{name}" + (" ON invoice" if on_postgres else ""))
    if on_postgres:
        op.execute("DROP FUNCTION count_invoice")
    op.drop_table("invoice_tally")
    month = [sa.Column("issue_month", sa.Integer(), nullable=False)] if "issue_month" in keys else []
    op.create_table(
        "invoice_tally",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("cell", sa.String(length=40), nullable=False),
        *month,
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in NUMBERS),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_invoice_tally_company_id_company"),
        sa.PrimaryKeyConstraint(*keys, name="pk_invoice_tally"),
    )
    named = ", ".join(keys)
    op.execute(
        f"INSERT INTO invoice_tally ({named}, {', '.join(NUMBERS)})"
        f" SELECT {named}, count(*), sum(total_cents), sum(paid_cents) FROM invoice GROUP BY {named}"
    )
    for statement in _on_postgres(keys) if on_postgres else _on_sqlite(keys):
        op.execute(statement)


def _add(row: str, keys: tuple[str, ...]) -> str:
    sign = "-" if row == "OLD" else ""
    named = ", ".join(keys)
    return (
        f"INSERT INTO invoice_tally ({named}, {', '.join(NUMBERS)})"
        f" VALUES ({', '.join(f'{row}.{key}' for key in keys)},"
        f" {sign}1, {sign}{row}.total_cents, {sign}{row}.paid_cents)"
        f" ON CONFLICT ({named}) DO UPDATE SET "
        + ", ".join(f"{name} = invoice_tally.{name} + excluded.{name}" for name in NUMBERS)
    )


def _changed(keys: tuple[str, ...]) -> str:
    return " OR ".join(f"OLD.{name} <> NEW.{name}" for name in (*keys, "total_cents", "paid_cents"))


def _on_sqlite(keys: tuple[str, ...]) -> list[str]:
    return [
        f"CREATE TRIGGER invoice_{name} AFTER {EVENTS[name]} ON invoice"
        + (f" WHEN {_changed(keys)}" if name == "recounted" else "")
        + f" BEGIN {'; '.join(_add(row, keys) for row in rows)}; END"
        for name, rows in ROWS.items()
    ]


def _on_postgres(keys: tuple[str, ...]) -> list[str]:
    steps = {row: _add(row, keys) for row in ("OLD", "NEW")}
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
            + (f" WHEN ({_changed(keys)})" if name == "recounted" else "")
            + " EXECUTE FUNCTION count_invoice()"
            for name in ROWS
        ),
    ]
