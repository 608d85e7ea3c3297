"""Beyond one record: batches, tokens, the change feed, refusals, a crowd that vanishes, the end of a connection."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bookipi_app.models import (
    Company,
    Connection,
    ConnectionStatus,
    Flag,
    Invoice,
    Item,
    Kind,
    Side,
    SyncRecord,
)
from bookipi_app.quickbooks.oauth import TokenPair
from bookipi_app.services import books_agree, connections, review
from bookipi_app.services.auth import Who
from bookipi_app.services.connections import Grant
from tests.engine import bookkeeper
from tests.engine.crashes.people import People, Step, here, here_by, there, world_by
from tests.engine.crashes.scenarios import (
    CUSTOMER,
    INVOICE,
    MEMO_HERE,
    MEMO_THERE,
    NOTES_HERE,
    NOTES_THERE,
    RECORDS,
    Scenario,
)
from tests.engine.simulation.connector import LONG_AWAY
from tests.engine.world import WHO

CROWD = 12  # more than the guard lets vanish at once
FOUR = ("Here 1", "Here 2", "Here 3", "Here 4")
CONFIRMED = "here confirms what vanished"
FROZEN_FLAGS = (Flag.FROZEN, Flag.NOT_SYNCED)


# -- what happens in the world -----------------------------------------------------------------------------------------


def feed_comes(people: People) -> None:
    """The change feed is due."""
    people.stage.feed_comes()


def an_hour_later(people: People) -> None:
    """Nobody was at work for an hour: what happened before lies further back than two readings overlap."""
    people.stage.now += timedelta(hours=1)
    people.stage.settle()


def _renewals_rotate(people: People) -> None:
    """Each renewal brings another refresh token; the former one is good for a few minutes more."""
    people.stage.sandbox.switches.change({"refresh_rotation": "every", "refresh_overlap_seconds": 300})


def hours_pass(people: People) -> None:
    """The access token runs out."""
    _renewals_rotate(people)
    people.stage.now += timedelta(hours=2)


def tokens_die(people: People) -> None:
    """QuickBooks takes the access token for expired; our clock does not know."""
    _renewals_rotate(people)
    for grant in people.stage.sandbox.world.grants.values():
        if grant.client_id == "client":
            for token in grant.access:
                token.expires = people.stage.now


def short_feed(people: People) -> None:
    """The change feed tells no more than three changes of a kind."""
    people.stage.sandbox.switches.change({"cdc_cap": 3})


def crowd_vanishes(people: People) -> None:
    """Somebody deletes many invoices in QuickBooks."""
    for record in people.stage.records_there("Invoice")[-CROWD:]:
        bookkeeper.delete(people.stage, record.id)
        people.journal.ended(Side.QUICKBOOKS, Kind.INVOICE, record.id, "delete")


def vendor_takes_name(people: People) -> None:
    """Vendors have the name that the next customer here gets, and the one that it gets if it is typed once more."""
    for ahead in (1, 2):
        people.stage.make("Vendor", DisplayName=f"Here {people.owner.made + ahead}")


def settings_are_due(people: People) -> None:
    """A day has passed since the settings were read."""
    with people.stage.database.transaction() as session:
        session.get_one(Connection, people.stage.connection_id).preflight_due_at = people.stage.now


def terms_are_made(people: People) -> None:
    """The bookkeeper puts terms on an invoice that nobody has heard of."""
    stage = people.stage
    [record] = stage.records_there("Invoice")[-1:]
    term = stage.make("Term", Name="Net 21", DueDays=21, Type="STANDARD")
    stage.change("Invoice", record.id, SalesTermRef={"value": term["Id"]})


def grant_ends(people: People) -> None:
    """QuickBooks takes the permission back; nobody told us."""
    people.stage.sandbox.revoke(people.stage.realm, "client")


def long_away(people: People) -> None:
    """Nobody connects again for longer than the change feed reaches back."""
    people.stage.now += LONG_AWAY


def no_shipping_box(people: People) -> None:
    """QuickBooks' own box for shipping is off."""
    stage = people.stage
    record = stage.sandbox.company(stage.realm).find("Preferences", "1")
    assert record is not None
    record.body["SalesFormsPrefs"] = {**record.body["SalesFormsPrefs"], "AllowShipping": False}  # type: ignore[dict-item]
    with stage.database.transaction() as session:
        session.get_one(Connection, stage.connection_id).preflight_due_at = stage.now
    assert stage.settle()


def other_company(people: People) -> None:
    """The same person has another company in QuickBooks."""
    people.stage.sandbox.add_company("us-no-tax", people.stage.now - timedelta(days=20))


# -- what a person does at pages that the simulation does not visit ----------------------------------------------------


def dates_it_back(people: People) -> None:
    """The invoice gets a date in what may be a closed month."""
    row = people.stage.only(Invoice)
    people.stage.edit(row.id, issue_date="2026-11-02", due_date="2026-11-16", terms_name="")
    people.journal.edited(Side.HERE, Kind.INVOICE, row.id, dates=["2026-11-02", "2026-11-16"])


def asks_whether_books_agree(people: People) -> None:
    """*Do the books agree?*"""
    with people.stage.database.transaction() as session:
        books_agree.ask(session, people.stage.company_id, people.stage.now)


def confirms(people: People) -> None:
    """What vanished may end here, too."""
    with people.stage.database.transaction() as session:
        review.confirm(session, people.stage.company_id, now=people.stage.now, who=WHO)


def connects_another(people: People) -> None:
    """A consent for the other company of QuickBooks."""
    stage, realm = people.stage, people.stage.sandbox.realms[-1]
    given: Any = stage.sandbox.grant(realm, stage.now)
    access, refresh = stage.now + timedelta(hours=1), stage.now + timedelta(days=100)
    pair = TokenPair(given["access_token"], given["refresh_token"], access, refresh)
    sealed = stage.vault.seal(pair, stage.company_id, realm)
    grant = Grant(realm, "Another", sealed, access, refresh, "", "", "1", "", {}, None)
    with stage.database.transaction() as session:
        company = session.get_one(Company, stage.company_id)
        who = Who(company.user_id, company.id, "", WHO, "", "US", company.name, True, False)
        connections.finish(session, who, grant, stage.now)


# -- what must be true of it -------------------------------------------------------------------------------------------


def _records(people: People) -> list[SyncRecord]:
    with people.stage.database.reading() as session:
        of_ours = col(SyncRecord.connection_id) == people.stage.connection_id
        return list(session.exec(select(SyncRecord).where(of_ours)))


def is_frozen(people: People) -> list[str]:
    """Once it is quiet, a disconnected company is frozen: no record says anything else, nothing is left to send."""
    row = people.stage.connection()
    if row.status in (ConnectionStatus.CONNECTED, ConnectionStatus.REVIEW):
        return []
    loud = [one for one in _records(people) if one.remote_id and one.flag not in FROZEN_FLAGS]
    wrong = [f"not frozen: {one.kind.value} {one.local_id} says {one.flag.value}" for one in loud]
    if row.status is not ConnectionStatus.FROZEN or row.tokens_sealed:
        wrong.append(f"not ended: the connection is {row.status.value}")
    grant = people.stage.sandbox.world.grants["client", row.realm_id]
    return wrong if grant.revoked else [*wrong, "the grant is not revoked"]


def nothing_trashed_unasked(people: People) -> list[str]:
    """A crowd that vanished there is in no trash here before somebody said so."""
    row = people.stage.connection()
    with people.stage.database.reading() as session:
        gone = session.exec(select(Invoice).where(col(Invoice.trashed_at).is_not(None))).all()
    said = any(CONFIRMED in one for one in people.journal.trace)
    asked = row.status is ConnectionStatus.REVIEW
    if said or (asked and not gone):
        return []
    return [f"{len(gone)} invoices are in the trash here, and the connection is {row.status.value}"]


def says_so(people: People) -> None:
    """*They may end here too.*"""
    confirms(people)
    people.journal.tell(CONFIRMED)


def other_books_untouched(people: People) -> list[str]:
    """I8: what belongs to the first company is written into no other one's books."""
    stage = people.stage
    first, *_, other = stage.sandbox.realms
    since = stage.connection().frozen_at
    ours = [one for one in stage.sandbox.world.commits if one.actor == "app:client"]
    foreign = [one for one in ours if one.realm == other and one.operation != "Create"]
    late = [one for one in ours if one.realm == first and since and one.time > since]
    made = [one for one in ours if one.realm == other and one.operation == "Create"]
    wrong = [f"written into another company's books: {one.kind} {one.id} {one.operation}" for one in foreign]
    wrong += [f"written after the end: {one.kind} {one.id}" for one in late]
    return (
        wrong if len(made) == 1 else [*wrong, f"{len(made)} records made in the other company instead of one"]
    )


def ships_by_one_item(people: People) -> list[str]:
    """One item called Shipping on each side, whoever died, and the invoice comes to the same there."""
    stage, name = people.stage, "Shipping"
    with stage.database.reading() as session:
        here_ = len(session.exec(select(Item).where(Item.name == name)).all())
        total = session.exec(select(Invoice.total_cents)).one()
    theirs = sum(one.body["Name"] == name for one in stage.records_there("Item"))
    cents = stage.get("Invoice", stage.record(Kind.INVOICE).remote_id or "")["TotalAmt"] * 100
    wrong = [] if (here_, theirs) == (1, 1) else [f"{here_} items for shipping here, {theirs} there"]
    return wrong if cents == total else [*wrong, f"{cents} cents there, {total} here"]


HOUR = (world_by(an_hour_later),)
ENDED: dict[str, Any] = {"asks": True, "reads": 99}
FURTHER = [
    Scenario("older customers travel as a batch", ((Step("connector", "asks_for_older"),),),
             same=there("edits_customer", "Older 1 0000", "notes"),
             other=there("edits_customer", "Older 1 0002", "phone"),
             edit=here("edits_customer", "Older 1 0001", "notes")),
    Scenario("five customers created here at once", ((here("creates_customer"),) * 5,),
             same=there("edits_customer", "Here 2", "notes"), other=there("edits_customer", "Here 3", "phone"),
             edit=here("edits_customer", "Here 4", "notes")),
    Scenario("four customers edited here at once", (tuple(here("edits_customer", name, "notes") for name in FOUR),),
             (CUSTOMER * 4,), same=there("edits_customer", "Here 2", "notes"),
             other=there("edits_customer", "Here 3", "phone"), edit=here("edits_customer", "Here 4", "notes")),
    Scenario("the access token has run out", ((here("edits_customer", "notes"),),), (CUSTOMER,), begin=hours_pass,
             other=there("edits_customer", "phone"), edit=here("edits_customer", "phone")),
    Scenario("the access token is refused", ((here("edits_customer", "notes"),),), (CUSTOMER,), begin=tokens_die,
             other=there("edits_customer", "phone"), edit=here("edits_customer", "phone")),
    Scenario("told by the change feed alone",
             ((there("creates_customer"), there("edits_customer", "Here 1", "notes"), MEMO_THERE), HOUR),
             (INVOICE,), same=here("edits_customer", "Here 1", "notes"), other=NOTES_HERE, edit=NOTES_THERE, deaf=True),
    Scenario("deleted there, told by the change feed alone", ((there("deletes"),), HOUR), (INVOICE,),
             same=here("trashes"), other=MEMO_HERE, deaf=True),
    Scenario("a change feed that is cut off",
             (tuple(there("edits_customer", name, "notes") for name in FOUR), (world_by(feed_comes),)), (CUSTOMER * 4,),
             begin=short_feed, same=here("edits_customer", "Here 2", "notes"), other=here("edits_customer", "phone"),
             edit=there("edits_customer", "phone"), deaf=True, feed=3, reads=20),
    Scenario("an edit there that nobody told", ((NOTES_HERE, MEMO_THERE),), (INVOICE,), same=NOTES_THERE,
             other=there("edits_invoice", "number"), edit=NOTES_HERE, deaf=True, reads=1, lines=False),
    Scenario("do the books agree", ((MEMO_THERE, here_by(asks_whether_books_agree)),), (INVOICE,), same=MEMO_HERE,
             other=NOTES_HERE, edit=NOTES_THERE, deaf=True, reads=6),
    Scenario("deleted there, found when the books are compared",
             ((there("deletes"), here_by(asks_whether_books_agree)),), (INVOICE,), same=here("trashes"),
             other=MEMO_HERE, deaf=True, reads=9),
    Scenario("shipping for which an item has to be made", ((here("edits_invoice", "shipping"),),), (INVOICE,),
             begin=no_shipping_box, other=MEMO_THERE, edit=MEMO_HERE, judged=False, check=ships_by_one_item),
    Scenario("the permission ends with a write on its way, connected again",
             ((MEMO_HERE,), (Step("connector", "connects_again"),)), (INVOICE,), begin=grant_ends, reads=1,
             lines=False, renewals=2),
    Scenario("connected again after forty days",
             ((Step("connector", "disconnects"),),
              (world_by(long_away), MEMO_THERE, Step("connector", "connects_again")),
              (Step("connector", "goes_on"),)), (INVOICE,), between=is_frozen, **ENDED),
    Scenario("terms that were made there", ((world_by(terms_are_made),),), (INVOICE,), same=MEMO_HERE, other=NOTES_HERE,
             edit=NOTES_THERE, reads=2, lines=False),
    Scenario("the settings are read again", ((MEMO_HERE,),), (INVOICE,), begin=settings_are_due, other=NOTES_THERE,
             edit=NOTES_HERE, lines=False),
    Scenario("refused by closed books, tried again once they are open",
             ((there("closes_books"), here_by(dates_it_back)), (there("closes_books"), Step("answerer", "answers"))),
             (INVOICE,), other=NOTES_THERE, edit=NOTES_HERE, reads=1, lines=False),
    Scenario("a name that a vendor has, and another one", ((world_by(vendor_takes_name), here("creates_customer")),
                                                           (Step("answerer", "answers"),)), reads=2),
    Scenario("disconnected with a write on its way, connected again",
             ((MEMO_HERE, Step("connector", "disconnects")), (NOTES_HERE,), (Step("connector", "connects_again"),),
              (Step("connector", "goes_on"),)), (INVOICE,), between=is_frozen, **ENDED),
    Scenario("a crowd vanishes there", ((world_by(crowd_vanishes),), (here_by(says_so),)),
             ((here("creates_customer"), *(here("creates_invoice"),) * CROWD),), between=nothing_trashed_unasked,
             reads=40),
    Scenario("another company is connected instead",
             ((Step("connector", "disconnects"),), (here_by(connects_another),), (MEMO_HERE, here("creates_customer"))),
             (INVOICE,), begin=other_company, check=other_books_untouched, judged=False, **ENDED),
]  # fmt: skip

SCENARIOS: list[Scenario] = [*RECORDS, *FURTHER]
