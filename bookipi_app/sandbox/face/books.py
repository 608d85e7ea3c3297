"""What the bookkeeper's pages share: who visits, which company, its navigation, and doing things as a person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bookipi_app.sandbox.company import Company, Record
from bookipi_app.sandbox.face.consent import company_name
from bookipi_app.sandbox.face.form import Form
from bookipi_app.sandbox.face.html import Markup, hidden, html, icon, joined, options, page, page_response
from bookipi_app.sandbox.faults import Problem, Refusal
from bookipi_app.sandbox.http import Request, Response
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.times import pacific_day
from bookipi_app.sandbox.troubles import Troubles
from bookipi_app.sandbox.webhooks import announce
from bookipi_app.sandbox.work import BOOKKEEPER, Work, shown_name
from bookipi_app.sandbox.world import World
from bookipi_app.sandbox.writes import write

SECTIONS = (
    ("customers", "Customers"),
    ("items", "Items"),
    ("invoices", "Invoices"),
    ("payments", "Payments"),
    ("settings", "Settings"),
    ("requests", "Requests"),
)
MOST_CHOICES = 300


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
    today: str

    @classmethod
    def of(cls, visit: Visit, company: Company) -> "Desk":
        """The desk as it is at the moment of the visit."""
        return cls(visit, company, pacific_day(visit.world.at(visit.now, company)).isoformat())

    def path(self, rest: str) -> str:
        """An address within this company."""
        return f"/c/{self.company.realm}/{rest}"

    def do(
        self, act: Callable[[Work], JsonObject], include: frozenset[str] = frozenset()
    ) -> tuple[Problem, ...]:
        """Does something to the books; the answer is empty, or what QuickBooks has against it."""
        moment = self.visit.world.at(self.visit.now, self.company)
        try:
            act(Work(self.company, self.visit.world.switches, moment, BOOKKEEPER, include))
        except Refusal as refusal:
            self.company.changes.clear()
            return refusal.problems
        announce(self.visit.world, self.company, BOOKKEEPER)
        return ()

    def write(
        self, kind: str, body: JsonObject, operation: str = "", include: frozenset[str] = frozenset()
    ) -> tuple[Problem, ...]:
        """Writes an object as the API would."""
        return self.do(lambda work: write(work, KINDS[kind], body, operation), include)

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
        return html('<nav class="row" aria-label="Sections">{links}</nav>', links=links)

    def head(
        self,
        section: str,
        title: str,
        actions: Markup | None = None,
        crumb: Markup | None = None,
        told: str = "",
    ) -> Markup:
        """The title of a page, with the company switcher under it; switching stays in the section."""
        shape = """{crumb}<div class="head stack"><div class="titles"><h1>{title}</h1>{told}
<form method="get" action="/c" class="switcher">{hidden}<label class="vh" for="realm">Company</label>
<select id="realm" name="realm">{companies}</select><button class="btn ghost s">Switch</button></form></div>
<div class="acts">{actions}</div></div>"""
        companies = [
            (realm, f"{company_name(company)} · company {_spaced(realm)}")
            for realm, company in self.visit.world.companies.items()
        ]
        return html(
            shape,
            crumb=crumb or Markup(""),
            title=title,
            told=html("<p>{told}</p>", told=told) if told else Markup(""),
            hidden=hidden([("section", section)]),
            companies=options(companies, self.company.realm),
            actions=actions or Markup(""),
        )

    def crumb(self, section: str) -> Markup:
        """The way back to a section's list."""
        shape = '<a class="crumb" href="{path}">{icon}{title}</a>'
        return html(shape, path=self.path(section), icon=icon("back", "s14"), title=dict(SECTIONS)[section])

    def choices(self, kind: str, empty: str = "", held: str = "") -> list[tuple[str, str]]:
        """The active records of a kind for a select, and the one that is held already, whatever became of it."""
        found = [
            (record.id, shown_name(record))
            for record in self.company.living(kind)
            if record.active or record.id == held
        ]
        found.sort(key=lambda choice: choice[1].casefold())
        return [("", empty), *found] if empty else found

    def name_of(self, kind: str, record_id: str) -> str:
        """How references to a record call it; empty if there is none."""
        record = self.company.find(kind, record_id)
        return shown_name(record) if record else ""

    def pick(self, form: Form, label: str, name: str, kind: str, empty: str = "") -> Markup:
        """A choice among records; where there are too many for a list, their names are typed."""
        if not self.has_many(kind):
            return form.select(label, name, self.choices(kind, empty, form.value(name)))
        named = {f"{name}.text": form.values.get(f"{name}.text", self.name_of(kind, form.value(name)))}
        errors = {f"{name}.text": form.errors[name]} if name in form.errors else {}
        return Form(named, errors).text(
            label, f"{name}.text", hint="The whole name: there are too many to list."
        )

    def has_many(self, kind: str) -> bool:
        """Whether a kind has more records than a list can show."""
        return len(self.company.records.get(kind, ())) > MOST_CHOICES

    def picked(self, values: dict[str, str], name: str, kind: str) -> str:
        """The id that was picked; `0`, which nothing has, for a name that nobody has."""
        typed = values.get(f"{name}.text")
        if typed is None:
            return values.get(name, "")
        holder = self.company.holder_of(KINDS[kind], typed.strip())
        return holder[1] if holder and holder[0] == kind else "0" if typed.strip() else ""


def _spaced(realm: str) -> str:
    return " ".join(realm[start : start + 4] for start in range(0, len(realm), 4))


def record_title(record: Record) -> str:
    """What a page calls a record."""
    body = record.body
    if record.kind == "Payment":
        return f"Payment {body.get('PaymentRefNum') or '#' + record.id}"
    return str(body.get("DisplayName") or body.get("Name") or body.get("DocNumber") or f"#{record.id}")
