"""Cells for the lists: flag and status kept with the records, an index for each order behind them, and a search index

What keeps them is written here for both databases, as triggers: so it is in the transaction of whoever writes. A later
migration that rebuilds one of these tables on SQLite has to make the table's triggers again (`make check` looks).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = ("customer", "item", "invoice")
ACTIVE_CELL = "CASE WHEN active THEN 'active' ELSE 'archived' END || '/' || flagged"
INVOICE_CELL = (
    "CASE WHEN trashed_at IS NOT NULL THEN 'trash ' ELSE '' END || CASE WHEN stage = 'draft' THEN 'draft' "
    "WHEN stage = 'void' THEN 'void' WHEN paid_cents >= total_cents THEN 'paid' "
    "WHEN paid_cents > 0 THEN 'partly_paid' "
    "WHEN viewed_at IS NOT NULL AND (sent_at IS NULL OR viewed_at >= sent_at) THEN 'viewed' "
    "WHEN sent_at IS NOT NULL THEN 'sent' ELSE 'unsent' END || '/' || flagged"
)
MONTH = {
    "sqlite": "CAST(substr(issue_date, 1, 4) || substr(issue_date, 6, 2) AS INTEGER)",
    "postgresql": "CAST(extract(year from issue_date) * 100 + extract(month from issue_date) AS INTEGER)",
}
NOBODY = sa.text("customer_id IS NULL")
INDEXES = {
    "customer": {
        "ix_customer_by_name": ["company_id", "cell", "name_key", "id"],
        "ix_customer_by_email": ["company_id", "cell", "email", "id"],
        "ix_customer_by_creation": ["company_id", "cell", "created_at", "id"],
    },
    "item": {
        "ix_item_by_name": ["company_id", "cell", "name_key", "id"],
        "ix_item_by_price": ["company_id", "cell", "price", "id"],
        "ix_item_by_creation": ["company_id", "cell", "created_at", "id"],
    },
    "invoice": {
        "ix_invoice_by_issue": ["company_id", "cell", "issue_date", "id", "due_date"],
        "ix_invoice_by_due": ["company_id", "cell", "due_date", "id", "total_cents", "paid_cents"],
        "ix_invoice_by_number": ["company_id", "cell", "number_key", "id", "due_date"],
        "ix_invoice_by_amount": ["company_id", "cell", "total_cents", "id", "due_date", "issue_date"],
        "ix_invoice_month_by_due": [
            *("company_id", "issue_month", "cell", "due_date", "id", "issue_date", "total_cents", "paid_cents")
        ],
        "ix_invoice_month_by_number": ["company_id", "issue_month", "cell", "number_key", "id", "issue_date"],
        "ix_invoice_of_customer": [
            *("customer_id", "issue_date", "id", "cell", "due_date", "number_key", "total_cents", "paid_cents")
        ],
        "ix_invoice_company_id_number_key": ["company_id", "number_key"],
    },
}
REPLACED = {
    "customer": {"ix_customer_company_id_email_id": ["company_id", "email", "id"]},
    "invoice": {
        "ix_invoice_company_id_issue_date_id": ["company_id", "issue_date", "id"],
        "ix_invoice_company_id_due_date_id": ["company_id", "due_date", "id"],
        "ix_invoice_company_id_number_key_id": ["company_id", "number_key", "id"],
        "ix_invoice_company_id_total_cents_id": ["company_id", "total_cents", "id"],
        "ix_invoice_company_id_stage_issue_date_id": ["company_id", "stage", "issue_date", "id"],
        "ix_invoice_of_customer": ["company_id", "customer_id", "issue_date", "id"],
        "ix_invoice_customer_id_issue_date": ["customer_id", "issue_date"],
    },
}
OWED = sa.text("stage = 'issued' AND paid_cents < total_cents AND trashed_at IS NULL")
TRASHED = sa.text("trashed_at IS NOT NULL")

# What a flag is kept as: `left` for totals that a person left as they differ, `-` behind what is not in QuickBooks.
CODE = (
    "CASE WHEN r.flag = 'differs' AND r.left_as_is THEN 'left' ELSE r.flag END"
    " || CASE WHEN r.remote_id IS NULL THEN '-' ELSE '' END"
)
# The connection that speaks for a company, as `services.flags.newest_connection` finds it.
NEWEST = (
    "SELECT c.id FROM quickbooks_connection c WHERE c.company_id = {kind}.company_id"
    " ORDER BY CASE WHEN c.status = 'frozen' THEN 1 ELSE 0 END, c.connected_at DESC, c.id DESC LIMIT 1"
)
KEEP_FLAG = (
    "UPDATE {kind} SET flagged = COALESCE((SELECT "
    + CODE
    + " FROM sync_record r WHERE r.kind = '{kind}'"
    + " AND r.local_id = {kind}.id AND r.connection_id = ("
    + NEWEST
    + ")), '') WHERE {which}"
)
CHANGED = (
    "OLD.flag <> NEW.flag OR OLD.left_as_is <> NEW.left_as_is"
    " OR OLD.local_id {differs} NEW.local_id OR (OLD.remote_id IS NULL) <> (NEW.remote_id IS NULL)"
)
SWITCHED = (
    "OLD.connected_at <> NEW.connected_at OR (OLD.status = 'frozen') <> (NEW.status = 'frozen')"
)
OTHERS = "SELECT 1 FROM quickbooks_connection o WHERE o.company_id = NEW.company_id AND o.id <> NEW.id"
# What a record is found by, a part of it as a line.
WORDS = {
    "customer": ("name_key || '{line}' || lower(email) || '{line}' || lower(phone)", ("name_key", "email", "phone")),
    "item": ("name_key || '{line}' || lower(sku)", ("name_key", "sku")),
    "invoice": ("number_key", ("number_key",)),
}
KEYS = {"customer": (("name_key", 500), ("email", 100)), "item": (("name_key", 100),), "invoice": (("number_key", 21),)}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for kind in KINDS:
        for name in REPLACED.get(kind, {}):
            op.drop_index(name, kind)
    for name in ("ix_invoice_owed", "ix_invoice_trash"):
        op.drop_index(name, "invoice")
    if dialect == "postgresql":
        _order_by_characters()
    for kind in KINDS:
        _add_columns(kind, dialect)
        op.execute(KEEP_FLAG.format(kind=kind, which="EXISTS (SELECT 1 FROM sync_record)"))
        for name, columns in INDEXES[kind].items():
            op.create_index(name, kind, columns)
    op.create_index(
        "ix_invoice_of_nobody", "invoice", ["company_id", "issue_date", "id"],
        sqlite_where=NOBODY, postgresql_where=NOBODY,
    )  # fmt: skip
    _make_search_text(dialect)
    for statement in _triggers(dialect):
        op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, table in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if dialect == "postgresql" else ""))
    if dialect == "sqlite":
        for kind in KINDS:
            op.execute(f"DROP TABLE search_{kind}")
    else:
        op.execute("DROP FUNCTION keep_flag, keep_flags, customer_words, item_words, invoice_words, drop_words")
    op.drop_table("search_text")
    op.drop_index("ix_invoice_of_nobody", "invoice")
    for kind in KINDS:
        for name in INDEXES[kind]:
            op.drop_index(name, kind)
        for column in ("issue_month", "cell", "flagged") if kind == "invoice" else ("cell", "flagged"):
            op.execute(f"ALTER TABLE {kind} DROP COLUMN {column}")
        for name, columns in REPLACED.get(kind, {}).items():
            op.create_index(name, kind, columns)
    op.create_index(
        "ix_invoice_owed", "invoice", ["company_id", "due_date", "id"], sqlite_where=OWED, postgresql_where=OWED
    )
    op.create_index(
        "ix_invoice_trash", "invoice", ["company_id", "issue_date", "id"],
        sqlite_where=TRASHED, postgresql_where=TRASHED,
    )  # fmt: skip


def _order_by_characters() -> None:
    """Keys are ordered by their characters everywhere, as SQLite does and as the beginning of a text is looked up."""
    for kind, keys in KEYS.items():
        for key, length in keys:
            op.execute(f'ALTER TABLE {kind} ALTER COLUMN {key} TYPE VARCHAR({length}) COLLATE "C"')


def _add_columns(kind: str, dialect: str) -> None:
    """The database works the cell out and keeps it. SQLite adds such a column only to a table that is made anew."""
    cell = INVOICE_CELL if kind == "invoice" else ACTIVE_CELL
    columns = [
        "flagged VARCHAR(24) DEFAULT '' NOT NULL",
        f"cell VARCHAR(40) GENERATED ALWAYS AS ({cell}) STORED",
    ]
    if kind == "invoice":
        columns.append(f"issue_month INTEGER GENERATED ALWAYS AS ({MONTH[dialect]}) STORED")
    if dialect == "sqlite":
        _make_anew(kind, columns)
        return
    for column in columns:
        op.execute(f"ALTER TABLE {kind} ADD COLUMN {column}")


def _make_anew(table: str, columns: list[str]) -> None:
    """The same table with further columns before its own: its constraints stay word for word. Its triggers go."""
    connection = op.get_bind()
    master = "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type = :type AND sql IS NOT NULL"
    made_by = connection.execute(sa.text(master), {"table": table, "type": "table"}).scalar_one()
    indexes = connection.execute(sa.text(master), {"table": table, "type": "index"}).scalars().all()
    own = ", ".join(row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})"))
    op.execute(f"CREATE TABLE new_{table} ({', '.join(columns)}, {made_by.partition('(')[2]}")
    op.execute(f"INSERT INTO new_{table} ({own}) SELECT {own} FROM {table}")
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE new_{table} RENAME TO {table}")
    for index in indexes:
        op.execute(index)


def _make_search_text(dialect: str) -> None:
    op.create_table(
        "search_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.String(length=700), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_text"),
        sa.UniqueConstraint("record_id", name="uq_search_text_record_id"),
    )
    if dialect == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for kind in KINDS:
        op.execute(
            "INSERT INTO search_text (kind, record_id, words)"
            f" SELECT '{kind}', id, {_words(kind, dialect)} FROM {kind}"
        )
        for statement in SEARCH_INDEX[dialect]:
            op.execute(statement.format(kind=kind))


def _words(kind: str, dialect: str, row: str = "") -> str:
    """SQL for the words of a row; `row` is what stands before its columns."""
    text, columns = WORDS[kind]
    for column in columns:
        text = text.replace(column, f"{row}{column}")
    return text.format(line="' || char(10) || '" if dialect == "sqlite" else "' || chr(10) || '")


SEARCH_INDEX = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_{kind} USING fts5(words, content='search_text', content_rowid='id',"
        " tokenize='trigram case_sensitive 1', columnsize=0)",
        "INSERT INTO search_{kind} (rowid, words) SELECT id, words FROM search_text WHERE kind = '{kind}'",
    ),
    "postgresql": (
        "CREATE INDEX ix_search_text_{kind} ON search_text USING gin (words gin_trgm_ops) WHERE kind = '{kind}'",
    ),
}
TRIGGERS = {
    **{f"{kind}_{what}": kind for kind in KINDS for what in ("added", "renamed", "removed")},
    **{f"sync_record_{what}": "sync_record" for what in ("added", "changed", "removed")},
    **{f"connection_{what}": "quickbooks_connection" for what in ("added", "switched")},
}


def _triggers(dialect: str) -> list[str]:
    return _on_sqlite() if dialect == "sqlite" else _on_postgres()


def _on_sqlite() -> list[str]:
    def trigger(name: str, event: str, *steps: str, when: str = "") -> str:
        condition = f" WHEN {when}" if when else ""
        return f"CREATE TRIGGER {name} AFTER {event}{condition} BEGIN {'; '.join(steps)}; END"

    def record(row: str) -> list[str]:
        return [KEEP_FLAG.format(kind=kind, which=f"{row}.kind = '{kind}' AND id = {row}.local_id") for kind in KINDS]

    made = [
        trigger("sync_record_added", "INSERT ON sync_record", *record("NEW"), when="NEW.local_id IS NOT NULL"),
        trigger(
            "sync_record_changed", "UPDATE OF flag, left_as_is, local_id, remote_id ON sync_record",
            *record("OLD"), *record("NEW"), when=CHANGED.format(differs="IS NOT"),
        ),
        trigger("sync_record_removed", "DELETE ON sync_record", *record("OLD"), when="OLD.local_id IS NOT NULL"),
    ]  # fmt: skip
    everything = [KEEP_FLAG.format(kind=kind, which="company_id = NEW.company_id") for kind in KINDS]
    table = "quickbooks_connection"
    made += [
        trigger("connection_added", f"INSERT ON {table}", *everything, when=f"EXISTS ({OTHERS})"),
        trigger(
            "connection_switched", f"UPDATE OF status, connected_at ON {table}", *everything,
            when=f"({SWITCHED}) AND EXISTS ({OTHERS})",
        ),
    ]  # fmt: skip
    for kind in KINDS:
        away = f"INSERT INTO search_{kind} (search_{kind}, rowid, words) VALUES ('delete', OLD.id, OLD.words)"
        again = f"INSERT INTO search_{kind} (rowid, words) VALUES (NEW.id, NEW.words)"
        new, columns = _words(kind, "sqlite", "NEW."), ", ".join(WORDS[kind][1])
        known = f"SELECT 1 FROM sync_record WHERE kind = '{kind}' AND local_id = NEW.id"
        made += [
            trigger(f"words_of_{kind}_added", "INSERT ON search_text", again, when=f"NEW.kind = '{kind}'"),
            trigger(f"words_of_{kind}_changed", "UPDATE OF words ON search_text", away, again,
                    when=f"NEW.kind = '{kind}'"),
            trigger(f"words_of_{kind}_removed", "DELETE ON search_text", away, when=f"OLD.kind = '{kind}'"),
            trigger(
                f"{kind}_added", f"INSERT ON {kind}",
                f"INSERT INTO search_text (kind, record_id, words) VALUES ('{kind}', NEW.id, {new})",
                KEEP_FLAG.format(kind=kind, which=f"id = NEW.id AND EXISTS ({known})"),
            ),
            trigger(
                f"{kind}_renamed", f"UPDATE OF {columns} ON {kind}",
                f"UPDATE search_text SET words = {new} WHERE record_id = NEW.id AND words <> {new}",
            ),
            trigger(f"{kind}_removed", f"DELETE ON {kind}", "DELETE FROM search_text WHERE record_id = OLD.id"),
        ]  # fmt: skip
    return made


def _on_postgres() -> list[str]:
    def function(name: str, body: str) -> str:
        return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$"

    def trigger(name: str, event: str, run: str, when: str = "") -> str:
        condition = f" WHEN ({when})" if when else ""
        return f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW{condition} EXECUTE FUNCTION {run}()"

    def record(row: str) -> str:
        return "".join(
            f"IF {row}.kind = '{kind}' THEN {KEEP_FLAG.format(kind=kind, which=f'id = {row}.local_id')}; END IF; "
            for kind in KINDS
        )

    every = "".join(KEEP_FLAG.format(kind=kind, which="company_id = NEW.company_id") + "; " for kind in KINDS)
    made = [
        function("keep_flag", f"IF TG_OP <> 'INSERT' THEN {record('OLD')} END IF; "
                              f"IF TG_OP <> 'DELETE' THEN {record('NEW')} END IF; "),
        function("keep_flags", f"IF EXISTS ({OTHERS}) THEN {every} END IF; "),
        function("drop_words", "DELETE FROM search_text WHERE record_id = OLD.id; "),
        trigger("sync_record_added", "INSERT ON sync_record", "keep_flag", "NEW.local_id IS NOT NULL"),
        trigger("sync_record_changed", "UPDATE ON sync_record", "keep_flag",
                CHANGED.format(differs="IS DISTINCT FROM")),
        trigger("sync_record_removed", "DELETE ON sync_record", "keep_flag", "OLD.local_id IS NOT NULL"),
        trigger("connection_added", "INSERT ON quickbooks_connection", "keep_flags"),
        trigger("connection_switched", "UPDATE ON quickbooks_connection", "keep_flags", SWITCHED),
    ]  # fmt: skip
    for kind in KINDS:
        new, columns = _words(kind, "postgresql", "NEW."), ", ".join(WORDS[kind][1])
        known = f"SELECT 1 FROM sync_record WHERE kind = '{kind}' AND local_id = NEW.id"
        flag = KEEP_FLAG.format(kind=kind, which=f"id = NEW.id AND EXISTS ({known})")
        made += [
            function(f"{kind}_words",
                     f"IF TG_OP = 'INSERT' THEN INSERT INTO search_text (kind, record_id, words)"
                     f" VALUES ('{kind}', NEW.id, {new}); {flag}; ELSE UPDATE search_text SET words = {new} WHERE record_id = NEW.id AND words <> {new}; "
                     "END IF; "),
            trigger(f"{kind}_added", f"INSERT ON {kind}", f"{kind}_words"),
            trigger(f"{kind}_renamed", f"UPDATE OF {columns} ON {kind}", f"{kind}_words"),
            trigger(f"{kind}_removed", f"DELETE ON {kind}", "drop_words"),
        ]  # fmt: skip
    return made
