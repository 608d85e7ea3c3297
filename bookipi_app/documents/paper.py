"""What stands on an invoice's sheet, as texts that are ready to be read: on a page of the app and in a PDF alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PaperLine:
    """A line: its name, and what stands small under it."""

    id: str
    name: str
    description: str
    quantity: str
    price: str
    amount: str


@dataclass(frozen=True)
class PaperSum:
    """A row above the total."""

    label: str
    amount: str


@dataclass(frozen=True)
class PaperPayment:
    """A payment that a receipt confirms."""

    day: str
    method: str
    amount: str


@dataclass(frozen=True)
class Paper:
    """A sheet. `logo` is an address on this site, `mark` what has become of the invoice: draft, void, paid."""

    title: str = "Invoice"
    logo: str = ""
    company_name: str = ""
    company_initials: str = ""
    company_address: str = ""
    number: str = ""
    mark: str = ""
    customer_name: str = ""
    customer_address: str = ""
    issued: str = ""
    due_date: str = ""
    terms: str = ""
    po_number: str = ""
    lines: tuple[PaperLine, ...] = ()
    sums: tuple[PaperSum, ...] = ()
    due_label: str = "Amount due"
    due: str = ""
    payments: tuple[PaperPayment, ...] = ()
    note: str = ""


def paper_from(stored: Mapping[str, Any]) -> Paper:
    """The sheet that `dataclasses.asdict` took apart to be kept as JSON."""
    rows: dict[str, Any] = {
        "lines": tuple(PaperLine(**one) for one in stored["lines"]),
        "sums": tuple(PaperSum(**one) for one in stored["sums"]),
        "payments": tuple(PaperPayment(**one) for one in stored["payments"]),
    }
    return Paper(**{**stored, **rows})


def file_name(paper: Paper) -> str:
    """`Invoice INV-1052.pdf`, in letters that every system takes."""
    number = "".join(
        one if one.isascii() and (one.isalnum() or one in "-_. ") else "-" for one in paper.number
    )
    return f"{paper.title} {number.strip(' .')}.pdf"
