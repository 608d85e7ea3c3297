"""What QuickBooks says when it refuses: codes, messages, details and HTTP status, one function each."""

from dataclasses import dataclass, replace
from datetime import datetime

from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.times import milliseconds_stamp

INACTIVE = (
    "Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of a fault."""

    code: str
    message: str
    detail: str
    element: str | None = None

    def as_json(self) -> JsonObject:
        """The entry as it is sent; an absent element is left out."""
        shown: JsonObject = {"Message": self.message, "Detail": self.detail, "code": self.code}
        return shown if self.element is None else {**shown, "element": self.element}


class Refusal(Exception):
    """A request that the accounting service refuses, with everything needed to answer it."""

    def __init__(self, *problems: Problem, status: int = 400, kind: str = "ValidationFault") -> None:
        super().__init__("; ".join(problem.detail for problem in problems))
        self.problems = problems
        self.status = status
        self.kind = kind

    def fault(self) -> JsonObject:
        """The `Fault` member."""
        return {"Error": [problem.as_json() for problem in self.problems], "type": self.kind}

    def body(self, now: datetime) -> JsonObject:
        """The whole answer."""
        return {"Fault": self.fault(), "time": milliseconds_stamp(now)}


def unsupported_operation(what: str) -> Refusal:
    """500: this object cannot do that."""
    detail = f"Operation {what} is not supported."
    return Refusal(Problem("500", "Unsupported Operation", detail, "Operation"))


def not_found(detail: str = INACTIVE) -> Refusal:
    """610: no such object, or it is gone; HTTP 400 all the same."""
    return Refusal(Problem("610", "Object Not Found", f"Object Not Found : {detail}", ""))


def too_many_batch_items(count: int, most: int) -> Refusal:
    """1040: too many items in a batch."""
    detail = f"Batch size exceeds allowed limit. Max allowed: {most}. Supplied: {count}"
    return Refusal(Problem("1040", "Batch size exceeds allowed limit", detail))


def unknown_object(name: str) -> Refusal:
    """2000: no such kind of object."""
    detail = f"The object name {name[:60]} is invalid or not supported."
    return Refusal(Problem("2000", "Invalid or unsupported object name", detail))


def bad_property(detail: str, element: str | None = None) -> Refusal:
    """2010: an unknown property, or a value of the wrong type."""
    message = "Request has invalid or unsupported property"
    return Refusal(
        Problem("2010", message, f"Property Name:{detail} specified is unsupported or invalid", element)
    )


def missing(name: str) -> Refusal:
    """2020: something required is not there."""
    message = "Required param missing, need to supply the required value for the API"
    return Refusal(Problem("2020", message, f"Required parameter {name} is missing in the request", name))


def invalid_id(value: str) -> Refusal:
    """2030: the id is no number."""
    return Refusal(
        Problem("2030", "Invalid ID", f"Id should be a valid number. Supplied value:{value[:60]}", "Id")
    )


def invalid_text(element: str, detail: str) -> Refusal:
    """2040: characters that are not supported."""
    return Refusal(
        Problem("2040", "Invalid String. The string contains unsupported characters.", detail, element)
    )


def wrong_length(element: str, longest: int, length: int) -> Refusal:
    """2050: the text is too long."""
    detail = (
        "String length specified does not match the supported length. "
        f"Min:0 Max:{longest} supported. Supplied length:{length}"
    )
    message = "String length is either shorter or longer than supported by specification"
    return Refusal(Problem("2050", message, detail, element))


def invalid_date(element: str, value: str) -> Refusal:
    """2060: no date."""
    detail = f"Date should be in the format YYYY-MM-DD. Supplied value:{value[:60]}"
    return Refusal(Problem("2060", "Invalid Date format", detail, element))


def no_such_day(element: str, value: str) -> Refusal:
    """2070: written like a date, but the calendar has no such day."""
    detail = f"The date value must be a valid value. Supplied value:{value[:60]}"
    return Refusal(Problem("2070", "Invalid Date", detail, element))


def _bad_value(code: str, message: str, element: str, value: str) -> Refusal:
    detail = f"{message.removeprefix('Invalid ')} is invalid. Supplied value:{value[:60]}"
    return Refusal(Problem(code, message, detail, element))


def invalid_whole(element: str, value: str) -> Refusal:
    """2080: no whole number."""
    return _bad_value("2080", "Invalid Number Format", element, value)


def whole_out_of_range(element: str, value: str) -> Refusal:
    """2090: a whole number that is not supported."""
    return _bad_value("2090", "Invalid Number", element, value)


def invalid_number(element: str, value: str) -> Refusal:
    """2100: no decimal number."""
    return _bad_value("2100", "Invalid Decimal Format", element, value)


def number_out_of_range(element: str, value: str) -> Refusal:
    """2110: a decimal number that is not supported."""
    return _bad_value("2110", "Invalid Decimal", element, value)


def invalid_type(element: str, value: str) -> Refusal:
    """2120: a type that does not go with the rest of the object."""
    return _bad_value("2120", "Invalid Type", element, value)


def invalid_percent(element: str, value: str) -> Refusal:
    """2150: a percentage below 0 or above 100."""
    return _bad_value("2150", "Invalid Percent", element, value)


def invalid_quantity(element: str, value: str) -> Refusal:
    """2160: a number of pieces below 0."""
    return _bad_value("2160", "Invalid Quantity", element, value)


def invalid_choice(element: str, value: str) -> Refusal:
    """2170: none of the allowed words."""
    detail = f"Enumeration value is invalid. Supplied value:{value[:60]}"
    return Refusal(Problem("2170", "Invalid Enumeration", detail, element))


def invalid_date_range(code: str) -> Refusal:
    """The change feed reaches back 30 days only; the code is switchable."""
    detail = "changedSince must be within the last 30 days."
    return Refusal(Problem(code, "Invalid Date Range", detail, "changedSince"))


def invalid_email(value: str, element: str) -> Refusal:
    """2210: no e-mail address."""
    detail = f"Email Address does not conform to the syntax rules of RFC 822. Supplied value:{value[:120]}"
    return Refusal(Problem("2210", "Invalid Email Address format", detail, element))


def bad_reference(element: str) -> Refusal:
    """2500: the reference points to nothing."""
    return Refusal(Problem("2500", "Invalid Reference Id", f"Invalid Reference Id : {element}", element))


def inactive_reference(element: str) -> Refusal:
    """2500: the reference points to something inactive."""
    return Refusal(Problem("2500", "Invalid Reference Id", f"Invalid Reference Id : {INACTIVE}", element))


def query_not_parsed(detail: str) -> Refusal:
    """4000: the statement has no valid syntax."""
    return Refusal(Problem("4000", "Error parsing query", f"QueryParserError: {detail}"))


def query_invalid(detail: str) -> Refusal:
    """4001: the statement names something that cannot be queried so."""
    return Refusal(Problem("4001", "Invalid query", f"QueryValidationError: {detail}"))


def query_not_processed(detail: str) -> Refusal:
    """4002: the statement is sound but cannot be carried out."""
    return Refusal(Problem("4002", "Query could not be processed", f"QueryProcessingError: {detail}"))


def without_details(refusal: Refusal) -> Refusal:
    """The same refusal, its details worded as the messages: the exact texts vary with the service's release."""
    return Refusal(
        *(replace(problem, detail=problem.message) for problem in refusal.problems),
        status=refusal.status,
        kind=refusal.kind,
    )


def stale(user: str) -> Refusal:
    """5010: the SyncToken is not the present one."""
    detail = (
        f"Stale Object Error : You and {user} were working on this at the same time. "
        f"{user} finished before you did, so your work was not saved."
    )
    return Refusal(Problem("5010", "Stale Object Error", detail, ""))


def business(text: str, element: str | None = "") -> Refusal:
    """6000: a rule of the books forbids it."""
    message = "A business validation error has occurred while processing your request"
    return Refusal(Problem("6000", message, f"Business Validation Error: {text}", element))


def wrong_amount(supplied: str) -> Refusal:
    """6070: the amount is not quantity times price."""
    detail = f"Amount is not equal to UnitPrice * Qty. Supplied value:{supplied}"
    return Refusal(Problem("6070", "Amount calculation incorrect in the request.", detail, "Line.Amount"))


def empty_discount() -> Refusal:
    """6090: a discount line with neither amount nor percent."""
    detail = "A discount line needs an amount or a percent."
    return Refusal(
        Problem("6090", "Discount line amount or percent missing", detail, "Line.DiscountLineDetail")
    )


def invalid_line_tax_code(value: str) -> Refusal:
    """6100: a US line takes TAX or NON only."""
    detail = f"Valid line TaxCodes for US should be TAX or NON. Supplied value: {value[:40]}"
    element = "Line.SalesItemLineDetail.TaxCodeRef"
    return Refusal(Problem("6100", "Invalid Line TaxCode in the request", detail, element))


def duplicate_number(number: str, kind: str, holder: str) -> Refusal:
    """6140: the number is taken and the company wants to be warned."""
    detail = (
        "Duplicate Document Number Error : You must specify a different number. This number has already "
        f"been used. DocNumber={number} is assigned to TxnType={kind} with TxnId={holder}"
    )
    return Refusal(Problem("6140", "Duplicate Document Number Error", detail, ""))


def expired_company() -> Refusal:
    """6190: the subscription has ended; the books are read only."""
    detail = "The subscription of this company has ended or there was a billing problem."
    return Refusal(Problem("6190", "Invalid Company Status", detail))


def closed_books() -> Refusal:
    """6210: the period is closed."""
    detail = (
        "The account period has closed and the account books cannot be updated through the QBO Services API. "
        "Please use the QBO website to make these changes."
    )
    return Refusal(Problem("6210", "Account Period Closed, Cannot Update Through Services API", detail, ""))


def invalid_request_id() -> Refusal:
    """2130: the requestid is too long."""
    detail = "requestid must not be longer than allowed (50 characters, 36 for a batch)."
    return Refusal(Problem("2130", "Invalid Request Id Format", detail, "requestid"))


def unknown_path(path: str) -> Refusal:
    """10000 with HTTP 500: there is no such resource."""
    message = "An application error has occurred while processing your request"
    detail = f"System Failure Error: Could not find resource for relative : {path[:200]}"
    return Refusal(Problem("10000", message, detail), status=500, kind="SystemFault")


def system_failure() -> Refusal:
    """10000 with HTTP 500: the service failed."""
    message = "An application error has occurred while processing your request"
    return Refusal(Problem("10000", message, "System Failure Error: null"), status=500, kind="SystemFault")


def throttled() -> Refusal:
    """3001 with HTTP 429: too many requests."""
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    problem = Problem("3001", message, "The request limit was reached. Try again later")
    return Refusal(problem, status=429, kind="SERVICE")
