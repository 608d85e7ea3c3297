"""Several companies of one user: another one, the one a browser looks at, and the default."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookipi_app.errors import InvalidInput, NotAllowed, NotFound
from bookipi_app.models import Company, Connection, ConnectionStatus, Invoice, User
from bookipi_app.services import auth, companies, duplicates, invoices, profile
from bookipi_app.services.invoices import InvoiceForm, LineForm
from bookipi_app.services.profile import ProfileForm
from tests.services.conftest import NOW, WHO, Books


def owner(books: Books) -> User:
    with books.store.reading() as session:
        return session.get_one(User, session.get_one(Company, books.company_id).user_id)


def test_bad_input_20_accepted_a_browser_is_switched_and_the_others_are_not(books: Books) -> None:
    user = owner(books)
    with books.work() as session:
        cookies = [auth.start_session(session, user, user_agent="", now=NOW) for _ in range(2)]
        second = companies.add_company(session, user.id, name="Cedar Nursery", now=NOW)
        first = auth.who(session, cookies[0], NOW)
        assert first
        companies.switch(session, user.id, first.session_id, str(second.id))
        session.flush()
        here, there = (auth.who(session, cookie, NOW) for cookie in cookies)
        assert here
        assert there
        assert (here.company_id, here.is_default_company) == (second.id, False)
        assert there.company_id == books.company_id


def test_a_company_of_somebody_else_is_not_found(books: Books) -> None:
    user = owner(books)
    with books.work() as session:
        cookie = auth.start_session(session, user, user_agent="", now=NOW)
        me = auth.who(session, cookie, NOW)
        assert me
        for wrong in (books.outside, "x", "", None, -1):
            with pytest.raises(NotFound):
                companies.switch(session, user.id, me.session_id, wrong)
            with pytest.raises(NotFound):
                companies.make_default(session, user.id, wrong)
        with pytest.raises(NotFound):
            companies.switch(session, user.id, "another session", books.company_id)


@pytest.mark.parametrize("name", ["", "Cedar & Stone", "cedar &  STONE", "x" * 101, "a\nb", None])
def test_a_name_that_is_none_or_known_is_refused(books: Books, name: object) -> None:
    with books.work() as session, pytest.raises(InvalidInput) as refused:
        companies.add_company(session, owner(books).id, name=name, now=NOW)
    assert set(refused.value.fields) == {"company_name"}


def test_the_default_stays_while_quickbooks_is_connected(books: Books) -> None:
    user = owner(books)
    with books.work() as session:
        second = companies.add_company(session, user.id, name="Cedar Nursery", now=NOW)
    connection = books.connect()
    with books.work() as session, pytest.raises(NotAllowed) as refused:
        companies.make_default(session, user.id, second.id)
    assert "Disconnect it first" in refused.value.words
    with books.work() as session:
        session.get_one(Connection, connection).status = ConnectionStatus.FROZEN
        session.flush()
        companies.make_default(session, user.id, second.id)
        assert [one.is_default for one in companies.companies_of(session, user.id)] == [False, True]


def test_asked_twice_from_one_page_a_duplicate_is_made_once(books: Books) -> None:
    line = LineForm(description="Mulch", quantity="1", price="10")
    form = InvoiceForm(customer_id=str(books.customer()), lines=[line])
    page, later_page = books.company_id, books.outside  # any two ids
    with books.work() as session:
        old = invoices.save(session, books.company_id, None, form, issue=True, now=NOW, who=WHO)
        told = {"now": NOW + timedelta(minutes=1), "who": WHO}
        one, again, later = (
            duplicates.duplicate(session, books.company_id, old.id, key=key, **told)
            for key in (page, page, later_page)
        )
        assert (one.id, one.number) == (again.id, "INV-1002")
        assert later.number == "INV-1003"
        assert len({old.id, one.id, later.id}) == 3
        assert session.get_one(Invoice, one.id).version == 1


def test_the_country_stays_while_any_company_is_connected(books: Books) -> None:
    """Also for a browser that looks at another company of the user."""
    books.connect()
    with books.work() as session, pytest.raises(InvalidInput) as refused:
        profile.update_profile(session, owner(books).id, ProfileForm("Maria", "DE"))
    assert set(refused.value.fields) == {"country"}
    with books.work() as session:
        profile.update_profile(session, owner(books).id, ProfileForm("Maria D.", "US"))
