"""What can be switched: behaviours where Intuit's own is uncertain, and troubles to try a client with."""

from dataclasses import asdict, dataclass, fields

from bookipi_app.sandbox.jsontext import Json, JsonObject, to_decimal


class UnknownSwitch(ValueError):
    """No switch has this name, or it does not take this value."""


@dataclass(slots=True)
class Switches:
    """Every switch with its default."""

    refresh_rotation: str = "daily"
    access_token_seconds: int = 3600
    refresh_token_seconds: int = 8640000
    code_seconds: int = 300
    requestid_ttl_seconds: int = 0
    payment_bumps_sync_token: bool = True
    paid_invoice_removal: str = "refuse"
    void_event: str = "voided"
    void_note_separator: str = " - "
    warn_duplicate_number: bool = False
    company_country_style: str = "US"
    cdc_cap: int = 1000
    cdc_too_old_code: str = "2190"
    retry_after: int = 0
    rate_limits: bool = False
    webhook_format: str = "cloudevents"
    webhook_delay: float = 5.0
    webhook_duplicates: float = 0.0
    webhook_reordering: float = 0.0
    webhook_loss: float = 0.0
    webhook_wrong_signature: bool = False
    webhook_retry_factor: float = 1.0
    webhook_hold_back: bool = False
    own_writes_notify: bool = True
    # Whether the cap of the change feed counts all objects of an answer (`total`) or each entity's (`entity`).
    cdc_cap_scope: str = "total"
    # Whether an entity without changes leaves an empty element in its place.
    cdc_empty_elements: bool = False
    # How many items of a batch are carried out before the others are throttled; 0 for all.
    batch_items_before_throttle: int = 0
    # How many items a batch may hold; older pages say 25 or 10.
    batch_most_items: int = 30
    # Where a time without an offset is read: `pacific` or `utc`.
    naive_times: str = "pacific"
    # What a MAXRESULTS above 1000 meets: it is cut down to that (`cap`) or refused (`refuse`).
    oversized_page: str = "cap"
    # Whether ORDERBY Id sorts ids as numbers (`number`) or letter by letter (`text`).
    orderby_id: str = "number"
    # Whether faults of the query language say where and why, or only repeat their message.
    query_error_details: bool = True
    refresh_overlap_seconds: int = 0
    requestid_replays_faults: bool = False
    requestid_other_body: str = "replay"
    requestid_per_app: bool = True
    throttle_shape: str = "Fault"
    code_reuse_ends_grant: bool = True
    refresh_ends_access: bool = False
    default_format: str = "xml"
    webhook_aggregation: bool = True
    webhook_retries: int = 10
    webhook_content_type: str = "application/json; charset=utf-8"
    webhook_event_id: str = "guid"
    # The two below need `rate_limits`; no month's allowance (0) is what a paid tier has.
    emails_a_day: int = 40
    metered_reads_a_month: int = 0
    # Kinds of object, separated by commas, that the connecting user's role or the subscription leaves out.
    not_permitted: str = ""
    not_in_subscription: str = ""
    not_permitted_status: int = 403
    not_in_subscription_status: int = 400
    # ` (deleted) 1` after the word, or `(deleted-1)` with the number inside the brackets.
    deleted_suffix: str = "after"
    reactivation_strips_suffix: bool = False
    inactivation_event: str = "Update"
    inactive_reference_code: str = "2500"
    # Whether two items may share a name in different categories.
    item_names: str = "within category"
    free_form_addresses: bool = False
    iso_countries_everywhere: bool = False
    # Ids of customers with charges that no invoice bills yet, separated by commas.
    unbilled_customers: str = ""
    list_delete_code: str = "500"
    names_ignore_case: bool = True
    item_without_type: str = "service"
    item_kinds_change: bool = True
    new_items_taxable: bool = False
    # What a sales line without ItemRef becomes: a sale of the first item, a line of text, or a refusal (6440).
    line_without_item: str = "default_item"
    taxable_items_default_to_tax: bool = True
    # A discount line or a deposit that the preferences do not allow: refused with 6000, or left out in silence.
    turned_off_field: str = "refuse"
    shipping_off_code: str = "2500"
    # Without it, an invoice with a tax code but without amounts comes out untaxed (manual companies).
    tax_from_code_alone: bool = True
    # Automated sales tax: whether a stated TotalTax counts at all, and whether it needs a code beside it.
    tax_override_allowed: bool = True
    tax_override_needs_code: bool = False
    tax_rounding: str = "line"
    # A total that falls below what is paid: refused with 6000, or the rest becomes the customer's credit.
    overpaid_invoice: str = "refuse"
    books_close_password: bool = True
    unchanged_bumps_sync_token: bool = True
    taxed_lines_at_most: int = 750
    bill_email_from_customer: bool = True
    days_without_terms: int = 0
    # Outside the US, apps must give every sales line a tax code (6000 otherwise).
    tax_code_needed_abroad: bool = True

    def change(self, wanted: JsonObject) -> None:
        """Sets the named switches; raises UnknownSwitch and changes nothing if one of them is wrong."""
        known = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        checked: dict[str, Json] = {}
        for name, value in wanted.items():
            if name not in known:
                raise UnknownSwitch(f"There is no switch called {name}.")
            checked[name] = _like(name, known[name], value)
        for name, value in checked.items():
            setattr(self, name, value)

    def as_json(self) -> JsonObject:
        """All switches by name."""
        return asdict(self)


_CHOICES = {
    "refresh_rotation": ("daily", "every", "lenient"),
    "paid_invoice_removal": ("refuse", "unlink"),
    "void_event": ("voided", "void"),
    "webhook_format": ("cloudevents", "legacy"),
    "cdc_cap_scope": ("total", "entity"),
    "naive_times": ("pacific", "utc"),
    "oversized_page": ("cap", "refuse"),
    "orderby_id": ("number", "text"),
    "requestid_other_body": ("replay", "refuse"),
    "throttle_shape": ("Fault", "fault"),
    "default_format": ("xml", "json"),
    "webhook_content_type": ("application/json; charset=utf-8", "application/cloudevents+json"),
    "webhook_event_id": ("guid", "with-entity"),
    "company_country_style": ("US", "USA"),
    "deleted_suffix": ("after", "inside"),
    "inactivation_event": ("Update", "Delete"),
    "inactive_reference_code": ("2500", "610"),
    "item_without_type": ("service", "refuse"),
    "list_delete_code": ("500", "2010"),
    "item_names": ("within category", "everywhere"),
    "line_without_item": ("default_item", "text", "refuse"),
    "turned_off_field": ("refuse", "drop"),
    "shipping_off_code": ("2500", "6000"),
    "tax_rounding": ("line", "total"),
    "overpaid_invoice": ("refuse", "credit"),
}


# Times beyond some thirty years would leave the calendar.
_LARGEST = 1_000_000_000


def _is_amount(value: Json) -> bool:
    if isinstance(value, (bool, str, dict, list)) or value is None:
        return False
    return 0 <= to_decimal(value) <= _LARGEST


def _like(name: str, current: Json, value: Json) -> Json:
    if isinstance(current, bool):
        fits = isinstance(value, bool)
    elif isinstance(current, (int, float)):
        fits = _is_amount(value)
    else:
        fits = isinstance(value, str) and value in _CHOICES.get(name, (value,))
    if not fits:
        raise UnknownSwitch(f"The switch {name} does not take that value.")
    if isinstance(current, (bool, str)):
        return value
    amount = to_decimal(value)
    return int(amount) if isinstance(current, int) else float(amount)


def choices_of(name: str) -> tuple[str, ...]:
    """The words that a switch takes; empty for one that takes a number, yes or no, or any word."""
    return _CHOICES.get(name, ())
