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
    "requestid_other_body": ("replay", "refuse"),
    "throttle_shape": ("Fault", "fault"),
    "default_format": ("xml", "json"),
    "webhook_content_type": ("application/json; charset=utf-8", "application/cloudevents+json"),
    "webhook_event_id": ("guid", "with-entity"),
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
