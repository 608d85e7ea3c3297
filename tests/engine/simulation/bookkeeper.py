"""What the bookkeeper does in QuickBooks, among the records that came to be after the connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from bookipi_app.models import Kind, Side
from bookipi_app.sandbox.company import Record
from tests.engine import bookkeeper
from tests.engine.simulation import faces
from tests.engine.simulation.journal import Journal, Nothing
from tests.engine.simulation.world import Simulated
from tests.engine.world import START

THERE = Side.QUICKBOOKS
WIRE = {"company_name": "CompanyName", "given_name": "GivenName", "family_name": "FamilyName", "notes": "Notes",
        "name": "DisplayName"}  # fmt: skip
INVOICE_UNITS = ("number", "notes", "memo", "bill_email", "dates")
ITEM_WIRE = {"sku": "Sku", "description": "Description", "name": "Name", "price": "UnitPrice"}


@dataclass
class Bookkeeper:
    """One person in QuickBooks."""

    world: Simulated
    chance: Random
    journal: Journal
    made: int = 0
    closed: bool = False

    def creates_customer(self, name: str = "", **known: Any) -> str:
        """A new customer."""
        name = name or f"There {self._next()}"
        key = self.world.make("Customer", DisplayName=name, **known)["Id"]
        self.journal.edited(THERE, Kind.CUSTOMER, key, name=name)
        return key

    def creates_item(self) -> None:
        """A new item."""
        name = f"Ware {self._next()}"
        account = {"value": self.world.income_account()}
        key = self.world.make("Item", Name=name, Type="Service", IncomeAccountRef=account, UnitPrice=20)["Id"]
        self.journal.edited(THERE, Kind.ITEM, key, name=name, price=Decimal(20))

    def creates_invoice(self) -> None:
        """A new invoice of a customer that came to be after the connection."""
        customers = self._records("Customer")
        customer = self.chance.choice(customers).id if customers else self.creates_customer()
        lines = [self._new_line() for _ in range(self.chance.randint(1, 3))]
        made = self.world.make(
            "Invoice", CustomerRef={"value": customer}, Line=lines, DocNumber=f"T{self._next()}"
        )
        self.journal.edited(THERE, Kind.INVOICE, made["Id"], number=made["DocNumber"])
        for line in lines:
            self._note_line(made["Id"], line)

    def creates_invoice_with_foreign_lines(self) -> None:
        """An invoice with a bundle, a negative line and a line of words beside an ordinary one."""
        customers = [one for one in self._records("Customer") if one.active]
        customer = self.chance.choice(customers).id if customers else self.creates_customer()
        line = self._new_line()
        line["Amount"] += 10000
        line["SalesItemLineDetail"] |= {"Qty": 1, "UnitPrice": line["Amount"]}
        kinds = self.chance.sample((self._bundle, self._negative, self._words), self.chance.randint(1, 3))
        foreign = [make(f"F{self._next()}") for make in kinds]
        number = f"T{self._next()}"
        made = self.world.make(
            "Invoice", CustomerRef={"value": customer}, Line=[line, *foreign], DocNumber=number
        )
        self.journal.edited(THERE, Kind.INVOICE, made["Id"], number=number)
        self._note_line(made["Id"], line)
        self.journal.foreign[made["Id"]] = faces.foreign_there(made)

    def _bundle(self, token: str) -> dict[str, Any]:
        sold = [row["Id"] for row in self.world.all("Item") if row["Type"] == "NonInventory"][:2]
        parts = [{"ItemRef": {"value": one}, "Qty": 2} for one in sold]
        kit = {"Name": f"Kit {token}", "Type": "Group", "ItemGroupDetail": {"ItemGroupLine": parts}}
        made = bookkeeper.control(self.world, "/v3/item", **kit)["Item"]
        return {"DetailType": "GroupLineDetail", "Description": f"{token} kit",
                "GroupLineDetail": {"GroupItemRef": {"value": made["Id"]}, "Quantity": 1}}  # fmt: skip

    def _negative(self, token: str) -> dict[str, Any]:
        detail = {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": -5}
        return {"DetailType": "SalesItemLineDetail", "Description": f"{token} rebate", "Amount": -5,
                "SalesItemLineDetail": detail}  # fmt: skip

    def _words(self, token: str) -> dict[str, Any]:
        return {"DetailType": "DescriptionOnly", "Description": f"{token} thank you"}

    def _is_plain(self, line: dict[str, Any]) -> bool:
        token = line.get("Description", "").split(" ")[0]
        return (
            line["DetailType"] == "SalesItemLineDetail"
            and token[:1] in ("H", "T", "W")
            and token not in self.journal.reckoned
        )

    def closes_books(self) -> None:
        """The books are closed up to a day, or opened again."""
        self.closed = not self.closed
        bookkeeper.close_books(self.world, "2026-11-20" if self.closed else "")
        self.journal.tell(f"there the books are {'closed' if self.closed else 'open'}")

    def creates_twin_invoice(self, customer: str, number: str, price: Decimal) -> str:
        """An invoice that the owner types too."""
        line = self._new_line()
        line["Amount"] = line["SalesItemLineDetail"]["UnitPrice"] = price
        line["SalesItemLineDetail"]["Qty"] = 1
        made = self.world.make("Invoice", CustomerRef={"value": customer}, Line=[line], DocNumber=number)
        return made["Id"]

    def edits_customer(self, record: Record | None = None, unit: str = "") -> None:
        """One field of a customer."""
        record = record or self._any("Customer")
        unit = unit or self.chance.choice((*WIRE, "email", "phone", "bill_address"))
        number = self._next()
        match unit:
            case "email":
                value: Any = f"mail{number}@example.org"
                sent: Any = {"PrimaryEmailAddr": {"Address": value}}
            case "phone":
                value = f"556-{number:04}"
                sent = {"PrimaryPhone": {"FreeFormNumber": value}}
            case "bill_address":
                value = [f"{number} Street", "Dallas", "TX", "75001"]
                sent = {"BillAddr": {"Line1": value[0], "City": value[1], "CountrySubDivisionCode": value[2],
                                     "PostalCode": value[3]}}  # fmt: skip
            case _:
                value = f"{unit} there {number}"
                sent = {WIRE[unit]: value}
        self.world.change("Customer", record.id, **sent)
        self.journal.edited(THERE, Kind.CUSTOMER, record.id, **{unit: value})

    def edits_item(self, record: Record | None = None, unit: str = "") -> None:
        """One field of an item."""
        record = record or self._any("Item")
        unit = unit or self.chance.choice(tuple(ITEM_WIRE))
        value: Any = self._amount() if unit == "price" else f"{unit} there {self._next()}"
        self.world.change("Item", record.id, **{ITEM_WIRE[unit]: value})
        self.journal.edited(THERE, Kind.ITEM, record.id, **{unit: value})

    def edits_invoice(self, record: Record | None = None, unit: str = "") -> None:
        """One field of an invoice. Saved with the days that it has, it is not edited."""
        record = record or self._open_invoice()
        unit = unit or self.chance.choice(INVOICE_UNITS)
        number = self._next()
        match unit:
            case "dates":
                day = date(2026, 10, 1) + timedelta(days=self.chance.randint(0, 60))
                value: Any = [day.isoformat(), (day + timedelta(days=30)).isoformat()]
                sent: Any = {"TxnDate": value[0], "DueDate": value[1]}
            case "number":
                value = f"T{number}"
                sent = {"DocNumber": value}
            case "notes":
                value = f"notes there {number}"
                sent = {"CustomerMemo": {"value": value}}
            case "bill_email":
                value = f"mail{number}@example.org"
                sent = {"BillEmail": {"Address": value}}
            case _:
                value = f"memo there {number}"
                sent = {"PrivateNote": value}
        before = faces.invoice_there(self.world.shown(record))["dates"]
        self._change_invoice(record, **sent)
        if before != value:  # words are counted, and never there before
            self.journal.edited(THERE, Kind.INVOICE, record.id, before=before, **{unit: value})

    def edits_lines(self) -> None:
        """Insert, remove, reorder or change lines of an invoice."""
        record = self._open_invoice()
        every = [one for one in self.world.shown(record)["Line"] if one["DetailType"] != "SubTotalLineDetail"]
        lines = [one for one in every if self._is_plain(one)]
        other = [one for one in every if one not in lines]
        if not lines:
            raise Nothing
        line = self.chance.choice(lines)
        token, units = line["Description"].split(" ")[0], {}
        match self.chance.choice(("insert", "remove", "reorder", "quantity", "description")):
            case "insert":
                new = self._new_line()
                self._change_invoice(record, Line=[*lines, new, *other])
                self._note_line(record.id, new)
                return
            case "remove" if len(lines) > 1:
                lines = [one for one in lines if one is not line]
                units = {f"line {token}": None}
            case "quantity":
                detail = line["SalesItemLineDetail"]
                quantity = Decimal(self.chance.randint(1, 9))
                if Decimal(str(detail.get("Qty", 1))) != quantity:
                    units = {f"line {token} quantity": quantity}
                detail["Qty"] = quantity
                detail["UnitPrice"] = Decimal(str(detail.get("UnitPrice", 1)))
                line["Amount"] = (quantity * detail["UnitPrice"]).quantize(Decimal("0.01"))
            case "description":
                line["Description"] = f"{token} there {self._next()}"
                units = {f"line {token} description": line["Description"]}
            case _:
                lines = lines[::-1]
        self._change_invoice(record, Line=[*lines, *other])
        self.journal.edited(THERE, Kind.INVOICE, record.id, **units)

    def moves_invoice(self) -> None:
        """An invoice goes to another customer. Saved with the one that it has, it is not edited."""
        record, customer = self._open_invoice(), self._any("Customer", active=True)
        before = self.world.shown(record)["CustomerRef"]["value"]
        self._change_invoice(record, CustomerRef={"value": customer.id})
        if before != customer.id:
            self.journal.edited(THERE, Kind.INVOICE, record.id, customer=f"there {customer.id}")

    def swaps_names(self) -> None:
        """Two customers change their names."""
        records = [one for one in self._records("Customer") if one.active]
        if len(records) < 2:
            raise Nothing
        one, other = self.chance.sample(records, 2)
        names = one.body["DisplayName"], other.body["DisplayName"]
        self._rename(one, f"Change {self._next()}")
        self._rename(other, names[0])
        self._rename(one, names[1])

    def _rename(self, record: Record, name: str) -> None:
        self.world.change("Customer", record.id, DisplayName=name)
        self.journal.edited(THERE, Kind.CUSTOMER, record.id, name=name)

    def _change_invoice(self, record: Record, **sent: Any) -> None:
        shown = self.world.shown(record)
        body = {"Id": record.id, "SyncToken": shown["SyncToken"], "sparse": True,
                "CustomerRef": shown["CustomerRef"], **sent}  # fmt: skip
        self.world.there("POST", "/invoice", body)

    def _new_line(self) -> dict[str, Any]:
        quantity, price = self.chance.randint(1, 5), self._amount()
        items = [one for one in self._records("Item") if one.active]
        item = self.chance.choice(items).id if items and self.chance.random() < 0.7 else "1"
        return {
            "DetailType": "SalesItemLineDetail",
            "Description": f"T{self._next()} work",
            "Amount": quantity * price,
            "SalesItemLineDetail": {"ItemRef": {"value": item}, "Qty": quantity, "UnitPrice": price},
        }

    def _note_line(self, key: str, line: dict[str, Any]) -> None:
        token, detail = line["Description"].split(" ")[0], line["SalesItemLineDetail"]
        self.journal.edited(
            THERE, Kind.INVOICE, key,
            **{f"line {token}": True, f"line {token} quantity": Decimal(detail["Qty"]),
               f"line {token} price": detail["UnitPrice"]},
        )  # fmt: skip

    def _records(self, kind: str) -> list[Record]:
        return [one for one in self.world.records_there(kind) if one.created >= START]

    def _any(self, kind: str, *, active: bool = False) -> Record:
        records = [one for one in self._records(kind) if one.active or not active]
        if not records:
            raise Nothing
        return self.chance.choice(records)

    def _open_invoice(self) -> Record:
        records = [one for one in self._records("Invoice") if one.body["TotalAmt"]]
        if not records:
            raise Nothing
        return self.chance.choice(records)

    def _amount(self) -> Decimal:
        return Decimal(self.chance.randint(100, 99999)) / 100

    def _next(self) -> int:
        self.made += 1
        return self.made
