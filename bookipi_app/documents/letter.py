"""A letter as an e-mail: plain text, the same text as HTML with a button for its link, and the sheet attached."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

PAGE = (
    "margin:0;padding:24px;background:#f9f9fb;color:#1c2024;"
    "font:15px/23px -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
)
SHEET = "max-width:560px;margin:0 auto;padding:28px 32px;background:#ffffff;border:1px solid #e6e6eb;border-radius:8px"
BUTTON = (
    "display:inline-block;padding:10px 18px;border-radius:6px;background:#3e63dd;color:#ffffff;"
    "font-weight:600;text-decoration:none"
)
PARAGRAPH = "margin:0 0 16px;overflow-wrap:anywhere"


@dataclass(frozen=True)
class Letter:
    """What is to be sent. `link` also stands in `body`, as a paragraph of its own: in HTML it is the button."""

    sender: str  # our own address, as `MAIL_FROM` has it
    recipient: str
    subject: str
    body: str
    message_id: str
    domain: str
    from_name: str = ""
    reply_to: str = ""
    link: str = ""
    link_words: str = ""
    file_name: str = ""
    file: bytes = b""


def message_of(letter: Letter, now: datetime) -> EmailMessage:
    """The message. However often it is made, it bears the same id, so that who gets it twice can tell."""
    message = EmailMessage()
    message["From"] = _from(letter)
    message["To"] = _in_ascii(letter.recipient)
    if letter.reply_to:
        message["Reply-To"] = _in_ascii(letter.reply_to)
    message["Subject"] = _as_typed(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.message_id}@{letter.domain}>"
    # Quoted-printable: any server takes it, with or without 8BITMIME.
    message.set_content(letter.body, cte="quoted-printable")
    if letter.link:
        message.add_alternative(html_of(letter), subtype="html", cte="quoted-printable")
    if letter.file:
        message.add_attachment(letter.file, maintype="application", subtype="pdf", filename=letter.file_name)
    return message


def html_of(letter: Letter) -> str:
    """The body as HTML. Every word of it is escaped: what somebody typed is text here too."""
    parts = (_paragraph(part, letter) for part in letter.body.split("\n\n") if part.strip())
    sheet = f'<div style="{SHEET}">{"".join(parts)}</div>'
    return f'<!doctype html><html lang="en"><body style="{PAGE}">{sheet}</body></html>'


def _paragraph(part: str, letter: Letter) -> str:
    if part.strip() == letter.link:
        address, words = html.escape(letter.link), html.escape(letter.link_words or "Open")
        return f'<p style="{PARAGRAPH}"><a href="{address}" style="{BUTTON}">{words}</a></p>'
    words = html.escape(part).replace("\n", "<br>")
    return f'<p style="{PARAGRAPH}">{words}</p>'


def _from(letter: Letter) -> Address | str:
    """The company's name before our own address: the mail is ours to answer for, the answer is the company's."""
    _, address = parseaddr(letter.sender)
    user, _, domain = address.rpartition("@")
    if not letter.from_name or not user:
        return letter.sender
    return Address(_as_typed(letter.from_name), user, domain)


def _as_typed(text: str) -> str:
    """A text that stays one in a header: `EmailMessage` would decode an encoded word in it, line breaks and all."""
    return text.replace("=?", "= ?")


def _in_ascii(address: str) -> str:
    """The address with its domain as the name servers know it: `müller.de` is `xn--mller-kva.de` there."""
    user, _, domain = address.rpartition("@")
    try:
        return f"{user}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address
