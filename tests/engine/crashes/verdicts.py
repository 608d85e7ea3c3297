"""What must be true of a scenario beside the list of the simulation's checker."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from bookipi_app import exactjson
from bookipi_app.models import Flag, InboxEvent
from bookipi_app.quickbooks import webhooks
from bookipi_app.services.inbox import LISTENED
from tests.engine.crashes.people import People
from tests.engine.crashes.points import Blow, Watch
from tests.engine.crashes.scenarios import Scenario
from tests.engine.simulation.checker import Verdict

A_WHILE = timedelta(minutes=2)
WITH_PEOPLE = (Blow.DEATH_AND_SAME_FIELD, Blow.DEATH_AND_OTHER_FIELD, Blow.EDIT, Blow.STOPPED)
ALONE = (None, Blow.STOPPED, Blow.EDIT)  # nobody who renewed the access died of it, or heard no answer
BY_THE_CLOCK = (
    "/cdc",
    "/preferences",
    "/companyinfo",
    "FROM+Term+WHERE+Active",
)  # the feed, and the settings of a day
ASKED = (Flag.CONFLICT, Flag.ATTENTION, Flag.DIFFERS, Flag.SYNCING)


def verdict(scenario: Scenario, people: People, watch: Watch, blow: Blow | None) -> list[str]:
    """Everything that is wrong in the end."""
    judged = Verdict(people.stage, people.journal)
    wrong = [str(one) for one in judged.check()] if scenario.judged else list[str]()
    if people.stage.lost_wake:
        wrong.append(f"a wake-up is lost: {people.stage.lost_wake}")
    wrong += [f"committed by a run whose lease is another one's: {one}" for one in watch.late]
    wrong += [f"sent before QuickBooks wanted to hear of it again: {one}" for one in watch.hasty]
    wrong += _unheard(people)
    if blow in ALONE:
        wrong += _renewed_twice(scenario, people)
    if blow not in WITH_PEOPLE and not scenario.asks:
        wrong += [f"asked for nothing: {one.name}" for one in judged.pairs if one.record.flag in ASKED]
    if blow is None:
        wrong += _economy(scenario, people)
    if not scenario.lines and blow is None:
        wrong += _lines(people)
    if scenario.check is not None:
        wrong += scenario.check(people)
    return wrong


def _renewed_twice(scenario: Scenario, people: People) -> list[str]:
    """Whoever renews the access holds a claim; another worker waits for the new pair."""
    calls = sum("/tokens/bearer" in path for _, path in people.stage.requests)
    if calls <= scenario.renewals:
        return []
    return [f"{calls} calls of the token endpoint instead of {scenario.renewals}"]


def _unheard(people: People) -> list[str]:
    """I10: what was answered with 200 is stored, whatever died a moment later."""
    events = [one for body in people.stage.acknowledged for one in webhooks.parse(body).events]
    told = {one.id for one in events if one.entity in LISTENED}
    with people.stage.database.reading() as session:
        kept = set(session.exec(select(InboxEvent.id).where(col(InboxEvent.id).in_(told))))
    return [f"answered with 200 and not stored: {one}" for one in sorted(told - kept)]


def _economy(scenario: Scenario, people: People) -> list[str]:
    """I4 in peace: our own writes cost no read, what is edited there about one."""
    read = [path for method, path in people.stage.requests if method == "GET" and _is_of_records(path)]
    return [f"{len(read)} reads instead of {scenario.reads}: {read}"] if len(read) > scenario.reads else []


def _is_of_records(path: str) -> bool:
    return "/v3/" in path and not any(one in path for one in BY_THE_CLOCK)


def _lines(people: People) -> list[str]:
    """A list of lines replaces the whole list there: it does not travel with an edit of something else."""
    sent = [one for one in people.stage.sent if "SyncToken" in one and "Line" in one]
    return [f"lines are sent although nobody touched them: {exactjson.dumps(one)}" for one in sent]
