"""The command as a stranger uses it: what it says, what it refuses, what is there again after a restart."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bookipi_app.sandbox.presets import PRESETS, realm_of
from tests.contract.running import Started


def _refused(*arguments: str) -> str:
    """The sentence that the command ends with."""
    command = [sys.executable, "-m", "bookipi_app.cli", "sandbox", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_it_says_all_that_a_stranger_needs():
    with Started() as started:
        said = started.said
        app = (said["client id"], said["client secret"])
        granted = started.control(f"companies/{started.realm}/grant")
        form = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
        endpoints = httpx.get(said["discovery"]).json()
        tokens = httpx.post(endpoints["token_endpoint"], data=form, auth=app).json()
        headers = {"authorization": f"Bearer {tokens['access_token']}", "accept": "application/json"}
        address = said["API"].replace("REALM/...", f"{started.realm}/companyinfo/{started.realm}")
        assert httpx.get(address, headers=headers).json()["CompanyInfo"]["CompanyName"]
        registered = started.look("apps")["apps"][0]["redirect_uris"]
        assert registered == said["redirect URIs"].split()


def test_companies_come_back_and_others_are_added(tmp_path: Path):
    state = ("--state", str(tmp_path / "new folder" / "state.json"))
    twice = ("--company", "us-manual-tax", "--company", "us-manual-tax")
    with Started((*state, *twice)) as started:
        realms = [company["realm"] for company in started.look("companies")["companies"]]
        started.control(f"companies/{realms[1]}/v3/customer", DisplayName="Still here")
        started.control("switches", cdc_cap=7)
    with Started((*state, *twice, "--company", "canada")) as started:
        shown = started.look("companies")["companies"]
        assert [company["realm"] for company in shown][:2] == realms
        assert [company["preset"] for company in shown] == ["us-manual-tax", "us-manual-tax", "canada"]
        found = started.look(f"companies/{realms[1]}/v3/query?query=select%20*%20from%20Customer")
        assert "Still here" in [customer["DisplayName"] for customer in found["QueryResponse"]["Customer"]]
        assert started.look("switches")["cdc_cap"] == 7


def test_every_preset_opens():
    arguments = [part for preset in PRESETS for part in ("--company", preset.name)]
    with Started(tuple(arguments)) as started:
        shown = {company["preset"]: company for company in started.look("companies")["companies"]}
        assert [company["realm"] for company in shown.values()] == [realm_of(preset) for preset in PRESETS]
        assert shown["canada"]["currency"] == "CAD"
        assert shown["expired"]["expired"] is True
        taxes = {
            name: started.look(f"companies/{company['realm']}/v3/preferences")["Preferences"]["TaxPrefs"]
            for name, company in shown.items()
        }
    assert [taxes[f"us-{name}"].get("PartnerTaxEnabled") for name in ("automated-tax", "tax-not-set-up")] == [
        True,
        False,
    ]
    assert "PartnerTaxEnabled" not in taxes["us-manual-tax"]
    assert [taxes[f"us-{name}"]["UsingSalesTax"] for name in ("manual-tax", "no-tax", "tax-not-set-up")] == [
        True,
        False,
        False,
    ]


def test_what_cannot_be_is_said_in_a_sentence(tmp_path: Path):
    assert _refused("--company", "mars").startswith("There is no company preset mars. Choose one of: us-auto")
    assert _refused("--port", "70000") == "--port takes a number from 0 to 65535.\n"
    assert _refused("--webhook-delay", "-1") == "--webhook-delay takes no negative number.\n"
    (tmp_path / "letter.txt").write_text("Dear Ada")
    assert "letter.txt holds no sandbox state" in _refused(
        "--port", "0", "--state", str(tmp_path / "letter.txt")
    )
    assert _refused("--port", "0", "--state", str(tmp_path)).endswith("cannot be read: Is a directory.\n")
    state = ("--state", str(tmp_path / "state.json"))
    with Started(state):
        assert "in use by another sandbox" in _refused("--port", "0", *state)


def test_a_slow_answer_holds_up_nobody_else():
    with Started(("--company", "us-no-tax")) as started, httpx.Client(base_url=started.address) as client:
        started.control("faults", kind="delay", seconds=3600, when="before", method="GET", count=1)
        started.control("faults", kind="delay", seconds=0.01, when="after", method="POST", count=1)
        with pytest.raises(httpx.ReadTimeout):
            client.get("/v3/company/1/invoice/1", timeout=0.2)
        assert client.post("/v3/company/1/invoice").status_code == 401
        assert client.get("/v3/company/1/invoice/1").status_code == 401
