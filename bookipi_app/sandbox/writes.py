"""One write: create, full or sparse update, delete, void. Everything is checked before anything is stored."""

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.accounts import prepare_account
from bookipi_app.sandbox.addresses import loosen_addresses
from bookipi_app.sandbox.attachables import prepare_attachable
from bookipi_app.sandbox.company import Record, linked_invoices, render
from bookipi_app.sandbox.company_info import prepare_company_info
from bookipi_app.sandbox.customers import prepare_person
from bookipi_app.sandbox.endings import delete_invoice, delete_payment, void_invoice, void_payment
from bookipi_app.sandbox.invoices import prepare_invoice
from bookipi_app.sandbox.items import prepare_item
from bookipi_app.sandbox.jsontext import Json, JsonObject
from bookipi_app.sandbox.links import fit_payments
from bookipi_app.sandbox.lists import carry_name_down, prepare_agency, prepare_named, prepare_term
from bookipi_app.sandbox.payments import prepare_payment, settle_invoices, use_credit
from bookipi_app.sandbox.schema import KINDS, Kind
from bookipi_app.sandbox.settings import change_preferences
from bookipi_app.sandbox.shapes import ignored, read_fields, read_given
from bookipi_app.sandbox.work import Work, check_permitted

_GONE = "Another user has deleted this transaction."
_NEVER_EMPTY = ("TxnDate", "CurrencyRef", "ExchangeRate")


def write(work: Work, kind: Kind, incoming: JsonObject, operation: str) -> JsonObject:
    """Carries out one write and returns the object as the API answers it."""
    if work.company.expired:
        raise faults.expired_company()
    check_permitted(work, kind.name)
    if kind.name == "Preferences":
        return change_preferences(work, incoming)
    if not kind.writable:
        raise faults.unsupported_operation((operation or "create").capitalize())
    match operation:
        case "" | "create" | "update":
            if "void" in work.include and kind.name in ("Payment", "Invoice"):
                return _void(work, kind, incoming)
            return _create_or_update(work, kind, incoming, operation)
        case "delete" if kind.deletable:
            return _delete(work, kind, incoming)
        # A payment is voided by an update with `include=void` only.
        case "void" if kind.name == "Invoice":
            return _void(work, kind, incoming)
        case "delete" if work.switches.list_delete_code == "2010":
            raise faults.bad_property("Operation delete", "operation")
        case _:
            raise faults.unsupported_operation(operation.capitalize()[:60])


def _create_or_update(work: Work, kind: Kind, incoming: JsonObject, operation: str) -> JsonObject:
    if operation == "create" or incoming.get("Id") in (None, "", 0, "0"):
        given = read_given(kind.fields, incoming)
        if operation == "update":
            raise faults.missing("Id")
        return _create(work, kind, given)
    fields = read_fields(kind.fields, incoming)
    record = current(work, kind, incoming)
    body = _merged(kind, record, fields, incoming)
    prepared = _prepare(work, kind, body, _given(fields, incoming), record)
    if work.switches.unchanged_bumps_sync_token or prepared != record.body:
        _update(work, record, prepared)
    return render(work.company, record)


def _create(work: Work, kind: Kind, body: JsonObject) -> JsonObject:
    record = work.company.create(kind.name, _prepare(work, kind, body, frozenset(body), None), work.now)
    if kind.name == "Payment":
        settle_invoices(work, record, set())
    elif kind.name == "Invoice":
        use_credit(work, record)
    return render(work.company, record)


def _update(work: Work, record: Record, prepared: JsonObject) -> None:
    affected = set(linked_invoices(record.body)) if record.kind == "Payment" else set[str]()
    if record.kind == "Invoice":
        fit_payments(work, record, prepared)
    work.company.update(record, prepared, work.now, _event_of(work, record, prepared))
    if KINDS[record.kind].nests:
        carry_name_down(work, record)
    if record.kind == "Payment":
        settle_invoices(work, record, affected)


def _event_of(work: Work, record: Record, after: JsonObject) -> str:
    """How an update is announced: making something inactive may count as a deletion."""
    ends = record.active and after.get("Active") is False
    return work.switches.inactivation_event if ends else "Update"


def _given(fields: JsonObject, incoming: JsonObject) -> frozenset[str]:
    """A full update says something about every field, a sparse one only about those it carries."""
    filled = frozenset(name for name, value in fields.items() if value is not None)
    if _is_sparse(incoming):
        return frozenset(fields) & (filled | {"Line", "ShipAddr", "ShipFromAddr"})
    return filled | {"Line"}


def _without_empty(fields: JsonObject) -> JsonObject:
    return {name: value for name, value in fields.items() if value is not None}


def _is_sparse(incoming: JsonObject) -> bool:
    return str(incoming.get("sparse", "")).lower() == "true"


def _merged(kind: Kind, record: Record, fields: JsonObject, incoming: JsonObject) -> JsonObject:
    if not _is_sparse(incoming):
        body = _without_empty(fields)
        if "Active" in record.body:
            body.setdefault("Active", record.body["Active"])
        return body
    kept = {
        name: value for name, value in record.body.items() if kind.fields.get(name, ignored) is not ignored
    }
    # An empty string clears a field, but nothing is without a name, and no transaction without date or currency.
    kept_anyway = (kind.name_field, *_NEVER_EMPTY)
    said = {name: value for name, value in fields.items() if value is not None or name not in kept_anyway}
    return _without_empty({**kept, **said})


def _prepare(
    work: Work, kind: Kind, body: JsonObject, given: frozenset[str], old: Record | None
) -> JsonObject:
    match kind.name:
        case "Invoice":
            return loosen_addresses(work, prepare_invoice(work, body, given, old), given)
        case "Payment":
            return prepare_payment(work, body, old)
        case "Customer" | "Vendor" | "Employee":
            return prepare_person(work, kind.name, body, old)
        case "Item":
            return prepare_item(work, body, old)
        case "Account":
            return prepare_account(work, body, old)
        case "Term":
            return prepare_term(work, body, old)
        case "TaxAgency":
            return prepare_agency(work, body, old)
        case "Attachable":
            return prepare_attachable(work, body, old)
        case "CompanyInfo":
            return prepare_company_info(work, body, old)
        case _:
            return prepare_named(work, kind.name, body, old)


def current(work: Work, kind: Kind, incoming: JsonObject) -> Record:
    """The record that a request means; its SyncToken must be the present one (5010 otherwise)."""
    record = find_or_refuse(work, kind, incoming.get("Id"))
    token = incoming.get("SyncToken")
    if token is None or token == "" or isinstance(token, (bool, dict, list)):
        raise faults.missing("SyncToken")
    if str(token) != str(record.token):
        raise faults.stale("A bookkeeper")
    return record


def find_or_refuse(work: Work, kind: Kind, record_id: Json) -> Record:
    """The record with this id; 2030 if that is no id, 610 if there is no such record."""
    text = "" if record_id is None else str(record_id)
    if isinstance(record_id, (bool, dict, list)) or not text.isascii() or not text.isdecimal():
        raise faults.invalid_id(text)
    record = work.company.records.get(kind.name, {}).get(text)
    if record is None:
        raise faults.not_found()
    if record.deleted:
        # A customer is only ever gone because it was merged away.
        raise faults.not_found() if kind.name_field else faults.not_found(_GONE)
    return record


def _delete(work: Work, kind: Kind, incoming: JsonObject) -> JsonObject:
    record = current(work, kind, incoming)
    if kind.name == "Invoice":
        delete_invoice(work, record)
    elif kind.name == "Payment":
        delete_payment(work, record)
    else:
        work.company.delete(record, work.now)
    return {"domain": "QBO", "status": "Deleted", "Id": record.id}


def _void(work: Work, kind: Kind, incoming: JsonObject) -> JsonObject:
    record = current(work, kind, incoming)
    if kind.name == "Invoice":
        void_invoice(work, record)
    else:
        void_payment(work, record)
    return render(work.company, record)
