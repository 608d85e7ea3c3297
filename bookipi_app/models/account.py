"""People and their companies: users, companies, log-in sessions, guesses."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from bookipi_app.ids import new_id
from bookipi_app.models.base import Integer64, Row


class User(Row, table=True):
    """A person who signs in. One user per account in this version."""

    __tablename__ = "user_account"  # pyright: ignore[reportAssignmentType]

    id: UUID = Field(default_factory=new_id, primary_key=True)
    email: str = Field(max_length=254)
    email_key: str = Field(max_length=254, unique=True)  # NFKC, case-folded: what must be unique
    name: str = Field(max_length=100)
    country: str = Field(max_length=2)  # ISO 3166-1 alpha-2
    password_hash: str = Field(max_length=200)  # argon2id
    default_company_id: UUID | None = Field(default=None)
    created_at: datetime


class Company(Row, table=True):
    """A business that invoices. Every other record belongs to exactly one."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    name: str = Field(max_length=100)
    country: str = Field(max_length=2)
    currency: str = Field(default="USD", max_length=3)
    time_zone: str = Field(default="America/New_York", max_length=64)
    email: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=30)
    line1: str = Field(default="", max_length=500)
    line2: str = Field(default="", max_length=500)
    city: str = Field(default="", max_length=255)
    region: str = Field(default="", max_length=255)
    postal_code: str = Field(default="", max_length=30)
    number_prefix: str = Field(default="INV-", max_length=12)
    next_number: int = Field(default=1001, sa_type=Integer64)
    terms_name: str = Field(default="Net 30", max_length=31)
    tax_rate: int = Field(default=0, sa_type=Integer64)  # percent × 10⁷: 8.25 % is 82_500_000
    discount_label: str = Field(
        default="", max_length=40
    )  # what the *Discount* field is called; empty: Discount
    notes: str = Field(default="", max_length=1000)  # the default note to the customer
    created_at: datetime


class LoginSession(Row, table=True):
    """One signed-in browser. The cookie holds 256 random bits; only their SHA-256 is kept."""

    id: str = Field(primary_key=True, max_length=64)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    company_id: UUID = Field(foreign_key="company.id")  # the company this browser looks at
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    user_agent: str = Field(default="", max_length=200)


class PasswordReset(Row, table=True):
    """A link that sets a new password, once. Its token is mailed; only the SHA-256 is kept."""

    id: str = Field(primary_key=True, max_length=64)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    created_at: datetime
    expires_at: datetime


class CompanyLogo(Row, table=True):
    """What stands at the head of a company's invoices: a PNG that we made ourselves of what was uploaded."""

    company_id: UUID = Field(foreign_key="company.id", primary_key=True)
    content: bytes
    digest: str = Field(max_length=16)  # part of its address, so that a new one is a new address
    updated_at: datetime


class LoginGuess(Row, table=True):
    """Failed log-ins of an account or an address within a window; a success clears the account's."""

    key: str = Field(primary_key=True, max_length=300)
    count: int = Field(default=0, sa_type=Integer64)
    window_ends_at: datetime
