"""The person's own settings: name and country. The e-mail address is the account and stays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app import live
from bookipi_app.db import after_commit
from bookipi_app.models import Company, Connection, ConnectionStatus, User
from bookipi_app.services.countries import HOME, is_country
from bookipi_app.services.fields import Fields

CONNECTED = "QuickBooks is connected, and only US accounts can be. Disconnect it first."


@dataclass(frozen=True)
class ProfileForm:
    """What the profile page sends."""

    name: str = ""
    country: str = HOME


def form_of_user(session: Session, user_id: UUID) -> ProfileForm:
    """The form filled with what is stored."""
    user = session.get_one(User, user_id)
    return ProfileForm(user.name, user.country)


def update_profile(session: Session, user_id: UUID, form: ProfileForm) -> User:
    """Save name and country.

    Raises:
        InvalidInput: fields `name`, `country`; another country while QuickBooks is connected.
    """
    fields = Fields()
    name = fields.text("name", form.name, 100, label="your name")
    if not is_country(form.country):
        fields.errors["country"] = "Choose a country from the list."
    elif form.country != HOME and _is_connected(session, user_id):
        fields.errors["country"] = CONNECTED
    fields.done()
    user = session.get_one(User, user_id)
    user.name, user.country = name, form.country
    session.add(user)
    for company_id in session.exec(select(Company.id).where(col(Company.user_id) == user_id)):
        after_commit(session, partial(live.publish, company_id, "settings"))
    return user


def _is_connected(session: Session, user_id: UUID) -> bool:
    """Whichever of the user's companies this browser looks at."""
    living = (
        select(col(Connection.id))
        .join(Company, col(Company.id) == col(Connection.company_id))
        .where(col(Company.user_id) == user_id, col(Connection.status) != ConnectionStatus.FROZEN)
    )
    return session.exec(living).first() is not None
