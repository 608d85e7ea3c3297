"""A client for tests: the in-process core, one company, a token, and short ways to say things."""

import json
import pickle
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from bookipi_app.sandbox.core import BORN, Request, Response, Sandbox
from bookipi_app.sandbox.jsontext import dump_json, parse_json

CLIENT_ID, SECRET = "client-one", "secret-one"
CALLBACK = "http://localhost:3000/callback"
HOOK = "http://localhost:3000/hook"
VERIFIER = "verifier-token"


@cache
def _opened(preset: str) -> bytes:
    """Opening a company takes much longer than unpacking one, and so does a deep copy."""
    return pickle.dumps(Sandbox(seed=7, companies=[preset]))


@dataclass
class Books:
    """One company behind the API."""

    preset: str = "us-automated-tax"
    switches: dict[str, Any] = field(default_factory=lambda: {"webhook_delay": 0})
    now: datetime = BORN + timedelta(days=1)

    def __post_init__(self) -> None:
        self.sandbox: Sandbox = pickle.loads(_opened(self.preset))
        self.sandbox.switches.change(self.switches)
        self.realm = self.sandbox.realms[0]
        self.sandbox.register_app(CLIENT_ID, SECRET, [CALLBACK], HOOK, VERIFIER)
        self.token = self.sandbox.grant(self.realm, self.now)["access_token"]

    def send(self, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Response:
        """One request, as it is; here without a socket."""
        return self.sandbox.handle(Request.to(method, target, headers, body), self.now)

    def raw(self, method: str, target: str, body: bytes = b"", **headers: str) -> Response:
        """A request with the token; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"authorization": f"Bearer {self.token}", "accept": "application/json", **named}
        return self.send(method, target, sent, body)

    def call(self, method: str, path: str, body: Any = None, **params: str) -> tuple[int, dict[str, Any]]:
        target = f"/v3/company/{self.realm}/{path}" + (f"?{urlencode(params)}" if params else "")
        data = body if isinstance(body, bytes) else dump_json(body).encode() if body is not None else b""
        response = self.raw(method, target, data)
        return response.status, parse_json(response.body)

    def ok(self, method: str, path: str, body: Any = None, **params: str) -> dict[str, Any]:
        status, answer = self.call(method, path, body, **params)
        assert status == 200, answer
        assert "Fault" not in answer
        return answer

    def refused(self, method: str, path: str, body: Any = None, **params: str) -> str:
        """The code of the fault."""
        status, answer = self.call(method, path, body, **params)
        assert status == 400, answer
        error = answer["Fault"]["Error"][0]
        assert isinstance(error["code"], str)
        assert error["Message"]
        assert error["Detail"]
        return error["code"]

    def post(self, kind: str, body: Any, **params: str) -> dict[str, Any]:
        return self.ok("POST", kind.lower(), body, **params)[kind]

    def read(self, kind: str, record_id: str) -> dict[str, Any]:
        return self.ok("GET", f"{kind.lower()}/{record_id}")[kind]

    def query(self, statement: str) -> dict[str, Any]:
        return self.ok("GET", f"query?query={quote(statement)}")["QueryResponse"]

    def invoice(self, *lines: Any, **fields: Any) -> dict[str, Any]:
        body = {"CustomerRef": {"value": "3"}, "Line": list(lines) or [line(100)], **fields}
        return self.post("Invoice", body)

    def pay(self, invoice: dict[str, Any], amount: Any) -> dict[str, Any]:
        link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
        body = {"CustomerRef": invoice["CustomerRef"], "TotalAmt": amount}
        return self.post("Payment", {**body, "Line": [{"Amount": amount, "LinkedTxn": [link]}]})

    def prefer(self, **groups: Any) -> None:
        answer = self.control("POST", f"companies/{self.realm}", {"preferences": groups})
        assert "error" not in answer

    def control(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        data = json.dumps(body or {}).encode()
        response = self.send(method, f"/sandbox/{path}", {"content-type": "application/json"}, data)
        return parse_json(response.body)

    def events(self) -> list[dict[str, Any]]:
        """The webhook events that are due, acknowledged."""
        found: list[dict[str, Any]] = []
        for delivery in self.sandbox.due_webhooks(self.now):
            found += json.loads(delivery.body)
            self.sandbox.delivered(delivery, 200, self.now)
        return found

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)


def line(amount: Any, item: str = "3", tax: str = "", **detail: Any) -> dict[str, Any]:
    """A sales line; item 3 is an untaxed service, 9 a taxable product."""
    inner: dict[str, Any] = {"ItemRef": {"value": item}, **detail}
    if tax:
        inner["TaxCodeRef"] = {"value": tax}
    return {"DetailType": "SalesItemLineDetail", "Amount": amount, "SalesItemLineDetail": inner}


def shipping(amount: Any, tax: str = "NON") -> dict[str, Any]:
    return line(amount, "SHIPPING_ITEM_ID", tax)


def discount(amount: Any = None, percent: Any = None) -> dict[str, Any]:
    detail: dict[str, Any] = {"PercentBased": percent is not None}
    if percent is not None:
        detail["DiscountPercent"] = percent
    whole: dict[str, Any] = {"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}
    return whole if amount is None else {**whole, "Amount": amount}
