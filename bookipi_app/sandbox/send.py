"""Sending an invoice by e-mail: nothing leaves the sandbox, but the invoice says it was sent."""

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import render
from bookipi_app.sandbox.jsontext import JsonObject, as_object
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.times import seconds_stamp
from bookipi_app.sandbox.work import Work
from bookipi_app.sandbox.writes import find_or_refuse

_LONGEST = 100


def checked_address(work: Work, number: str, wanted: str) -> str:
    """The address to send to, the wanted one or else the invoice's own; a missing or odd one is refused."""
    held = find_or_refuse(work, KINDS["Invoice"], number).body.get("BillEmail")
    address = wanted or str(as_object(held).get("Address") or "")
    if not address:
        raise faults.missing("BillEmail")
    if wanted and ("@" not in wanted or len(wanted) > _LONGEST):
        raise faults.invalid_email(wanted, "sendTo")
    return address


def send_invoice(work: Work, number: str, address: str) -> JsonObject:
    """Marks an invoice as sent to a checked address."""
    if work.company.expired:
        raise faults.expired_company()
    record = find_or_refuse(work, KINDS["Invoice"], number)
    body: JsonObject = {**record.body, "BillEmail": {"Address": address}, "EmailStatus": "EmailSent"}
    body["DeliveryInfo"] = {"DeliveryType": "Email", "DeliveryTime": seconds_stamp(work.now)}
    work.company.update(record, body, work.now, "Emailed")
    return render(work.company, record)
