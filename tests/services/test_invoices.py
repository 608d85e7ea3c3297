"""Invoices: drafts that stay here, numbers taken once, lines that keep their identity, payments that make no edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from bookipi_app.errors import InvalidInput, NotAllowed, NotFound
from bookipi_app.models import Invoice, InvoiceLine, Kind, Mail, Stage, SyncRecord, TaxMode
from bookipi_app.services import customers, history, invoices
from bookipi_app.services.invoices import InvoiceForm, LineForm
from tests.services.conftest import NOW, WHO, Books

LINE = LineForm(description="Weekly visit", quantity="4", price="384.10", taxable=True)


def form(customer_id: UUID | None = None, *lines: LineForm, **texts: Any) -> InvoiceForm:
    return InvoiceForm(customer_id=str(customer_id or ""), lines=list(lines or (LINE,)), **texts)


def save(books: Books, filled: InvoiceForm, invoice_id: UUID | None = None, *, issue: bool = True) -> Invoice:
    with books.work() as session:
        return invoices.save(session, books.company_id, invoice_id, filled, issue=issue, now=NOW, who=WHO)


def refusal(
    books: Books, filled: InvoiceForm, invoice_id: UUID | None = None, *, issue: bool = True
) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        save(books, filled, invoice_id, issue=issue)
    assert all(words.endswith((".", "100")) for words in refused.value.fields.values())
    return refused.value.fields


def form_of(books: Books, invoice_id: UUID) -> InvoiceForm:
    with books.store.reading() as session:
        return invoices.get(session, books.company_id, invoice_id, now=NOW).form


def marks(books: Books) -> list[Kind]:
    with books.store.reading() as session:
        return list(session.exec(select(col(SyncRecord.kind))))


def test_bad_input_66_accepted_an_invoice_is_added_up_numbered_and_dated(books: Books) -> None:
    filled = form(
        books.customer(email="ap@pecangrove.example", bill_city="Austin"), terms_name="Net 15",
        discount_kind="percent", discount_value="5", shipping="45.00", tax_mode="exclusive", tax_rate="8.25",
    )  # fmt: skip
    invoice = save(books, filled)
    assert (invoice.number, invoice.stage, invoice.issued_at) == ("INV-1001", Stage.ISSUED, NOW)
    assert (invoice.issue_date, invoice.due_date) == (date(2026, 11, 24), date(2026, 12, 9))
    assert (invoice.subtotal_cents, invoice.discount_cents, invoice.tax_cents) == (153_640, 7_682, 12_042)
    assert invoice.total_cents == 153_640 - 7_682 + 12_042 + 4_500
    assert (invoice.bill_email, invoice.bill_city) == ("ap@pecangrove.example", "Austin")
    with books.store.reading() as session:
        detail = invoices.get(session, books.company_id, str(invoice.id), now=NOW)
        assert (detail.status_word, detail.total, detail.discount_label) == (
            "Unsent",
            "$1,625.00",
            "Discount (5%)",
        )
        assert invoices.next_number(session, books.company_id) == "INV-1002"


def test_reading_the_form_back_changes_nothing(books: Books) -> None:
    filled = form(
        books.customer(), LINE,
        LineForm(description="Only words"),
        LineForm(item_id=str(books.item()), quantity="0.3333333", price="0.0000001", discount_kind="fixed",
                 discount_value="0"),
        replace(LINE, discount_kind="percent", discount_value="12.5"),
        replace(LINE, price="-10"),
        LineForm(quantity="1"),
        terms_name="Custom", due_date="2027-01-02", po_number="7", notes="a\nb", memo="c", tax_mode="inclusive",
        tax_rate="8.25", discount_kind="fixed", discount_value="12.34", shipping="1",
    )  # fmt: skip
    invoice = save(books, filled)
    assert invoice.terms_name == ""
    back = form_of(books, invoice.id)
    assert len(back.lines) == 5
    again = save(books, back, invoice.id)
    assert again.version == 1
    assert again.total_cents == invoice.total_cents


def test_bad_input_67_accepted_the_same_new_form_twice_makes_one_invoice(books: Books) -> None:
    books.connect()
    filled = form(books.customer(), LINE, LINE, key=str(uuid4()), number="A-1")
    first, second = save(books, filled), save(books, filled)
    assert (first.id, first.version) == (second.id, second.version)
    with books.store.reading() as session:
        assert len(session.exec(select(InvoiceLine)).all()) == 2


def test_drafts_never_reach_the_engine_and_are_lenient(books: Books) -> None:
    books.connect()
    draft = save(books, InvoiceForm(), issue=False)
    assert (draft.stage, draft.issued_at, draft.customer_id) == (Stage.DRAFT, None, None)
    draft = save(books, form(number="INV-7"), draft.id, issue=False)
    assert (draft.number, draft.version) == ("INV-7", 2)
    assert marks(books) == []
    with books.store.reading() as session:
        story = history.of(session, books.company_id, Kind.INVOICE, draft.id, now=NOW)
    assert [entry.words for entry in story] == ["Draft created"]


def test_issuing_needs_a_customer_and_a_line_and_happens_once(books: Books) -> None:
    draft = save(books, InvoiceForm(), issue=False)
    assert set(refusal(books, InvoiceForm(), draft.id)) == {"customer_id", "lines"}
    books.connect()
    issued = save(books, form(books.customer(), number=draft.number), draft.id)
    assert issued.issued_at == NOW
    assert Kind.INVOICE in marks(books)
    with books.work() as session:
        again = invoices.save(
            session,
            books.company_id,
            draft.id,
            form_of(books, draft.id),
            issue=True,
            now=NOW + timedelta(1),
            who=WHO,
        )
    assert (again.issued_at, again.version) == (NOW, issued.version)
    assert "lines" in refusal(books, replace(form_of(books, draft.id), lines=[]), draft.id, issue=False)


def test_bad_input_67_refused_a_number_taken_here_is_refused_with_the_next_free_one(books: Books) -> None:
    customer = books.customer()
    first = save(books, form(customer, number="inv-1001"))
    save(books, form(customer, number="INV-1002"))
    words = refusal(books, form(customer, number="INV-1001"))["number"]
    assert words == "inv-1001 is already the number of an invoice for Pecan Grove Apartments. Use INV-1003."
    assert save(books, form_of(books, first.id), first.id).version == 1
    with books.store.reading() as session:
        assert invoices.number_taken(session, books.company_id, "INV-1001", None)
        assert not invoices.number_taken(session, books.company_id, "INV-1001", first.id)
        assert not invoices.number_taken(session, books.outside, "INV-1001", None)


def test_next_number_passes_long_runs_that_are_taken(books: Books) -> None:
    save(books, form(books.customer(), number="INV-1001"))
    with books.work() as session:
        for number in range(1002, 1070):
            session.add(
                Invoice(
                    company_id=books.company_id, number=f"INV-{number}", number_key=f"inv-{number}",
                    issue_date=NOW.date(), due_date=NOW.date(), created_at=NOW, updated_at=NOW,
                )
            )  # fmt: skip
        session.flush()
        assert invoices.next_number(session, books.company_id) == "INV-1070"


def test_bad_input_68_accepted_lines_keep_their_ids_through_edits(books: Books) -> None:
    lines = [replace(LINE, description=name) for name in ("one", "two", "three")]
    invoice = save(books, form(books.customer(), *lines))
    filled = form_of(books, invoice.id)
    ids = {line.description: line.id for line in filled.lines}
    edited = [replace(filled.lines[2], quantity="5"), filled.lines[0], replace(LINE, description="four")]
    assert save(books, replace(filled, lines=edited), invoice.id).version == 2
    after = {line.description: line.id for line in form_of(books, invoice.id).lines}
    assert list(after) == ["three", "one", "four"]
    assert (after["three"], after["one"]) == (ids["three"], ids["one"])
    assert after["four"] not in ids.values()


def test_lines_of_another_invoice_cannot_be_claimed(books: Books) -> None:
    customer = books.customer()
    other = save(books, form(customer))
    stolen = form_of(books, other.id).lines[0]
    assert "lines.0.id" in refusal(books, form(customer, stolen))
    mine = save(books, form(customer))
    own = form_of(books, mine.id)
    assert "lines.1.id" in refusal(books, replace(own, lines=[*own.lines, stolen]), mine.id)
    assert "lines.1.id" in refusal(books, replace(own, lines=[*own.lines, *own.lines]), mine.id)


def test_records_of_another_company_cannot_be_named(books: Books) -> None:
    mine, item = books.customer(), books.item()
    with books.work() as session:
        theirs = customers.save(
            session, books.outside, None, customers.CustomerForm(name="Theirs"), now=NOW, who=WHO
        ).id
    assert set(refusal(books, form(theirs))) == {"customer_id"}
    assert set(refusal(books, form(uuid4()))) == {"customer_id"}
    assert "lines.1.item_id" in refusal(books, form(mine, LINE, LineForm(item_id=str(theirs))))
    invoice = save(books, form(mine, LineForm(item_id=str(item), price="1")))
    for name in ("get", "mark_paid", "send", "add_payment"):
        arguments: dict[str, object] = {} if name == "get" else {"now": NOW, "who": WHO}
        arguments |= {"to": "a@b.co", "message": ""} if name == "send" else {}
        arguments |= {"amount": "1", "paid_on": ""} if name == "add_payment" else {}
        with books.work() as session, pytest.raises(NotFound):
            getattr(invoices, name)(session, books.outside, invoice.id, **arguments)
    with books.work() as session, pytest.raises(NotFound):
        invoices.save(session, books.outside, invoice.id, form(), issue=False, now=NOW, who=WHO)


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("quantity", {"quantity": "-1"}),
        ("quantity", {"quantity": "0.12345678"}),
        ("quantity", {"quantity": "1e400"}),
        ("price", {"price": "9" * 30}),
        ("price", {"price": "0.00000001"}),
        ("price", {"price": "NaN"}),
        ("discount_value", {"discount_kind": "percent", "discount_value": "101"}),
        ("discount_value", {"discount_kind": "fixed", "discount_value": "1536.41"}),
        ("discount_value", {"discount_kind": "fixed", "discount_value": "0.001"}),
        ("discount_kind", {"discount_kind": "half"}),
        ("item_id", {"item_id": "1 OR 1=1"}),
        ("description", {"description": "x" * 4001}),
        ("description", {"description": "\ud83d"}),
    ],
)
def test_a_wrong_line_says_so_at_its_place_in_the_form(
    books: Books, field: str, line: dict[str, str]
) -> None:
    filled = form(books.customer(), LineForm(), replace(LINE, **line))
    assert set(refusal(books, filled)) == {f"lines.1.{field}"}
    assert f"lines.1.{field}" in invoices.preview(filled).errors or field == "item_id"


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        ("number", {"number": "x" * 22}),
        ("notes", {"notes": "x" * 1001}),
        ("bill_email", {"bill_email": "nobody"}),
        ("shipping", {"shipping": "-1"}),
        ("shipping", {"shipping": "1.005"}),
        ("tax_rate", {"tax_mode": "exclusive", "tax_rate": "1000"}),
        ("tax_mode", {"tax_mode": "sideways"}),
        ("discount_value", {"discount_kind": "fixed", "discount_value": "1536.41"}),
        ("issue_date", {"issue_date": "2026-13-01"}),
        ("due_date", {"issue_date": "2026-11-24", "due_date": "2026-11-23", "terms_name": "Custom"}),
        ("terms_name", {"terms_name": "Whenever"}),
        ("customer_id", {"customer_id": "x"}),
    ],
)
def test_a_wrong_field_says_so(books: Books, field: str, texts: dict[str, str]) -> None:
    assert field in refusal(books, replace(form(books.customer()), **texts))


def test_totals_no_invoice_can_have(books: Books) -> None:
    customer = books.customer()
    assert "total" in refusal(books, form(customer, replace(LINE, price="-1")))
    assert "lines.0.price" in refusal(books, form(customer, replace(LINE, price="99999999999")))
    assert "lines" in refusal(books, form(customer, *[LINE] * 751))
    assert (
        save(books, form(customer, replace(LINE, discount_kind="percent", discount_value="100"))).total_cents
        == 0
    )


def test_a_tax_taken_as_billed_stands_until_what_it_was_billed_on_is_edited(books: Books) -> None:
    invoice = save(books, form(books.customer(), tax_mode="exclusive", tax_rate="8.25"))
    with books.work() as session:
        stored = session.get_one(Invoice, invoice.id)
        stored.tax_given_cents = 12_678
        session.add(stored)
    filled = form_of(books, invoice.id)
    kept = save(books, replace(filled, memo="Gate code 4417"), invoice.id)
    assert (kept.tax_given_cents, kept.tax_cents) == (12_678, 12_678)
    filled = form_of(books, invoice.id)
    edited = save(books, replace(filled, shipping="1"), invoice.id)
    assert (edited.tax_given_cents, edited.tax_cents) == (None, 12_675)


def test_terms_that_came_from_quickbooks_stay(books: Books) -> None:
    invoice = save(books, form(books.customer()))
    with books.work() as session:
        stored = session.get_one(Invoice, invoice.id)
        stored.terms_name, stored.due_date = "2% 10 Net 45", date(2027, 1, 8)
        session.add(stored)
    edited = save(books, replace(form_of(books, invoice.id), memo="x"), invoice.id)
    assert (edited.terms_name, edited.due_date) == ("2% 10 Net 45", date(2027, 1, 8))


def test_bad_input_68_refused_void_and_trashed_invoices_are_not_edited(books: Books) -> None:
    invoice = save(books, form(books.customer()))
    for change in ({"stage": Stage.VOID}, {"stage": Stage.ISSUED, "trashed_at": NOW}):
        with books.work() as session:
            stored = session.get_one(Invoice, invoice.id)
            for name, value in change.items():
                setattr(stored, name, value)
            session.add(stored)
        with pytest.raises(NotAllowed):
            save(books, form(), invoice.id)
        with books.work() as session, pytest.raises(NotAllowed):
            invoices.mark_paid(session, books.company_id, invoice.id, now=NOW, who=WHO)


def test_payments_make_no_version_and_no_mark(books: Books) -> None:
    books.connect()
    invoice = save(books, form(books.customer()))
    with books.work() as session:
        record = session.exec(select(SyncRecord).where(SyncRecord.kind == Kind.INVOICE)).one()
        record.due_at = None
        session.add(record)
    with books.work() as session:
        paid = invoices.add_payment(
            session,
            books.company_id,
            invoice.id,
            amount="500",
            paid_on="2026-11-20",
            method="Check",
            now=NOW,
            who=WHO,
        )
        assert (paid.paid_cents, paid.version) == (50_000, 1)
    for amount, day in (("0", ""), ("1036.41", ""), ("-5", ""), ("abc", ""), ("1", "2026-11-25")):
        with books.work() as session, pytest.raises(InvalidInput):
            invoices.add_payment(
                session, books.company_id, invoice.id, amount=amount, paid_on=day, now=NOW, who=WHO
            )
    with books.work() as session:
        for _ in range(2):
            paid = invoices.mark_paid(session, books.company_id, invoice.id, now=NOW, who=WHO)
        assert (paid.paid_cents, paid.version) == (paid.total_cents, 1)
        detail = invoices.get(session, books.company_id, invoice.id, now=NOW)
        assert [payment.amount for payment in detail.payments] == ["$1,036.40", "$500.00"]
        assert (detail.status_word, detail.outstanding) == ("Paid", "$0.00")
        assert session.exec(select(SyncRecord.due_at).where(SyncRecord.kind == Kind.INVOICE)).one() is None


def test_sending_issues_and_queues_a_letter_to_each_address(books: Books) -> None:
    books.connect()
    draft = save(books, form(books.customer()), issue=False)
    with books.work() as session:
        sent = invoices.send(
            session, books.company_id, draft.id, to="a@b.co, c@d.ee", message="Hi there", now=NOW, who=WHO
        )
        assert (sent.stage, sent.sent_at, sent.version) == (Stage.ISSUED, NOW, 2)
        letters = session.exec(select(Mail).order_by(Mail.recipient)).all()
        assert [letter.recipient for letter in letters] == ["a@b.co", "c@d.ee"]
        for words in ("INV-1001", "$1,536.40", "Dec 24, 2026", "Hi there"):
            assert words in letters[0].body
    assert Kind.INVOICE in marks(books)
    with books.work() as session, pytest.raises(InvalidInput):
        invoices.send(
            session, books.company_id, draft.id, to="a@b.co\nBcc: x@y.zz", message="", now=NOW, who=WHO
        )


def test_a_draft_that_lacks_something_is_not_sent(books: Books) -> None:
    draft = save(books, InvoiceForm(), issue=False)
    with books.work() as session, pytest.raises(InvalidInput) as refused:
        invoices.send(session, books.company_id, draft.id, to="", message="", now=NOW, who=WHO)
    assert set(refused.value.fields) == {"to", "customer_id", "lines"}


def test_a_preview_says_what_a_save_would(books: Books) -> None:
    filled = form(None, LINE, LineForm(), replace(LINE, quantity="x"), tax_mode="exclusive", tax_rate="10")
    shown = invoices.preview(filled)
    assert shown.lines[:2] == ("$1,536.40", "")
    assert set(shown.errors) == {"lines.2.quantity"}
    clean = invoices.preview(form(None, LINE, tax_mode="exclusive", tax_rate="10"))
    assert (clean.subtotal, clean.tax, clean.total, clean.errors) == ("$1,536.40", "$153.64", "$1,690.04", {})
    saved = save(books, form(books.customer(), tax_mode="exclusive", tax_rate="10"))
    assert clean.totals
    assert saved.total_cents == clean.totals.total_cents


def test_a_new_form_starts_from_the_companys_settings(books: Books) -> None:
    with books.store.reading() as session:
        filled = invoices.new_form(session, books.company_id, now=NOW)
    assert (filled.number, filled.issue_date, filled.terms_name) == ("INV-1001", "2026-11-24", "Net 30")
    assert (filled.due_date, filled.tax_mode) == ("2026-12-24", TaxMode.NONE)
    assert UUID(filled.key)


def test_nonsense_from_a_browser_becomes_sentences(books: Books) -> None:
    wild = invoices.invoice_form_from(
        {"lines": [{"quantity": 5, "price": None}, 7], "customer_id": 3, "notes": [], "x": 1}
    )
    assert {"lines.0.quantity", "lines.0.price", "customer_id", "notes"} <= set(refusal(books, wild))
