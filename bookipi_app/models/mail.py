"""E-mail that is to be sent, or was."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Field

from bookipi_app.ids import new_id
from bookipi_app.models.base import Integer64, Row, enum_type, json_column


class MailStatus(StrEnum):
    """How far an e-mail is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Mail(Row, table=True):
    """One message to one address."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    company_id: UUID | None = Field(default=None, foreign_key="company.id", index=True)
    invoice_id: UUID | None = Field(default=None, foreign_key="invoice.id", index=True)
    recipient: str = Field(max_length=254)
    subject: str = Field(max_length=200)
    body: str
    from_name: str = Field(default="", max_length=100)  # whose letter it is; the address is always ours
    reply_to: str = Field(default="", max_length=254)
    link: str = Field(default="", max_length=500)  # what the letter leads to; stands in the body too
    link_words: str = Field(default="", max_length=60)
    sheet: dict[str, Any] | None = Field(
        default=None, sa_column=json_column()
    )  # the attached paper, as it was then
    is_copy: bool = Field(default=False)  # for the sender's own files
    status: MailStatus = Field(default=MailStatus.WAITING, sa_type=enum_type(MailStatus))
    problem: str = Field(default="", max_length=300)
    tries: int = Field(default=0, sa_type=Integer64)
    created_at: datetime
    next_try_at: datetime | None = Field(default=None)
    kept_as: str = Field(default="", max_length=120)  # a file in `var/mail`, where there is no mail server
    sent_at: datetime | None = Field(default=None)
