"""Forms of customers, items, invoices and payments, and what the buttons on them do."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bookipi_app.sandbox.company import Record, render
from bookipi_app.sandbox.face import customer_form, invoice_form, item_form, payment_form
from bookipi_app.sandbox.face.books import Desk, record_title
from bookipi_app.sandbox.face.columns import status_of
from bookipi_app.sandbox.face.form import Form, placed
from bookipi_app.sandbox.face.html import Markup, html, joined, money, notice
from bookipi_app.sandbox.faults import Problem
from bookipi_app.sandbox.http import Response, redirect
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.send import send_invoice

_MARK = re.compile(r"\s\(deleted[^)]*\)(\s\d+)?$")  # what making inactive added to the name
_STALE = "5010"
_NAME_TAKEN = "6240"


@dataclass(frozen=True, slots=True)
class Section:
    """How the records of a section are filled in, read back, and what can be done with them."""

    kind: str
    singular: str
    values_of: Callable[[Desk, Record | None], dict[str, str]]
    fields: Callable[[Desk, Form, Record | None], Markup]
    body_of: Callable[[Desk, dict[str, str], Record | None], JsonObject]
    places: Mapping[str, str]
    actions: Callable[[Desk, Record], Iterable[Markup]]


def _section(kind: str, singular: str, module: object) -> Section:
    names = ("values_of", "fields", "body_of", "PLACES", "actions")
    return Section(kind, singular, *(getattr(module, name) for name in names))


SECTIONS = {
    "customers": _section("Customer", "customer", customer_form),
    "items": _section("Item", "item", item_form),
    "invoices": _section("Invoice", "invoice", invoice_form),
    "payments": _section("Payment", "payment", payment_form),
}


def gone_page(at: Desk, section: str) -> Response:
    """There is no such record in this company."""
    shape = """<h1 class="title">Not here</h1><p class="mut">There is no such {singular} in this company,
or not any more. <a class="link" href="{path}">All {section}</a></p>"""
    content = html(shape, singular=SECTIONS[section].singular, path=at.path(section), section=section)
    return at.show(section, "Not here", content, 404)


def form_page(
    at: Desk,
    section: str,
    record_id: str,
    values: dict[str, str] | None = None,
    problems: tuple[Problem, ...] = (),
) -> Response:
    """The form of one record, or of a new one. What a person typed stays, whatever QuickBooks says to it."""
    record = at.company.find(SECTIONS[section].kind, record_id)
    if record is None and record_id != "new":
        return gone_page(at, section)
    started = values if values is not None else SECTIONS[section].values_of(at, record)
    title = record_title(record) if record else f"New {SECTIONS[section].singular}"
    if (
        section == "payments"
        and record is None
        and not at.company.find("Customer", started.get("Customer", ""))
    ):
        body = payment_form.choose_customer(at)
    else:
        body = _form(at, section, record, started, problems)
    head = at.head(section, title, crumb=at.crumb(section), told=_context(at, record))
    return at.show(section, title, head + body, 400 if problems else 200)


def _form(
    at: Desk, section: str, record: Record | None, values: dict[str, str], problems: tuple[Problem, ...]
) -> Markup:
    of = SECTIONS[section]
    errors, rest = placed(problems, of.places)
    if problems and not rest:
        rest = "Not saved. See below."
    form = Form(values, errors)
    token = values.get("SyncToken") or (str(record.token) if record else "")
    # The first button is the one that Enter presses, whatever field it is pressed in.
    shape = """{notice}<form method="post" class="desk-form">
<button class="vh" tabindex="-1" aria-hidden="true">Save</button>
<input type="hidden" name="SyncToken" value="{token}">{fields}
<div class="row foot-acts"><button class="btn pri">Save</button>
<a class="btn ghost" href="{back}">Cancel</a></div></form>{actions}"""
    way_out = _way_out(at, section, record, values, problems)
    return html(
        shape,
        notice=notice(rest, bad=True, action=way_out) if problems else Markup(""),
        token=token,
        fields=of.fields(at, form, record),
        back=at.path(section),
        actions=_actions(of, at, record) if record else Markup(""),
    )


def _way_out(
    at: Desk, section: str, record: Record | None, values: dict[str, str], problems: tuple[Problem, ...]
) -> Markup | None:
    """After a stale save the present version, after a taken name the merge that QuickBooks offers."""
    codes = {problem.code for problem in problems}
    shape = '<a class="btn s" href="{path}">{label}</a>'
    if _STALE in codes and record is not None:
        return html(shape, path=at.path(f"{section}/{record.id}"), label="Show what it is now")
    holder = at.company.holder_of(KINDS["Customer"], values.get("DisplayName", "").strip())
    if _NAME_TAKEN in codes and section == "customers" and record and holder and holder[0] == "Customer":
        return html(
            shape, path=at.path(f"customers/{record.id}/merge?into={holder[1]}"), label="Merge the two…"
        )
    return None


def _context(at: Desk, record: Record | None) -> str:
    if record is None:
        return ""
    told = f"Id {record.id} · version {record.token}"
    if record.kind in ("Invoice", "Payment"):
        return f"{told} · {status_of(at, record)} · total {money(record.body.get('TotalAmt'))}"
    balance = (
        f" · balance {money(render(at.company, record)['Balance'])}" if record.kind == "Customer" else ""
    )
    return told + balance if record.active else f"{told}{balance} · inactive"


def _actions(of: Section, at: Desk, record: Record) -> Markup:
    shape = '<section class="sect" id="more"><h2 class="h">More</h2><div class="row wrap more">{parts}</div></section>'
    return html(shape, parts=joined(of.actions(at, record)))


def save(at: Desk, section: str, record_id: str) -> Response:
    """Writes the form as a sparse update, or as a new record."""
    of = SECTIONS[section]
    values = {name: text.replace("\r\n", "\n") for name, text in at.visit.request.form().items()}
    record = at.company.find(of.kind, record_id)
    if record is None and record_id != "new":
        return gone_page(at, section)
    if "more" in values:
        return form_page(at, section, record_id, values)
    body = of.body_of(at, values, record)
    if record is not None:
        body |= {"Id": record.id, "SyncToken": values.get("SyncToken", ""), "sparse": True}
    problems = at.write(of.kind, body)
    return form_page(at, section, record_id, values, problems) if problems else redirect(at.path(section))


def act(at: Desk, section: str, record_id: str, action: str) -> Response:
    """A button beside a record: void, delete, send, inactivate, reactivate."""
    record = at.company.find(SECTIONS[section].kind, record_id)
    if record is None:
        return gone_page(at, section)
    problems = _acted(at, record, action)
    return form_page(at, section, record_id, None, problems) if problems else redirect(at.path(section))


def _acted(at: Desk, record: Record, action: str) -> tuple[Problem, ...]:
    identity: JsonObject = {"Id": record.id, "SyncToken": str(record.token)}
    named = KINDS[record.kind].name_field
    match action:
        case "void" if record.kind == "Payment":  # said as the API says it
            return at.write(record.kind, {**identity, "sparse": True}, "update", frozenset({"void"}))
        case "void" | "delete" if not named:
            return at.write(record.kind, identity, action)
        case "send" if record.kind == "Invoice":
            return at.do(lambda work: send_invoice(work, record.id, ""))
        case "inactivate" if named:
            return at.write(record.kind, {**identity, "sparse": True, "Active": False})
        case "reactivate" if named:
            name = _MARK.sub("", str(record.body.get(named, "")))
            return at.write(record.kind, {**identity, "sparse": True, "Active": True, named: name})
        case _:
            return (Problem("", "", "There is no such action."),)
