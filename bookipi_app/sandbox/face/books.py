"""What the bookkeeper's pages share: who visits, which company, its navigation, and doing things as a person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bookipi_app.sandbox.company import Company, Record
from bookipi_app.sandbox.face.consent import company_name
from bookipi_app.sandbox.face.html import Markup, html, joined, options, page, page_response
from bookipi_app.sandbox.faults import Refusal
from bookipi_app.sandbox.http import Request, Response
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.troubles import Troubles
from bookipi_app.sandbox.webhooks import announce
from bookipi_app.sandbox.work import BOOKKEEPER, Work, shown_name
from bookipi_app.sandbox.world import World
from bookipi_app.sandbox.writes import write

SECTIONS = (
    ("customers", "Customers"),
    ("items", "Items"),
    ("invoices", "Invoices"),
    ("settings", "Settings"),
    ("requests", "Requests"),
)
KIND_OF = {"customers": "Customer", "items": "Item", "invoices": "Invoice"}


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a signed-in person."""

    world: World
    troubles: Troubles
    request: Request
    now: datetime
    person: str


@dataclass(frozen=True, slots=True)
class Desk:
    """A person at the books of one company."""

    visit: Visit
    company: Company

    def path(self, rest: str) -> str:
        """An address within this company."""
        return f"/c/{self.company.realm}/{rest}"

    def work(self) -> Work:
        """A piece of work by the bookkeeper."""
        moment = self.visit.world.at(self.visit.now, self.company)
        return Work(self.company, self.visit.world.switches, moment, BOOKKEEPER)

    def do(self, act: Callable[[Work], JsonObject]) -> str:
        """Does something to the books; the answer is empty, or the words of the refusal."""
        try:
            act(self.work())
        except Refusal as refusal:
            self.company.changes.clear()
            return " ".join(problem.detail for problem in refusal.problems)
        announce(self.visit.world, self.company, BOOKKEEPER)
        return ""

    def write(self, kind: str, body: JsonObject, operation: str = "") -> str:
        """Writes an object as the API would."""
        return self.do(lambda work: write(work, KINDS[kind], body, operation))

    def show(self, section: str, title: str, content: Markup, status: int = 200) -> Response:
        """A page of this company."""
        return page_response(page(title, content, self.visit.person, self._nav(section)), status)

    def _nav(self, section: str) -> Markup:
        links = joined(
            html(
                '<a href="{path}"{mark}>{title}</a>',
                path=self.path(name),
                title=title,
                mark=Markup(' aria-current="page"') if name == section else "",
            )
            for name, title in SECTIONS
        )
        return html('<nav class="row">{links}</nav>', links=links)

    def choices(self, kind: str, empty: str = "") -> list[tuple[str, str]]:
        """The active records of a kind for a select."""
        found = [(record.id, shown_name(record)) for record in self.company.living(kind) if record.active]
        found.sort(key=lambda choice: choice[1].casefold())
        return [("", empty), *found] if empty else found

    def head(self, title: str, actions: Markup | None = None) -> Markup:
        """The title of a list with the company switcher under it."""
        shape = """<div class="head stack"><div class="titles"><h1>{title}</h1>
<form method="get" action="/c" class="switcher"><label class="vh" for="realm">Company</label>
<select id="realm" name="realm">{companies}</select><button class="btn ghost s">Switch</button></form></div>
<div class="acts">{actions}</div></div>"""
        companies = [
            (realm, f"{company_name(company)} · company {_spaced(realm)}")
            for realm, company in self.visit.world.companies.items()
        ]
        shown = options(companies, self.company.realm)
        return html(shape, title=title, companies=shown, actions=actions or Markup(""))


def _spaced(realm: str) -> str:
    return " ".join(realm[start : start + 4] for start in range(0, len(realm), 4))


def name_of(record: Record) -> str:
    """How a page calls a record."""
    return (
        str(record.body.get("DocNumber") or f"#{record.id}")
        if record.kind == "Invoice"
        else shown_name(record)
    )
