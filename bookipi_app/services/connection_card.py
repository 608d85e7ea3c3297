"""The one state behind the QuickBooks card, the same on every page, in words that are ready to show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from bookipi_app.clock import today_in
from bookipi_app.models import Company, Connection, ConnectionStatus, Flag, SyncRecord, User
from bookipi_app.services.card_view import CardFact, CardState, CardView
from bookipi_app.services.flags import newest_connection
from bookipi_app.services.grant_ends import ending
from bookipi_app.services.words import ago_words, clock_words, counted, day_words, moment_words, took_words

__all__ = ["ACTIVITY", "INTEGRATION", "START", "CardFact", "CardState", "CardView", "card"]

SILENCE = timedelta(hours=1)  # the change feed is read every 15 minutes at least
START = "/oauth/quickbooks/start"
INTEGRATION = "/settings/integration"
ACTIVITY = "/quickbooks"


@dataclass(frozen=True)
class _Counts:
    """How many records of a connection show which flag."""

    equal: int = 0
    pending: int = 0
    attention: int = 0
    conflict: int = 0
    differs: int = 0
    frozen: int = 0

    @property
    def needs_you(self) -> int:
        return self.attention + self.conflict + self.differs

    @property
    def total(self) -> int:
        return self.equal + self.pending + self.needs_you


def card(session: Session, company_id: UUID, now: datetime) -> CardView:
    """The card of a company at a moment."""
    company = session.get_one(Company, company_id)
    connection = newest_connection(session, company_id)
    if connection is None:
        return _unconnected(session, company)
    counts = _counts(session, connection)
    view = _face(session, company, connection, counts, now)
    return replace(
        view,
        connected=connection.status is not ConnectionStatus.FROZEN,
        quickbooks_name=connection.quickbooks_name,
        company_name=company.name,
        connected_since=moment_words(connection.connected_at, company.time_zone, now),
        heard=ago_words(connection.heard_at, company.time_zone, now) if connection.heard_at else "",
        lag=_seconds(connection.lag_in_ms),
        lag_out=_seconds(connection.lag_out_ms),
        equal=counts.equal,
        pending=counts.pending,
        needs_you=counts.needs_you,
        total=counts.total,
        income_account=connection.income_account_name,
        default_item=connection.default_item_name,
    )


def _face(
    session: Session, company: Company, connection: Connection, counts: _Counts, now: datetime
) -> CardView:
    match connection.status:
        case ConnectionStatus.FROZEN:
            return _frozen(session, company, connection, counts, now)
        case ConnectionStatus.DISCONNECTING:
            words = "Access is being given back to QuickBooks. Nothing is sent any more."
            return CardView(CardState.DISCONNECTING, "busy", "Disconnecting…", "Disconnecting…", words=words)
        case ConnectionStatus.RECONNECT:
            return _reconnect(connection, counts)
        case ConnectionStatus.REVIEW:
            return _with_its_end(_review(connection), company, connection, now)
        case ConnectionStatus.CONNECTED:
            if connection.paused_until and connection.paused_until > now and connection.problem:
                return _with_its_end(_paused(company, connection, counts, now), company, connection, now)
            return _living(company, connection, counts, now)


def _unconnected(session: Session, company: Company) -> CardView:
    user = session.get_one(User, company.user_id)
    if user.country != "US":
        return _not_eligible(
            "Your account's country is not the United States.", "Open profile", "/settings/profile"
        )
    if user.default_company_id != company.id:
        return _other_company(session, user, company)
    if company.country != "US" or company.currency != "USD":
        words = f"{company.name} is not a US company that invoices in US dollars."
        return _not_eligible(words, "Open company", "/settings/company")
    facts = (
        CardFact("Invoices, customers and items, both ways", ""),
        CardFact("Payment status is never shared", ""),
        CardFact("Everything you create from now on", ""),
    )
    return CardView(
        CardState.NOT_CONNECTED,
        "quiet",
        "Not connected",
        "Not connected · free",
        words="Invoice here; your books follow. And the other way round.",
        facts=facts,
        button="Connect",
        button_to=START,
        link="What is shared",
        link_to=INTEGRATION,
        company_name=company.name,
    )


def _not_eligible(why: str, button: str, to: str) -> CardView:
    line = "Not available for your country"
    words = f"{why} If that is wrong, change it."
    strong = "QuickBooks can be connected by US businesses."
    return CardView(CardState.NOT_ELIGIBLE, "quiet", line, line, strong, words, button=button, button_to=to)


def _other_company(session: Session, user: User, company: Company) -> CardView:
    default = session.get(Company, user.default_company_id) if user.default_company_id else None
    name = default.name if default else "your default company"
    connected = default is not None and newest_connection(session, default.id) is not None
    line = "Connected to another company" if connected else "For your default company"
    return CardView(
        CardState.OTHER_COMPANY,
        "quiet",
        line,
        f"Another company · shared with {name} only",
        words=f"QuickBooks belongs to your default company, {name}. Records of {company.name} are not shared.",
        button="Open company",
        button_to="/settings/company",
        company_name=company.name,
    )


def _living(company: Company, connection: Connection, counts: _Counts, now: datetime) -> CardView:
    if connection.heard_at and now - connection.heard_at > SILENCE:
        return _silent(company, connection.heard_at, counts, now)
    if ends_at := ending(connection, now):
        return _ending(company, counts, ends_at, now)
    if counts.needs_you:
        return _needs_you(counts)
    heard = (
        f"last heard {ago_words(connection.heard_at, company.time_zone, now)}"
        if connection.heard_at
        else "free"
    )
    lag = _seconds(connection.lag_in_ms)
    facts = [CardFact("Company", connection.quickbooks_name)]
    if counts.total:
        facts.append(CardFact("Equal", f"{counts.equal:,} of {counted(counts.total, 'record')}"))
    if lag:
        facts.append(CardFact("Changes arrive in", lag))
    if out := _seconds(connection.lag_out_ms):
        facts.append(CardFact("Changes leave in", out))
    if connection.cursor is None and not counts.total:
        state, tone, line = CardState.SYNCING, "busy", "Reading QuickBooks' lists"
        words, compact = "Its names, items and accounts are read once. You can go on working.", line
    elif counts.pending:
        state, tone, line = CardState.SYNCING, "busy", f"Syncing {counts.pending:,} of {counts.total:,}"
        words, compact = "You can go on working.", line
    else:
        state, tone, line, words = CardState.CONNECTED, "good", f"Connected · {heard}", _first_words(counts)
        compact = f"Connected · changes arrive in {lag}" if lag else f"Connected · {heard}"
    return CardView(
        state, tone, line, compact, words=words, facts=tuple(facts), button="View activity", button_to=ACTIVITY,
        link="Settings", link_to=INTEGRATION,
    )  # fmt: skip


def _first_words(counts: _Counts) -> str:
    """Until something was shared, an owner may wonder whether anything happens."""
    if counts.total:
        return ""
    return "New invoices, customers and items sync from now, both ways. Nothing is shared yet."


def _silent(company: Company, heard_at: datetime, counts: _Counts, now: datetime) -> CardView:
    """Nothing was refused and nothing arrives either: far longer than it ever is between two readings."""
    since = moment_words(heard_at, company.time_zone, now)
    return CardView(
        CardState.PAUSED, "warn", "Nothing heard from QuickBooks", f"Nothing heard · since {since}",
        strong=f"Nothing has been heard from QuickBooks since {since}.",
        words=f"What changed there since then may not have arrived. {_waiting(counts)}",
        button="See what waits", button_to=f"{ACTIVITY}?show=syncing",
    )  # fmt: skip


def _ending(company: Company, counts: _Counts, ends_at: datetime, now: datetime) -> CardView:
    """Nothing is wrong yet: everything goes on until that day, and a new consent moves it away.

    It goes before what needs a person, which stays one click away.
    """
    day = _day_of(company, ends_at, now)
    link, link_to = "Settings", INTEGRATION
    if counts.needs_you:
        link, link_to = f"Review {counts.needs_you:,}", f"{ACTIVITY}?show=needs"
    return CardView(
        CardState.ENDING, "warn", f"Connected · until {day}", f"Access ends on {day}",
        strong=f"Access to QuickBooks ends on {day}.",
        words=f"Reconnect before then and nothing is interrupted. {_waiting(counts)}",
        button="Reconnect", button_to=START, link=link, link_to=link_to,
    )  # fmt: skip


def _with_its_end(view: CardView, company: Company, connection: Connection, now: datetime) -> CardView:
    """What stops the sync may do so for long: that access will end is said beside it."""
    if not (ends_at := ending(connection, now)):
        return view
    day = _day_of(company, ends_at, now)
    return replace(view, words=f"{view.words} Access to QuickBooks ends on {day}: reconnect before then.")


def _day_of(company: Company, moment: datetime, now: datetime) -> str:
    zone = company.time_zone
    return day_words(today_in(zone, moment), today_in(zone, now))


def _needs_you(counts: _Counts) -> CardView:
    parts = [
        (counts.attention, "refused by QuickBooks or waiting for your choice"),
        (counts.conflict, "edited on both sides"),
        (counts.differs, "with a different total"),
    ]
    said = ", ".join(f"{number:,} {what}" for number, what in parts if number)
    rest = f" The other {counts.equal:,} are equal." if counts.equal else ""
    verb = "needs" if counts.needs_you == 1 else "need"
    return CardView(
        CardState.NEEDS_YOU, "warn", f"Connected · {counts.needs_you:,} {verb} you",
        f"{counted(counts.needs_you, 'record')} {verb} you", words=f"{said}.{rest}",
        button=f"Review {counts.needs_you:,}", button_to=f"{ACTIVITY}?show=needs", link="Activity", link_to=ACTIVITY,
    )  # fmt: skip


def _paused(company: Company, connection: Connection, counts: _Counts, now: datetime) -> CardView:
    until = connection.paused_until or now
    seconds = max(1, round((until - now).total_seconds()))
    again = f"in {seconds} s" if seconds < 90 else f"at {clock_words(until, company.time_zone)}"
    return CardView(
        CardState.PAUSED,
        "warn",
        "Waiting for QuickBooks",
        f"No answer · {_short_waiting(counts)}",
        strong=connection.problem,
        words=f"{_waiting(counts)} Next try {again}.",
        button="See what waits",
        button_to=f"{ACTIVITY}?show=syncing",
    )


def _reconnect(connection: Connection, counts: _Counts) -> CardView:
    return CardView(
        CardState.RECONNECT,
        "bad",
        "Reconnect needed",
        f"Access ended · {_short_waiting(counts)}",
        strong=connection.problem or "Access ended: it was withdrawn in QuickBooks.",
        words=f"{_short_waiting(counts).capitalize()} here; none is lost."
        if counts.pending
        else "Nothing is lost.",
        button="Reconnect",
        button_to=START,
        link="See what waits",
        link_to=f"{ACTIVITY}?show=syncing",
    )


def _review(connection: Connection) -> CardView:
    return CardView(
        CardState.REVIEW, "warn", "Paused for your review", "Paused for your review",
        strong=connection.problem, words="Nothing moves until you say so.", button="Review", button_to=ACTIVITY,
    )  # fmt: skip


def _frozen(
    session: Session, company: Company, connection: Connection, counts: _Counts, now: datetime
) -> CardView:
    before = _unconnected(session, company)
    if before.state != CardState.NOT_CONNECTED:
        return before
    since = connection.frozen_at or connection.connected_at
    day = moment_words(since, company.time_zone, now)
    are = "record is" if counts.frozen == 1 else "records are"
    return CardView(
        CardState.FROZEN,
        "frozen",
        f"Disconnected since {day.rsplit(',', 1)[0]}",
        f"Disconnected · {counts.frozen:,} frozen",
        strong=f"{counts.frozen:,} {are} frozen",
        words=f"as of {day}. Connect the same QuickBooks company to resume.",
        button="Connect",
        button_to=START,
        link="Show frozen records",
        link_to="/invoices?flag=frozen",
    )


def _waiting(counts: _Counts) -> str:
    if counts.pending == 1:
        return "1 change waits here and goes out by itself."
    return (
        f"{counts.pending:,} changes wait here and go out by themselves."
        if counts.pending
        else "Nothing waits here."
    )


def _short_waiting(counts: _Counts) -> str:
    if not counts.pending:
        return "nothing waits"
    return f"{counted(counts.pending, 'change')} {'waits' if counts.pending == 1 else 'wait'}"


def _counts(session: Session, connection: Connection) -> _Counts:
    rows = session.exec(
        select(SyncRecord.flag, func.count())
        .where(col(SyncRecord.connection_id) == connection.id)
        .group_by(col(SyncRecord.flag))
    )
    found = dict(rows.all())
    return _Counts(
        equal=found.get(Flag.SYNCED, 0),
        pending=found.get(Flag.SYNCING, 0),
        attention=found.get(Flag.ATTENTION, 0),
        conflict=found.get(Flag.CONFLICT, 0),
        differs=found.get(Flag.DIFFERS, 0),
        frozen=found.get(Flag.FROZEN, 0),
    )


def _seconds(milliseconds: int | None) -> str:
    return "" if milliseconds is None else took_words(max(milliseconds, 100))
