"""The lists of customers, items, invoices and payments: filters, pages, and what a row offers."""

from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from bookipi_app.sandbox.company import Record
from bookipi_app.sandbox.face.books import Desk, record_title
from bookipi_app.sandbox.face.columns import LISTS, ListOf, status_of
from bookipi_app.sandbox.face.html import Markup, html, icon, joined, notice
from bookipi_app.sandbox.http import Response
from bookipi_app.sandbox.jsontext import as_object

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class _Filter:
    find: str
    status: str
    since: str
    until: str

    @property
    def takes_all(self) -> bool:
        """Whether nothing narrows the list."""
        return not (self.find or self.since or self.until) and self.status == "All"

    def takes(self, at: Desk, record: Record) -> bool:
        """Whether a record is among what is looked for."""
        if self.find and self.find not in _searched(record):
            return False
        if not (self.since or "0") <= str(record.body.get("TxnDate", "9")) <= (self.until or "9999"):
            return False
        return self.status == "All" or status_of(at, record) == self.status


def _searched(record: Record) -> str:
    body = record.body
    parts = (record_title(record), as_object(body.get("CustomerRef")).get("name", ""))
    more = (body.get("FullyQualifiedName", ""), body.get("CompanyName", ""), body.get("Sku", ""))
    return " ".join(map(str, (*parts, *more))).casefold()


def list_page(at: Desk, section: str) -> Response:
    """The records of a section page by page: transactions newest first, lists by name."""
    listed, request = LISTS[section], at.visit.request
    chosen = _Filter(
        request.param("find").strip().casefold(),
        *(request.param("status") or listed.statuses[0], request.param("from"), request.param("to")),
    )
    records = _in_order(at, listed)
    fitting = records if chosen.takes_all else [record for record in records if chosen.takes(at, record)]
    number = _page_number(request.param("page"), len(fitting))
    shown = list(islice(fitting, (number - 1) * ON_A_PAGE, number * ON_A_PAGE))
    shape = """{head}{notice}{filters}<table class="tbl flush cards list-of"><thead><tr>{heads}</tr></thead>
<tbody>{rows}</tbody></table>{foot}"""
    content = html(
        shape,
        head=at.head(section, section.capitalize(), _new_buttons(at, section)),
        notice=_playing(at),
        filters=_filters(at, listed, chosen),
        heads=_heads(listed),
        rows=joined(_row(at, section, record) for record in shown) or _nobody(at, section, bool(records)),
        foot=_foot(at, section, number, len(fitting), len(records)),
    )
    return at.show(section, section.capitalize(), content)


def _in_order(at: Desk, listed: ListOf) -> list[Record]:
    records = list(at.company.living(listed.kind))
    if listed.dated:
        records.reverse()  # of one day the last comes first: sorting leaves equals as they stand
        records.sort(key=lambda record: str(record.body.get("TxnDate")), reverse=True)
    else:
        records.sort(key=lambda record: record_title(record).casefold())
    return records


def _page_number(text: str, fitting: int) -> int:
    last = max(1, -(-fitting // ON_A_PAGE))
    return min(max(int(text), 1), last) if text.isascii() and text.isdecimal() and len(text) < 9 else 1


def _new_buttons(at: Desk, section: str) -> Markup:
    payment = '<a class="btn" href="{path}">Record payment</a>'
    first = html(payment, path=at.path("payments/new")) if section == "invoices" else Markup("")
    shape = '<a class="btn pri" href="{path}">{icon}New {kind}</a>'
    path, kind = at.path(f"{section}/new"), LISTS[section].singular
    return first + html(shape, path=path, icon=icon("plus"), kind=kind)


def _playing(at: Desk) -> Markup:
    text = (
        "You are playing the bookkeeper. What you change here reaches the app as it would from QuickBooks: "
        "a webhook now, the change feed within minutes."
    )
    fail = html('<a class="btn s" href="{path}">Make it fail…</a>', path=at.path("faults"))
    return notice(text, action=fail)


def _filters(at: Desk, listed: ListOf, chosen: _Filter) -> Markup:
    shape = """<form class="filters" method="get" role="search"><label class="inp">{icon}<span class="vh">{label}</span>
<input name="find" type="search" value="{find}" placeholder="{label}"></label>
<label class="chip on">Status <span class="sep"></span><select name="status">{statuses}</select></label>
{dates}<button class="btn">Find</button></form>"""
    statuses = joined(
        html(
            "<option{mark}>{name}</option>",
            name=name,
            mark=Markup(" selected") if name == chosen.status else "",
        )
        for name in listed.statuses
    )
    return html(
        shape,
        icon=icon("search", "s14"),
        label=listed.search,
        find=at.visit.request.param("find"),
        statuses=statuses,
        dates=_dates(chosen) if listed.dated else Markup(""),
    )


def _dates(chosen: _Filter) -> Markup:
    shape = """<label class="chip{on}">{label} <span class="sep"></span>
<input type="date" name="{name}" value="{value}"></label>"""
    entries = (("From", "from", chosen.since), ("To", "to", chosen.until))
    return joined(
        html(shape, label=label, name=name, value=value, on=" on" if value else "")
        for label, name, value in entries
    )


def _heads(listed: ListOf) -> Markup:
    shape = '<th scope="col" class="{css}">{title}</th>'
    heads = joined(
        html(shape, css="num" if "num" in column.css.split() else "", title=column.title)
        for column in listed.columns
    )
    return heads + Markup('<th scope="col"><span class="vh">Actions</span></th>')


def _row(at: Desk, section: str, record: Record) -> Markup:
    cells = joined(
        html('<td class="{css}">{cell}</td>', css=column.css, cell=column.cell(at, record))
        for column in LISTS[section].columns
    )
    return html("<tr>{cells}{acts}</tr>", cells=cells, acts=_row_acts(at, section, record))


def _row_acts(at: Desk, section: str, record: Record) -> Markup:
    shape = """<td class="hide-s"><span class="row acts-in">
<a class="btn s" href="{path}" aria-label="Edit {title}">Edit</a><details class="menu" name="menu">
<summary class="btn ghost s icon" aria-label="More for {title}" title="More">{icon}</summary>
<div class="pop">{entries}</div></details></span></td>"""
    path = at.path(f"{section}/{record.id}")
    entries = joined(
        html('<a href="{path}">{label}</a>', path=target, label=label)
        for label, target in _entries(at, record, path)
    )
    return html(shape, path=path, title=record_title(record), icon=icon("more"), entries=entries)


def _entries(at: Desk, record: Record, path: str) -> list[tuple[str, str]]:
    more = f"{path}#more"
    match record.kind:
        case "Invoice" if status_of(at, record) in ("Open", "Overdue"):
            pay = at.path(f"payments/new?invoice={record.id}")
            return [("Record payment", pay), ("Void…", more), ("Delete…", more)]
        case "Invoice" | "Payment":
            return [("Void…", more), ("Delete…", more)]
        case "Customer" if record.active:
            return [
                ("New invoice", at.path(f"invoices/new?customer={record.id}")),
                ("Merge into another…", f"{path}/merge"),
                ("Make inactive…", more),
            ]
        case "Item" if record.active:
            return [("Merge into another…", f"{path}/merge"), ("Make inactive…", more)]
        case _:
            return [("Make inactive…" if record.active else "Make active", more)]


def _nobody(at: Desk, section: str, any_at_all: bool) -> Markup:
    shape = """<tr class="none"><td colspan="9" class="mut">{text} <a class="link" href="{path}">{way}</a></td></tr>"""
    kind = LISTS[section].singular
    if any_at_all:
        return html(shape, text=f"No {kind} matches.", path=at.path(section), way="Clear filters")
    return html(shape, text=f"No {kind} yet.", path=at.path(f"{section}/new"), way=f"New {kind}")


def _foot(at: Desk, section: str, number: int, fitting: int, everything: int) -> Markup:
    first, last = (number - 1) * ON_A_PAGE + 1, min(number * ON_A_PAGE, fitting)
    told = f"{fitting:,} of {everything:,} {section}"
    if fitting > ON_A_PAGE:
        told = f"{first:,}–{last:,} of {fitting:,} {section}"
    shape = '<div class="tfoot"><span class="tn">{told}</span>{pager}</div>'
    return html(shape, told=told, pager=_pager(at, number, last < fitting))


def _pager(at: Desk, number: int, more: bool) -> Markup:
    if number == 1 and not more:
        return Markup("")
    shape = '<nav class="pager" aria-label="Pages">{before}<span class="tn">Page {number}</span>{after}</nav>'
    before, after = _step(at, "Previous", number - 1, number > 1), _step(at, "Next", number + 1, more)
    return html(shape, before=before, number=number, after=after)


def _step(at: Desk, label: str, number: int, there: bool) -> Markup:
    if not there:
        return html('<span class="btn s off">{label}</span>', label=label)
    query = {name: values[0] for name, values in at.visit.request.query.items() if name != "page"}
    return html(
        '<a class="btn s" href="?{query}">{label}</a>',
        query=urlencode({**query, "page": number}),
        label=label,
    )
