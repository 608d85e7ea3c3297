"""What the sign-in and sign-up pages show: why the last try was refused, and what was typed then."""

from __future__ import annotations

import asyncio

import reflex as rx

from bookipi_app.clock import system_clock
from bookipi_app.db import reading
from bookipi_app.services import demo, resets, sending
from bookipi_app.services.sign_forms import Typed, field_of, local_path, typed_in, words_of
from bookipi_app.settings import settings
from bookipi_app.state.identity import SignedOut, who_asks

DONE = {"password": "Your password is changed. Sign in with the new one."}


class SignState(rx.State):
    """The forms themselves go to the server without a state."""

    typed: Typed = Typed()
    field: str = ""
    problem: str = ""
    next_page: str = ""
    demo_email: str = ""
    demo_password: str = ""
    done: str = ""  # what was done just now, said above the form
    sent: bool = False
    keeps_mail: bool = False
    reset_key: str = ""
    link_dead: bool = False

    @rx.event
    async def open(self):
        """A sign-in or sign-up page opens; who is signed in already goes on."""
        asked = self.router.url.query_parameters
        cookies = self.router.headers.cookie
        try:
            await asyncio.to_thread(who_asks, cookies)
        except SignedOut:
            pass
        else:
            return rx.redirect(local_path(asked.get("next"), "/dashboard"))
        code = asked.get("error", "")
        self.field, self.problem = field_of(code), words_of(code)
        self.typed = typed_in(cookies) if code else Typed()
        self.done = DONE.get(asked.get("done", ""), "")
        self.next_page = local_path(asked.get("next"), "")
        if settings().development:
            self.demo_email, self.demo_password = demo.DEMO_EMAIL, demo.DEMO_PASSWORD
        return None

    @rx.event
    async def open_forgot(self):
        """The page that asks for an address, or says that a letter is on its way."""
        self._forget()
        self.sent = self.router.url.query_parameters.get("sent") == "yes"
        self.keeps_mail = not sending.has_server()

    @rx.event
    async def open_reset(self):
        """The page of a mailed link. Looking at it uses nothing up."""
        self._forget()
        asked = self.router.url.query_parameters
        key, code = asked.get("key", "")[:200], asked.get("error", "")
        usable = await asyncio.to_thread(_usable, key)
        self.reset_key, self.link_dead = (key if usable else ""), not usable
        self.field, self.problem = field_of(code), words_of(code)

    def _forget(self) -> None:
        """What another of these pages showed."""
        self.field = self.problem = self.next_page = self.done = self.reset_key = ""
        self.typed, self.sent, self.link_dead = Typed(), False, False


def _usable(key: str) -> bool:
    with reading() as session:
        return resets.is_usable(session, key, system_clock())
