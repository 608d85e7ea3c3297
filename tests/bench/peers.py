"""What a push is measured beside: the same creations, with nothing kept. And whether both ended up with the same.

Each peer gets a realm of its own from the same preset, and makes there, in the same order, what our engine made: so
ids that one text gives to another are the same, and the texts can be sent as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import httpx
from quickbooks import QuickBooks
from quickbooks.batch import batch_create
from quickbooks.objects.customer import Customer
from quickbooks.objects.invoice import Invoice
from sqlmodel import col, select

from bookipi_app import exactjson
from bookipi_app.models import Attempt, Kind, SyncRecord
from tests.bench.figures import Unequal
from tests.bench.rooms import Account, Room, there
from tests.contract.place import Place, pointed_at
from tests.stories.books import Books, open_books

BATCH = 30
MINOR = {"minorversion": "75"}
CLASSES: dict[str, Any] = {"Customer": Customer, "Invoice": Invoice}


@dataclass(frozen=True)
class Creation:
    """One creation as the engine sent it."""

    entity: str
    body: str


Peer = Callable[[Room, Books, Sequence[Creation]], None]


def creations(account: Account) -> list[Creation]:
    """What the engine made for an account, in the order in which QuickBooks gave ids."""
    with account.room.database.reading() as session:
        found = session.exec(
            select(SyncRecord.kind, Attempt.body, SyncRecord.remote_id)
            .join(SyncRecord, col(SyncRecord.id) == Attempt.record_id)
            .where(Attempt.connection_id == account.connection_id)
        ).all()
    order = {Kind.CUSTOMER: 0, Kind.ITEM: 0, Kind.INVOICE: 1}
    rows = sorted(found, key=lambda row: (order[Kind(row[0])], int(row[2] or 0)))
    return [Creation(Kind(kind).value.capitalize(), body) for kind, body, _ in rows]


def new_realm(room: Room) -> Books:
    """A realm that nobody has written to."""
    return open_books(room.cluster.sandbox_url)


def require_equal(account: Account, books: Books) -> None:
    """Refuse unless a realm holds the account's invoices: as many, for the same customers, of the same sums.

    Raises:
        Unequal: with what differs first.
    """
    ours, theirs = account.here(), there(books)
    if ours != theirs:
        first = next((pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]), None)
        raise Unequal(f"{len(ours)} invoices here, {len(theirs)} in QuickBooks; first difference: {first}")


def bare_loop(room: Room, books: Books, made: Sequence[Creation]) -> None:
    """One pooled httpx client, one POST for each."""
    with client_of(room, books) as http:
        for one in made:
            _sure(http.post(f"/{one.entity.lower()}", content=one.body.encode()))


def bare_batches(room: Room, books: Books, made: Sequence[Creation]) -> None:
    """The same in batches of thirty; customers before invoices, as they have to be."""
    with client_of(room, books) as http:
        for entity, many in _chunks(made):
            items = [
                f'{{"bId":"{at}","operation":"create","{entity}":{one.body}}}' for at, one in enumerate(many)
            ]
            answer = _sure(
                http.post("/batch", content=f'{{"BatchItemRequest":[{",".join(items)}]}}'.encode())
            )
            refused = [item for item in answer["BatchItemResponse"] if "Fault" in item]
            assert not refused, refused[:1]


def public_loop(room: Room, books: Books, made: Sequence[Creation]) -> None:
    """python-quickbooks: `save()` for each."""
    with _public(room, books) as client:
        for one in made:
            CLASSES[one.entity].from_json(exactjson.loads(one.body)).save(qb=client)


def public_batches(room: Room, books: Books, made: Sequence[Creation]) -> None:
    """python-quickbooks: `batch_create`, which makes batches of thirty."""
    with _public(room, books) as client:
        for entity, many in groupby(made, key=lambda one: one.entity):
            objects = [CLASSES[entity].from_json(exactjson.loads(one.body)) for one in many]
            answer = batch_create(objects, qb=client)
            assert not answer.faults, answer.faults[:1]


def _chunks(made: Sequence[Creation]) -> Iterator[tuple[str, list[Creation]]]:
    for entity, found in groupby(made, key=lambda one: one.entity):
        many = list(found)
        for start in range(0, len(many), BATCH):
            yield entity, many[start : start + BATCH]


def client_of(room: Room, books: Books) -> httpx.Client:
    """A bare pooled client of a realm, with a grant of its own."""
    grant = books.control("POST", f"companies/{books.realm}/grant", {})
    headers = {
        "authorization": f"Bearer {grant['access_token']}",
        "accept": "application/json",
        "content-type": "application/json",
    }
    base = f"{room.cluster.sandbox_url}/v3/company/{books.realm}"
    return httpx.Client(base_url=base, params=MINOR, headers=headers, timeout=60, trust_env=False)


def _sure(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return answer.json()


@contextmanager
def _public(room: Room, books: Books) -> Iterator[QuickBooks]:
    """The public client of a realm, pointed at our sandbox while the block runs."""
    settings = room.cluster.settings
    grant = books.control("POST", f"companies/{books.realm}/grant", {})
    known = (settings.quickbooks_client_id, settings.quickbooks_client_secret, books.realm)
    with pointed_at(room.cluster.sandbox_url):
        yield Place(*known, grant["refresh_token"]).books()
