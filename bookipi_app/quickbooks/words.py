"""QuickBooks' refusals as sentences: what happened, what it means, what to do. Never a code."""

from __future__ import annotations

import re

_NUMBER_TAKEN = re.compile(r"DocNumber=(.{1,40}?) is assigned to TxnType=(\w+)")
_PREFIX = re.compile(
    r"^\s*(?:[A-Z]\w*(?: [A-Za-z]\w*){0,4} Error|Object Not Found|Invalid Reference Id)\s*:\s*"
)

_RECONNECT = "Reconnect; nothing is lost."
_ADMIN = "QuickBooks no longer lets this connection in. Let an administrator of the company reconnect."
_BUG = (
    "QuickBooks did not understand what was sent. Nothing changed there. Use Try again after the next update."
)

_WORDS: dict[str, str] = {
    "100": _ADMIN,
    "110": _ADMIN,
    "120": "The person who connected QuickBooks is no longer its administrator. Let an administrator reconnect.",
    "130": "QuickBooks is moving this company. It goes out by itself later.",
    "140": "QuickBooks has locked this company for now. It goes out by itself later.",
    "150": "QuickBooks is under maintenance. It goes out by itself later.",
    "500": _BUG,
    "600": "QuickBooks already received this. Its outcome is looked up by itself.",
    "610": "Something in this record was deleted or made inactive in QuickBooks. Choose another, or restore it there.",
    "620": "QuickBooks cannot link this transaction to the other. Undo the link in QuickBooks, then use Try again.",
    "630": "QuickBooks already has this record. Rename or renumber one of the two, then use Try again.",
    "700": "The parent of this record cannot be used in QuickBooks. Choose another there, then use Try again.",
    "800": "Other records in QuickBooks depend on this one, so it stays there. Remove them first.",
    "900": "In QuickBooks a parent cannot become a part of itself. Choose another parent there, then use Try again.",
    "1040": "Too much was sent to QuickBooks at once. It goes out by itself in smaller parts.",
    "2000": _BUG,
    "2010": _BUG,
    "2020": "QuickBooks needs a value that is missing here. Complete the record and save it again.",
    "2030": "QuickBooks does not know the record that this one points at. Use Try again.",
    "2040": "QuickBooks does not take some of the characters in a text. Remove unusual characters and save again.",
    "2050": "A text is longer than QuickBooks takes. Shorten it and save again.",
    "2060": "QuickBooks does not take one of the dates. Change it and save again.",
    "2070": "QuickBooks does not take one of the dates. Change it and save again.",
    "2080": "QuickBooks does not take one of the numbers. Change it and save again.",
    "2090": "QuickBooks does not take one of the numbers. Change it and save again.",
    "2100": "QuickBooks does not take one of the numbers. Change it and save again.",
    "2110": "QuickBooks does not take one of the amounts. Change it and save again.",
    "2120": _BUG,
    "2130": _BUG,
    "2150": "QuickBooks does not take one of the percentages. Use 0 to 100 and save again.",
    "2160": "QuickBooks does not take one of the quantities. Change it and save again.",
    "2170": _BUG,
    "2180": "A text is not one of those that QuickBooks takes. Change it and save again.",
    "2190": "QuickBooks does not take a range of dates. It is asked again by itself.",
    "2210": "QuickBooks does not take the e-mail address. Correct it and save again.",
    "2250": "QuickBooks needs at least one line. Add one and save again.",
    "2280": "QuickBooks needs the amount of the tax. Set the tax and save again.",
    "2290": "QuickBooks does not take a negative amount here. Change it and save again.",
    "2500": "This record uses a customer, item or account that QuickBooks does not have any more. Choose another.",
    "3100": f"This permission does not cover the QuickBooks company. {_RECONNECT}",
    "3200": f"Access ended: it was withdrawn in QuickBooks, or it ran out. {_RECONNECT}",
    "4000": _BUG,
    "4001": _BUG,
    "4002": _BUG,
    "413": "This record is larger than QuickBooks takes. Split it in two.",
    "5000": _BUG,
    "5010": "It changed in QuickBooks at the same moment. Both are compared by themselves.",
    "5020": "The person who connected QuickBooks may not do this there. "
    "Let an administrator reconnect, then use Try again.",
    "5030": "This QuickBooks plan does not have what the record needs. "
    "Change the record, or change the plan and use Try again.",
    "6070": "An amount is not its quantity × price for QuickBooks. Change that line and save, or use Try again.",
    "6080": "QuickBooks needs a name. Give one and save again.",
    "6090": "QuickBooks needs the discount as an amount or a percentage. Set it and save again.",
    "6100": "QuickBooks does not take the tax of a line. Mark the line taxable or not, and save again.",
    "6140": "QuickBooks already has another transaction with this number. Choose another number.",
    "6160": "QuickBooks does not know the sales tax of this invoice. Set it up there, then use Try again.",
    "6170": "QuickBooks does not take the sales tax of this invoice. Change the tax and save again.",
    "6190": "The subscription of this QuickBooks company has ended, so it can only be read. Renew it there.",
    "6200": "QuickBooks' books are closed for this date. Change the date, or have them opened there and use Try again.",
    "6210": "QuickBooks' books are closed for this date. Change the date, or have them opened there and use Try again.",
    "6220": "QuickBooks keeps it active because of an open balance. Settle the balance there first.",
    "6230": "QuickBooks does not take the sales tax of this invoice. Change the tax and save again.",
    # No link is offered: who holds the name may be a vendor. A customer that is the same is found and linked by itself.
    "6240": "A customer, vendor, employee or item in QuickBooks has this name, and names must be unique there. "
    "Choose another name, or change the other one in QuickBooks and use Try again.",
    "6250": "The customer is missing or inactive in QuickBooks. Choose another, or make it active there.",
    "6280": "QuickBooks keeps this customer active because of unbilled expenses. Settle them there first.",
    "6420": "QuickBooks needs an e-mail address to send it. Add one and save again.",
    "6430": "QuickBooks does not take the income account for items. "
    "Choose another in Settings, Integration, then use Try again.",
    "6440": "QuickBooks needs an item on each line with an amount. Choose one and save again.",
    "6540": "QuickBooks keeps it because its payment was deposited. It stays on both sides.",
    "10000": "QuickBooks had a failure of its own. It goes out by itself later.",
    "10100": "QuickBooks has too much to show at once. It is asked again by itself.",
    "10200": "QuickBooks says that this company was reset. It is asked again by itself.",
}

_TOO_LONG = 160


def words_for(code: str, detail: str = "", element: str = "") -> str:
    """One or two plain sentences for a code of QuickBooks, with the next step.

    `detail` and `element` are Intuit's own; of a detail only what is known to be useful is shown, and its whole text
    only where Intuit gives one code to many reasons.
    """
    if code == "6140" and (taken := _NUMBER_TAKEN.search(detail)):
        kind = "invoice" if taken[2] == "Invoice" else "transaction"
        return f"QuickBooks already has another {kind} with the number {taken[1]}. Choose another number."
    if code == "2050" and element:
        return f"{_field_name(element)} is longer than QuickBooks takes. Shorten it and save again."
    if code == "2020" and element:
        return f"QuickBooks needs {_field_name(element).lower()}, which is missing here. Complete it and save again."
    if code in _WORDS:
        return _WORDS[code]
    said = _readable(detail)
    if not said:
        return "QuickBooks did not take this and gave no reason. Change the record, or use Try again."
    return f"QuickBooks did not take this: “{said}” Change the record and save it again."


_FIELDS = {
    "DisplayName": "The name",
    "Name": "The name",
    "CompanyName": "The company name",
    "GivenName": "The first name",
    "FamilyName": "The last name",
    "DocNumber": "The number",
    "Description": "A description",
    "Line": "At least one line",
    "CustomerRef": "The customer",
    "CustomerMemo": "The note to the customer",
    "PrivateNote": "The memo",
    "Notes": "The text of the notes",
    "Sku": "The SKU",
    "IncomeAccountRef": "The income account",
    "PrimaryEmailAddr": "The e-mail address",
    "BillEmail": "The e-mail address",
    "PrimaryPhone": "The phone number",
    "BillAddr": "The billing address",
    "ShipAddr": "The shipping address",
}


def _field_name(element: str) -> str:
    parts = [part for part in element.replace("/", ".").split(".") if part]
    return next((_FIELDS[part] for part in reversed(parts) if part in _FIELDS), "A value")


def _readable(detail: str) -> str:
    """Intuit's text without its prefix, control characters and excess; it is shown, never interpreted."""
    printable = "".join(letter if letter.isprintable() else " " for letter in detail)
    text = _PREFIX.sub("", " ".join(printable.split())).strip(" :")
    if not text or text.lower() == "null":
        return ""
    cut = text if len(text) <= _TOO_LONG else text[:_TOO_LONG].rsplit(" ", 1)[0] + "…"
    return cut if cut.endswith((".", "…")) else cut + "."
