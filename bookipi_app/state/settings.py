"""The settings' forms. What is typed belongs to the browser until it is saved."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.errors import InvalidInput, NotAllowed
from bookipi_app.services import companies, login_sessions, logos, profile
from bookipi_app.services.companies import CompanyChoice, CompanyForm
from bookipi_app.services.fields import form_from
from bookipi_app.services.login_sessions import SessionView
from bookipi_app.services.profile import ProfileForm
from bookipi_app.services.sign_forms import field_of, words_of
from bookipi_app.services.words import counted
from bookipi_app.state.answers import answers, as_text
from bookipi_app.state.app import AppState, Who, system_clock

SAVED = "Saved."
PASSWORD_DONE = "Your password is changed. Every other browser was signed out."
OTHER_COMPANY = (
    "This browser was switched to another company meanwhile. Nothing was changed: this is its page."
)
LOGO_PROBLEMS = {"picture": logos.NO_PICTURE, "large": logos.TOO_LARGE, "other": OTHER_COMPANY}
LOGO_DONE = {"saved": "The logo stands on your invoices now."}


class ProfileState(AppState):
    """Settings → Profile."""

    texts: dict[str, str] = {}
    problems: dict[str, str] = {}
    sessions: list[SessionView] = []
    password_field: str = ""
    password_problem: str = ""
    password_done: str = ""
    loaded: bool = False

    @rx.event
    async def open(self):
        """The page opens: fill the form. The address may say how a change of the password ended."""
        who, asked = await self._me(), self.router.url.query_parameters
        self.texts = asdict(await self._read(profile.form_of_user, who.user_id))
        code = asked.get("error", "")
        self.password_field, self.password_problem = field_of(code), words_of(code)
        self.password_done = PASSWORD_DONE if asked.get("done") == "password" else ""
        await self._list_sessions(who)
        self.problems, self.loaded = {}, True

    async def _list_sessions(self, who: Who) -> None:
        self.sessions = await self._read(_sessions, who)

    @rx.event
    @answers
    async def sign_out(self, session: str):
        """Sign one browser out."""
        who = await self._me()
        await self._write(login_sessions.end, who.user_id, as_text(session))
        await self._list_sessions(await self._me())  # its own session may be the one: then the log-in comes

    @rx.event
    @answers
    async def sign_out_others(self):
        """Sign every browser out but this one."""
        who = await self._me()
        ended = await self._write(login_sessions.end_all, who.user_id, but=who.session_id)
        self._say("ok", f"{counted(ended, 'browser')} signed out.")
        await self._list_sessions(who)

    @rx.event
    @answers
    async def sign_out_everywhere(self):
        """Sign every browser out, this one too."""
        who = await self._me()
        await self._write(login_sessions.end_all, who.user_id)
        return rx.redirect("/sign-in")

    @rx.event
    async def save(self, sent: dict[str, Any]):
        """*Save*."""
        who = await self._me()
        form = form_from(ProfileForm, _texts(sent))
        try:
            await self._write(profile.update_profile, who.user_id, form)
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
    choices: list[CompanyChoice] = []
    here: str = ""  # the company this browser looks at
    adding: bool = False
    default_problem: str = ""
    logo: str = ""
    logo_problem: str = ""
    logo_done: str = ""
    loaded: bool = False

    @rx.event
    async def open(self):
        """A page opens: fill its form. The address may say how an upload ended."""
        who = await self._me()
        await self._fill(who)
        code = self.router.url.query_parameters.get("logo", "")
        self.logo_problem, self.logo_done = LOGO_PROBLEMS.get(code, ""), LOGO_DONE.get(code, "")
        self.problems, self.adding, self.default_problem, self.loaded = {}, False, "", True

    async def _fill(self, who: Who) -> None:
        self.texts, self.country, self.currency, self.logo = await self._read(_company, who)
        self.choices = await self._read(companies.companies_of, who.user_id)
        self.here = str(who.company_id)

    @rx.event
    @answers
    async def begin_adding(self):
        """Open the form of another company."""
        self.adding, self.problems = True, {}

    @rx.event
    @answers
    async def stop_adding(self):
        """Close it."""
        self.adding = False

    @rx.event
    @answers
    async def add_company(self, sent: dict[str, Any]):
        """*Add company*; the list then offers to switch to it."""
        who = await self._me()
        if not self.adding:  # the second of two clicks
            return
        name = _texts(sent).get("company_name", "")
        try:
            await self._write(companies.add_company, who.user_id, name=name, now=system_clock())
        except InvalidInput as wrong:
            self.problems = wrong.fields
            return
        self.adding, self.problems = False, {}
        await self._fill(who)

    @rx.event
    @answers
    async def make_default(self, company: str):
        """The company that QuickBooks is connected to."""
        who = await self._me()
        try:
            await self._write(companies.make_default, who.user_id, as_text(company))
        except NotAllowed as refusal:  # said in place, with the way out beside it
            self.default_problem = refusal.words
            return None
        self.default_problem = ""
        await self._fill(who)
        return AppState.enter

    @rx.event
    @answers
    async def remove_logo(self):
        """From now on the initials stand in its place."""
        who = await self._me()
        await self._write(logos.remove, who.company_id)
        self.logo_done = self.logo_problem = ""
        await self._fill(who)

    @rx.event
    async def save(self, sent: dict[str, Any]):
        """*Save*: the half that was sent replaces that half, the other stays as it is stored."""
        who = await self._me()
        try:
            texts = await self._write(_save_company, who.company_id, _texts(sent))
        except InvalidInput as wrong:
            self.problems = wrong.fields
            return None
        self.problems, self.texts = {}, texts
        self._say("ok", SAVED)
        return AppState.enter


def _sessions(session: Session, who: Who) -> list[SessionView]:
    zone = companies.get(session, who.company_id).time_zone
    return login_sessions.sessions_of(session, who, zone, system_clock())


def _company(session: Session, who: Who) -> tuple[dict[str, str], str, str, str]:
    company = companies.get(session, who.company_id)
    form = asdict(companies.form_of_company(company))
    return form, company.country, company.currency, logos.address(session, company.id)


def _save_company(session: Session, company_id: UUID, sent: dict[str, str]) -> dict[str, str]:
    stored = asdict(companies.form_of_company(companies.get(session, company_id)))
    known = {field.name for field in fields(CompanyForm)}
    form = CompanyForm(**stored | {name: text for name, text in sent.items() if name in known})
    return asdict(companies.form_of_company(companies.update_company(session, company_id, form)))


def _texts(sent: object) -> dict[str, str]:
    """Only texts: a browser may send anything."""
    if not isinstance(sent, dict):
        return {}
    return {str(name): text for name, text in sent.items() if isinstance(text, str)}
