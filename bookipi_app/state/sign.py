"""What the sign-in and sign-up pages show: why the last try was refused, and what was typed then."""

from __future__ import annotations

import asyncio

import reflex as rx

from bookipi_app.services import demo
from bookipi_app.services.sign_forms import Typed, field_of, local_path, typed_in, words_of
from bookipi_app.settings import settings
from bookipi_app.state.identity import SignedOut, who_asks


class SignState(rx.State):
    """The forms themselves go to the server without a state."""

    typed: Typed = Typed()
    field: str = ""
    problem: str = ""
    next_page: str = ""
    demo_email: str = ""
    demo_password: str = ""

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
        self.next_page = local_path(asked.get("next"), "")
        if settings().development:
            self.demo_email, self.demo_password = demo.DEMO_EMAIL, demo.DEMO_PASSWORD
        return None
