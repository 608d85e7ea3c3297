"""What a company says about itself: it can be changed, never created."""

from typing import Final

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.addresses import company_address
from bookipi_app.sandbox.company import Record
from bookipi_app.sandbox.jsontext import JsonObject, as_object
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.shapes import ignored
from bookipi_app.sandbox.work import Work

_ADDRESSES: Final = ("CompanyAddr", "LegalAddr", "CustomerCommunicationAddr")


def prepare_company_info(work: Work, body: JsonObject, old: Record | None) -> JsonObject:
    """The complete body of the company information, or a refusal."""
    if old is None:
        raise faults.unsupported_operation("Create")
    if not body.get("CompanyName"):
        raise faults.missing("CompanyName")
    written_by_service = {
        name: value
        for name, value in old.body.items()
        if KINDS["CompanyInfo"].fields.get(name, ignored) is ignored
    }
    body = {**body, **written_by_service}
    # Without a legal address no tax can be computed: the service keeps the one it has.
    body.setdefault("LegalAddr", old.body.get("LegalAddr"))
    for name in _ADDRESSES:
        address = as_object(body.get(name))
        if address:
            held = as_object(old.body.get(name)).get("Id", "1")
            body[name] = {"Id": held, **company_address(address)}
    return body
