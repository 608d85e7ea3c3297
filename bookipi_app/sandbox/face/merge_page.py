"""Merging two customers or two items: which one stays, what moves, and that there is no way back."""

from bookipi_app.sandbox.company import Record, reference_id, render
from bookipi_app.sandbox.face.books import Desk, record_title
from bookipi_app.sandbox.face.form import Form
from bookipi_app.sandbox.face.html import Markup, html, joined, money, notice
from bookipi_app.sandbox.http import Response, redirect
from bookipi_app.sandbox.jsontext import JsonObject, as_object
from bookipi_app.sandbox.merge import merge_records, sells

_SECTIONS = {"Customer": "customers", "Item": "items"}
_A = {"Customer": "a customer", "Item": "an item"}
_MOVES = {
    "Customer": "Invoices and payments move to {winner}.",
    "Item": "The lines of invoices that sell {loser} sell {winner} from then on, at the prices they have.",
}


def merge_page(at: Desk, loser: Record, error: str = "") -> Response:
    """First the choice of the record that stays, then both side by side with the button."""
    section, noun = _SECTIONS[loser.kind], loser.kind.lower()
    asked = {name: at.visit.request.param(name) for name in ("into", "into.text")}
    chosen = at.picked({name: text for name, text in asked.items() if text}, "into", loser.kind)
    winner = at.company.find(loser.kind, chosen) if chosen != loser.id else None
    title = f"Merge {record_title(loser)}"
    shape = """{head}{notice}<form method="get" class="desk-form narrow">{pick}
<div class="row foot-acts"><button class="btn{primary}">{label}</button>
<a class="btn ghost" href="{back}">Cancel</a></div></form>{both}"""
    errors = {"into": f"Choose another {noun} than this one."} if chosen and not winner else {}
    form = Form(
        {"into": chosen, "into.text": asked["into.text"]} if asked["into.text"] else {"into": chosen}, errors
    )
    content = html(
        shape,
        head=at.head(section, title, crumb=at.crumb(section)),
        notice=notice(error, bad=True) if error else Markup(""),
        pick=_pick(at, form, loser),
        primary="" if winner else " pri",
        label="Change" if winner else "Continue",
        back=at.path(f"{section}/{loser.id}"),
        both=_both(at, loser, winner) if winner else Markup(""),
    )
    return at.show(section, title, content, 400 if error else 200)


def _pick(at: Desk, form: Form, loser: Record) -> Markup:
    label = f"{loser.kind} that stays"
    if at.has_many(loser.kind):
        return at.pick(form, label, "into", loser.kind)
    others = [choice for choice in at.choices(loser.kind) if choice[0] != loser.id]
    return form.select(label, "into", [("", f"Choose {_A[loser.kind]}"), *others])


def _both(at: Desk, loser: Record, winner: Record) -> Markup:
    shape = """<section class="sect"><table class="tbl flush both"><thead><tr><th scope="col"></th>
<th scope="col">Goes</th><th scope="col">Stays</th></tr></thead><tbody>{rows}</tbody></table>
<p class="mut sm after">{moves} {loser} is gone afterwards,
and a merge cannot be undone.</p><form method="post" action="{action}"><input type="hidden" name="winner" value="{id}">
<button class="btn solid-bad">Merge into {winner}</button></form></section>"""
    row = '<tr><th scope="row">{label}</th><td>{loser}</td><td>{winner}</td></tr>'
    facts = zip(_facts(at, loser), _facts(at, winner), strict=True)
    rows = joined(html(row, label=label, loser=goes, winner=stays) for (label, goes), (_, stays) in facts)
    return html(
        shape,
        rows=rows,
        moves=html(_MOVES[loser.kind], winner=record_title(winner), loser=record_title(loser)),
        winner=record_title(winner),
        loser=record_title(loser),
        action=at.path(f"{_SECTIONS[loser.kind]}/{loser.id}/merge"),
        id=winner.id,
    )


def _facts(at: Desk, record: Record) -> list[tuple[str, object]]:
    return _item_facts(at, record) if record.kind == "Item" else _customer_facts(at, record)


def _item_facts(at: Desk, item: Record) -> list[tuple[str, object]]:
    sold = sum(1 for invoice in at.company.living("Invoice") if sells(invoice, item.id))
    return [
        ("Name", record_title(item)),
        ("Type", item.body.get("Type", "–")),
        ("Price", money(item.body.get("UnitPrice"))),
        ("Invoices", sold),
    ]


def _customer_facts(at: Desk, customer: Record) -> list[tuple[str, object]]:
    body = customer.body
    return [
        ("Name", record_title(customer)),
        ("Company", body.get("CompanyName", "–")),
        ("E-mail", as_object(body.get("PrimaryEmailAddr")).get("Address", "–")),
        ("Invoices", _count(at, "Invoice", customer)),
        ("Payments", _count(at, "Payment", customer)),
        ("Balance", money(render(at.company, customer)["Balance"])),
    ]


def _count(at: Desk, kind: str, customer: Record) -> int:
    return sum(
        1 for record in at.company.living(kind) if reference_id(record.body, "CustomerRef") == customer.id
    )


def merge(at: Desk, loser: Record) -> Response:
    """Merges, and shows the record that stayed."""
    winner = at.visit.request.form().get("winner", "")
    wanted: JsonObject = {"kind": loser.kind, "winner": winner, "loser": loser.id}
    problems = at.do(lambda work: merge_records(work, wanted))
    if problems:
        return merge_page(at, loser, " ".join(problem.detail for problem in problems))
    return redirect(at.path(f"{_SECTIONS[loser.kind]}/{winner}"))
