"""The log of the web face."""

import json
import re

from tests.sandbox.client import Books
from tests.sandbox.person import Person


def test_the_log_is_live(joan: Person, books: Books):
    assert "No request yet." in joan.page("requests")
    first = json.loads(joan.at("GET", "requests/live").body)
    assert json.loads(joan.at("GET", f"requests/live?version={first['version']}").body) == {}
    books.post("Customer", {"DisplayName": "Ada & Co"})
    books.call("GET", "item/99999")
    books.events()
    now = json.loads(joan.at("GET", f"requests/live?version={first['version']}").body)
    assert re.findall(r'data-key="(r\d+)" class="(\w*)"', now["requests"]) == [("r2", "failed"), ("r1", "")]
    assert "Ada &amp; Co" in now["requests"]
    assert re.search(r"Customer \d+ created", now["webhooks"])
    assert now["waiting"] == "None waiting."
    assert now["counted"] == "Of this company so far: requests 2, writes of apps 1, metered reads 0."


def test_the_log_knows_both_formats_and_what_waits(joan: Person, books: Books):
    books.control("POST", "switches", {"webhook_format": "legacy"})
    books.post("Customer", {"DisplayName": "Ada"})
    for delivery in books.sandbox.due_webhooks(books.now):
        books.sandbox.delivered(delivery, 0, books.now)
    page = joan.page("requests")
    assert re.search(r"Customer \d+ create<", page)
    assert "no answer" in page
    assert "To be sent again: 1, the next at 09:00:10" in page


def test_the_log_leaves_other_companies_out_when_asked(joan: Person, books: Books):
    other = books.sandbox.add_company("canada", books.now).realm
    books.raw("GET", f"/v3/company/{other}/item/1")
    books.call("GET", "item/2")
    assert f"/v3/company/{other}/item/1" in joan.page("requests")
    assert f"/v3/company/{other}/item/1" not in joan.page("requests?show=company")
    assert "item/2" in joan.page("requests?show=company")
