"""The end of the month: a firm whose names have sixty characters, forty lines, and every flag there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from bookipi_app.db import Database
from bookipi_app.models import Connection, Flag, Invoice, Kind
from bookipi_app.services import companies, customers, invoices, items
from bookipi_app.services.customers import CustomerForm
from bookipi_app.services.invoices import InvoiceForm, LineForm
from bookipi_app.services.items import ItemForm
from tests.screenshots.accounts import OWNER, THERE, Account, account, connect_quietly, is_connected, link

FIRM = "Cedar & Stone Landscaping, Irrigation and Tree Care of Texas"
CUSTOMERS = (
    "Lakeline Homeowners Association of Greater Travis County, TX",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunte",
    "Bouldin Bungalows",
    "Westlake Montessori School and Early Childhood Center, Inc.",
    "Hill Country Brewing Co.",
)
ITEMS = (
    (
        "Complete spring cleanup with bed edging, mulch and haul-away",
        "SPRING-CLEANUP-COMPLETE-WITH-MULCH-2026",
        "1284.5",
    ),
    ("Grounds maintenance", "GM-01", "384.10"),
    ("Irrigation controller, twelve zones, installed and adjusted", "IRR-12", "100000"),
)
LINES, LONG_LINES = 40, 3
NOTE = (
    "Thank you for your business. Please pay by check to Cedar & Stone Landscaping, Irrigation and Tree Care of Texas "
    "or by bank transfer.\nQuestions: billing-and-receivables@cedarandstonelandscaping.example, (512) 555-0148."
)
NAME_TAKEN = "A vendor in QuickBooks has this name, and names must be unique there. Add “(customer)”."
CLOSED = "QuickBooks' books are closed up to Oct 31. Change the date, or ask your bookkeeper to open them."
CLASH = "Edited here and in QuickBooks. Neither side changes until you choose."
ROUNDED = "$0.03 more in QuickBooks: it rounds sales tax on each line."
FLAGS: tuple[tuple[Flag, dict[str, Any]], ...] = (
    (Flag.SYNCED, {}),
    (Flag.DIFFERS, {"reason": ROUNDED, "cause": "rounding"}),
    (Flag.ATTENTION, {"reason": CLOSED, "cause": "refused", "detail": {"code": "6210"}}),
    (Flag.CONFLICT, {"reason": CLASH}),
    (Flag.SYNCING, {"reason": "It waits for its customer."}),
    (Flag.NOT_SYNCED, {"reason": "QuickBooks has no box for shipping.", "cause": "shipping_off"}),
)


def month_end(database: Database) -> Account:
    """The account, made once."""
    made = account(database, "month-end", FIRM)
    with database.transaction() as session:
        if not is_connected(session, made.company_id):
            _fill(session, made.company_id, datetime.now(UTC))
    return made


def _fill(session: Session, company_id: UUID, now: datetime) -> None:
    form = companies.form_of_company(companies.get(session, company_id))
    address = {
        "line1": "2108 East Cesar Chavez Street, Building C, Suite 1200",
        "city": "Austin",
        "region": "TX",
    }
    companies.update_company(
        session, company_id, replace(form, **address, postal_code="78702-4411", notes=NOTE, tax_rate="8.25")
    )
    buyers = [_customer(session, company_id, name, now) for name in CUSTOMERS]
    sold = [
        items.save(session, company_id, None, ItemForm(name, sku, "", price, True), now=now, who=OWNER).id
        for name, sku, price in ITEMS
    ]
    made = [_invoice(session, company_id, buyers, sold, place, now) for place in range(24)]
    connection = connect_quietly(
        session, company_id, quickbooks_name=f"{THERE} and Partners of Greater Austin"
    )
    _link_all(session, connection, buyers, sold, made)


def _customer(session: Session, company_id: UUID, name: str, now: datetime) -> UUID:
    form = CustomerForm(
        name=name,
        email="accounts-payable-department@lakeline-homeowners-association.example",
        phone="+1 (512) 555-0175 ext. 20417",
        bill_line1="11200 Lakeline Mall Drive, Building 14, Third Floor",
        bill_city="Cedar Park",
        bill_region="TX",
        bill_postal_code="78613",
        bill_country="US",
    )
    return customers.save(session, company_id, None, form, now=now, who=OWNER).id


def _invoice(
    session: Session, company_id: UUID, buyers: list[UUID], sold: list[UUID], place: int, now: datetime
) -> Invoice:
    """The first has forty lines; every seventh is a draft, some are late or paid, the sixth is in the trash."""
    lines = [
        LineForm(
            item_id=str(sold[at % len(sold)]),
            description=_words(at),
            quantity="12.5" if at % 4 else "1",
            price=ITEMS[at % len(ITEMS)][2],
            taxable=True,
        )
        for at in range(LINES if place == 0 else 1 + place % LONG_LINES)
    ]
    issued = now.date() - timedelta(days=4 * place)
    form = InvoiceForm(
        customer_id=str(buyers[place % len(buyers)]), issue_date=issued.isoformat(), terms_name="Net 30",
        po_number="PURCHASE-ORDER-2026-00417-REV" if place == 0 else "", lines=lines,
        discount_kind="percent", discount_value="5", shipping="45", tax_mode="exclusive", tax_rate="8.25", notes=NOTE,
    )  # fmt: skip
    draft = place % 7 == 6
    saved = invoices.save(session, company_id, None, form, issue=not draft, now=now, who=OWNER)
    if place % 5 == 2 and not draft:
        invoices.mark_paid(session, company_id, saved.id, now=now, who=OWNER)
    if place == 5:
        invoices.trash(session, company_id, saved.id, now=now, who=OWNER)
    if place == 8:
        invoices.void(session, company_id, saved.id, now=now, who=OWNER)
    return saved


def _words(at: int) -> str:
    if at % 3:
        return f"Week {at + 1}"
    return "Beds edged, weeds pulled by hand, three inches of hardwood mulch, debris hauled away the same day"


def _link_all(
    session: Session, connection: Connection, buyers: list[UUID], sold: list[UUID], made: list[Invoice]
) -> None:
    for place, buyer in enumerate(buyers):
        refused = {
            "reason": NAME_TAKEN,
            "cause": "name_taken",
            "detail": {"suggestion": f"{CUSTOMERS[0]} (customer)"},
        }
        flag, more = (Flag.ATTENTION, refused) if place == 0 else (Flag.SYNCED, {})
        link(session, connection, Kind.CUSTOMER, buyer, flag, **more)
    for item in sold:
        link(session, connection, Kind.ITEM, item, Flag.SYNCED)
    for place, invoice in enumerate(made):
        flag, more = FLAGS[(place + 1) % len(FLAGS)]
        link(session, connection, Kind.INVOICE, invoice.id, flag, **{**more, **_detail(flag, invoice)})


def _detail(flag: Flag, invoice: Invoice) -> dict[str, Any]:
    if flag is Flag.DIFFERS:
        tax, total = invoice.tax_cents, invoice.total_cents
        same = [
            ("subtotal", invoice.subtotal_cents),
            ("discount", invoice.discount_cents),
            ("shipping", invoice.shipping_cents),
        ]
        parts = [{"name": name, "here": cents, "there": cents} for name, cents in same]
        parts += [
            {"name": "tax", "here": tax, "there": tax + 3},
            {"name": "total", "here": total, "there": total + 3},
        ]
        return {"detail": {"parts": parts}}
    if flag is Flag.CONFLICT:
        return {"detail": {"units": [_day(), _lines(invoice.total_cents), _note()]}}
    return {}


def _unit(
    name: str, label: str, base: str, ours: str, theirs: str, totals: list[int] | None = None
) -> dict[str, Any]:
    return {
        "unit": name,
        "label": label,
        "words": {"base": base, "ours": ours, "theirs": theirs},
        "totals": totals,
    }


def _day() -> dict[str, Any]:
    return _unit("due_date", "Due date", "Dec 10, 2026", "Dec 20, 2026", "Dec 5, 2026")


def _lines(total: int) -> dict[str, Any]:
    ours, theirs = (f"12.5 × {ITEMS[0][0]} at ${price}" for price in ("1,284.50", "1,300.00"))
    return _unit("lines", "Lines", ours, ours, theirs, [total, total + 11258])


def _note() -> dict[str, Any]:
    ours, theirs = (
        "Please use the north gate. Crew arrives at 7:30.",
        "Please use the side gate. Crew arrives at 8:00. PO 5512.",
    )
    return _unit("notes", "Note to the customer", "Crew arrives at 8:00.", ours, theirs)
