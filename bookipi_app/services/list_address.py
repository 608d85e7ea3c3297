"""What a list's address says: tab, search, filters, order and page. The page, its file and a link all read the same.

    /invoices?tab=overdue&search=oak&sort=-amount&after=…&first=26

What does not fit is as if it were not there: an address is typed, shared and mangled by people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from bookipi_app.services.invoice_status import Status
from bookipi_app.services.lists import LONGEST_CURSOR, ListQuery

LONGEST_SEARCH = 200
LONGEST_FILTER = 40
MOST_ROWS_BEFORE = 10**9
PAGE_ROWS = 25


@dataclass(frozen=True)
class ListSpec:
    """One of the lists: its address, its tabs with the filters that each stands for, its orders, its filters.

    `sorts` says whether an order begins with the largest; the first one is the default.
    """

    path: str
    tabs: Mapping[str, Mapping[str, str]]
    sorts: Mapping[str, bool]
    filters: tuple[str, ...]

    @property
    def first_sort(self) -> str:
        """The order of a list that nobody sorted."""
        return next(iter(self.sorts))


@dataclass(frozen=True)
class Asked:
    """What an address asks for. `first` is the number of the first row of the page, for the reader only."""

    tab: str = ""
    search: str = ""
    filters: Mapping[str, str] = field(default_factory=dict[str, str])
    sort: str = ""
    descending: bool = False
    after: str = ""
    before: str = ""
    first: int = 1

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.tab or self.search or any(self.filters.values()))


INVOICES = ListSpec(
    path="/invoices",
    tabs={
        "": {},
        "draft": {"status": Status.DRAFT.value},
        "outstanding": {"status": "outstanding"},
        "overdue": {"status": Status.OVERDUE.value},
        "paid": {"status": Status.PAID.value},
        "void": {"status": Status.VOID.value},
        "trash": {"trash": "yes"},
    },
    sorts={"issued": True, "due": True, "number": True, "customer": False, "amount": True},
    filters=("flag", "issued", "from", "to", "status", "customer", "age"),
)
CUSTOMERS = ListSpec(
    path="/customers",
    tabs={"": {}, "balance": {"balance": "yes"}, "archived": {"archived": "yes"}},
    sorts={"name": False, "email": False, "created": True},
    filters=("flag",),
)
ITEMS = ListSpec(
    path="/items",
    tabs={"": {}, "archived": {"archived": "yes"}},
    sorts={"name": False, "price": True, "created": True},
    filters=("flag",),
)


def read(spec: ListSpec, parameters: Mapping[str, str]) -> Asked:
    """What the parameters of an address ask of a list."""
    tab, sort = parameters.get("tab", ""), parameters.get("sort", "")
    name = sort.removeprefix("-")
    known = name in spec.sorts
    name = name if known else spec.first_sort
    first = parameters.get("first", "")
    return Asked(
        tab=tab if tab in spec.tabs else "",
        search=parameters.get("search", "")[:LONGEST_SEARCH],
        filters={one: parameters.get(one, "")[:LONGEST_FILTER] for one in spec.filters},
        sort=name,
        descending=sort.startswith("-") if known else spec.sorts[name],
        after=parameters.get("after", "")[:LONGEST_CURSOR],
        before=parameters.get("before", "")[:LONGEST_CURSOR],
        first=max(1, min(int(first[:9]), MOST_ROWS_BEFORE)) if first.isascii() and first.isdecimal() else 1,
    )


def query_of(spec: ListSpec, asked: Asked, size: int = PAGE_ROWS) -> ListQuery:
    """The same for the services. A filter says more than the tab it stands in."""
    own = {name: text for name, text in asked.filters.items() if text}
    return ListQuery(
        search=asked.search,
        sort=asked.sort,
        descending=asked.descending,
        filters={**spec.tabs[asked.tab], **own},
        size=size,
        after=asked.after or None,
        before=asked.before or None,
    )


def address(spec: ListSpec, asked: Asked, *, path: str = "") -> str:
    """The address that asks for this; what is the default is left out. `path` is another place for the same."""
    sort = f"-{asked.sort}" if asked.descending else asked.sort
    default = read(spec, {})
    plain = (asked.sort, asked.descending) == (default.sort, default.descending)
    said = {
        "tab": asked.tab,
        "search": asked.search,
        **asked.filters,
        "sort": "" if plain else sort,
        "after": asked.after,
        "before": asked.before,
        "first": str(asked.first) if asked.first > 1 else "",
    }
    text = urlencode({name: words for name, words in said.items() if words})
    return f"{path or spec.path}?{text}" if text else path or spec.path


def first_page(asked: Asked) -> Asked:
    """The same from its beginning: what every change of filter or order leads to."""
    return replace(asked, after="", before="", first=1)


def with_filter(asked: Asked, name: str, text: str) -> Asked:
    """One filter set, or taken away (empty). A status leaves the tab, which is one as well."""
    filters = {**asked.filters, name: text}
    if name == "issued":
        filters |= {"from": "", "to": ""}
    tab = "" if name == "status" and text and asked.tab != "trash" else asked.tab
    return replace(first_page(asked), filters=filters, tab=tab)


def with_sort(spec: ListSpec, asked: Asked, name: str) -> Asked:
    """Sorted by a column; by the one that it is sorted by already, turned around."""
    turned = not asked.descending if name == asked.sort else spec.sorts[name]
    return replace(first_page(asked), sort=name, descending=turned)
