"""What QuickBooks would cut is refused at its field, at exactly the length that the field table says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bookipi_app.errors import InvalidInput
from bookipi_app.models import Kind
from bookipi_app.services import customers, items
from bookipi_app.services.customers import CustomerForm
from bookipi_app.services.items import ItemForm
from bookipi_app.sync import fields
from tests.services.conftest import NOW, WHO, Books
from tests.services.test_invoices import LINE, form, save

TEXTS = (fields.Form.TEXT, fields.Form.LINES_OF_TEXT, fields.Form.EMAIL)


def limits() -> list[tuple[Kind, str, int]]:
    """Every text that travels, and the parts of addresses, by the names that the forms have for them."""
    found: list[tuple[Kind, str, int]] = [(Kind.INVOICE, "line", fields.LINE_DESCRIPTION_LIMIT)]
    for kind, rows in fields.TABLE.items():
        shared = [row for row in rows if row.owner is fields.Owner.SHARED]
        found += [(kind, row.name, row.limit) for row in shared if row.form in TEXTS]
        blocks = [row.name.removesuffix("_address") for row in shared if row.form is fields.Form.ADDRESS]
        found += [
            (kind, f"{one}_{part}", most) for one in blocks for part, most in fields.ADDRESS_LIMITS.items()
        ]
    return found


def typed(name: str, length: int) -> str:
    return f"{'x' * 60}@{'y' * (length - 64)}.co" if "email" in name else "x" * length


def write(books: Books, kind: Kind, name: str, text: str) -> None:
    values: dict[str, Any] = {name: text}
    if kind is Kind.INVOICE:
        line = replace(LINE, description=text) if name == "line" else LINE
        save(books, form(books.customer(), line, **({} if name == "line" else values)))
        return
    with books.work() as session:
        if kind is Kind.CUSTOMER:
            customer = CustomerForm(**{"name": "Pecan Grove", **values})
            customers.save(session, books.company_id, None, customer, now=NOW, who=WHO)
        else:
            item = ItemForm(**{"name": "Mulch", "price": "50", **values})
            items.save(session, books.company_id, None, item, now=NOW, who=WHO)


@pytest.mark.parametrize(("kind", "name", "most"), limits())
def test_the_forms_take_what_quickbooks_holds_and_not_a_character_more(
    books: Books, kind: Kind, name: str, most: int
) -> None:
    write(books, kind, name, typed(name, most))
    with pytest.raises(InvalidInput) as refused:
        write(books, kind, name, typed(name, most + 1))
    assert [field.endswith(name if name != "line" else "description") for field in refused.value.fields] == [
        True
    ]
