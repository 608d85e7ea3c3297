"""The control API's deeds on companies: open one, change it, grant and withdraw access, play the bookkeeper."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bookipi_app.sandbox import oauth
from bookipi_app.sandbox.api import Call, answer_call
from bookipi_app.sandbox.company import Company
from bookipi_app.sandbox.control_order import Order, Refused, seconds_in
from bookipi_app.sandbox.http import Response
from bookipi_app.sandbox.jsontext import Json, JsonObject, as_object
from bookipi_app.sandbox.merge import merge_records
from bookipi_app.sandbox.presets import preset_called, realm_of
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.seed import open_company
from bookipi_app.sandbox.tax import rates_of
from bookipi_app.sandbox.webhooks import announce
from bookipi_app.sandbox.work import BOOKKEEPER, Work
from bookipi_app.sandbox.world import App, World
from bookipi_app.sandbox.writes import write


def company_as_json(company: Company) -> JsonObject:
    """A company in short."""
    information = company.find("CompanyInfo", "1")
    return {
        **{"realm": company.realm, "preset": company.preset, "country": company.country},
        **{"currency": company.currency, "expired": company.expired, "clock_offset": company.clock_offset},
        "name": information.body.get("CompanyName") if information else "",
    }


def show_companies(order: Order) -> JsonObject:
    """All companies."""
    return {"companies": [company_as_json(company) for company in order.world.companies.values()]}


def open_new_company(order: Order) -> JsonObject:
    """Opens one more company of a preset."""
    return company_as_json(add_company(order.world, str(order.body.get("preset", "")), order.now))


def add_company(world: World, preset_name: str, now: datetime) -> Company:
    """Opens one more company of a preset."""
    preset = preset_called(preset_name)
    taken = sum(1 for company in world.companies.values() if company.preset == preset.name)
    company = open_company(preset, realm_of(preset, taken), now, world.switches)
    world.companies[company.realm] = company
    return company


def _the_company(order: Order) -> Company:
    company = order.world.companies.get(order.named["realm"])
    if company is None:
        raise Refused("There is no such company.", 404)
    return company


def show_company(order: Order) -> JsonObject:
    """One company, its tax table by ZIP code and the apps that may work with it."""
    company = _the_company(order)
    zip_codes = {
        zip_code: {"code": code, "rates": [percent for _, percent in rates_of(company, code)]}
        for zip_code, code in company.zip_codes.items()
    }
    grants = order.world.grants.items()
    apps: list[Json] = [
        client for (client, realm), grant in grants if realm == company.realm and not grant.revoked
    ]
    return {**company_as_json(company), "zip_codes": zip_codes, "apps": apps}


def change_company(order: Order) -> JsonObject:
    """Subscription, clock, tax table, country and preferences; these as a person changes them in the settings."""
    company, body = _the_company(order), order.body
    moved = seconds_in(body, "clock_offset") if "clock_offset" in body else company.clock_offset
    if "preferences" in body:
        wanted = as_object(body["preferences"])
        _as_bookkeeper(order, company, lambda work: write(work, KINDS["Preferences"], wanted, ""))
    company.clock_offset = moved
    if "expired" in body:
        company.expired = body["expired"] is True
    if "zip_codes" in body:
        company.zip_codes = {str(key): str(value) for key, value in as_object(body["zip_codes"]).items()}
    if "country" in body:
        _set_country(company, str(body["country"]), order.now)
    company.dirty[("Preferences", "1")] = None
    return company_as_json(company)


def _set_country(company: Company, country: str, now: datetime) -> None:
    record = company.find("CompanyInfo", "1")
    if record is not None:
        company.update(record, {**record.body, "Country": country}, now)
        company.changes.clear()


def _as_bookkeeper(order: Order, company: Company, act: Callable[[Work], JsonObject]) -> JsonObject:
    work = Work(company, order.world.switches, order.world.at(order.now, company), BOOKKEEPER)
    answer = act(work)
    announce(order.world, company, BOOKKEEPER)
    return answer


def merge(order: Order) -> JsonObject:
    """Merges the customer `loser`, or the item with `"kind": "Item"`, into `winner`."""
    return _as_bookkeeper(order, _the_company(order), lambda work: merge_records(work, order.body))


def _the_app(order: Order) -> App:
    client_id = str(order.body.get("client_id") or next(iter(order.world.apps), ""))
    app = order.world.apps.get(client_id)
    if app is None:
        raise Refused("No app is registered under that client id.", 404)
    return app


def grant(order: Order) -> JsonObject:
    """Consent without the browser."""
    company, now = _the_company(order), order.world.at(order.now)
    scope = str(order.body.get("scope") or oauth.ACCOUNTING_SCOPE)
    given = oauth.new_grant(order.world, _the_app(order), company.realm, scope, now)
    return {**oauth.token_answer(given, now), "realmId": company.realm}


def revoke(order: Order) -> JsonObject:
    """Disconnects an app from Intuit's side; the answer says where Intuit would send the browser."""
    company = _the_company(order)
    held = order.world.grants.get((_the_app(order).client_id, company.realm))
    if held is None or held.revoked:
        raise Refused("This app has no grant for the company.", 404)
    return {"revoked": True, "disconnect_url": oauth.disconnect(order.world, held)}


def call(order: Order) -> Response:
    """The accounting API without a token, with the bookkeeper as the author."""
    company = _the_company(order)
    headers = {**order.request.headers, "accept": "application/json"}
    request = replace(order.request, headers=headers)
    moment, path = order.world.at(order.now, company), order.named["path"].split("/")
    return answer_call(Call(order.world, company, request, path, moment, BOOKKEEPER))
