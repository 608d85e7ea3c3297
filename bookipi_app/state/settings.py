"""The settings' forms. What is typed belongs to the browser until it is saved."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import reflex as rx
from sqlmodel import Session

from bookipi_app.errors import InvalidInput
from bookipi_app.services import companies, profile
from bookipi_app.services.companies import CompanyForm
from bookipi_app.services.fields import form_from
from bookipi_app.services.profile import ProfileForm
from bookipi_app.state.app import AppState, Who

SAVED = "Saved."


class ProfileState(AppState):
    """Settings → Profile."""

    texts: dict[str, str] = {}
    problems: dict[str, str] = {}
    loaded: bool = False

    @rx.event
    async def open(self):
        """The page opens: fill the form."""
        who = await self._me()
        self.texts = asdict(await self._read(profile.form_of_user, who.user_id))
        self.problems, self.loaded = {}, True

    @rx.event
    async def save(self, sent: dict[str, Any]):
        """*Save*."""
        who = await self._me()
        form = form_from(ProfileForm, _texts(sent))
        try:
            await self._write(profile.update_profile, who.user_id, who.company_id, form)
        except InvalidInput as wrong:
            self.problems = wrong.fields
            return None
        self.problems, self.texts = {}, asdict(form)
        self._say("ok", SAVED)
        return AppState.enter


class CompanyState(AppState):
    """Settings → Company and Settings → Invoicing: two halves of one form."""

    texts: dict[str, str] = {}
    problems: dict[str, str] = {}
    country: str = ""
    currency: str = ""
    loaded: bool = False

    @rx.event
    async def open(self):
        """A page opens: fill its form."""
        who = await self._me()
        self.texts, self.country, self.currency = await self._read(_company, who)
        self.problems, self.loaded = {}, True

    @rx.event
    async def save(self, sent: dict[str, Any]):
        """*Save*: the half that was sent replaces that half, the other stays as it is stored."""
        who = await self._me()
        try:
            texts = await self._write(_save_company, who, _texts(sent))
        except InvalidInput as wrong:
            self.problems = wrong.fields
            return None
        self.problems, self.texts = {}, texts
        self._say("ok", SAVED)
        return AppState.enter


def _company(session: Session, who: Who) -> tuple[dict[str, str], str, str]:
    company = companies.get(session, who.company_id)
    return asdict(companies.form_of_company(company)), company.country, company.currency


def _save_company(session: Session, who: Who, sent: dict[str, str]) -> dict[str, str]:
    stored = asdict(companies.form_of_company(companies.get(session, who.company_id)))
    known = {field.name for field in fields(CompanyForm)}
    form = CompanyForm(**stored | {name: text for name, text in sent.items() if name in known})
    return asdict(companies.form_of_company(companies.update_company(session, who.company_id, form)))


def _texts(sent: object) -> dict[str, str]:
    """Only texts: a browser may send anything."""
    if not isinstance(sent, dict):
        return {}
    return {str(name): text for name, text in sent.items() if isinstance(text, str)}
