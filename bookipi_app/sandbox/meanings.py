"""What each switch means, in a line and by group: for `bookipi sandbox --switches`, its pages and docs/sandbox.md."""

from typing import Final

from bookipi_app.sandbox.jsontext import Json, JsonObject, dump_json
from bookipi_app.sandbox.switches import Switches, choices_of

MEANINGS: Final[dict[str, dict[str, str]]] = {
    "Access": {
        "refresh_rotation": "when a new refresh token comes: `daily`, `every` time, or `lenient`: old ones last",
        "refresh_overlap_seconds": "how long a replaced refresh token still works",
        "refresh_token_seconds": "how long a refresh token lives",
        "refresh_ends_access": "a refresh ends the access token before it",
        "access_token_seconds": "how long an access token lives",
        "code_seconds": "how long an authorization code can be exchanged",
        "code_reuse_ends_grant": "an authorization code used twice ends what it was exchanged for",
        "not_permitted": "kinds of object, with commas, that the connecting user may not touch (5020)",
        "not_permitted_status": "the HTTP status of the former",
        "not_in_subscription": "kinds of object, with commas, that the subscription leaves out (5020)",
        "not_in_subscription_status": "the HTTP status of the latter",
    },
    "Requests": {
        "default_format": "what an answer is written in when nobody says: `xml` or `json`",
        "requestid_ttl_seconds": "how long a `requestid` is answered from memory; 0 for ever",
        "requestid_per_app": "two apps may use the same `requestid`",
        "requestid_other_body": "a used `requestid` with another body: `replay` the first answer, or `refuse` (600)",
        "requestid_replays_faults": "a repeated `requestid` repeats a refusal too",
        "rate_limits": "Intuit's limits are enforced: 500 requests a minute and realm, and so on",
        "other_apis_a_minute": "how many requests a minute each app makes of Intuit's other APIs: they count "
        "among the 800 of all APIs for a realm and app (with `rate_limits`)",
        "emails_a_day": "how many invoices may be sent by e-mail in a day (with `rate_limits`)",
        "metered_reads_a_month": "how many metered reads a month allows (with `rate_limits`); 0 for any number",
        "retry_after": "seconds that a 429 names in Retry-After; 0 for no such header",
        "throttle_shape": "how a 429 spells its body: `Fault` or `fault`",
    },
    "Reading": {
        "naive_times": "how a time without an offset is read: `pacific` or `utc`",
        "oversized_page": "a MAXRESULTS above 1000: `cap` it or `refuse` it",
        "orderby_id": "ORDERBY Id sorts ids by `number` or as `text`",
        "query_error_details": "faults of the query language say where and why",
        "cdc_cap": "how many objects an answer of the change feed holds",
        "cdc_cap_scope": "whether `cdc_cap` counts in `total` or per `entity`",
        "cdc_empty_elements": "an entity without changes leaves `{}` in its place",
        "cdc_too_old_code": "the code for a `changedSince` of more than 30 days ago",
        "batch_most_items": "how many items a batch may hold",
        "batch_items_before_throttle": "how many items of a batch are done before the rest is throttled; 0 for all",
    },
    "Webhooks": {
        "webhook_format": "`cloudevents` or `legacy`",
        "webhook_delay": "seconds that changes are gathered before a webhook leaves",
        "webhook_duplicates": "share of webhooks that are sent twice",
        "webhook_reordering": "share of webhooks whose events, or turns, are swapped",
        "webhook_loss": "share of changes that no webhook tells of",
        "webhook_wrong_signature": "webhooks are signed with a wrong key",
        "webhook_retry_factor": "by how much the waits between two tries of a webhook are stretched",
        "webhook_hold_back": "while a webhook is being retried, newer ones wait",
        "webhook_aggregation": "rapid changes of one object become one event",
        "webhook_retries": "how often a webhook that was not taken is tried again",
        "webhook_content_type": "the content type of webhooks",
        "webhook_event_id": "ids of events: a `guid`, or one `with-entity`",
        "own_writes_notify": "an app hears of its own writes",
        "void_event": "what webhooks call a void: `voided` or `void`",
        "inactivation_event": "the webhook of an inactivation: `Update` or `Delete`",
    },
    "Names and lists": {
        "names_ignore_case": "names that differ in capitals only are the same name",
        "item_names": "where item names are unique: `within category` or `everywhere`",
        "deleted_suffix": "the number of a second ` (deleted)`: `after` the word or `inside` the brackets",
        "reactivation_strips_suffix": "making a record active again gives it its name back",
        "inactive_reference_code": "the code for a reference to something inactive",
        "list_delete_code": "the code for deleting what can only be made inactive",
        "unbilled_customers": "ids of customers, with commas, who have unbilled charges (6280)",
        "item_without_type": "a new item without Type: it is a `service`, or `refuse` it",
        "item_kinds_change": "the Type of an item can be changed",
        "new_items_taxable": "a new item that does not say is taxable",
        "company_country_style": "CompanyInfo.Country of US companies: `US` or `USA`",
        "iso_countries_everywhere": "countries of all addresses come back as three letters",
        "free_form_addresses": "addresses changed inside an invoice come back as lines of text",
    },
    "Invoices and payments": {
        "warn_duplicate_number": "a used DocNumber is refused (6140), where the company writes its own numbers",
        "line_without_item": "a sales line without ItemRef: `default_item`, `text`, or `refuse` (6440)",
        "turned_off_field": "a discount or deposit that the preferences do not allow: `refuse` or `drop` it",
        "shipping_off_code": "the code for a shipping line while shipping is off",
        "bill_email_from_customer": "an invoice without BillEmail takes the customer's address",
        "days_without_terms": "days until an invoice without terms is due",
        "unchanged_bumps_sync_token": "an update that changes nothing raises the SyncToken",
        "payment_bumps_sync_token": "a payment raises the SyncToken of its invoice",
        "paid_invoice_removal": "deleting or voiding a paid invoice: `refuse` it, or `unlink` the payment",
        "overpaid_invoice": "a total below what is paid: `refuse` (6000), or leave the customer a `credit`",
        "void_note_separator": "what stands between *Voided* and the old note",
        "books_close_password": "closed books answer 6210, as those with a password do, and not 6200",
    },
    "Sales tax": {
        "taxable_items_default_to_tax": "a line without a tax code takes it from its item",
        "tax_from_code_alone": "a tax code without amounts has the tax computed (manual companies)",
        "tax_override_allowed": "a stated TotalTax counts under automated sales tax",
        "tax_override_needs_code": "it counts only with a tax code beside it",
        "tax_rounding": "tax is rounded by `line` or on the `total`",
        "taxed_lines_at_most": "how many lines an invoice may have",
        "tax_code_needed_abroad": "outside the US an app gives every line a tax code (6000)",
    },
}


def switch_table() -> str:
    """The switches, their defaults and meanings, as a table in Markdown with a row before each group."""
    defaults = Switches().as_json()
    rows = [
        row
        for group, meanings in MEANINGS.items()
        for row in (
            f"| **{group}** | | |",
            *(f"| `{name}` | {_shown(defaults[name])} | {says} |" for name, says in meanings.items()),
        )
    ]
    return "\n".join(["| switch | default | meaning |", "|---|---|---|", *rows])


def described() -> JsonObject:
    """Every switch by group: its default, the words it takes if only some are allowed, and what it does."""
    defaults = Switches().as_json()
    return {
        group: {
            name: {"default": defaults[name], "choices": list(choices_of(name)), "meaning": says}
            for name, says in meanings.items()
        }
        for group, meanings in MEANINGS.items()
    }


def _shown(default: Json) -> str:
    return f"`{dump_json(default)}`"
