"""What can be switched: behaviours where Intuit's own is uncertain, and troubles to try a client with."""

from dataclasses import asdict, dataclass, fields

from bookipi_app.sandbox.jsontext import Json, JsonObject, to_decimal


class UnknownSwitch(ValueError):
    """No switch has this name, or it does not take this value."""


@dataclass(slots=True)
class Switches:
    """Every switch with its default, in groups; `meanings` says what each of them does."""

    # Access
    refresh_rotation: str = "daily"
    refresh_overlap_seconds: int = 0
    refresh_token_seconds: int = 8640000
    refresh_ends_access: bool = False
    access_token_seconds: int = 3600
    code_seconds: int = 300
    code_reuse_ends_grant: bool = True
    not_permitted: str = ""
    not_permitted_status: int = 403
    not_in_subscription: str = ""
    not_in_subscription_status: int = 400

    # Requests
    default_format: str = "xml"
    requestid_ttl_seconds: int = 0
    requestid_per_app: bool = True
    requestid_other_body: str = "replay"
    requestid_replays_faults: bool = False
    rate_limits: bool = False
    other_apis_a_minute: int = 0
    emails_a_day: int = 40
    metered_reads_a_month: int = 0
    retry_after: int = 0
    throttle_shape: str = "Fault"

    # Reading
    naive_times: str = "pacific"
    oversized_page: str = "cap"
    orderby_id: str = "number"
    query_error_details: bool = True
    cdc_cap: int = 1000
    cdc_cap_scope: str = "total"
    cdc_empty_elements: bool = False
    cdc_too_old_code: str = "2190"
    batch_most_items: int = 30
    batch_items_before_throttle: int = 0

    # Webhooks
    webhook_format: str = "cloudevents"
    webhook_delay: float = 5.0
    webhook_duplicates: float = 0.0
    webhook_reordering: float = 0.0
    webhook_loss: float = 0.0
    webhook_wrong_signature: bool = False
    webhook_retry_factor: float = 1.0
    webhook_hold_back: bool = False
    webhook_aggregation: bool = True
    webhook_retries: int = 10
    webhook_content_type: str = "application/json; charset=utf-8"
    webhook_event_id: str = "guid"
    own_writes_notify: bool = True
    void_event: str = "voided"
    inactivation_event: str = "Update"

    # Names and lists
    names_ignore_case: bool = True
    item_names: str = "within category"
    deleted_suffix: str = "after"
    reactivation_strips_suffix: bool = False
    inactive_reference_code: str = "2500"
    list_delete_code: str = "500"
    unbilled_customers: str = ""
    item_without_type: str = "service"
    item_kinds_change: bool = True
    new_items_taxable: bool = False
    company_country_style: str = "US"
    iso_countries_everywhere: bool = False
    free_form_addresses: bool = False

    # Invoices and payments
    warn_duplicate_number: bool = False
    line_without_item: str = "default_item"
    turned_off_field: str = "refuse"
    shipping_off_code: str = "2500"
    bill_email_from_customer: bool = True
    days_without_terms: int = 0
    unchanged_bumps_sync_token: bool = True
    payment_bumps_sync_token: bool = True
    paid_invoice_removal: str = "refuse"
    overpaid_invoice: str = "refuse"
    void_note_separator: str = " - "
    books_close_password: bool = True

    # Sales tax
    taxable_items_default_to_tax: bool = True
    tax_from_code_alone: bool = True
    tax_override_allowed: bool = True
    tax_override_needs_code: bool = False
    tax_rounding: str = "line"
    taxed_lines_at_most: int = 750
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
    "default_format": ("xml", "json"),
    "requestid_other_body": ("replay", "refuse"),
    "throttle_shape": ("Fault", "fault"),
    "naive_times": ("pacific", "utc"),
    "oversized_page": ("cap", "refuse"),
    "orderby_id": ("number", "text"),
    "cdc_cap_scope": ("total", "entity"),
    "webhook_format": ("cloudevents", "legacy"),
    "webhook_content_type": ("application/json; charset=utf-8", "application/cloudevents+json"),
    "webhook_event_id": ("guid", "with-entity"),
    "void_event": ("voided", "void"),
    "inactivation_event": ("Update", "Delete"),
    "item_names": ("within category", "everywhere"),
    "deleted_suffix": ("after", "inside"),
    "inactive_reference_code": ("2500", "610"),
    "list_delete_code": ("500", "2010"),
    "item_without_type": ("service", "refuse"),
    "company_country_style": ("US", "USA"),
    "line_without_item": ("default_item", "text", "refuse"),
    "turned_off_field": ("refuse", "drop"),
    "shipping_off_code": ("2500", "6000"),
    "paid_invoice_removal": ("refuse", "unlink"),
    "overpaid_invoice": ("refuse", "credit"),
    "tax_rounding": ("line", "total"),
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
