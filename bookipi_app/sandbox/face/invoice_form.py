"""The form of an invoice: its head, the table of lines, and what else can be done with it."""

from collections.abc import Iterable

from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.face.books import Desk
from bookipi_app.sandbox.face.form import Form
from bookipi_app.sandbox.face.html import Markup, confirmed, html, money, post_button
from bookipi_app.sandbox.face.invoice_lines import (
    MOST_ROWS,
    line_values,
    lines_differ,
    lines_of,
    row_count,
    rows_of,
)
from bookipi_app.sandbox.jsontext import JsonObject, as_object, to_decimal

PLACES = {
    **{"CustomerRef": "Customer", "6140": "DocNumber", "6210": "TxnDate", "SalesTermRef": "Term"},
    **{"BillEmail": "BillEmail", "CustomerMemo": "Memo", "TxnTaxCodeRef": "TaxCode"},
    **{name: name for name in ("DocNumber", "TxnDate", "DueDate", "PrivateNote")},
    **{
        "Line": "Lines",
        "Line.Amount": "Lines",
        "Line.Description": "Lines",
        "6070": "Lines",
        "6100": "Lines",
    },
    **{name: "Lines" for name in ("ItemRef", "Qty", "UnitPrice", "TaxCodeRef", "TotalAmt")},
    **{"Line.DiscountLineDetail": "Discount", "DiscountPercent": "Discount", "6090": "Discount"},
}
_SPARE_ROWS = 3


def values_of(at: Desk, record: Record | None) -> dict[str, str]:
    """What the form of an invoice starts with."""
    if record is None:
        return {"TxnDate": at.today, "Customer": at.visit.request.param("customer")}
    body = record.body
    return {
        "Customer": reference_id(body, "CustomerRef"),
        "BillEmail": str(as_object(body.get("BillEmail")).get("Address", "")),
        "Term": reference_id(body, "SalesTermRef"),
        "Memo": str(as_object(body.get("CustomerMemo")).get("value", "")),
        "TaxCode": reference_id(as_object(body.get("TxnTaxDetail")), "TxnTaxCodeRef"),
        "TaxAfterDiscount": "1" if body.get("ApplyTaxAfterDiscount") is True else "",
        **{name: str(body.get(name, "")) for name in ("DocNumber", "TxnDate", "DueDate", "PrivateNote")},
        **line_values(at, record),
    }


def fields(at: Desk, form: Form, record: Record | None) -> Markup:
    """The inputs."""
    shape = """<div class="grid3">{customer}{number}{email}{date}{terms}{due}</div>
{error}<table class="tbl lines"><thead><tr><th>Item</th><th>Description</th><th class="num">Qty</th>
<th class="num">Price</th><th class="num">Amount</th><th>Tax</th></tr></thead><tbody>{rows}</tbody></table>
<p><button class="btn s" name="more" value="1" formnovalidate>More lines</button></p>
<div class="grid3">{percent}{discount}{shipping}</div>{after}{tax_code}{memo}{note}{sums}"""
    more = _SPARE_ROWS if form.value("more") else 0
    count = max(row_count(form.values, filled=True) + _SPARE_ROWS, row_count(form.values) + more)
    return html(
        shape,
        customer=at.pick(form, "Customer", "Customer", "Customer", "Choose a customer"),
        number=form.text("Number", "DocNumber"),
        email=form.text("E-mail", "BillEmail"),
        date=form.text("Date", "TxnDate", "date"),
        terms=form.select("Terms", "Term", at.choices("Term", "None", form.value("Term"))),
        due=form.text("Due date", "DueDate", "date"),
        error=form.error("Lines"),
        rows=rows_of(at, form, record, min(count, MOST_ROWS)),
        percent=form.amount("Discount, percent", "DiscountPercent"),
        discount=form.amount("Discount, amount", "Discount"),
        shipping=form.amount("Shipping", "Shipping"),
        after=form.check("Sales tax after the discount", "TaxAfterDiscount"),
        tax_code=_tax_code(at, form),
        memo=form.area("Message to the customer", "Memo"),
        note=form.area("Note for yourself", "PrivateNote"),
        sums=_sums(record) if record else Markup(""),
    )


def _tax_code(at: Desk, form: Form) -> Markup:
    if not _has_own_codes(at):
        return Markup("")
    codes = at.choices("TaxCode", "The company’s own", form.value("TaxCode"))
    return form.select("Sales tax rate", "TaxCode", codes)


def _has_own_codes(at: Desk) -> bool:
    """Whether a person chooses the rate: US sales tax that is not automated."""
    using, automated = (
        at.company.preference("TaxPrefs", name) for name in ("UsingSalesTax", "PartnerTaxEnabled")
    )
    return at.company.is_us and using is True and automated is not True


def _sums(record: Record) -> Markup:
    shape = """<dl class="sums"><dt>Sales tax</dt><dd class="num">{tax}</dd><dt>Total</dt><dd class="num">{total}</dd>
<dt>Balance</dt><dd class="num">{balance}</dd></dl>"""
    body = record.body
    tax = as_object(body.get("TxnTaxDetail")).get("TotalTax")
    return html(shape, tax=money(tax), total=money(body.get("TotalAmt")), balance=money(body.get("Balance")))


def body_of(at: Desk, values: dict[str, str], record: Record | None) -> JsonObject:
    """What the form says, as a request body. Lines go only if they differ, so that a note moves no tax."""
    body: JsonObject = {
        **{name: values.get(name, "").strip() for name in ("DocNumber", "TxnDate", "DueDate", "PrivateNote")},
        "CustomerRef": {"value": at.picked(values, "Customer", "Customer")},
        "SalesTermRef": {"value": values.get("Term", "")},
        "CustomerMemo": {"value": values.get("Memo", "").strip()},
        "BillEmail": {"Address": values.get("BillEmail", "").strip()},
    }
    if record is None:
        body = {name: value for name, value in body.items() if value not in _EMPTY}
    if record is None or lines_differ(at, values, record):
        body["Line"] = lines_of(at, values, record)
    before = values_of(at, record)
    if values.get("TaxCode", "") != before.get("TaxCode", "") and _has_own_codes(at):
        body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": values.get("TaxCode", "")}}
    body["ApplyTaxAfterDiscount"] = bool(values.get("TaxAfterDiscount"))
    return body


_EMPTY = ("", {"value": ""}, {"Address": ""})


def actions(at: Desk, record: Record) -> Iterable[Markup]:
    """What else can be done with an invoice."""
    base = at.path(f"invoices/{record.id}")
    if to_decimal(record.body.get("Balance")) > 0:
        shape = '<a class="btn" href="{path}">Record payment</a>'
        yield html(shape, path=at.path(f"payments/new?invoice={record.id}"))
    yield post_button(f"{base}/send", "Send by e-mail")
    yield confirmed(
        f"{base}/void",
        "Void…",
        "It stays with its number and an amount of 0, and cannot be brought back.",
        "Void",
    )
    yield confirmed(f"{base}/delete", "Delete…", "It is gone for good, with its number.", "Delete")
