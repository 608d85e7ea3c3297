"""How the card's state looks: a connection's view from the services, put into the places of the card.

The words come from `services.connections`; here is only which of them stands where, and what the one button does.
"""

from __future__ import annotations

from dataclasses import dataclass

from bookipi_app.services.connections import CardState as States
from bookipi_app.services.connections import CardView
from bookipi_app.services.words import counted


@dataclass(frozen=True)
class Fact:
    """A line of the card's list."""

    label: str
    words: str


@dataclass(frozen=True)
class Act:
    """A button or link. `kind`: `leave` goes to QuickBooks, `page` within the app, `sync` looks at what is due."""

    words: str = ""
    href: str = ""
    kind: str = ""
    look: str = ""


@dataclass(frozen=True)
class Line:
    """The compact card: `words` always, `more` where there is room."""

    tone: str = ""
    words: str = ""
    more: str = ""
    act: Act = Act()


@dataclass(frozen=True)
class CardLook:
    """The card, ready to draw. `lead` is the part of the sentence in bold."""

    tone: str = ""
    line: str = ""
    lead: str = ""
    words: str = ""
    ticks: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    settings_facts: tuple[Fact, ...] = ()
    act: Act = Act()
    beside: Act = Act()
    far: Act = Act()
    line_alone: Line = Line()
    line_above: Line = Line()  # above the banner that says what needs a person
    needs: int = 0
    needs_words: str = ""
    needs_more: str = ""
    connected: bool = False
    review: bool = False  # the connection waits for the person
    may_disconnect: bool = False
    company: str = ""


DOTS = {"quiet": "", "good": "ok", "busy": "run", "warn": "warn", "bad": "bad", "frozen": "ice"}
_QUIET_ACTS = (
    States.CONNECTED,
    States.SYNCING,
    States.NOT_ELIGIBLE,
    States.OTHER_COMPANY,
    States.DISCONNECTING,
)
_PRIMARY_ACTS = (States.NOT_CONNECTED, States.RECONNECT, States.FROZEN, States.REVIEW)
_SHARED = "invoices, customers and items both ways, payment status never"


def look_of(view: CardView) -> CardLook:
    """The looks of a card."""
    act, beside = _act(view), Act(view.link, view.link_to)
    if view.state == States.PAUSED:
        act, beside = Act("Try now", kind="sync"), Act(view.button, view.button_to)
    far = Act()
    if view.state in (States.CONNECTED, States.SYNCING, States.NEEDS_YOU):
        beside, far = Act(), beside
    if view.state in _QUIET_ACTS:
        act, beside = Act(), Act(view.button, view.button_to)
    facts = tuple(Fact(fact.label, fact.value) for fact in view.facts if fact.value)
    return CardLook(
        tone="bad" if view.state == States.NEEDS_YOU else DOTS.get(view.tone, ""),
        line=view.line,
        lead=view.strong,
        words=view.words,
        ticks=tuple(fact.label for fact in view.facts if not fact.value),
        facts=facts,
        settings_facts=_settings_facts(view) or facts,
        act=act,
        beside=beside,
        far=far,
        line_alone=_line(view, act),
        line_above=_line_above(view, act),
        needs=view.needs_you,
        needs_words=f"{view.needs_you:,} {'record needs' if view.needs_you == 1 else 'records need'} you.",
        needs_more=view.words.partition(". ")[0].rstrip(".") + "." if view.state == States.NEEDS_YOU else "",
        connected=view.connected,
        review=view.state == States.REVIEW,
        may_disconnect=view.connected and view.state != States.DISCONNECTING,
        company=view.quickbooks_name,
    )


def _act(view: CardView) -> Act:
    if not view.button:
        return Act()
    kind = "leave" if view.button_to.startswith("/oauth/") else "page"
    return Act(view.button, view.button_to, kind, "pri" if view.state in _PRIMARY_ACTS else "")


def _short_act(view: CardView, act: Act) -> Act:
    """The compact card's button: shorter words, and quiet where nothing needs doing."""
    if view.state in (States.CONNECTED, States.SYNCING):
        return Act("Activity", view.button_to, "page", "ghost")
    if view.state in _QUIET_ACTS:
        return Act(view.button, view.button_to, "page" if view.button else "", "ghost")
    if view.state == States.NEEDS_YOU:
        return Act("Review", view.button_to, "page")
    return act


def _line(view: CardView, act: Act) -> Line:
    """Small screens show the first of the words that the dots set apart."""
    words, _, more = view.compact.partition(" · ")
    if view.state == States.NOT_CONNECTED:
        more = _SHARED  # that it is free is told by the pill
    if view.state == States.CONNECTED and view.lag and view.heard:
        more = f"{more} · last heard {view.heard}"
    tone = "bad" if view.state == States.NEEDS_YOU else DOTS.get(view.tone, "")
    return Line(tone, words, more, _short_act(view, act))


def _line_above(view: CardView, act: Act) -> Line:
    """The banner says what needs a person; the line that the connection itself is well."""
    if view.state != States.NEEDS_YOU:
        return _line(view, act)
    told = (
        f"changes arrive in {view.lag}" if view.lag else "",
        f"last heard {view.heard}" if view.heard else "",
    )
    return Line(
        "ok", "Connected", " · ".join(filter(None, told)), Act("Activity", view.link_to, "page", "ghost")
    )


def _settings_facts(view: CardView) -> tuple[Fact, ...]:
    if not view.connected:
        return ()
    equal = f"{view.equal:,} of {counted(view.total, 'record')}" if view.total else "Nothing to compare yet"
    return (
        Fact("QuickBooks company", view.quickbooks_name),
        Fact("Shared with", f"{view.company_name}, your default company"),
        Fact("Connected", view.connected_since),
        Fact("Equal", equal),
    )
