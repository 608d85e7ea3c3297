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
    inactive_reference_code: str = "2500"
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
    "line_without_item": ("default_item", "text", "refuse"),
    "turned_off_field": ("refuse", "drop"),
    "shipping_off_code": ("2500", "6000"),
    "tax_rounding": ("line", "total"),
    "overpaid_invoice": ("refuse", "credit"),
    "inactive_reference_code": ("2500", "610"),
}


def _is_amount(value: Json) -> bool:
    return not isinstance(value, (bool, str, dict, list)) and value is not None and to_decimal(value) >= 0


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
