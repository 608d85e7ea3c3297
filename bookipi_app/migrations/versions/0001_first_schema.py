"""The first schema"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import bookipi_app.models.base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbox_event",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=140), nullable=False),
        sa.Column("realm_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("entity", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("remote_id", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("operation", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("deleted_id", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("happened_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("received_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("done_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_event")),
    )
    with op.batch_alter_table("inbox_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbox_event_todo",
            ["realm_id", "received_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.create_table(
        "inbox_oddity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_oddity")),
    )
    op.create_table(
        "loginguess",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("count", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("window_ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_loginguess")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("email_key", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
        sa.Column("password_hash", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("default_company_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_user_account_email_key")),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("time_zone", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("line1", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("line2", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("city", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("region", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("postal_code", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("number_prefix", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("next_number", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("terms_name", sqlmodel.sql.sqltypes.AutoString(length=31), nullable=False),
        sa.Column("tax_rate", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("notes", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_company_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_user_id"), ["user_id"], unique=False)

    op.create_table(
        "customer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum("here", "quickbooks", name="side", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("version", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("name_key", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("company_name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("given_name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("family_name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("bill_line1", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("bill_line2", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("bill_city", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("bill_region", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("bill_postal_code", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("bill_country", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("ship_line1", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("ship_line2", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("ship_city", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("ship_region", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("ship_postal_code", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("ship_country", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("notes", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_customer_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index("ix_customer_company_id_id", ["company_id", "id"], unique=False)
        batch_op.create_index(
            "ix_customer_company_id_name_key_id", ["company_id", "name_key", "id"], unique=False
        )

    op.create_table(
        "history_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "customer",
                "item",
                "invoice",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("local_id", sa.Uuid(), nullable=True),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("here", "quickbooks", name="side", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("who", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_history_entry_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_entry")),
    )
    with op.batch_alter_table("history_entry", schema=None) as batch_op:
        batch_op.create_index("ix_history_entry_company_id_id", ["company_id", "id"], unique=False)
        batch_op.create_index("ix_history_entry_record", ["kind", "local_id", "id"], unique=False)

    op.create_table(
        "item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum("here", "quickbooks", name="side", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("version", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "service",
                "non_inventory",
                "inventory",
                "bundle",
                name="itemkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("name_key", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("sku", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
        sa.Column("price", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("taxable", sa.Boolean(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_item_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index("ix_item_company_id_id", ["company_id", "id"], unique=False)
        batch_op.create_index(
            "ix_item_company_id_name_key_id", ["company_id", "name_key", "id"], unique=False
        )

    op.create_table(
        "loginsession",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("user_agent", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_loginsession_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_loginsession_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loginsession")),
    )
    with op.batch_alter_table("loginsession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loginsession_user_id"), ["user_id"], unique=False)

    op.create_table(
        "oauth_state",
        sa.Column("state_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("session_id", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_oauth_state_company_id_company")
        ),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_oauth_state")),
    )
    op.create_table(
        "quickbooks_connection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("realm_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "connected",
                "review",
                "reconnect",
                "disconnecting",
                "frozen",
                name="connectionstatus",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("quickbooks_name", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("first_connected_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("connected_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("frozen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("problem", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("tokens_sealed", sqlmodel.sql.sqltypes.AutoString(length=8000), nullable=True),
        sa.Column("access_expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("refresh_expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("refresh_claim", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
        sa.Column("refresh_claim_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("income_account_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("income_account_name", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("default_item_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("default_item_name", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("preferences", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("wake", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("lease_holder", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True),
        sa.Column("lease_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("fence", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("paused_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("failures", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("cursor", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("feed_due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("heard_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("lag_out_ms", bookipi_app.models.base.Integer64(), nullable=True),
        sa.Column("lag_in_ms", bookipi_app.models.base.Integer64(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_quickbooks_connection_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quickbooks_connection")),
        sa.UniqueConstraint(
            "company_id", "realm_id", name=op.f("uq_quickbooks_connection_company_id_realm_id")
        ),
    )
    with op.batch_alter_table("quickbooks_connection", schema=None) as batch_op:
        batch_op.create_index(
            "uq_connection_live_company",
            ["company_id"],
            unique=True,
            sqlite_where=sa.text("status <> 'frozen'"),
            postgresql_where=sa.text("status <> 'frozen'"),
        )
        batch_op.create_index(
            "uq_connection_live_realm",
            ["realm_id"],
            unique=True,
            sqlite_where=sa.text("status <> 'frozen'"),
            postgresql_where=sa.text("status <> 'frozen'"),
        )

    op.create_table(
        "invoice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column(
            "origin",
            sa.Enum("here", "quickbooks", name="side", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("version", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "draft", "issued", "void", name="stage", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(length=21), nullable=False),
        sa.Column("number_key", sqlmodel.sql.sqltypes.AutoString(length=21), nullable=False),
        sa.Column("issue_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("terms_name", sqlmodel.sql.sqltypes.AutoString(length=31), nullable=False),
        sa.Column("po_number", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column(
            "discount_kind",
            sa.Enum(
                "none", "percent", "fixed", name="rate", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("discount_value", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("shipping_cents", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("shipping_taxable", sa.Boolean(), nullable=False),
        sa.Column(
            "tax_mode",
            sa.Enum(
                "none",
                "exclusive",
                "inclusive",
                "deductible",
                name="taxmode",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("tax_rate", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("tax_given_cents", bookipi_app.models.base.Integer64(), nullable=True),
        sa.Column("bill_email", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("bill_line1", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("bill_line2", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("bill_city", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("bill_region", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("bill_postal_code", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("bill_country", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("notes", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("memo", sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
        sa.Column("subtotal_cents", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("discount_cents", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("tax_cents", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("total_cents", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("paid_cents", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("issued_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("sent_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("trashed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_invoice_company_id_company")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_invoice_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(
            "ix_invoice_company_id_issue_date_id", ["company_id", "issue_date", "id"], unique=False
        )
        batch_op.create_index("ix_invoice_company_id_number_key", ["company_id", "number_key"], unique=False)
        batch_op.create_index(
            "ix_invoice_company_id_total_cents_id", ["company_id", "total_cents", "id"], unique=False
        )
        batch_op.create_index(
            "ix_invoice_customer_id_issue_date", ["customer_id", "issue_date"], unique=False
        )

    op.create_table(
        "reference",
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("entity", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("remote_id", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=600), nullable=False),
        sa.Column("name_key", sqlmodel.sql.sqltypes.AutoString(length=600), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["quickbooks_connection.id"],
            name=op.f("fk_reference_connection_id_quickbooks_connection"),
        ),
        sa.PrimaryKeyConstraint("connection_id", "entity", "remote_id", name=op.f("pk_reference")),
    )
    with op.batch_alter_table("reference", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reference_connection_id_entity_name_key",
            ["connection_id", "entity", "name_key"],
            unique=False,
        )

    op.create_table(
        "sync_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "customer",
                "item",
                "invoice",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("local_id", sa.Uuid(), nullable=True),
        sa.Column("remote_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
        sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("remote", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("remote_token", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column(
            "remote_state",
            sa.Enum(
                "unknown",
                "live",
                "void",
                "gone",
                name="remotestate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("remote_time", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("base_local", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("base_remote", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("base_lines", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("base_version", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("base_token", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("generation", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column(
            "flag",
            sa.Enum(
                "synced",
                "syncing",
                "differs",
                "attention",
                "conflict",
                "not_synced",
                "frozen",
                name="flag",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("cause", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("flag_since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("tries", bookipi_app.models.base.Integer64(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["quickbooks_connection.id"],
            name=op.f("fk_sync_record_connection_id_quickbooks_connection"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_record")),
        sa.UniqueConstraint(
            "connection_id", "kind", "local_id", name=op.f("uq_sync_record_connection_id_kind_local_id")
        ),
    )
    with op.batch_alter_table("sync_record", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sync_record_due",
            ["connection_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index("ix_sync_record_flag", ["connection_id", "flag"], unique=False)
        batch_op.create_index("ix_sync_record_local", ["kind", "local_id"], unique=False)
        batch_op.create_index("uq_sync_record_remote", ["connection_id", "kind", "remote_id"], unique=True)

    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column(
            "operation",
            sa.Enum(
                "create",
                "update",
                "delete",
                "void",
                name="operation",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("request_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("local", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("local_lines", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("local_version", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("generation", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("tries", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("next_try_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "open",
                "done",
                "refused",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("remote_time", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("echoes", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("tid", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["quickbooks_connection.id"],
            name=op.f("fk_attempt_connection_id_quickbooks_connection"),
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["sync_record.id"], name=op.f("fk_attempt_record_id_sync_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("request_id", name=op.f("uq_attempt_request_id")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_open", ["connection_id", "outcome", "created_at"], unique=False)
        batch_op.create_index("ix_attempt_record_id_created_at", ["record_id", "created_at"], unique=False)

    op.create_table(
        "invoiceline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("position", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "item",
                "text",
                "foreign",
                name="linekind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
        sa.Column("quantity", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("price", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("amount_given_cents", bookipi_app.models.base.Integer64(), nullable=True),
        sa.Column("taxable", sa.Boolean(), nullable=False),
        sa.Column(
            "discount_kind",
            sa.Enum(
                "none", "percent", "fixed", name="rate", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("discount_value", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("amount_cents", bookipi_app.models.base.Integer64(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoiceline_invoice_id_invoice")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_invoiceline_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoiceline")),
    )
    with op.batch_alter_table("invoiceline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoiceline_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("recipient", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "sent",
                "failed",
                name="mailstatus",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("problem", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("tries", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("next_try_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("sent_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_mail_company_id_company")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_mail_invoice_id_invoice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", bookipi_app.models.base.Integer64(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("method", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_payment_invoice_id_invoice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_invoice_id"), ["invoice_id"], unique=False)



def downgrade() -> None:
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_invoice_id"))

    op.drop_table("payment")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_invoice_id"))
        batch_op.drop_index(batch_op.f("ix_mail_company_id"))

    op.drop_table("mail")
    with op.batch_alter_table("invoiceline", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoiceline_invoice_id"))

    op.drop_table("invoiceline")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_record_id_created_at")
        batch_op.drop_index("ix_attempt_open")

    op.drop_table("attempt")
    with op.batch_alter_table("sync_record", schema=None) as batch_op:
        batch_op.drop_index("uq_sync_record_remote")
        batch_op.drop_index("ix_sync_record_local")
        batch_op.drop_index("ix_sync_record_flag")
        batch_op.drop_index(
            "ix_sync_record_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.drop_table("sync_record")
    with op.batch_alter_table("reference", schema=None) as batch_op:
        batch_op.drop_index("ix_reference_connection_id_entity_name_key")

    op.drop_table("reference")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index("ix_invoice_customer_id_issue_date")
        batch_op.drop_index("ix_invoice_company_id_total_cents_id")
        batch_op.drop_index("ix_invoice_company_id_number_key")
        batch_op.drop_index("ix_invoice_company_id_issue_date_id")

    op.drop_table("invoice")
    with op.batch_alter_table("quickbooks_connection", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_connection_live_realm",
            sqlite_where=sa.text("status <> 'frozen'"),
            postgresql_where=sa.text("status <> 'frozen'"),
        )
        batch_op.drop_index(
            "uq_connection_live_company",
            sqlite_where=sa.text("status <> 'frozen'"),
            postgresql_where=sa.text("status <> 'frozen'"),
        )

    op.drop_table("quickbooks_connection")
    op.drop_table("oauth_state")
    with op.batch_alter_table("loginsession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_loginsession_user_id"))

    op.drop_table("loginsession")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index("ix_item_company_id_name_key_id")
        batch_op.drop_index("ix_item_company_id_id")

    op.drop_table("item")
    with op.batch_alter_table("history_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_history_entry_record")
        batch_op.drop_index("ix_history_entry_company_id_id")

    op.drop_table("history_entry")
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_company_id_name_key_id")
        batch_op.drop_index("ix_customer_company_id_id")

    op.drop_table("customer")
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_user_id"))

    op.drop_table("company")
    op.drop_table("user_account")
    op.drop_table("loginguess")
    op.drop_table("inbox_oddity")
    with op.batch_alter_table("inbox_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_inbox_event_todo",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.drop_table("inbox_event")
