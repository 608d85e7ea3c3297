"""What is refused before the books are asked: access, limits, request ids, content types.

401 and 403 come from a gateway in front of the accounting service and have a shape of their own.
"""

from datetime import datetime

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.faults import Problem, Refusal
from bookipi_app.sandbox.http import Response, json_response
from bookipi_app.sandbox.jsontext import JsonObject


def duplicate_request_id() -> Refusal:
    """600: the requestid was used for something else."""
    detail = "Duplicate Request ID : this requestid has already been used for another request."
    return Refusal(Problem("600", "Duplicate Request ID", detail, "requestid"))


def invalid_content_type(supplied: str) -> Refusal:
    """1050: the body is declared as something that is not read here."""
    detail = f"Content type is invalid or not supported. Supplied value:{supplied[:60]}"
    return Refusal(Problem("1050", "Invalid Content Type", detail))


def not_permitted(status: int) -> Refusal:
    """5020: the role of the person who connected the app does not allow it. The HTTP status is uncertain."""
    detail = "Permission Denied Error : The connected user has no permission for this request."
    return Refusal(
        Problem("5020", "Permission Denied Error", detail, ""), status=status, kind="AuthorizationFault"
    )


def not_in_subscription(status: int) -> Refusal:
    """5020: the company's subscription, or its settings, leave this feature out."""
    detail = "Permission Denied Error : You do not have permission to access this feature."
    return Refusal(Problem("5020", "Permission Denied Error", detail, ""), status=status)


def lost_admin() -> Refusal:
    """120 with HTTP 401: the person who connected the app may not work with the company any more."""
    detail = "AuthorizationFailure: -11014-You do not have access to use QuickBooks Online Plus."
    return Refusal(Problem("120", "Authorization Failure", detail, ""), status=401, kind="AuthorizationFault")


def under_maintenance() -> Refusal:
    """150 with HTTP 503: the company cannot be reached for a while."""
    detail = "The company is under maintenance. Try again later."
    problem = Problem("150", "Company under maintenance", detail)
    return Refusal(problem, status=503, kind="SystemFault")


class _AtTheGateway(Refusal):
    """A refusal that the gateway tells in its own shape instead of the service's."""

    def body(self, now: datetime) -> JsonObject:
        (problem,) = self.problems
        return _body(problem, self.kind, now)


def throttled(shape: str = "Fault") -> Refusal:
    """3001 with HTTP 429. It has been seen in the service's shape (`Fault`) and in the gateway's (`fault`)."""
    usual = faults.throttled()
    if shape == "Fault":
        return usual
    return _AtTheGateway(*usual.problems, status=usual.status, kind=usual.kind)


def _body(problem: Problem, kind: str, now: datetime) -> JsonObject:
    """The gateway's lower-case shape, with every member of the answer that it never got."""
    error: JsonObject = {
        **{"message": problem.message, "detail": problem.detail},
        **{"code": problem.code, "element": problem.element},
    }
    return {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": kind},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(now.timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }


def unauthenticated(detail: str, now: datetime) -> Response:
    """401: the token is malformed, unknown, expired or revoked."""
    message = "message=AuthenticationFailed; errorCode=003200; statusCode=401"
    body = _body(Problem("3200", message, detail), "AUTHENTICATION", now)
    header = {"www-authenticate": 'Bearer realm="Intuit", error="invalid_token"'}
    return json_response(body, 401, {"content-type": "application/json", **header})


def wrong_realm(now: datetime) -> Response:
    """403: this token does not cover this company."""
    message = "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
    body = _body(Problem("3100", message, "null"), "AUTHORIZATION", now)
    return json_response(body, 403, {"content-type": "application/json"})
