"""Letters: what they say and carry, who gets them, what becomes of them, and payments recorded and corrected."""

from __future__ import annotations

import io
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import pytest
from pypdf import PdfReader
from sqlmodel import col, select

from bookipi_app.errors import InvalidInput, NotFound
from bookipi_app.models import Company, Invoice, Kind, Mail, MailStatus, Stage
from bookipi_app.services import history, invoices, mailer, public_links, sending
from bookipi_app.services.invoices import InvoiceForm, LineForm
from bookipi_app.settings import Settings, read_settings
from tests.services.conftest import NOW, WHO, Books

MARKUP = '<img src=x onerror="alert(1)"> & \u202eRTL'


@pytest.fixture(autouse=True)
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = read_settings({"BOOKIPI_VAR": str(tmp_path), "BOOKIPI_SECRET_KEY": "a key for tests"})
    for module in (mailer, public_links, sending):
        monkeypatch.setattr(module, "settings", lambda: settings)
    return settings


def made(books: Books, name: str = "Pecan Grove") -> Invoice:
    line = LineForm(description="Mulch", quantity="1", price="100")
    form = InvoiceForm(customer_id=str(books.customer(name)), lines=[line])
    with books.work() as session:
        return invoices.save(session, books.company_id, None, form, issue=True, now=NOW, who=WHO)


def sent(books: Books, invoice: Invoice, **told: str) -> list[Mail]:
    with books.work() as session:
        values = {"to": "ap@b.co", "message": "", **told}
        invoices.send(session, books.company_id, invoice.id, now=NOW, who=WHO, **values)
    with books.store.reading() as session:
        return list(session.exec(select(Mail).order_by(col(Mail.id))))


def delivered(books: Books, chosen: Settings, mail_id: UUID) -> EmailMessage:
    assert mailer.deliver(mail_id, now=NOW, store=books.store)
    (file,) = (chosen.var / "mail").glob(f"*{mail_id}.eml")
    return cast(EmailMessage, message_from_bytes(file.read_bytes(), policy=policy.default))


def test_the_letter_carries_the_sheet_and_the_link(books: Books, chosen: Settings) -> None:
    with books.work() as session:
        session.get_one(Company, books.company_id).email = "billing@cedar.co"
    (mail,) = sent(books, made(books), message="With thanks", subject="Your invoice")
    message = delivered(books, chosen, mail.id)
    assert message["Subject"] == "Your invoice"
    assert (message["From"].addresses[0].display_name, message["Reply-To"]) == (
        "Cedar & Stone",
        "billing@cedar.co",
    )
    plain = message.get_body(("plain",))
    rich = message.get_body(("html",))
    assert plain
    assert rich
    assert mail.link in plain.get_content()
    assert f'href="{mail.link}"' in rich.get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "Invoice INV-1001.pdf"
    assert "$100.00" in PdfReader(io.BytesIO(attached.get_content())).pages[0].extract_text()


def test_the_sheet_stays_as_it_was_sent(books: Books, chosen: Settings) -> None:
    invoice = made(books)
    (mail,) = sent(books, invoice)
    with books.work() as session:
        form = invoices.get(session, books.company_id, invoice.id, now=NOW).form
        form.lines[0] = LineForm(id=form.lines[0].id, description="Mulch", quantity="1", price="250")
        invoices.save(session, books.company_id, invoice.id, form, issue=True, now=NOW, who=WHO)
    (attached,) = delivered(books, chosen, mail.id).iter_attachments()
    assert "$100.00" in PdfReader(io.BytesIO(attached.get_content())).pages[0].extract_text()


def test_bad_input_56_refused_what_is_typed_is_text_in_the_letter_too(books: Books, chosen: Settings) -> None:
    (mail,) = sent(books, made(books, MARKUP), message=MARKUP)
    message = delivered(books, chosen, mail.id)
    rich = message.get_body(("html",))
    assert rich
    assert "<img" not in rich.get_content()
    assert rich.get_content().count("&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp;") == 2


@pytest.mark.parametrize(
    "subject", ["Hi\r\nBcc: thief@x.yz", "Hi\nBcc: thief@x.yz", "Hi\x00\rBcc: x", "Hi\u0085there"]
)
def test_a_subject_with_line_breaks_is_refused(books: Books, subject: str) -> None:
    invoice = made(books)
    with pytest.raises(InvalidInput) as refused:
        sent(books, invoice, subject=subject)
    assert set(refused.value.fields) == {"subject"}


@pytest.mark.parametrize(
    "to",
    ["a@b.co\r\nBcc: x@y.zz", "a@b.co;c@d.ee", "<a@b.co>", "a@b", "a b@c.co", '"x"@b.co', "a@b.co,,c@d.ee"],
)
def test_addresses_are_checked(books: Books, to: str) -> None:
    invoice = made(books)
    with pytest.raises(InvalidInput) as refused:
        sent(books, invoice, to=to)
    assert set(refused.value.fields) == {"to"}


def test_each_address_gets_one_letter_and_the_copy_is_marked(books: Books) -> None:
    mails = sent(books, made(books), to="a@b.co, c@d.ee, a@b.co", copy_to="me@cedar.co")
    assert sorted((mail.recipient, mail.is_copy) for mail in mails) == [
        ("a@b.co", False),
        ("c@d.ee", False),
        ("me@cedar.co", True),
    ]


def test_ten_addresses_of_usual_length_are_taken_and_eleven_refused(books: Books) -> None:
    invoice = made(books)
    addresses = [f"accounts-payable-{n}@pecan-grove.example.com" for n in range(11)]
    assert len(sent(books, invoice, to=", ".join(addresses[:10]))) == 10
    with pytest.raises(InvalidInput) as refused:
        sent(books, invoice, to=",".join(addresses))
    assert refused.value.fields == {"to": "Send to at most 10 addresses at once."}


def test_a_draft_whose_number_was_taken_meanwhile_is_not_sent(books: Books) -> None:
    line = LineForm(description="Mulch", quantity="1", price="100")
    form = InvoiceForm(customer_id=str(books.customer()), lines=[line], number="INV-7")
    with books.work() as session:
        draft = invoices.save(session, books.company_id, None, form, issue=False, now=NOW, who=WHO)
        arrived = {"issue_date": NOW.date(), "due_date": NOW.date(), "created_at": NOW, "updated_at": NOW}
        session.add(
            Invoice(
                company_id=books.company_id, number="INV-7", number_key="inv-7", stage=Stage.ISSUED, **arrived
            )
        )
    with pytest.raises(InvalidInput, match="INV-7 is already the number of another invoice"):
        sent(books, draft)
    with books.store.reading() as session:
        assert session.get_one(Invoice, draft.id).stage is Stage.DRAFT


def test_a_paid_invoice_goes_out_as_its_receipt(books: Books) -> None:
    invoice = made(books)
    with books.work() as session:
        invoices.mark_paid(session, books.company_id, invoice.id, now=NOW, who=WHO)
    (mail,) = sent(books, invoice)
    assert mail.subject == "Receipt INV-1001 from Cedar & Stone"
    assert mail.sheet
    assert [one["amount"] for one in mail.sheet["payments"]] == ["$100.00"]


def test_the_page_sees_what_becomes_of_a_letter(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    invoice = made(books)
    (mail,) = sent(books, invoice)
    assert _state(books, invoice) == ("waiting", "On its way")
    mailer.deliver(mail.id, now=NOW, store=books.store)
    assert _state(books, invoice) == ("kept", "Kept here Nov 24, 9:30 AM")
    with books.work() as session:
        stored = session.get_one(Mail, mail.id)
        stored.status, stored.problem = MailStatus.FAILED, "The mail server cannot be reached."
    assert _state(books, invoice) == ("failed", "The mail server cannot be reached.")
    with books.work() as session, pytest.raises(NotFound):
        sending.try_again(session, books.outside, mail.id, now=NOW)
    with books.work() as session:
        sending.try_again(session, books.company_id, str(mail.id), now=NOW)
    assert books.announced == 2  # the job, and the open pages
    assert _state(books, invoice)[0] == "waiting"


def test_a_refusal_for_good_becomes_part_of_the_invoices_story(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = made(books)
    (mail,) = sent(books, invoice)

    def refuse(*_: object) -> str:
        raise mailer.smtplib.SMTPRecipientsRefused({"ap@b.co": (550, b"secret words of the server")})

    monkeypatch.setattr(mailer, "_send", refuse)
    monkeypatch.setattr(mailer.live, "publish", lambda *_: None)
    assert not mailer.deliver(mail.id, now=NOW, store=books.store)
    state, words = _state(books, invoice)
    assert (state, words) == ("failed", "The mail server says that this address takes no mail.")
    with books.store.reading() as session:
        story = history.of(session, books.company_id, Kind.INVOICE, invoice.id, now=NOW)
    assert story[0].words == f"Not delivered to ap@b.co: {words}"


def test_payments_are_corrected_and_removed(books: Books) -> None:
    invoice = made(books)
    with books.work() as session:
        told = {"paid_on": "", "method": "Check", "now": NOW, "who": WHO}
        invoices.add_payment(session, books.company_id, invoice.id, amount="60", **told)
        (paid,) = invoices.get(session, books.company_id, invoice.id, now=NOW).payments
        assert (paid.number, paid.day, paid.method) == ("60.00", "2026-11-24", "Check")
        changed = invoices.change_payment(
            session, books.company_id, invoice.id, paid.id, amount="100", **told
        )
        assert (changed.paid_cents, changed.version) == (10_000, 1)
        with pytest.raises(InvalidInput):
            invoices.change_payment(session, books.company_id, invoice.id, paid.id, amount="100.01", **told)
        for company, payment in ((books.outside, paid.id), (books.company_id, str(uuid4()))):
            with pytest.raises(NotFound):
                invoices.remove_payment(session, company, invoice.id, payment, now=NOW, who=WHO)
        left = invoices.remove_payment(session, books.company_id, invoice.id, paid.id, now=NOW, who=WHO)
        assert (left.paid_cents, left.version) == (0, 1)
        assert not invoices.get(session, books.company_id, invoice.id, now=NOW + timedelta(1)).payments


def test_a_payment_of_another_invoice_is_not_found(books: Books) -> None:
    one, other = made(books, "One"), made(books, "Other")
    with books.work() as session:
        invoices.mark_paid(session, books.company_id, one.id, now=NOW, who=WHO)
        (paid,) = invoices.get(session, books.company_id, one.id, now=NOW).payments
        with pytest.raises(NotFound):
            invoices.remove_payment(session, books.company_id, other.id, paid.id, now=NOW, who=WHO)


def _state(books: Books, invoice: Invoice) -> tuple[str, str]:
    with books.store.reading() as session:
        (letter,) = sending.letters_of(session, books.company_id, invoice.id, now=NOW)
    return letter.state, letter.words
