"""Notes and files attached to objects: what is said about them. The bytes of a file are counted, not kept."""

from typing import Final

from bookipi_app.sandbox import faults, list_faults
from bookipi_app.sandbox.company import Record, render
from bookipi_app.sandbox.fields.lists import ATTACHABLE
from bookipi_app.sandbox.http import Request
from bookipi_app.sandbox.jsontext import Json, JsonObject, MalformedJson, as_object, objects, parse_json
from bookipi_app.sandbox.multipart import Part, parts_of
from bookipi_app.sandbox.schema import KINDS, kind_called
from bookipi_app.sandbox.shapes import read_fields
from bookipi_app.sandbox.work import Work, check_permitted

_SET_BY_SERVICE: Final = ("Size", "FileAccessUri", "TempDownloadUri", "FileName", "ContentType")
# Kinds of object that QuickBooks has and these books have not; nothing of theirs is ever found.
_ELSEWHERE: Final = (
    *("bill", "billpayment", "creditmemo", "deposit", "estimate", "journalentry", "purchase"),
    *("purchaseorder", "refundreceipt", "salesreceipt", "timeactivity", "transfer", "vendorcredit"),
)
_CARRY_NOTHING: Final = ("Attachable", "Preferences", "CompanyInfo", "TaxCode", "TaxRate", "TaxAgency")


def prepare_attachable(work: Work, body: JsonObject, old: Record | None) -> JsonObject:
    """The complete body of an attachment, or a refusal."""
    body["AttachableRef"] = [_attached(work, entry) for entry in objects(body.get("AttachableRef"))]
    if not body["AttachableRef"]:
        del body["AttachableRef"]
    if old is not None:
        body |= {name: old.body[name] for name in _SET_BY_SERVICE if name in old.body}
    if not body.get("Note") and not body.get("FileName"):
        raise faults.missing("Note")
    return body


def _attached(work: Work, entry: JsonObject) -> JsonObject:
    reference = as_object(entry.get("EntityRef"))
    if not reference:
        return entry
    element, named = "AttachableRef.EntityRef", str(reference.get("type") or "")
    if not named:
        raise faults.missing(f"{element}.type")
    kind = kind_called(named)
    if (kind is None and named.lower() not in _ELSEWHERE) or (kind and kind.name in _CARRY_NOTHING):
        raise list_faults.unattachable_kind(named)
    if kind is None or work.company.find(kind.name, str(reference["value"])) is None:
        raise faults.bad_reference(element)
    target: JsonObject = {"value": reference["value"], "type": kind.name}
    return {**entry, "EntityRef": target, "IncludeOnSend": entry.get("IncludeOnSend", False)}


def upload(work: Work, request: Request) -> JsonObject:
    """Takes a multipart request of files with what is said about them; every file is answered for itself."""
    if work.company.expired:
        raise faults.expired_company()
    check_permitted(work, "Attachable")
    parts = parts_of(request.headers.get("content-type", ""), request.body)
    files = {part.number: part for part in parts if part.name.startswith("file_content")}
    told = {part.number: part for part in parts if part.name.startswith("file_metadata")}
    if not files:
        raise faults.missing("file_content")
    return {"AttachableResponse": [_answer(work, file, told.get(number)) for number, file in files.items()]}


def _answer(work: Work, file: Part, told: Part | None) -> JsonObject:
    try:
        return {"Attachable": _store(work, file, _metadata(told) if told else {})}
    except faults.Refusal as refusal:
        return {"Fault": refusal.fault()}


def _metadata(part: Part) -> JsonObject:
    try:
        value: Json = parse_json(part.content)
    except MalformedJson as error:
        raise list_faults.not_attachable(str(error)[:60]) from error
    if not isinstance(value, dict):
        raise list_faults.not_attachable(type(value).__name__)
    return as_object(as_object(value).get("Attachable", value))


def _store(work: Work, file: Part, told: JsonObject) -> JsonObject:
    fields = read_fields(ATTACHABLE, told)
    body: JsonObject = {name: value for name, value in fields.items() if value is not None}
    body.setdefault("FileName", file.filename or "attachment")
    body.setdefault("ContentType", file.content_type or "application/octet-stream")
    company = work.company
    body = prepare_attachable(work, body, None)
    attachable_id = company.next_id(KINDS["Attachable"])
    body["Size"] = len(file.content)
    body["FileAccessUri"] = f"/v3/company/{company.realm}/download/{attachable_id}"
    body["TempDownloadUri"] = f"https://sandbox.invalid/download/{company.realm}/{attachable_id}"
    return render(company, company.create("Attachable", body, work.now, attachable_id))
