"""The letters that stayed here."""

from __future__ import annotations

from bookipi_app.services import kept_mail, sending
from bookipi_app.services.kept_mail import KeptLetter
from bookipi_app.state.app import AppState, Follows, Who, system_clock


class MailPage(Follows, AppState):
    """The page /mail."""

    letters: list[KeptLetter] = []
    has_server: bool = False

    async def _reload(self, who: Who) -> None:
        self.letters = await self._read(kept_mail.letters, who.company_id, now=system_clock())
        self.has_server = sending.has_server()
