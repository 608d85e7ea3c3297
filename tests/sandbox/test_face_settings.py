"""The settings of the web face: preferences, connected apps, switches and faults."""

from bookipi_app.sandbox.troubles import CANNED
from tests.sandbox.client import CLIENT_ID, Books
from tests.sandbox.person import Person, error_at


def test_preferences(joan: Person, books: Books):
    changed = {
        "SalesFormsPrefs.CustomTxnNumbers": "1",
        "Tax": "own",
        "BookCloseDate": "2026-10-31",
        "DefaultTerms": "1",
    }
    form = {**joan.form("settings"), **changed}
    form.pop("SalesFormsPrefs.AllowShipping")
    assert joan.at("POST", "settings", **form).status == 302
    after = books.ok("GET", "preferences")["Preferences"]
    assert (after["SalesFormsPrefs"]["CustomTxnNumbers"], after["SalesFormsPrefs"]["AllowShipping"]) == (
        True,
        False,
    )
    assert (after["TaxPrefs"]["UsingSalesTax"], after["TaxPrefs"]["PartnerTaxEnabled"]) == (True, False)
    assert after["SalesFormsPrefs"]["DefaultTerms"]["value"] == "1"
    assert after["AccountingInfoPrefs"]["BookCloseDate"] == "2026-10-31"
    assert "closed" in error_at(
        joan.refused("invoices/new", Customer="3", item0="3", TxnDate="2026-10-01"), "TxnDate"
    )
    joan.save("settings", BookCloseDate="", Tax="off")
    after = books.ok("GET", "preferences")["Preferences"]
    assert not after["AccountingInfoPrefs"].get("BookCloseDate")
    assert after["TaxPrefs"]["UsingSalesTax"] is False


def test_saving_preferences_without_a_change_writes_nothing(joan: Person, books: Books):
    before = books.ok("GET", "preferences")["Preferences"]["SyncToken"]
    joan.save("settings")
    assert books.ok("GET", "preferences")["Preferences"]["SyncToken"] == before


def test_automated_tax_that_was_never_offered_stays_absent():
    books = Books("us-manual-tax")
    Person(books).save("settings", **{"SalesFormsPrefs.CustomTxnNumbers": "1"})
    assert "PartnerTaxEnabled" not in books.ok("GET", "preferences")["Preferences"]["TaxPrefs"]


def test_a_subscription_ends_and_begins_again(joan: Person, books: Books):
    joan.save("settings", Expired="1")
    assert books.refused("POST", "customer", {"DisplayName": "Ada"}) == "6190"
    assert "subscription" in joan.refused("customers/new", DisplayName="Ada")
    form = joan.form("settings")
    form.pop("Expired")
    joan.at("POST", "settings", **form)
    assert books.post("Customer", {"DisplayName": "Ada"})


def test_an_app_is_disconnected_and_its_page_opened(joan: Person, books: Books):
    url = "http://localhost:3000/disconnect/quickbooks"
    assert "Bookipi" in joan.page("apps")
    assert (
        joan.at("POST", "apps", **{"client_id": CLIENT_ID, f"url-{CLIENT_ID}": "javascript:1"}).status == 400
    )
    joan.at("POST", "apps", **{"client_id": CLIENT_ID, f"url-{CLIENT_ID}": url})
    answer = joan.at("POST", "disconnect", client_id=CLIENT_ID)
    assert answer.headers["location"] == f"{url}?realmId={books.realm}"
    assert books.call("GET", "item/1")[0] == 401
    assert "No app is connected" in joan.page("apps")
    assert joan.at("POST", "disconnect", client_id="nobody").headers["location"].endswith("/apps")


def test_switches(joan: Person, books: Books):
    before = books.sandbox.switches.as_json()
    assert set(before) - set(joan.form("switches")) == {name for name, on in before.items() if on is False}
    joan.save("switches")
    assert books.sandbox.switches.as_json() == before
    joan.save("switches", cdc_cap="7", refresh_rotation="every", rate_limits="1", clock_offset="-60")
    switches = books.sandbox.switches
    assert (switches.cdc_cap, switches.refresh_rotation, switches.rate_limits) == (7, "every", True)
    assert books.control("GET", "clock")["offset_seconds"] == -60
    assert "does not take that value" in joan.refused("switches", cdc_cap="many", webhook_delay="9")
    assert books.sandbox.switches.webhook_delay == before["webhook_delay"]
    assert "number" in joan.refused("switches", clock_offset="later")
    joan.at("POST", "switches", reset="1")
    assert books.sandbox.switches.cdc_cap == 1000


def test_faults_are_ordered_and_ended(joan: Person, books: Books):
    joan.at("POST", "faults", fault="0")
    assert "Status 429" in joan.page("faults")
    assert books.call("GET", "item/1")[0] == 429
    assert books.call("GET", "item/1")[0] == 200
    own = {
        "fault": "own",
        "what": "status",
        "status": "418",
        "route": "item/2",
        "when": "before",
        "count": "0",
    }
    joan.at("POST", "faults", **own, method="GET", skip="1", probability="1", seconds="", seed="7")
    statuses = [books.raw("GET", f"/v3/company/{books.realm}/item/{number}").status for number in (2, 2, 1)]
    assert statuses == [200, 418, 200]
    assert "until ended" in joan.page("faults")
    joan.at("POST", "faults", fault="end", id="2")
    assert books.call("GET", "item/2")[0] == 200
    answer = joan.at("POST", "faults", **{**own, "route": "("})
    assert (answer.status, b"regular expression" in answer.body) == (400, True)
    assert joan.at("POST", "faults", fault="own", what="delay", seconds="soon").status == 400
    for number in range(7):
        joan.at("POST", "faults", fault=str(number))
    assert len(books.control("GET", "faults")["faults"]) == 7
    joan.at("POST", "faults", fault="end")
    for answer in CANNED:
        assert f'value="{answer}"' in joan.page("faults")
        joan.at("POST", "faults", fault="own", what=answer, count="1")
        assert books.control("GET", "faults")["faults"][0]["answer"] == answer
        joan.at("POST", "faults", fault="end")
    assert joan.at("POST", "faults", fault="99").status == 302
    assert books.control("GET", "faults") == {"faults": []}
