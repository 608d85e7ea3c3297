"""Each kind × each operation × each side. What follows a death is said beside it: the same field and another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.engine.crashes.people import People, Step, here, there
from tests.engine.crashes.steps import FEWEST

Steps = tuple[Step, ...]
Check = Callable[[People], list[str]]
Common = dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    """Something that happens, from the save to quiet, and what may come in between."""

    name: str
    phases: tuple[Steps, ...]  # each goes on until it is quiet
    before: tuple[Steps, ...] = ()  # the same, in peace
    same: Step | None = None  # an edit of the same field on the other side
    other: Step | None = None  # of another field there
    edit: Step | None = None  # a newer edit on the same side
    asks: bool = False  # a person has to be asked in the end
    reads: int = 0  # of records, in peace: none for what was written by us
    lines: bool = True  # an update of its invoices may carry lines
    deaf: bool = False  # no webhook arrives
    preset: str = "us-no-tax"
    begin: Callable[[People], None] | None = None  # what is set up besides
    feed: int = 0  # so many changes are the most that a change feed tells at once
    renewals: int = 1  # calls of the token endpoint, by whatever many workers
    judged: bool = True  # by the simulation's checker, which knows one connection
    check: Check | None = None  # what must be true of it in the end
    between: Check | None = None  # and whenever a phase is quiet

    @property
    def fewest(self) -> int:
        """So many steps must be found."""
        return FEWEST[self.name]


CUSTOMER: Steps = (here("creates_customer"),)
ITEM: Steps = (here("creates_item"),)
INVOICE: Steps = (here("creates_customer"), here("creates_item"), here("creates_invoice"))
TWO: Steps = (here("creates_customer"), here("creates_invoice"), here("creates_customer"))
THEIRS: Steps = (there("creates_customer"), there("creates_invoice"))


def _list_scenarios(kind: str, entity: str, units: tuple[str, str]) -> list[Scenario]:
    """A customer or an item: made, edited, renamed, put away and brought back on each side."""
    create, edits, first = f"creates_{kind}", f"edits_{kind}", (here(f"creates_{kind}"),)
    one, two = units
    common_here: Common = {"same": there(edits, one), "other": there(edits, two), "edit": here(edits, two)}
    common_there: Common = {
        "same": here(edits, one),
        "other": here(edits, two),
        "edit": there(edits, two),
        "reads": 1,
    }
    away_here, away_there = (here("archives", kind),), (there("hides", entity),)
    hides: Common = {"same": there("hides", entity), "other": there(edits, two), "edit": here(edits, two)}
    archives: Common = {
        "same": here("archives", kind),
        "other": here(edits, two),
        "edit": there(edits, two),
        "reads": 1,
    }
    return [
        Scenario(f"{kind} created here", (first,), **common_here),
        Scenario(f"{kind} edited here", ((here(edits, one),),), (first,), **common_here),
        Scenario(f"{kind} renamed here", ((here(edits, "name"),),), (first,), same=there(edits, "name"),
                 other=there(edits, two), edit=here(edits, "name")),
        Scenario(f"{kind} archived here", (away_here,), (first,), **hides),
        Scenario(f"{kind} reactivated here", (away_here,), (first, away_here), **hides),
        Scenario(f"{kind} created there", ((there(create),),), **common_there),
        Scenario(f"{kind} edited there", ((there(edits, one),),), (first,), **common_there),
        Scenario(f"{kind} renamed there", ((there(edits, "name"),),), (first,), same=here(edits, "name"),
                 other=here(edits, two), edit=there(edits, "name"), reads=1),
        Scenario(f"{kind} archived there", (away_there,), (first,), **archives),
        Scenario(f"{kind} reactivated there", (away_there,), (first, away_there), **archives),
    ]  # fmt: skip


MEMO_THERE, NOTES_THERE = there("edits_invoice", "memo"), there("edits_invoice", "notes")
MEMO_HERE, NOTES_HERE = here("edits_invoice", "memo"), here("edits_invoice", "notes")
QUANTITY_THERE, QUANTITY_HERE = there("edits_lines", "quantity"), here("edits_lines", "quantity")
ENDS_HERE, ENDS_THERE = here("trashes"), there("deletes")

INVOICES_HERE = [
    Scenario("invoice created here", ((here("creates_invoice"),),), ((*CUSTOMER, *ITEM),),
             same=MEMO_THERE, other=NOTES_THERE, edit=MEMO_HERE),
    Scenario("invoice created here with its customer and item", ((*INVOICE,),),
             same=there("edits_customer", "notes"), other=QUANTITY_THERE, edit=QUANTITY_HERE),
    Scenario("invoice created here with discounts and tax", ((here("creates_invoice", "rarely"),),),
             ((*CUSTOMER, *ITEM),), same=MEMO_THERE, other=NOTES_THERE, edit=NOTES_HERE, preset="us-automated-tax"),
    Scenario("invoice edited here", ((MEMO_HERE,),), (INVOICE,), same=MEMO_THERE, other=NOTES_THERE, edit=NOTES_HERE,
             lines=False),
    Scenario("invoice edited here, its dates", ((here("edits_invoice", "dates"),),), (INVOICE,),
             same=there("edits_invoice", "dates"), other=MEMO_THERE, edit=here("edits_invoice", "dates"), lines=False),
    Scenario("invoice edited here, its number", ((here("edits_invoice", "number"),),), (INVOICE,),
             same=there("edits_invoice", "number"), other=MEMO_THERE, edit=here("edits_invoice", "number"),
             lines=False),
    Scenario("invoice edited here, a line", ((QUANTITY_HERE,),), (INVOICE,),
             same=QUANTITY_THERE, other=MEMO_THERE, edit=here("edits_lines", "insert")),
    Scenario("invoice edited here, shipping", ((here("edits_invoice", "shipping"),),), (INVOICE,),
             same=QUANTITY_THERE, other=MEMO_THERE, edit=MEMO_HERE),
    Scenario("invoice edited here, beside lines that only QuickBooks has", ((QUANTITY_HERE,),),
             ((there("creates_invoice_with_foreign_lines"),),), same=QUANTITY_THERE, other=MEMO_THERE, edit=MEMO_HERE),
    Scenario("invoice moved here to another customer", ((here("moves_invoice", "Here 3"),),), (TWO,),
             same=there("moves_invoice"), other=MEMO_THERE, edit=MEMO_HERE, lines=False),
    Scenario("invoice void here", ((here("voids"),),), (INVOICE,), same=there("voids"), other=MEMO_THERE),
    Scenario("invoice deleted here", ((here("trashes"),),), (INVOICE,), same=ENDS_THERE, other=MEMO_THERE,
             edit=here("trashes")),
    Scenario("invoice deleted here and taken back at once", ((here("trashes"), here("trashes")),), (INVOICE,),
             same=ENDS_THERE, other=MEMO_THERE, edit=MEMO_HERE),
    Scenario("invoice restored here", ((here("trashes"),),), (INVOICE, (here("trashes"),)),
             other=there("edits_customer", "notes"), edit=MEMO_HERE),
    Scenario("invoice paid there and deleted here", ((there("pays"), here("trashes")),), (INVOICE,),
             other=MEMO_THERE, edit=MEMO_HERE, asks=True, reads=2),
]  # fmt: skip

INVOICES_THERE = [
    Scenario("invoice created there", ((there("creates_invoice"),),), (CUSTOMER,), same=MEMO_HERE, other=NOTES_HERE,
             edit=MEMO_THERE, reads=2),
    Scenario("invoice created there with its customer", (THEIRS,), same=here("edits_customer", "notes"),
             other=QUANTITY_HERE, edit=QUANTITY_THERE, reads=4),
    Scenario("invoice edited there", ((MEMO_THERE,),), (INVOICE,), same=MEMO_HERE, other=NOTES_HERE, edit=NOTES_THERE,
             reads=1),
    Scenario("invoice edited there, a line", ((QUANTITY_THERE,),), (INVOICE,), same=QUANTITY_HERE, other=MEMO_HERE,
             edit=there("edits_lines", "insert"), reads=1),
    Scenario("invoice moved there to another customer", ((there("moves_invoice", "Here 3"),),), (TWO,),
             same=here("moves_invoice", "Here 3"), other=MEMO_HERE, edit=MEMO_THERE, reads=3),
    Scenario("invoice void there", ((there("voids"),),), (INVOICE,), same=here("voids"), other=MEMO_HERE, reads=1),
    Scenario("invoice deleted there", ((there("deletes"),),), (INVOICE,), same=here("trashes"), other=MEMO_HERE,
             reads=2),
    Scenario("invoice paid there", ((there("pays"),),), (INVOICE,), same=MEMO_HERE, other=QUANTITY_HERE,
             edit=MEMO_THERE, reads=2),
    Scenario("invoice made there again after its deletion", ((here("trashes"),),), (THEIRS, (there("deletes"),)),
             other=there("edits_customer", "notes"), edit=MEMO_HERE),
]  # fmt: skip

BOTH = (MEMO_HERE, MEMO_THERE)
APART = [
    Scenario("different fields edited on both sides", ((MEMO_HERE, NOTES_THERE),), (INVOICE,), same=NOTES_THERE,
             other=QUANTITY_THERE, edit=NOTES_HERE, reads=1, lines=False),
    Scenario("the same field edited on both sides", (BOTH,), (INVOICE,), same=MEMO_THERE, other=NOTES_THERE,
             edit=NOTES_HERE, reads=2, asks=True),
    Scenario("a conflict decided for ours", ((Step("answerer", "resolves", ("ours",)),),), (INVOICE, BOTH),
             same=MEMO_THERE, other=NOTES_THERE, edit=NOTES_HERE, lines=False),
    Scenario("a conflict decided for theirs", ((Step("answerer", "resolves", ("theirs",)),),), (INVOICE, BOTH),
             same=MEMO_THERE, other=NOTES_THERE, edit=NOTES_HERE),
    Scenario("kept here, deleted there", ((Step("answerer", "resolves", ("ours",)),),),
             (INVOICE, (MEMO_HERE, ENDS_THERE)), other=there("edits_customer", "notes"), edit=NOTES_HERE),
    Scenario("two customers change names here", ((here("swaps_names"),),), ((*CUSTOMER, *CUSTOMER),),
             same=there("edits_customer", "name"), other=there("edits_customer", "notes"),
             edit=here("edits_customer", "notes"), reads=4),
    Scenario("two customers change names there", ((there("swaps_names"),),), ((*CUSTOMER, *CUSTOMER),),
             same=here("edits_customer", "name"), other=here("edits_customer", "notes"),
             edit=there("edits_customer", "notes"), reads=4),
    Scenario("two customers merged there", ((there("merges", "Here 3"),),), (TWO,),
             same=here("edits_customer", "Here 1", "notes"), other=MEMO_HERE, edit=MEMO_THERE, reads=9),
    Scenario("the same customer typed on both sides", ((Step("both", "types_customer_twice"),),),
             same=there("edits_customer", "notes"), other=there("edits_customer", "phone"),
             edit=here("edits_customer", "notes"), reads=3),
    Scenario("the same invoice typed on both sides", ((Step("both", "types_invoice_twice"),),), (CUSTOMER,),
             same=MEMO_THERE, other=QUANTITY_THERE, edit=MEMO_HERE, reads=3, asks=True),
]  # fmt: skip

RECORDS: list[Scenario] = [
    *_list_scenarios("customer", "Customer", ("notes", "phone")),
    *_list_scenarios("item", "Item", ("description", "sku")),
    *INVOICES_HERE,
    *INVOICES_THERE,
    *APART,
]
