"""Who edits: people at the app's own websocket, and a bookkeeper in QuickBooks. Each says what it asks and is told.

A person takes only what the app has answered for done. Where the socket broke off, nobody knows: that is told as well.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from simple_websocket import ConnectionClosed
from simple_websocket import ConnectionError as NotConnected
from wsproto.utilities import RemoteProtocolError

from tests.nemesis.history import Event, History
from tests.security.sockets import APP, RawSocket, hydrating, raw_socket
from tests.stories.books import Books

CUSTOMERS = f"{APP}.bookipi_app___state___customers____customers_page"
CUSTOMER = f"{APP}.bookipi_app___state___customer____customer_page"
EDITOR = f"{APP}.bookipi_app___state___invoice_editor____invoice_editor"
WAIT_SECONDS = 0.3  # before somebody tries again who found nobody
PASSWORD = "a plain long password"
# The last: a server that died in the middle of the handshake.
BROKEN = (ConnectionClosed, NotConnected, OSError, AssertionError, RemoteProtocolError)
ID = r"([0-9a-f]{8}-[0-9a-f-]{27})"


@dataclass
class Known:
    """The records that there are, by their marks; shared by all who edit."""

    customers: dict[str, str] = field(default_factory=dict[str, str])  # mark → id in the app
    invoices: dict[str, str] = field(default_factory=dict[str, str])
    lock: threading.Lock = field(default_factory=threading.Lock)
    number: int = 0

    def mark(self, side: str) -> str:
        """A mark that no other record and no other value has."""
        with self.lock:
            self.number += 1
            return f"{side}{self.number:05}"


@dataclass
class Address:
    """What a raw socket needs to know of a running app."""

    url: str


class Person:
    """Somebody signed in at the app, who creates and edits."""

    def __init__(self, url: str, history: History, known: Known, chance: Random) -> None:
        self.url, self.cookie, self.origin = (
            url,
            "",
            url,
        )  # the origin is another where this is one of several webs
        self._history, self._known, self._chance = history, known, chance

    def sign_up(self, email: str) -> None:
        """A new account with a company."""
        form = {
            "email": email,
            "password": PASSWORD,
            "name": "Nemo",
            "country": "US",
            "company_name": "Nemo Works",
        }
        answer = httpx.post(f"{self.url}/auth/sign-up", data=form, headers={"Origin": self.url}, timeout=60)
        self.cookie = answer.cookies["bookipi_session"]

    def connect(self, realm: str) -> None:
        """Through QuickBooks' own pages, as a browser goes."""
        with httpx.Client(timeout=60, cookies={"bookipi_session": self.cookie}) as browser:
            where = browser.get(f"{self.url}/oauth/quickbooks/start").headers["location"]
            assert where.startswith("http"), where
            parts = urlsplit(where)
            at = f"{parts.scheme}://{parts.netloc}"
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            browser.post(f"{at}/login", data={"email": "joan@example.com", "password": "any", "next": "/"})
            back = browser.post(f"{at}/connect/oauth2", data={**asked, "realm": realm, "decision": "allow"})
            browser.get(back.headers["location"])

    def act(self) -> None:
        """One operation, drawn."""
        known = self._known
        draw = self._chance.random()
        if draw < 0.2 or not known.customers:
            self.create_customer()
        elif draw < 0.5 or not known.invoices:
            self.create_invoice(self._chance.choice(sorted(known.customers)))
        elif draw < 0.75:
            self.edit_customer(self._chance.choice(sorted(known.customers)))
        else:
            self.edit_invoice(self._chance.choice(sorted(known.invoices)))

    def create_customer(self) -> None:
        """A customer with a telephone number of its own."""
        mark, phone = self._known.mark("C"), self._known.mark("p")
        asked = self._history.asked("app", "customer", mark, "", phone)

        def work(socket: RawSocket) -> str:
            socket.call(f"{CUSTOMERS}.arrive_new", path="/customers/new")
            sent = {"name": mark, "phone": phone}
            return _found(
                socket.call(f"{CUSTOMERS}.save_customer", {"sent": sent}, "/customers/new"),
                f"/customers/{ID}",
            )

        if made := self._try(asked, "/customers/new", work):
            self._known.customers[mark] = made

    def edit_customer(self, mark: str) -> None:
        """Another telephone number."""
        phone, path = self._known.mark("p"), f"/customers/{self._known.customers[mark]}"
        asked = self._history.asked("app", "customer", mark, "phone", phone)

        def work(socket: RawSocket) -> str:
            socket.call(f"{CUSTOMER}.edit_customer", path=path)
            heard = socket.call(f"{CUSTOMER}.save_customer", {"sent": {"phone": phone}}, path)
            return _found(heard, rf'"phone[^"]*":\s*"({phone})"')

        self._try(asked, path, work)

    def create_invoice(self, customer: str) -> None:
        """An invoice of one line, whose description is its mark."""
        mark, notes, path = self._known.mark("I"), self._known.mark("n"), "/invoices/new"
        asked = self._history.asked("app", "invoice", mark, "", notes)
        quantity, price = self._chance.randint(1, 9), self._chance.randint(1, 99_999) / 100

        def work(socket: RawSocket) -> str:
            heard = socket.call(f"{EDITOR}.arrive", path=path)
            line = _found(heard, r'"lines[^"]*":\s*\[\{"id":\s*"' + ID)
            socket.call(f"{EDITOR}.choose_customer", {"customer": self._known.customers[customer]}, path)
            for cell, text in (("item_text", mark), ("quantity", str(quantity)), ("price", f"{price:.2f}")):
                socket.call(f"{EDITOR}.set_line", {"line": line, "cell": cell, "text": text}, path)
            socket.call(f"{EDITOR}.set_field", {"name": "notes", "text": notes}, path)
            return _found(socket.call(f"{EDITOR}.go_on", path=path), f"/invoices/{ID}")

        if made := self._try(asked, path, work):
            self._known.invoices[mark] = made

    def edit_invoice(self, mark: str) -> None:
        """Another note to the customer."""
        notes, path = self._known.mark("n"), f"/invoices/{self._known.invoices[mark]}/edit"
        asked = self._history.asked("app", "invoice", mark, "notes", notes)

        def work(socket: RawSocket) -> str:
            socket.call(f"{EDITOR}.arrive", path=path)
            socket.call(f"{EDITOR}.set_field", {"name": "notes", "text": notes}, path)
            return _found(socket.call(f"{EDITOR}.go_on", path=path), f"/invoices/{ID}")

        self._try(asked, path, work)

    def _try(self, asked: Event, path: str, work: Callable[[RawSocket], str]) -> str:
        """Done if the app said so; refused if nobody was there to be asked; otherwise nobody knows."""
        made, is_open = "", False
        opening = raw_socket(Address(self.url), self.cookie, origin=self.origin, boot=hydrating(path))  # pyright: ignore[reportArgumentType]
        with suppress(*BROKEN), opening as socket:
            is_open = True
            made = work(socket)
        self._history.answered(asked, "done" if made else "unknown" if is_open else "refused")
        if not is_open:
            time.sleep(WAIT_SECONDS)
        return made


class Bookkeeper:
    """Somebody in QuickBooks, who edits what is there and makes a customer now and then."""

    def __init__(self, books: Books, history: History, known: Known, chance: Random) -> None:
        self._books, self._history, self._known, self._chance = books, history, known, chance

    def act(self) -> None:
        """One operation, drawn."""
        draw = self._chance.random()
        if draw < 0.15:
            self._create_customer()
        elif draw < 0.6:
            self._edit("Customer", "customer", "DisplayName", sorted(self._known.customers), "phone")
        else:
            self._edit("Invoice", "invoice", "", sorted(self._known.invoices), "notes")

    def _create_customer(self) -> None:
        mark, phone = self._known.mark("B"), self._known.mark("p")
        asked = self._history.asked("books", "customer", mark, "", phone)
        self._books.make("Customer", DisplayName=mark, PrimaryPhone={"FreeFormNumber": phone})
        self._history.answered(asked, "done")

    def _edit(self, entity: str, kind: str, key: str, marks: list[str], name: str) -> None:
        if not marks:
            return
        mark = self._chance.choice(marks)
        found = self._find(entity, key, mark)
        if found is None:
            return
        value = self._known.mark(name[0])
        asked = self._history.asked("books", kind, mark, name, value)
        fields = (
            {"PrimaryPhone": {"FreeFormNumber": value}}
            if name == "phone"
            else {"CustomerMemo": {"value": value}}
        )
        try:
            self._books.change(entity, str(found["Id"]), **fields)
        except AssertionError:  # the app wrote between the look and the change: SyncToken is stale
            self._history.answered(asked, "refused")
            return
        self._history.answered(asked, "done")

    def _find(self, entity: str, key: str, mark: str) -> dict[str, Any] | None:
        if key:
            return next(iter(self._books.find(entity, **{key: mark})), None)
        everything = self._books.call("GET", "query", query=f"select * from {entity} maxresults 1000")
        rows = everything["QueryResponse"].get(entity, [])
        return next((row for row in rows if mark_of(row) == mark), None)


def mark_of(invoice: dict[str, Any]) -> str:
    """The mark of an invoice in QuickBooks: its first line's description."""
    return str(invoice["Line"][0].get("Description") or "")


def _found(frames: list[str], pattern: str) -> str:
    """What was told last: a page that is asked to open again makes new lines."""
    found: list[str] = re.findall(pattern, "\n".join(frames))
    return found[-1] if found else ""
