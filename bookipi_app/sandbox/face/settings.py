"""Settings of a company: its preferences and its subscription; and the tabs that all settings share."""

from bookipi_app.sandbox.company import reference_id
from bookipi_app.sandbox.face.books import Desk
from bookipi_app.sandbox.face.form import Form, placed
from bookipi_app.sandbox.face.html import Markup, html, joined, notice, post_button
from bookipi_app.sandbox.faults import Problem
from bookipi_app.sandbox.http import Response, redirect
from bookipi_app.sandbox.jsontext import JsonObject, as_object

_TABS = (
    ("settings", "Preferences"),
    ("apps", "Connected apps"),
    ("switches", "Switches"),
    ("faults", "Faults"),
)
_FLAGS = (
    ("SalesFormsPrefs", "CustomTxnNumbers", "Custom transaction numbers"),
    ("SalesFormsPrefs", "AllowDiscount", "Discounts on sales forms"),
    ("SalesFormsPrefs", "AllowShipping", "Shipping on sales forms"),
    ("SalesFormsPrefs", "AllowDeposit", "Deposits on sales forms"),
)
_TAX = {
    "off": "No sales tax",
    "own": "Rates of the company’s own",
    "automated": "Automated sales tax, by address",
}


def settings_head(at: Desk, tab: str) -> Markup:
    """The title of the settings, and their tabs."""
    shape = '{head}<nav class="tabs" aria-label="Settings">{links}</nav>'
    links = joined(
        html(
            '<a href="{path}"{mark}>{title}</a>',
            path=at.path(name),
            title=title,
            mark=Markup(' aria-current="page"') if name == tab else "",
        )
        for name, title in _TABS
    )
    out = post_button("/logout", "Sign out")
    return html(shape, head=at.head(tab, "Settings", out), links=links)


def settings_page(
    at: Desk, values: dict[str, str] | None = None, problems: tuple[Problem, ...] = ()
) -> Response:
    """The preferences that matter to an app, and the subscription."""
    errors, rest = placed(problems, {"BookCloseDate": "BookCloseDate"})
    form = Form(values if values is not None else _values(at), errors)
    shape = """{head}{error}<form method="post" class="desk-form narrow">
<fieldset class="plain"><legend class="h">Sales forms</legend>{flags}</fieldset>{terms}{tax}{closing}{ended}
<div class="row foot-acts"><button class="btn pri">Save</button></div></form>"""
    terms = at.choices("Term", "None", form.value("DefaultTerms"))
    content = html(
        shape,
        head=settings_head(at, "settings"),
        error=notice(rest or "Not saved. See below.", bad=True) if problems else Markup(""),
        flags=joined(form.check(label, f"{group}.{name}") for group, name, label in _FLAGS),
        terms=form.select("Terms of new invoices", "DefaultTerms", terms),
        tax=_tax_field(at, form),
        closing=form.text("Books closed up to", "BookCloseDate", "date", hint="Empty: all periods are open."),
        ended=form.check("The subscription has ended", "Expired", "The books can be read, but not changed."),
    )
    return at.show("settings", "Settings", content, 400 if problems else 200)


def _tax_field(at: Desk, form: Form) -> Markup:
    modes = _TAX if at.company.is_us else {name: _TAX[name] for name in ("off", "own")}
    return form.select("Sales tax", "Tax", modes.items())


def _values(at: Desk) -> dict[str, str]:
    flags = {f"{group}.{name}": at.company.preference(group, name) is True for group, name, _ in _FLAGS}
    sales_forms = {"DefaultTerms": at.company.preference("SalesFormsPrefs", "DefaultTerms")}
    return {
        **{name: "1" if checked else "" for name, checked in flags.items()},
        "DefaultTerms": reference_id(sales_forms, "DefaultTerms"),
        "Tax": _tax_mode(at),
        "BookCloseDate": str(at.company.preference("AccountingInfoPrefs", "BookCloseDate") or ""),
        "Expired": "1" if at.company.expired else "",
    }


def _tax_mode(at: Desk) -> str:
    using, automated = (
        at.company.preference("TaxPrefs", name) for name in ("UsingSalesTax", "PartnerTaxEnabled")
    )
    return "off" if using is not True else "automated" if automated is True else "own"


def change_settings(at: Desk) -> Response:
    """Saves the settings. A subscription that has ended is ended last, so that the rest can still be written."""
    values = at.visit.request.form()
    ended = "Expired" in values
    if at.company.expired != ended:
        at.company.expired = False
        at.company.dirty[("Preferences", "1")] = None
    problems = at.write("Preferences", _wanted(at, values)) if _wanted(at, values) else ()
    at.company.expired = ended
    return settings_page(at, values, problems) if problems else redirect(at.path("settings"))


def _wanted(at: Desk, values: dict[str, str]) -> JsonObject:
    """Only the groups that differ, so that saving without a change writes nothing."""
    sales_forms: JsonObject = {name: f"{group}.{name}" in values for group, name, _ in _FLAGS}
    sales_forms["DefaultTerms"] = {"value": values["DefaultTerms"]} if values.get("DefaultTerms") else None
    groups: JsonObject = {
        "SalesFormsPrefs": sales_forms,
        "TaxPrefs": _wanted_tax(at, values.get("Tax", "")),
        "AccountingInfoPrefs": {"BookCloseDate": values.get("BookCloseDate", "")},
    }
    return {name: group for name, group in groups.items() if _differs(at, name, group)}


def _wanted_tax(at: Desk, mode: str) -> JsonObject:
    """`PartnerTaxEnabled` stays absent where automated sales tax was never offered and is not wanted now."""
    wanted: JsonObject = {"UsingSalesTax": mode in ("own", "automated")}
    if mode == "automated" or at.company.preference("TaxPrefs", "PartnerTaxEnabled") is not None:
        wanted["PartnerTaxEnabled"] = mode == "automated"
    return wanted


def _differs(at: Desk, name: str, group: JsonObject) -> bool:
    record = at.company.find("Preferences", "1")
    held = as_object(record.body.get(name)) if record else {}
    return any((held.get(member) or None) != (value or None) for member, value in group.items())
