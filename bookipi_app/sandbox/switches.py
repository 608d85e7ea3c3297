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
    "company_country_style": ("US", "USA"),
    "deleted_suffix": ("after", "inside"),
    "inactivation_event": ("Update", "Delete"),
    "inactive_reference_code": ("2500", "610"),
    "item_without_type": ("service", "refuse"),
    "list_delete_code": ("500", "2010"),
    "item_names": ("within category", "everywhere"),
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
