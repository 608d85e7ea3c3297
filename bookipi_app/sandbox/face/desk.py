"""Settings of a company, the log of requests and webhooks, and faults by the click."""

from bookipi_app.sandbox import oauth
from bookipi_app.sandbox.face.books import Desk
from bookipi_app.sandbox.face.html import (
    Markup,
    check_box,
    field,
    html,
    joined,
    notice,
    page_response,
    post_button,
)
from bookipi_app.sandbox.http import Response, redirect
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.times import to_pacific

_FLAGS = (
    ("SalesFormsPrefs", "CustomTxnNumbers", "Custom transaction numbers"),
    ("SalesFormsPrefs", "AllowDiscount", "Discounts on sales forms"),
    ("SalesFormsPrefs", "AllowShipping", "Shipping on sales forms"),
    ("TaxPrefs", "UsingSalesTax", "Sales tax"),
    ("TaxPrefs", "PartnerTaxEnabled", "Automated sales tax"),
)
_FAULTS: tuple[tuple[str, str, JsonObject], ...] = (
    ("Too many requests", "The next call is refused with 429.", {"answer": "throttled", "count": 1}),
    ("System failure", "The next call fails with 500.", {"answer": "system", "count": 1}),
    (
        *(
            "Saved, then no answer",
            "The next write is carried out, and the connection closes without an answer.",
        ),
        {"kind": "drop", "when": "after", "method": "POST", "count": 1},
    ),
    ("Slow", "The next five calls take four seconds each.", {"kind": "delay", "seconds": 4, "count": 5}),
    ("Out of order", "Every call answers 503 with a web page, until this is ended.", {"answer": "html"}),
)
_API_ROUTE = "^/v3/"


def settings_page(at: Desk, error: str = "") -> Response:
    """Preferences that matter to an app, and the apps that are connected."""
    shape = """{head}{error}<form method="post" class="desk-form narrow">{flags}{closing}
<div class="row foot-acts"><button class="btn pri">Save</button></div></form>
<section class="sect"><h2 class="h">Connected apps</h2>{apps}</section>
<section class="sect"><a class="btn" href="/logout">Sign out</a></section>"""
    flags = joined(
        check_box(label, f"{group}.{name}", at.company.preference(group, name) is True)
        for group, name, label in _FLAGS
    )
    closing = field(
        "Books closed up to",
        "BookCloseDate",
        at.company.preference("AccountingInfoPrefs", "BookCloseDate") or "",
        "date",
    )
    content = html(
        shape,
        head=at.head("Settings"),
        error=notice(error, bad=True) if error else Markup(""),
        flags=flags,
        closing=closing,
        apps=_connected(at),
    )
    return at.show("settings", "Settings", content)


def _connected(at: Desk) -> Markup:
    shape = (
        '<ul class="list"><li><span class="grow"><b>{name}</b><span class="d">{scope}</span></span>'
        "{button}</li></ul>"
    )
    living = [
        (at.visit.world.apps[grant.client_id].name, grant)
        for grant in at.visit.world.grants.values()
        if grant.realm == at.company.realm and not grant.revoked and grant.client_id in at.visit.world.apps
    ]
    rows = [
        html(
            shape,
            name=name,
            scope=f"since {to_pacific(grant.consented):%b %d, %Y, %I:%M %p}",
            button=post_button(
                at.path("disconnect"), "Disconnect", "s bad", [("client_id", grant.client_id)]
            ),
        )
        for name, grant in living
    ]
    return joined(rows) or Markup('<p class="mut sm">No app is connected to this company.</p>')


def change_settings(at: Desk) -> Response:
    """Saves the settings form."""
    form = at.visit.request.form()
    wanted: JsonObject = {"AccountingInfoPrefs": {"BookCloseDate": form.get("BookCloseDate", "")}}
    for group, name, _ in _FLAGS:
        checked = f"{group}.{name}" in form
        if checked or at.company.preference(group, name) is not None:
            wanted.setdefault(group, {})[name] = checked
    error = at.write("Preferences", wanted)
    return settings_page(at, error) if error else redirect(at.path("settings"))


def disconnect(at: Desk) -> Response:
    """Withdraws an app's access, as a person does it inside QuickBooks; the app's own page says the rest."""
    client_id = at.visit.request.form().get("client_id", "")
    grant = at.visit.world.grants.get((client_id, at.company.realm))
    then = oauth.disconnect(at.visit.world, grant) if grant is not None else ""
    return redirect(then or at.path("settings"))


def requests_page(at: Desk) -> Response:
    """The last requests and webhooks; the page asks again every three seconds."""
    world = at.visit.world
    shape = """{head}<h2 class="h">Requests</h2><table class="tbl flush log"><thead><tr><th>Time</th><th>Method</th>
<th>Path</th><th class="num">Status</th><th></th></tr></thead><tbody>{requests}</tbody></table>
<section class="sect"><h2 class="h">Webhooks</h2><p class="mut sm">{waiting}</p>
<table class="tbl flush log"><thead><tr><th>Time</th><th>To</th><th>Events</th><th class="num">Status</th></tr></thead>
<tbody>{sent}</tbody></table></section>"""
    waiting = len(world.deliveries) + len(world.happenings)
    content = html(
        shape,
        head=at.head("Requests"),
        requests=joined(_request_row(seen.as_json()) for seen in list(world.requests)[:-61:-1]),
        sent=joined(_webhook_row(entry) for entry in list(world.delivered)[:-31:-1]),
        waiting=f"{waiting} on their way" if waiting else "None waiting",
    )
    response = at.show("requests", "Requests", content)
    return page_response(Markup(response.body.decode()), headers={"refresh": "3"})


def _clock_time(stamp: object) -> str:
    return str(stamp)[11:19]


def _request_row(seen: JsonObject) -> Markup:
    shape = """<tr><td class="mut tn nw">{time}</td><td>{method}</td><td class="path">{target}</td>
<td class="num">{status}</td><td class="mut">{note}</td></tr>"""
    return html(
        shape,
        time=_clock_time(seen["time"]),
        method=seen["method"],
        target=str(seen["target"])[:160],
        status=seen["status"],
        note=seen["note"],
    )


def _webhook_row(entry: JsonObject) -> Markup:
    shape = """<tr><td class="mut tn nw">{time}</td><td class="path">{url}</td><td class="path">{body}</td>
<td class="num">{status}</td></tr>"""
    status = entry["status"] or "no answer"
    return html(
        shape, time=_clock_time(entry["time"]), url=entry["url"], body=str(entry["body"])[:200], status=status
    )


def faults_page(at: Desk) -> Response:
    """Troubles to try the app with."""
    shape = """{head}<ul class="list">{rows}</ul><section class="sect"><h2 class="h">In force</h2>{active}</section>"""
    row = """<li><span class="grow"><b>{title}</b><span class="d">{text}</span></span>{button}</li>"""
    rows = joined(
        html(
            row,
            title=title,
            text=text,
            button=post_button(at.path("faults"), "Order", "s", [("fault", position)]),
        )
        for position, (title, text, _) in enumerate(_FAULTS)
    )
    content = html(shape, head=at.head("Make it fail"), rows=rows, active=_in_force(at))
    return at.show("invoices", "Make it fail", content)


def _in_force(at: Desk) -> Markup:
    rules = at.visit.troubles.as_json()
    if not rules:
        return Markup('<p class="mut sm">None. Everything answers as it should.</p>')
    told = joined(
        html(
            "<li><b>{kind} {when}</b><span class='d'>{left}</span></li>",
            kind=rule["kind"],
            when=rule["when"],
            left=f"{rule['count']} more" if rule["count"] else "until ended",
        )
        for rule in rules
    )
    end = post_button(at.path("faults"), "End all", "bad", [("fault", "end")])
    return html('<ul class="list">{told}</ul><p style="margin-top:12px">{end}</p>', told=told, end=end)


def order_fault(at: Desk) -> Response:
    """Orders one of the listed faults, or ends them all."""
    chosen = at.visit.request.form().get("fault", "")
    if chosen == "end":
        at.visit.troubles.rules.clear()
    elif chosen.isdecimal() and int(chosen) < len(_FAULTS):
        at.visit.troubles.order({**_FAULTS[int(chosen)][2], "route": _API_ROUTE})
    return redirect(at.path("faults"))
