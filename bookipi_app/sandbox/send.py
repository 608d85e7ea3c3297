"""Sending an invoice by e-mail: nothing leaves the sandbox, but the invoice says it was sent."""

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import render
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.times import seconds_stamp
from bookipi_app.sandbox.work import Work
from bookipi_app.sandbox.writes import find_or_refuse


def send_invoice(work: Work, number: str, address: str) -> JsonObject:
    """Marks an invoice as sent, to the given address or to its own."""
    record = find_or_refuse(work, KINDS["Invoice"], number)
    body: JsonObject = {**record.body}
    if address:
        if "@" not in address or len(address) > 100:
            raise faults.invalid_email(address, "sendTo")
        body["BillEmail"] = {"Address": address}
    if not body.get("BillEmail"):
        raise faults.missing("BillEmail")
    body["EmailStatus"] = "EmailSent"
    body["DeliveryInfo"] = {"DeliveryType": "Email", "DeliveryTime": seconds_stamp(work.now)}
    work.company.update(record, body, work.now, "Emailed")
    return render(work.company, record)
