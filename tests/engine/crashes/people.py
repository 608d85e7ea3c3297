"""What people do, said in words: the simulation's owner and bookkeeper, whose chance is told what to choose."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from bookipi_app.errors import Failure
from bookipi_app.models import Kind
from tests.engine.crashes.points import WEB
from tests.engine.crashes.stage import Stage
from tests.engine.simulation.answerer import Answerer
from tests.engine.simulation.closer import Closer
from tests.engine.simulation.connector import Connector
from tests.engine.simulation.journal import Journal, Nothing
from tests.engine.simulation.owner import Owner
from tests.engine.simulation.world import Refused

THERE, WORLD = "books", "world"  # nobody else but these acts without a web process of ours


@dataclass(frozen=True)
class Step:
    """Somebody does something; `words` say what is chosen wherever chance would choose."""

    who: str
    what: str
    words: tuple[str, ...] = ()
    call: Callable[[People], object] | None = None


def here(what: str, *words: str) -> Step:
    """The owner does something in the app."""
    return Step("owner", what, words)


def there(what: str, *words: str) -> Step:
    """The bookkeeper does something in QuickBooks."""
    return Step(THERE, what, words)


def here_by(call: Callable[[People], object]) -> Step:
    """What no page of the simulation's people does, through a web process."""
    return Step("web", call.__name__, call=call)


def world_by(call: Callable[[People], object]) -> Step:
    """What happens in the world: time, tokens, many things at once in QuickBooks."""
    return Step(WORLD, call.__name__, call=call)


class Told(Random):
    """Chooses what it is told to, else the first; never takes the way that is only sometimes taken."""

    words: tuple[str, ...] = ()

    def choice(self, seq: Sequence[Any]) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The first that a word names, else the first."""
        return next((one for one in seq if _names(one) & set(self.words)), seq[0])

    def sample(self, population: Sequence[Any], k: int, **_: Any) -> list[Any]:  # type: ignore[override]
        """The first ones, those that a word names before the others."""
        named = [one for one in population if _names(one) & set(self.words)]
        return (named + [one for one in population if one not in named])[:k]

    def random(self) -> float:
        """Rarely taken ways are taken if the word is *rarely*."""
        return 0.01 if "rarely" in self.words else 0.99

    def getrandbits(self, k: int) -> int:
        """As always: amounts differ."""
        return super().getrandbits(k)


def _names(one: Any) -> set[Any]:
    if isinstance(one, str):
        return {one}
    body = getattr(one, "body", {})
    return {
        getattr(one, "name", None),
        getattr(one, "number", None),
        body.get("DisplayName"),
        body.get("DocNumber"),
    }


class People:
    """Everybody, with one journal. What they did can be kept beside a world's moment."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.chance = Told("people")
        self.journal = Journal(stage.clock)
        arguments = (stage, self.chance, self.journal)
        self.owner, self.books = Owner(*arguments), Closer(*arguments)
        self.answerer, self.connector = Answerer(*arguments), Connector(*arguments)

    def copy(self) -> People:
        """The same people once more, who remember what they did until now."""
        other = People(self.stage)
        other.chance.setstate(self.chance.getstate())
        clock = self.journal.clock  # the stage's own, which is not copied
        other.journal = copy.deepcopy(self.journal, {id(clock): clock})
        for name in ("owner", "books", "answerer", "connector"):
            mine, its = getattr(self, name), getattr(other, name)
            its.made, its.journal = mine.made, other.journal
        other.books.closed = self.books.closed
        return other

    def do(self, step: Step) -> None:
        """Do it; what is refused, or has nothing to act on, is told and left."""
        self.chance.words = step.words
        try:
            self._act(step)()
        except (Nothing, Refused, Failure) as reason:
            self.journal.tell(f"  ({step.what}: {type(reason).__name__} {reason})")

    def must(self, step: Step) -> None:
        """Do it, whatever happens to the process: who is not told that it is saved does it again."""
        self.chance.words = step.words
        act = self._act(step)
        if step.who in (THERE, WORLD):
            act()
        elif not self.stage.as_(WEB, act):
            self.stage.as_(WEB, act)

    def types_customer_twice(self) -> None:
        """The same customer on both sides."""
        row = self.owner.creates_customer(name="Both", email="both@example.com")
        key = self.books.creates_customer("Both", PrimaryEmailAddr={"Address": "both@example.com"})
        self.journal.twin(Kind.CUSTOMER, row.id, key)

    def types_invoice_twice(self) -> None:
        """The same invoice on both sides, of a customer that is linked."""
        customer = self.stage.record(Kind.CUSTOMER)
        assert customer.local_id is not None
        key = self.books.creates_twin_invoice(customer.remote_id or "", "B1", Decimal(40))
        row = self.owner.creates_twin_invoice(customer.local_id, "B1", Decimal(40))
        self.journal.twin(Kind.INVOICE, row.id, key)

    def _act(self, step: Step) -> Callable[[], object]:
        if step.call is not None:
            return partial(step.call, self)
        actor = self if step.who == "both" else getattr(self, step.who)
        return getattr(actor, step.what)
