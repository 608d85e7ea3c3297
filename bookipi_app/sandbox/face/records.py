"""Lists and forms of customers, items and invoices, and what the buttons on them do."""

from collections.abc import Callable, Iterable
from itertools import islice

from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.face import customer_form, invoice_form, item_form
from bookipi_app.sandbox.face.books import KIND_OF, Desk
from bookipi_app.sandbox.face.html import Markup, day, html, icon, joined, money, notice
from bookipi_app.sandbox.http import Response, redirect
from bookipi_app.sandbox.jsontext import JsonObject, as_object, to_decimal
from bookipi_app.sandbox.merge import merge_customers

_SHOWN = 200
_SINGULAR = {"customers": "customer", "items": "item", "invoices": "invoice"}
_STATUSES = ("All", "Open", "Overdue", "Paid", "Voided")


def list_page(at: Desk, section: str, error: str = "") -> Response:
    """All records of a section, newest invoices first, lists by name."""
    wanted, status = at.visit.request.param("find").casefold(), at.visit.request.param("status", "All")
    records = list(at.company.living(KIND_OF[section]))
    if section == "invoices":
        records.sort(key=lambda record: (str(record.body.get("TxnDate")), int(record.id)), reverse=True)
    else:
        records.sort(key=lambda record: _title(record).casefold())
    fitting = [record for record in records if _fits(at, section, record, wanted, status)]
    rows = joined(_ROWS[section](at, record) for record in islice(fitting, _SHOWN))
    shape = """{head}{error}{notice}{filters}<table class="tbl flush cards"><thead><tr>{heads}</tr></thead>
<tbody>{rows}</tbody></table><div class="tfoot"><span class="tn">{shown} of {all} {section}</span></div>"""
    content = html(
        shape,
        head=at.head(section.capitalize(), _new_button(at, section)),
        error=notice(error, bad=True) if error else Markup(""),
        notice=_playing(at),
        filters=_filters(at, section, status),
        heads=_heads(section),
        rows=rows or _nobody(at, section),
        shown=min(len(fitting), _SHOWN),
        all=len(records),
        section=section,
    )
    return at.show(section, section.capitalize(), content)


def _title(record: Record) -> str:
    return str(
        record.body.get("DisplayName") or record.body.get("Name") or record.body.get("DocNumber") or record.id
    )


def _fits(at: Desk, section: str, record: Record, wanted: str, status: str) -> bool:
    text = f"{_title(record)} {as_object(record.body.get('CustomerRef')).get('name', '')}".casefold()
    if wanted and wanted not in text:
        return False
    return section != "invoices" or status in ("All", status_of(at, record))


def _new_button(at: Desk, section: str) -> Markup:
    shape = '<a class="btn pri" href="{path}">{icon}New {kind}</a>'
    return html(shape, path=at.path(f"{section}/new"), icon=icon("plus"), kind=_SINGULAR[section])


def _playing(at: Desk) -> Markup:
    text = (
        "You are playing the bookkeeper. What you change here reaches the app as it would from QuickBooks: "
        "a webhook now, the change feed within minutes."
    )
    fail = html('<a class="btn s" href="{path}">Make it fail…</a>', path=at.path("faults"))
    return notice(text, action=fail)


def _filters(at: Desk, section: str, status: str) -> Markup:
    label = {"invoices": "Number or customer", "customers": "Name", "items": "Name"}[section]
    shape = """<form class="filters" method="get"><label class="inp">{icon}<span class="vh">{label}</span>
<input name="find" value="{find}" placeholder="{label}"></label>{statuses}<button class="btn">Find</button></form>"""
    chosen = at.visit.request.param("find")
    statuses = _status_filter(status) if section == "invoices" else Markup("")
    return html(shape, icon=icon("search", "s14"), label=label, find=chosen, statuses=statuses)


def _status_filter(status: str) -> Markup:
    choices = joined(
        html("<option{mark}>{name}</option>", name=name, mark=Markup(" selected") if name == status else "")
        for name in _STATUSES
    )
    shape = '<label class="chip on">Status <span class="sep"></span><select name="status">{choices}</select></label>'
    return html(shape, choices=choices)


def _nobody(at: Desk, section: str) -> Markup:
    shape = """<tr><td colspan="8" class="mut">No {kind} matches.
<a class="link" href="{path}">Clear filters</a></td></tr>"""
    return html(shape, kind=_SINGULAR[section], path=at.path(section))


def _heads(section: str) -> Markup:
    columns = {
        "invoices": ("No.", "Customer", "Date", "Due date", "Status", "#Total", "#Balance", ""),
        "customers": ("Name", "Company", "E-mail", "Status", "#Balance", ""),
        "items": ("Name", "Type", "SKU", "Tax", "Status", "#Price", ""),
    }[section]
    return joined(
        html(
            '<th class="{css}">{name}</th>', css="num" if name.startswith("#") else "", name=name.lstrip("#")
        )
        for name in columns
    )


def _invoice_row(at: Desk, record: Record) -> Markup:
    shape = """<tr><td class="tn nw c-sub"><a class="link" href="{path}">{number}</a></td>
<td class="c-name">{customer}</td>
<td class="mut tn nw hide-s">{date}</td><td class="mut tn nw hide-s">{due}</td><td class="mut nw c-status">{status}</td>
<td class="num c-amt">{total}</td><td class="num hide-s">{balance}</td><td class="num hide-s">{edit}</td></tr>"""
    body = record.body
    return html(
        shape,
        path=at.path(f"invoices/{record.id}"),
        number=body.get("DocNumber") or f"#{record.id}",
        customer=as_object(body.get("CustomerRef")).get("name", ""),
        date=day(body.get("TxnDate")),
        due=day(body.get("DueDate")),
        status=status_of(at, record),
        total=money(body.get("TotalAmt")),
        balance=money(body.get("Balance")),
        edit=_edit(at, f"invoices/{record.id}"),
    )


def _edit(at: Desk, path: str) -> Markup:
    return html('<a class="btn s" href="{path}">Edit</a>', path=at.path(path))


def _customer_row(at: Desk, record: Record) -> Markup:
    shape = """<tr><td class="c-name"><a class="link" href="{path}">{name}</a></td><td class="mut c-sub">{company}</td>
<td class="mut hide-s">{email}</td><td class="mut nw c-status">{status}</td><td class="num c-amt">{balance}</td>
<td class="num hide-s">{edit}</td></tr>"""
    body = record.body
    return html(
        shape,
        path=at.path(f"customers/{record.id}"),
        name=body.get("DisplayName", ""),
        company=body.get("CompanyName", ""),
        email=as_object(body.get("PrimaryEmailAddr")).get("Address", ""),
        status="Active" if record.active else "Inactive",
        balance=money(at.company.balances.get(record.id)),
        edit=_edit(at, f"customers/{record.id}"),
    )


def _item_row(at: Desk, record: Record) -> Markup:
    shape = """<tr><td class="c-name"><a class="link" href="{path}">{name}</a></td><td class="mut c-sub">{kind}</td>
<td class="mut hide-s">{sku}</td><td class="mut hide-s">{tax}</td><td class="mut nw c-status">{status}</td>
<td class="num c-amt">{price}</td><td class="num hide-s">{edit}</td></tr>"""
    body = record.body
    return html(
        shape,
        path=at.path(f"items/{record.id}"),
        name=body.get("Name", ""),
        kind=body.get("Type", ""),
        sku=body.get("Sku", ""),
        tax="Taxable" if body.get("Taxable") else "",
        status="Active" if record.active else "Inactive",
        price=money(body.get("UnitPrice")),
        edit=_edit(at, f"items/{record.id}"),
    )


_ROWS: dict[str, Callable[[Desk, Record], Markup]] = {
    "invoices": _invoice_row,
    "customers": _customer_row,
    "items": _item_row,
}


def status_of(at: Desk, record: Record) -> str:
    """Open, Overdue, Paid or Voided."""
    body = record.body
    if to_decimal(body.get("TotalAmt")) == 0 and str(body.get("PrivateNote", "")).startswith("Voided"):
        return "Voided"
    if to_decimal(body.get("Balance")) <= 0:
        return "Paid"
    return "Overdue" if str(body.get("DueDate", "")) < at.work().today.isoformat() else "Open"


def _form(section: str) -> Callable[[Desk, Record | None, JsonObject], Markup]:
    return {
        "customers": customer_form.fields,
        "items": item_form.fields,
        "invoices": invoice_form.fields,
    }[section]


def form_page(at: Desk, section: str, record_id: str, error: str = "") -> Response:
    """The form of one record, or of a new one."""
    record = at.company.find(KIND_OF[section], record_id)
    if record is None and record_id != "new":
        return list_page(at, section, "That record is not here any more.")
    title = _title(record) if record else f"New {_SINGULAR[section]}"
    shape = """<a class="crumb" href="{back}">{icon}{section}</a><div class="head"><div class="titles">
<h1>{title}</h1><p>{context}</p></div></div>{error}
<form method="post" class="desk-form"><input type="hidden" name="SyncToken" value="{token}">{fields}
<div class="row foot-acts"><button class="btn pri">Save</button>
<a class="btn ghost" href="{back}">Cancel</a></div></form>
{actions}"""
    content = html(
        shape,
        back=at.path(section),
        icon=icon("back", "s14"),
        section=section.capitalize(),
        title=title,
        context=_context(at, record),
        error=notice(error, bad=True) if error else Markup(""),
        token=str(record.token) if record else "",
        fields=_form(section)(at, record, record.body if record else {}),
        actions=_actions(at, section, record) if record else Markup(""),
    )
    return at.show(section, title, content, 400 if error else 200)


def _context(at: Desk, record: Record | None) -> str:
    if record is None:
        return ""
    told = f"Id {record.id} · version {record.token}"
    if record.kind == "Invoice":
        return f"{told} · {status_of(at, record)} · total {money(record.body.get('TotalAmt'))}"
    return told if record.active else f"{told} · inactive"


def _actions(at: Desk, section: str, record: Record) -> Markup:
    parts: Iterable[Markup]
    if section == "invoices":
        parts = invoice_form.actions(at, record)
    elif section == "customers":
        parts = customer_form.actions(at, record)
    else:
        parts = item_form.actions(at, record)
    shape = '<section class="sect"><h2 class="h">More</h2><div class="row wrap more">{parts}</div></section>'
    return html(shape, parts=joined(parts))


def save(at: Desk, section: str, record_id: str) -> Response:
    """Writes the form as a sparse update, or as a new record."""
    form = at.visit.request.form()
    record = at.company.find(KIND_OF[section], record_id)
    if record is None and record_id != "new":
        return list_page(at, section, "That record is not here any more.")
    readers = {
        "customers": customer_form.body_of,
        "items": item_form.body_of,
        "invoices": invoice_form.body_of,
    }
    body = readers[section](at, form, record)
    if record is not None:
        body |= {"Id": record.id, "SyncToken": form.get("SyncToken", ""), "sparse": True}
    error = at.write(KIND_OF[section], body)
    return form_page(at, section, record_id, error) if error else redirect(at.path(section))


def act(at: Desk, section: str, record_id: str, action: str) -> Response:
    """A button beside a record: void, delete, inactivate, reactivate, merge, payment."""
    record = at.company.find(KIND_OF[section], record_id)
    if record is None:
        return list_page(at, section, "That record is not here any more.")
    error = _acted(at, record, action, at.visit.request.form())
    if error:
        return form_page(at, section, record_id, error)
    return redirect(at.path(section))


def _acted(at: Desk, record: Record, action: str, form: dict[str, str]) -> str:
    identity: JsonObject = {"Id": record.id, "SyncToken": str(record.token)}
    named = "DisplayName" if record.kind == "Customer" else "Name"
    match action:
        case "void" | "delete" if record.kind == "Invoice":
            return at.write(record.kind, identity, action)
        case "inactivate" if record.kind != "Invoice":
            return at.write(record.kind, {**identity, "sparse": True, "Active": False})
        case "reactivate" if record.kind != "Invoice":
            name = str(record.body.get(named, "")).split(" (deleted")[0]
            return at.write(record.kind, {**identity, "sparse": True, "Active": True, named: name})
        case "merge" if record.kind == "Customer":
            return at.do(
                lambda work: merge_customers(work, {"winner": form.get("winner"), "loser": record.id})
            )
        case "payment" if record.kind == "Invoice":
            return at.write("Payment", _payment(record, form))
        case _:
            return "There is no such action."


def _payment(invoice: Record, form: dict[str, str]) -> JsonObject:
    link = {"TxnId": invoice.id, "TxnType": "Invoice"}
    body: JsonObject = {
        **{
            "CustomerRef": {"value": reference_id(invoice.body, "CustomerRef")},
            "TotalAmt": form.get("amount", ""),
        },
        **{"TxnDate": form.get("date", ""), "PaymentMethodRef": {"value": form.get("method", "")}},
        "Line": [{"Amount": form.get("amount", ""), "LinkedTxn": [link]}],
    }
    return body
