"""Section 3.6: attachments, as notes and as uploaded files."""

import base64
import json
from typing import Any

from bookipi_app.sandbox.jsontext import parse_json
from tests.sandbox.client import Books
from tests.sandbox.facts.asking import change, said
from tests.sandbox.facts.table import fact

_BOUNDARY = "----limit"


def _to(kind: str, number: str) -> dict[str, Any]:
    return {"AttachableRef": [{"EntityRef": {"type": kind, "value": number}}]}


def _upload(books: Books, *parts: str, break_with: str = "\r\n", boundary: str = _BOUNDARY) -> dict[str, Any]:
    body = "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--"
    target = f"/v3/company/{books.realm}/upload?minorversion=75"
    kind = f"multipart/form-data; boundary={boundary}"
    response = books.raw("POST", target, body.replace("\n", break_with).encode(), content_type=kind)
    assert response.status == 200, response.body
    return parse_json(response.body)


def _told(number: str, metadata: dict[str, Any]) -> str:
    head = f'Content-Disposition: form-data; name="file_metadata_{number}"\nContent-Type: application/json'
    return f"{head}\n\n{json.dumps(metadata)}"


def _file(number: str, content: str, name: str = "plan.txt") -> str:
    head = f'Content-Disposition: form-data; name="file_content_{number}"; filename="{name}"'
    return f"{head}\nContent-Type: text/plain\n\n{content}"


@fact("3.6", "a note is made, read, changed, found and deleted")
def _(books: Books) -> None:
    made = books.post("Attachable", {"Note": "Call first"})
    assert books.read("Attachable", made["Id"])["Note"] == "Call first"
    assert change(books, "Attachable", made, Note="Call twice")["Note"] == "Call twice"
    assert [entry["Note"] for entry in books.query("select * from Attachable")["Attachable"]] == [
        "Call twice"
    ]
    gone = books.post("Attachable", {"Id": made["Id"], "SyncToken": "1"}, operation="delete")
    assert gone == {"domain": "QBO", "status": "Deleted", "Id": made["Id"]}
    assert books.query("select * from Attachable") == {}


@fact("3.6", "a note hangs on an object")
def _(books: Books) -> None:
    made = books.post("Attachable", {"Note": "Gate code 7", **_to("Vendor", "13")})
    assert made["AttachableRef"][0] == {
        "EntityRef": {"value": "13", "type": "Vendor"},
        "IncludeOnSend": False,
    }


@fact("3.6", "nothing hangs on what is not there")
def _(books: Books) -> None:
    for kind, number in (("Vendor", "1"), ("Invoice", "999"), ("Bill", "1")):
        assert said(books, "attachable", {"Note": "n", **_to(kind, number)})[:2] == (
            *("2500", "AttachableRef.EntityRef"),
        )


def _on(*targets: tuple[str, str]) -> dict[str, Any]:
    return {"AttachableRef": [_to(kind, number)["AttachableRef"][0] for kind, number in targets]}


def _notes(books: Books, condition: str) -> list[str]:
    found = books.query(f"select * from Attachable where {condition}")
    return [entry["Note"] for entry in found.get("Attachable", [])]


@fact("3.6", "what hangs on an object is found by the object's type and id")
def _(books: Books) -> None:
    for note, targets in (("a", [("Vendor", "13")]), ("b", [("Customer", "3")]), ("c", [("Customer", "1")])):
        books.post("Attachable", {"Note": note, **_on(*targets)})
    books.post("Attachable", {"Note": "loose"})
    kind, number = "AttachableRef.EntityRef.Type", "AttachableRef.EntityRef.value"
    assert _notes(books, f"{kind} = 'Customer' and {number} = '3'") == ["b"]
    assert _notes(books, f"{kind} = 'customer'") == ["b", "c"]
    assert _notes(books, f"{number} in ('1', '13')") == ["a", "c"]
    assert _notes(books, f"{kind} like 'Ven%'") == ["a"]
    assert _notes(books, f"{kind} = 'Invoice'") == []


@fact("3.6", "type and id are those of one object, however many a note hangs on")
def _(books: Books) -> None:
    books.post("Attachable", {"Note": "both", **_on(("Vendor", "13"), ("Customer", "3"))})
    kind, number = "AttachableRef.EntityRef.Type", "AttachableRef.EntityRef.value"
    assert _notes(books, f"{kind} = 'Vendor' and {number} = '13'") == ["both"]
    assert _notes(books, f"{number} = '3' and {kind} = 'Customer'") == ["both"]
    assert _notes(books, f"{kind} = 'Vendor' and {number} = '3'") == []


@fact("2.4", "6050: there are kinds of object that nothing is attached to")
def _(books: Books) -> None:
    for kind in ("Unicorn", "TaxCode", "Preferences"):
        code, _, detail = said(books, "attachable", {"Note": "n", **_to(kind, "1")})
        assert code == "6050"
        assert detail == f"The entity reference type {kind} is unsupported for Attachable"


@fact("3.6", "an attachment has a note or a file, and a note of 2000 characters at most")
def _(books: Books) -> None:
    assert said(books, "attachable", {})[:2] == ("2020", "Note")
    assert said(books, "attachable", {"Note": "x" * 2001})[:2] == ("2050", "Note")


@fact("3.6", "a file is uploaded with what is said about it")
def _(books: Books) -> None:
    told = {"FileName": "plan.txt", "ContentType": "text/plain", "Note": "Draft", **_to("Customer", "1")}
    answer = _upload(books, _told("01", told), _file("01", "oak\nelm"))
    made = answer["AttachableResponse"][0]["Attachable"]
    assert (made["FileName"], made["ContentType"], made["Note"]) == ("plan.txt", "text/plain", "Draft")
    assert made["FileAccessUri"] == f"/v3/company/{books.realm}/download/{made['Id']}"
    assert made["Size"] == len("oak\r\nelm")
    assert books.read("Attachable", made["Id"]) == made


@fact("3.6", "a file without description is named after itself")
def _(books: Books) -> None:
    made = _upload(books, _file("01", "oak", "trees.txt"))["AttachableResponse"][0]["Attachable"]
    assert (made["FileName"], made["ContentType"], made["Size"]) == ("trees.txt", "text/plain", 3)


@fact("3.6", "an upload may end its lines with line feeds only and encode its file")
def _(books: Books) -> None:
    content = base64.b64encode(b"oak and elm").decode()
    head = 'Content-Disposition: form-data; name="file_content_01"\nContent-Type: text/plain'
    part = f"{head}\nContent-Transfer-Encoding: base64\n\n{content}\n"
    told = _told("01", {"FileName": "t.txt", "ContentType": "text/plain", "Note": "", "SyncToken": 0})
    answer = _upload(books, told, part, break_with="\n", boundary="-------------PythonMultipartPost")
    assert answer["AttachableResponse"][0]["Attachable"]["Size"] == 11


@fact("3.6", "several files of one upload succeed and fail each for itself")
def _(books: Books) -> None:
    parts = (_told("01", _to("Customer", "1")), _file("01", "a"), _told("02", _to("Customer", "999")))
    answers = _upload(books, *parts, _file("02", "b"), _file("03", "c"))["AttachableResponse"]
    assert [next(iter(answer)) for answer in answers] == ["Attachable", "Fault", "Attachable"]
    assert answers[1]["Fault"]["Error"][0]["code"] == "2500"


@fact("2.4", "6040: an upload is described by an attachable")
def _(books: Books) -> None:
    head = 'Content-Disposition: form-data; name="file_metadata_01"\nContent-Type: application/json'
    for text in ("[1]", "{", "\u00e9"):
        answer = _upload(books, f"{head}\n\n{text}", _file("01", "a"))["AttachableResponse"][0]
        assert answer["Fault"]["Error"][0]["code"] == "6040"


@fact("3.6", "what is no upload is refused as one")
def _(books: Books) -> None:
    wrong = (
        ("application/json", b"{}"),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"\xff\xfe"),
        ("multipart/form-data; boundary=x", b"--x\r\nno headers\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x--"),
    )
    for kind, body in wrong:
        response = books.raw("POST", f"/v3/company/{books.realm}/upload", body, content_type=kind)
        assert response.status == 400
        assert parse_json(response.body)["Fault"]["Error"][0]["code"] in ("2010", "2020")


@fact("3.6", "the name and size of an uploaded file stay whatever an update says")
def _(books: Books) -> None:
    made = _upload(books, _file("01", "oak"))["AttachableResponse"][0]["Attachable"]
    changed = change(books, "Attachable", made, Note="Old", FileName="other.txt", Size=9)
    assert (changed["Note"], changed["FileName"], changed["Size"]) == ("Old", "plan.txt", 3)
    assert changed["FileAccessUri"] == made["FileAccessUri"]


@fact("3.6", "an upload needs the permission to attach", not_permitted="Attachable")
def _(books: Books) -> None:
    kind, body = "multipart/form-data; boundary=x", b"--x--"
    response = books.raw("POST", f"/v3/company/{books.realm}/upload", body, content_type=kind)
    assert parse_json(response.body)["Fault"]["Error"][0]["code"] == "5020"
