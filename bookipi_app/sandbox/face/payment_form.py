"""The form of a payment: what was received, and the open invoices that it pays."""

from collections.abc import Iterable
from decimal import Decimal

from bookipi_app.sandbox.company import Record, linked_invoices, reference_id
from bookipi_app.sandbox.face.books import Desk, record_title
from bookipi_app.sandbox.face.form import Form, amount_of, amount_text
from bookipi_app.sandbox.face.html import Markup, cents, confirmed, day, hidden, html, joined, money, plain
from bookipi_app.sandbox.jsontext import JsonObject, objects, to_decimal

PLACES = {
    **{"CustomerRef": "Customer", "PaymentMethodRef": "Method", "Line.LinkedTxn": "Lines"},
    **{"LinkedTxn": "Lines", "Line.Amount": "Lines", "Amount": "Lines", "6210": "TxnDate"},
    **{name: name for name in ("TotalAmt", "TxnDate", "PaymentRefNum", "PrivateNote")},
}
_APPLIED = "apply"
_MOST_INVOICES = 200


def values_of(at: Desk, record: Record | None) -> dict[str, str]:
    """What the form of a payment starts with; a new one may be for an invoice or a customer named in the address."""
    if record is None:
        return _new_values(at)
    body = record.body
    return {
        "Customer": reference_id(body, "CustomerRef"),
        "TotalAmt": cents(body.get("TotalAmt")),
        "Method": reference_id(body, "PaymentMethodRef"),
        **{name: str(body.get(name, "")) for name in ("TxnDate", "PaymentRefNum", "PrivateNote")},
        **{_APPLIED + invoice: cents(amount) for invoice, amount in linked_invoices(body).items()},
    }


def _new_values(at: Desk) -> dict[str, str]:
    values = {"TxnDate": at.today}
    asked = {name: at.visit.request.param(name) for name in ("Customer", "Customer.text")}
    values["Customer"] = at.picked(
        {name: text for name, text in asked.items() if text}, "Customer", "Customer"
    )
    invoice = at.company.find("Invoice", at.visit.request.param("invoice"))
    if invoice is not None and to_decimal(invoice.body.get("Balance")) > 0:
        values["Customer"] = reference_id(invoice.body, "CustomerRef")
        values["TotalAmt"] = values[_APPLIED + invoice.id] = cents(invoice.body.get("Balance"))
    return values


def fields(at: Desk, form: Form, record: Record | None) -> Markup:
    """The inputs; the invoices are shown once the customer is known."""
    shape = """{customer}<div class="grid3">{date}{method}{number}{amount}</div>{lines}{note}"""
    methods = at.choices("PaymentMethod", "None", form.value("Method"))
    return html(
        shape,
        customer=_customer(at, form, new=record is None),
        date=form.text("Received on", "TxnDate", "date"),
        method=form.select("Method", "Method", methods),
        number=form.text("Reference no.", "PaymentRefNum"),
        amount=form.amount("Amount received", "TotalAmt", "Empty: as much as is applied below."),
        lines=_lines(at, form, record),
        note=form.area("Memo", "PrivateNote"),
    )


def _customer(at: Desk, form: Form, new: bool) -> Markup:
    """A known customer is shown: its invoices are below. Another one is a new page."""
    customer = form.value("Customer")
    name = at.name_of("Customer", customer)
    shape = """<div class="field{bad}"><span class="lab">Customer</span><p class="row wrap">{name}{change}</p>
{hidden}{error}</div>"""
    change = html('<a class="link sm" href="{path}">Choose another</a>', path=at.path("payments/new"))
    return html(
        shape,
        bad=" bad" if "Customer" in form.errors else "",
        name=html("<b class='med'>{name}</b>", name=name),
        change=change if new else Markup(""),
        hidden=hidden([("Customer", customer)]),
        error=form.error("Customer"),
    )


def choose_customer(at: Desk) -> Markup:
    """The first step of a new payment."""
    shape = """<form method="get" class="desk-form narrow">{pick}<div class="row foot-acts">
<button class="btn pri">Continue</button><a class="btn ghost" href="{back}">Cancel</a></div></form>"""
    form = Form({name: at.visit.request.param(name) for name in ("Customer", "Customer.text")})
    asked = any(form.values.values())
    shown = Form(form.values, {"Customer": "There is no customer of this name."} if asked else {})
    return html(
        shape,
        pick=at.pick(shown, "Customer", "Customer", "Customer", "Choose a customer"),
        back=at.path("payments"),
    )


def _lines(at: Desk, form: Form, record: Record | None) -> Markup:
    shape = """<fieldset class="plain"><legend class="h">Invoices it pays</legend>{error}{table}</fieldset>"""
    row = """<tr><td class="tn nw c-sub">{number}</td><td class="c-name">{customer}</td>
<td class="mut tn nw hide-s">{due}</td><td class="num hide-s">{total}</td><td class="num c-amt">{open}</td>
<td class="num pay-in"><input class="inp num" name="{name}" value="{value}" inputmode="decimal" autocomplete="off"
aria-label="Applied to invoice {number}"></td></tr>"""
    held = linked_invoices(record.body) if record else dict[str, Decimal]()
    open_invoices = _payable(at, form, held)
    rows = joined(
        html(
            row,
            number=record_title(invoice),
            customer=at.name_of("Customer", reference_id(invoice.body, "CustomerRef")),
            due=day(invoice.body.get("DueDate")),
            total=money(invoice.body.get("TotalAmt")),
            open=money(to_decimal(invoice.body.get("Balance")) + held.get(invoice.id, Decimal(0))),
            name=_APPLIED + invoice.id,
            value=form.value(_APPLIED + invoice.id),
        )
        for invoice in open_invoices
    )
    none = Markup('<p class="mut sm">No open invoice. The payment stays unapplied.</p>')
    return html(shape, error=form.error("Lines"), table=_table(rows) if open_invoices else none)


def _table(rows: Markup) -> Markup:
    shape = """<table class="tbl flush cards"><thead><tr><th>No.</th><th>Customer</th><th>Due date</th>
<th class="num">Total</th><th class="num">Open</th><th class="num">Applied</th></tr></thead>
<tbody>{rows}</tbody></table>"""
    return html(shape, rows=rows)


def _payable(at: Desk, form: Form, held: dict[str, Decimal]) -> list[Record]:
    """The invoices of the customer and its sub-customers that are open or paid by this payment, oldest first."""
    family = _family(at, form.value("Customer"))
    found = [
        invoice
        for invoice in at.company.living("Invoice")
        if invoice.id in held
        or (
            reference_id(invoice.body, "CustomerRef") in family
            and to_decimal(invoice.body.get("Balance")) > 0
        )
    ]
    found.sort(
        key=lambda invoice: (invoice.id not in held, str(invoice.body.get("DueDate")), int(invoice.id))
    )
    return found[:_MOST_INVOICES]


def _family(at: Desk, customer: str) -> set[str]:
    family = {customer}
    for child in at.company.children.get(f"Customer/{customer}", ()):
        family |= _family(at, child)
    return family


def body_of(at: Desk, values: dict[str, str], record: Record | None) -> JsonObject:
    """What the form says, as a request body; what is applied to other things than invoices stays."""
    applied = {
        name.removeprefix(_APPLIED): amount_text(text)
        for name, text in values.items()
        if name.startswith(_APPLIED) and amount_of(amount_text(text)) != 0 and text.strip()
    }
    lines: list[JsonObject] = [
        {"Amount": amount, "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}
        for invoice, amount in applied.items()
    ]
    return {
        "CustomerRef": {"value": values.get("Customer", "")},
        "PaymentMethodRef": {"value": values.get("Method", "")},
        "TotalAmt": amount_text(values.get("TotalAmt", "")) or _sum(applied.values()),
        **{name: values.get(name, "").strip() for name in ("TxnDate", "PaymentRefNum", "PrivateNote")},
        "Line": lines + _other_lines(record),
    }


def _sum(amounts: Iterable[str]) -> str:
    known = [amount_of(amount) or Decimal(0) for amount in amounts]
    return plain(sum(known, Decimal(0))) if known else ""


def _other_lines(record: Record | None) -> list[JsonObject]:
    lines = objects(record.body.get("Line")) if record else []
    return [
        line
        for line in lines
        if all(link.get("TxnType") != "Invoice" for link in objects(line.get("LinkedTxn")))
    ]


def actions(at: Desk, record: Record) -> Iterable[Markup]:
    """What else can be done with a payment."""
    base = at.path(f"payments/{record.id}")
    opens = "The invoices it pays are open again."
    yield confirmed(f"{base}/void", "Void…", f"The payment stays, with an amount of 0. {opens}", "Void")
    yield confirmed(f"{base}/delete", "Delete…", f"The payment is gone for good. {opens}", "Delete")
