"""Invoice numbers: counted on, kept as sent, left empty or refused, as the company's preferences say."""

import re

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Record
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.work import Work

LONGEST = 21
_AUTO_NUMBER = "AUTO_GENERATE"
_NUMERIC_TAIL = re.compile(r"([0-9]+)$")


def settle_number(work: Work, body: JsonObject, old: Record | None) -> None:
    """Gives the invoice its number. Called last: a refused invoice must not use one up."""
    company = work.company
    custom = company.preference("SalesFormsPrefs", "CustomTxnNumbers") is True
    number = body.get("DocNumber")
    if number == _AUTO_NUMBER or (number is None and old is None and not custom):
        following = next_number(company.last_number)
        if len(following) > LONGEST:
            raise faults.wrong_length("DocNumber", LONGEST, len(following))
        body["DocNumber"] = company.last_number = following
        return
    if number is None or (old is not None and old.body.get("DocNumber") == number):
        return
    _check_free(work, str(number), custom)
    if custom:
        company.last_number = str(number)


def _check_free(work: Work, number: str, custom: bool) -> None:
    warns = custom and work.switches.warn_duplicate_number and "allowduplicatedocnum" not in work.include
    holders = work.company.numbers.get(number)
    if warns and holders:
        raise faults.duplicate_number(number, "Invoice", min(holders, key=int))


def next_number(last: str) -> str:
    """The number after this one: the numeric tail counts on, `INV-9` becomes `INV-10`."""
    tail = _NUMERIC_TAIL.search(last)
    if tail is None:
        return f"{last}1" if last else "1001"
    counted = str(int(tail[1]) + 1).zfill(len(tail[1]))
    return last[: tail.start()] + counted
