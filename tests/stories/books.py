"""The bookkeeper's side of a story: the sandbox's own API, without the app and without a token."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class Books:
    """One company in the started sandbox."""

    sandbox_url: str
    realm: str
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))

    def call(self, method: str, path: str, body: Any = None, **params: str) -> dict[str, Any]:
        """A request of the accounting API, as the bookkeeper; a refusal fails the test."""
        url = f"{self.sandbox_url}/sandbox/companies/{self.realm}/v3/{path}"
        answer = self.http.request(method, url, json=body, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, kind: str, record_id: str) -> dict[str, Any]:
        return self.call("GET", f"{kind.lower()}/{record_id}")[kind]

    def make(self, kind: str, **fields: Any) -> dict[str, Any]:
        return self.call("POST", kind.lower(), fields)[kind]

    def change(self, kind: str, record_id: str, **fields: Any) -> dict[str, Any]:
        """A sparse update on top of the newest version."""
        newest = self.get(kind, record_id)
        body = {"Id": record_id, "SyncToken": newest["SyncToken"], "sparse": True, **fields}
        return self.call("POST", kind.lower(), body)[kind]

    def find(self, kind: str, **wanted: str) -> list[dict[str, Any]]:
        """Every record with these values."""
        where = " and ".join(f"{name} = '{value}'" for name, value in wanted.items())
        found = self.call("GET", "query", query=f"select * from {kind} where {where}")
        return found["QueryResponse"].get(kind, [])

    def line(self, amount: float, words: str) -> dict[str, Any]:
        """An invoice line of the first service in the books."""
        item = self.call("GET", "query", query="select * from Item where Type = 'Service' maxresults 1")
        reference = {"value": item["QueryResponse"]["Item"][0]["Id"]}
        detail = {"ItemRef": reference, "Qty": 1, "UnitPrice": amount, "TaxCodeRef": {"value": "NON"}}
        return {
            "Amount": amount,
            "Description": words,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": detail,
        }

    def control(self, method: str, path: str, body: Any = None, **params: Any) -> dict[str, Any]:
        """The sandbox's control API."""
        answer = self.http.request(method, f"{self.sandbox_url}/sandbox/{path}", json=body, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def writes_of_the_app(self, kind: str = "") -> Counter[str]:
        """What the app, not the bookkeeper, has changed in these books: `"Invoice create"` → how often."""
        commits = self.control("GET", "commits", realm=self.realm, last=1000)["commits"]
        ours = (commit for commit in commits if commit["actor"] != "bookkeeper")
        told = Counter(f"{commit['entity']} {commit['operation']}" for commit in ours)
        return Counter({name: count for name, count in told.items() if name.startswith(kind)})


def open_books(sandbox_url: str, preset: str = "us-automated-tax") -> Books:
    """A company of its own in the sandbox."""
    books = Books(sandbox_url, "")
    books.realm = books.control("POST", "companies", {"preset": preset})["realm"]
    return books
