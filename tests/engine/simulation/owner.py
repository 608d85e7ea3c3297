"""What the owner does in the app: each function is one visit to a page, and writes into the journal what was saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import select

from bookipi_app.models import ConnectionStatus, Customer, Invoice, Item, ItemKind, Kind, Side, Stage
from bookipi_app.services import customers, invoices, items, payments
from bookipi_app.services.customer_form import form_of_customer
from bookipi_app.services.invoice_form import LineForm
from tests.engine.simulation.journal import Journal, Nothing
from tests.engine.simulation.world import Simulated
from tests.engine.world import WHO

HERE = Side.HERE
CUSTOMER_UNITS = ("company_name", "given_name", "family_name", "email", "phone", "notes")
ITEM_UNITS = ("sku", "description", "price")
TAX_RATE = "8.25"
LINE_DISCOUNT = "5"  # in percent
INVOICE_UNITS = ("number", "notes", "memo", "bill_email", "dates", "shipping", "percent")


@dataclass
class Owner:
    """One person at the pages."""

    world: Simulated
    chance: Random
    journal: Journal
    made: int = 0

    # -- creating ------------------------------------------------------------------------------------------------------

    def creates_customer(self, **known: str) -> Customer:
        """A new customer."""
        filled = {"name": f"Here {self._next()}"} | known
        row = self.world.customer(None, **filled)
        self.journal.edited(HERE, Kind.CUSTOMER, row.id, name=row.name)
        return row

    def creates_item(self) -> Item:
        """A new item."""
        row = self.world.item(name=f"Thing {self._next()}", price="12.50")
        self.journal.edited(HERE, Kind.ITEM, row.id, name=row.name, price=Decimal("12.5"))
        return row

    def creates_invoice(self) -> None:
        """A new invoice of a customer, and now and then the customer and the item with it."""
        customer = self._row(Customer, active=True) or self.creates_customer()
        item = self._row(Item, active=True) or (self.creates_item() if self.chance.random() < 0.5 else None)
        lines = [self._new_line(item) for _ in range(self.chance.randint(1, 3))]
        money: dict[str, Any] = {}
        if self.chance.random() < 0.3:
            money |= {"tax_mode": "exclusive", "tax_rate": TAX_RATE}
            lines = [replace(line, taxable=True) for line in lines]
        if self.chance.random() < 0.3:
            money |= {"discount_kind": "percent", "discount_value": "10"}
        if self.chance.random() < 0.2:
            lines[0] = replace(lines[0], discount_kind="percent", discount_value=LINE_DISCOUNT)
            self.journal.reckoned.add(_token(lines[0]))
        if not money and self.chance.random() < 0.2:
            money = {"tax_mode": "inclusive", "tax_rate": TAX_RATE}
            lines = [replace(line, taxable=True) for line in lines]
            self.journal.reckoned.update(_token(line) for line in lines)
        row = self._invoice(customer, lines, **money)
        if money.get("tax_mode") == "inclusive":
            self.journal.inclusive.add(str(row.id))

    def creates_twin_invoice(self, customer_id: UUID, number: str, price: Decimal) -> Invoice:
        """An invoice that the bookkeeper types too."""
        with self.world.database.reading() as session:
            customer = session.get_one(Customer, customer_id)
        line = LineForm(description=f"W{self._next()} work", quantity="1", price=str(price))
        return self._invoice(customer, [line], number=number)

    def _invoice(self, customer: Customer, lines: list[LineForm], **fields: Any) -> Invoice:
        row = self.world.invoice(customer, *lines, **fields)
        if self._is_apart():
            self.journal.apart.add(("make", str(row.id)))
        self.journal.edited(HERE, Kind.INVOICE, row.id, number=row.number)
        for line in lines:
            self._note_line(row.id, line)
        return row

    # -- editing -------------------------------------------------------------------------------------------------------

    def edits_customer(self, row: Customer | None = None, unit: str = "") -> None:
        """One field of a customer."""
        chosen: Customer = row or self._any(Customer)
        self._save_customer(chosen, unit or self.chance.choice((*CUSTOMER_UNITS, "name", "bill_address")))

    def edits_item(self, row: Item | None = None, unit: str = "") -> None:
        """One field of an item; of a bundle the page changes none."""
        chosen: Item = row or self._any(Item)
        if chosen.kind is ItemKind.BUNDLE:
            raise Nothing
        unit = unit or self.chance.choice((*ITEM_UNITS, "name"))
        value: Any = f"{unit} {self._next()}"
        value = str(self._amount()) if unit == "price" else value
        form = replace(items.form_of_item(chosen), version=0, **{unit: value})
        with self.world.database.transaction() as session:
            items.save(session, self.world.company_id, chosen.id, form, now=self.world.now, who=WHO)
        self.journal.edited(
            HERE, Kind.ITEM, chosen.id, **{unit: Decimal(value) if unit == "price" else value}
        )

    def edits_invoice(self, row: Invoice | None = None, unit: str = "") -> None:
        """One field of an invoice. Saved with the days and terms that it has, it is not edited."""
        row = row or self._open_invoice()
        before = [row.issue_date.isoformat(), row.due_date.isoformat(), row.terms_name]
        unit = unit or self.chance.choice(INVOICE_UNITS)
        match unit:
            case "dates":
                day = date(2026, 11, 1) + timedelta(days=self.chance.randint(0, 60))
                due = day + timedelta(days=14)
                value: Any = [day.isoformat(), due.isoformat()]
                self.world.edit(row.id, issue_date=value[0], due_date=value[1], terms_name="")
            case "shipping":
                value = self._amount()
                self.world.edit(row.id, shipping=str(value))
            case "percent":
                value = Decimal(self.chance.randint(1, 20))
                self.world.edit(row.id, discount_kind="percent", discount_value=str(value))
            case "number":
                value = f"N{self._next()}"
                self.world.edit(row.id, number=value)
            case "bill_email":
                value = f"mail{self._next()}@example.com"
                self.world.edit(row.id, bill_email=value)
            case _:
                value = f"{unit} {self._next()}"
                self.world.edit(row.id, **{unit: value})
        if unit != "dates" or [*value, ""] != before:
            self.journal.edited(HERE, Kind.INVOICE, row.id, before=before[:2], **{unit: value})

    def edits_lines(self) -> None:
        """Insert, remove, reorder or change lines of an invoice."""
        row = self._open_invoice()
        lines = self.world.form_of(row.id).lines
        own = [at for at, line in enumerate(lines) if not line.description.startswith("F")]
        if not own:
            raise Nothing
        place = self.chance.choice(own)
        token = _token(lines[place])
        match self.chance.choice(("insert", "remove", "reorder", "quantity", "price", "description")):
            case "insert":
                line = self._new_line(self._row(Item, active=True))
                if str(row.id) in self.journal.inclusive:
                    self.journal.reckoned.add(_token(line))
                self.world.edit(row.id, lines=[*lines[:place], line, *lines[place:]])
                self._note_line(row.id, line)
            case "remove" if len(lines) > 1 and token:
                self.world.edit(row.id, lines=[*lines[:place], *lines[place + 1 :]])
                self.journal.edited(HERE, Kind.INVOICE, row.id, **{f"line {token}": None})
            case "reorder":
                self.world.edit(row.id, lines=lines[::-1])
            case "quantity" if token:
                value = self.chance.randint(1, 9)
                self._change_line(row.id, lines, place, token, "quantity", str(value), Decimal(value))
            case "price" if token:
                price = self._amount()
                self._change_line(row.id, lines, place, token, "price", str(price), price)
            case "description" if token:
                words = f"{token} said {self._next()}"
                self._change_line(row.id, lines, place, token, "description", words, words)
            case _:
                raise Nothing

    def moves_invoice(self) -> None:
        """An invoice goes to another customer. Saved with the one that it has, it is not edited."""
        row, customer = self._open_invoice(), self._any(Customer, active=True)
        self.world.edit(row.id, customer_id=str(customer.id))
        if row.customer_id != customer.id:
            self.journal.edited(HERE, Kind.INVOICE, row.id, customer=f"here {customer.id}")

    def swaps_names(self) -> None:
        """Two customers change their names."""
        rows = self._rows(Customer, active=True)
        if len(rows) < 2:
            raise Nothing
        one, other = self.chance.sample(rows, 2)
        self._rename(one, f"Swap {self._next()}")
        self._rename(other, one.name)
        self._rename(one, other.name)

    # -- ending --------------------------------------------------------------------------------------------------------

    def archives(self) -> None:
        """Archive a customer or item, or bring it back."""
        kind = self.chance.choice((Kind.CUSTOMER, Kind.ITEM))
        row = self._any(Customer if kind is Kind.CUSTOMER else Item)
        service = customers if kind is Kind.CUSTOMER else items
        act = service.archive if row.active else service.restore
        with self.world.database.transaction() as session:
            act(session, self.world.company_id, row.id, now=self.world.now, who=WHO)
        self.journal.ended(HERE, kind, row.id, "archive" if row.active else "restore")

    def trashes(self) -> None:
        """Trash an invoice, or take one out of the trash."""
        row = self._any(Invoice)
        act, what = (invoices.trash, "trash") if row.trashed_at is None else (invoices.restore, "restore")
        with self.world.database.transaction() as session:
            act(session, self.world.company_id, row.id, now=self.world.now, who=WHO)
        self.journal.ended(HERE, Kind.INVOICE, row.id, what)
        if self._is_apart():
            self.journal.apart.add((what, str(row.id)))

    def voids(self) -> None:
        """Make an invoice void."""
        row = self._open_invoice()
        with self.world.database.transaction() as session:
            invoices.void(session, self.world.company_id, row.id, now=self.world.now, who=WHO)
        self.journal.ended(HERE, Kind.INVOICE, row.id, "void")

    def pays(self) -> None:
        """An invoice is marked paid here."""
        row = self._open_invoice()
        with self.world.database.transaction() as session:
            payments.mark_paid(session, self.world.company_id, row.id, now=self.world.now, who=WHO)
        self.journal.tell(f"here pays {row.id}")

    # -- what the above is made of -------------------------------------------------------------------------------------

    def _save_customer(self, row: Customer, unit: str) -> None:
        number = self._next()
        match unit:
            case "bill_address":
                changed = {"bill_line1": f"{number} Road", "bill_city": "Austin", "bill_region": "TX",
                           "bill_postal_code": "78701"}  # fmt: skip
                value: Any = list(changed.values())
            case "email":
                value = f"mail{number}@example.com"
                changed = {unit: value}
            case "phone":
                value = f"555-{number:04}"
                changed = {unit: value}
            case _:
                value = f"{unit} {number}"
                changed = {unit: value}
        form = replace(form_of_customer(row), version=0, **changed)
        with self.world.database.transaction() as session:
            customers.save(session, self.world.company_id, row.id, form, now=self.world.now, who=WHO)
        self.journal.edited(HERE, Kind.CUSTOMER, row.id, **{unit: value})

    def _rename(self, row: Customer, name: str) -> None:
        """A visit of its own: it is saved and stays, whatever becomes of the next.

        Of two that have the same name, as possible doubles may, one is saved as it was: that is no edit.
        """
        with self.world.database.transaction() as session:
            form = form_of_customer(customers.get(session, self.world.company_id, row.id))
            customers.save(
                session, self.world.company_id, row.id, replace(form, name=name, version=0),
                now=self.world.now, who=WHO,
            )  # fmt: skip
        if form.name != name:
            self.journal.edited(HERE, Kind.CUSTOMER, row.id, name=name)

    def _change_line(
        self,
        invoice_id: UUID,
        lines: list[LineForm],
        place: int,
        token: str,
        unit: str,
        text: str,
        value: Any,
    ) -> None:
        """A part of a line. Saved with the quantity that it has, it is not edited."""
        changed = replace(lines[place], **{unit: text})
        self.world.edit(invoice_id, lines=[*lines[:place], changed, *lines[place + 1 :]])
        if changed != lines[place]:
            self.journal.edited(HERE, Kind.INVOICE, invoice_id, **{f"line {token} {unit}": value})

    def _note_line(self, invoice_id: UUID, line: LineForm) -> None:
        token = _token(line)
        self.journal.edited(
            HERE, Kind.INVOICE, invoice_id,
            **{f"line {token}": True, f"line {token} quantity": Decimal(line.quantity),
               f"line {token} price": Decimal(line.price)},
        )  # fmt: skip

    def _new_line(self, item: Item | None) -> LineForm:
        return LineForm(
            item_id=str(item.id) if item else "",
            description=f"H{self._next()} work",
            quantity=str(self.chance.randint(1, 5)),
            price=str(self._amount()),
        )

    def _is_apart(self) -> bool:
        return self.world.connection().status is ConnectionStatus.FROZEN

    def _open_invoice(self) -> Invoice:
        rows = [one for one in self._rows(Invoice) if one.trashed_at is None and one.stage is Stage.ISSUED]
        if not rows:
            raise Nothing
        return self.chance.choice(rows)

    def _rows(self, table: type[Any], **values: Any) -> list[Any]:
        with self.world.database.reading() as session:
            found = select(table).filter_by(company_id=self.world.company_id, **values)
            return list(session.exec(found.order_by(table.id)))

    def _row(self, table: type[Any], **values: Any) -> Any | None:
        rows = self._rows(table, **values)
        return self.chance.choice(rows) if rows else None

    def _any(self, table: type[Any], **values: Any) -> Any:
        row = self._row(table, **values)
        if row is None:
            raise Nothing
        return row

    def _amount(self) -> Decimal:
        return Decimal(self.chance.randint(100, 99999)) / 100

    def _next(self) -> int:
        self.made += 1
        return self.made


def _token(line: LineForm) -> str:
    return line.description.split(" ")[0]
