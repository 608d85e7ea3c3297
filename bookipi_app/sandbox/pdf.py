"""A one-page PDF of an invoice, plain but valid, for clients that download one."""

from bookipi_app.sandbox.company import reference_id
from bookipi_app.sandbox.jsontext import JsonObject, as_object, plain_number, to_decimal


def invoice_pdf(body: JsonObject) -> bytes:
    """The document with number, customer and total."""
    customer = as_object(body.get("CustomerRef")).get("name") or reference_id(body, "CustomerRef")
    rows = [
        f"Invoice {body.get('DocNumber', '')}",
        f"{customer}",
        f"Date {body.get('TxnDate', '')}   Due {body.get('DueDate', '')}",
        f"Total {plain_number(to_decimal(body.get('TotalAmt')))}",
    ]
    shown = "".join(f"({_escaped(row)}) Tj 0 -24 Td " for row in rows)
    return _document(f"BT /F1 16 Tf 72 720 Td {shown}ET".encode("latin-1", "replace"))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _document(content: bytes) -> bytes:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    output = b"%PDF-1.4\n"
    offsets: list[int] = []
    for number, entry in enumerate(objects, 1):
        offsets.append(len(output))
        output += b"%d 0 obj%s endobj\n" % (number, entry)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(output))
    return output + head + table + tail
