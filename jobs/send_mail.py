"""Send one e-mail."""

from __future__ import annotations

from uuid import UUID

from bookipi_app.services import mailer


def send_mail(mail_id: str) -> None:
    """Deliver a waiting e-mail; one that was sent already is left alone."""
    mailer.deliver(UUID(mail_id))
