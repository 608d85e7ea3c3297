"""Faults by the click: the usual ones, one of a person's own making, and what is in force."""

import random
from decimal import Decimal

from bookipi_app.sandbox.face.books import Desk
from bookipi_app.sandbox.face.form import Form, amount_of
from bookipi_app.sandbox.face.html import Markup, hidden, html, joined, notice, post_button
from bookipi_app.sandbox.face.settings import settings_head
from bookipi_app.sandbox.http import Response, redirect
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.troubles import CANNED, BadTrouble, Trouble

_API_ROUTE = "^/v3/"
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
    (
        *("Saved, then 429", "The next write is carried out, and answered as if there were too many."),
        {"answer": "throttled", "when": "after", "method": "POST", "count": 1},
    ),
    ("Slow", "The next five calls take four seconds each.", {"kind": "delay", "seconds": 4, "count": 5}),
    ("Out of order", "Every call answers 503 with a web page, until this is ended.", {"answer": "html"}),
    (
        *("Now and then", "One call in five fails with 500, until this is ended."),
        {"answer": "system", "probability": Decimal("0.2")},
    ),
)
_KINDS = (
    ("throttled", "429, too many requests"),
    ("throttled-gateway", "429 in the gateway’s shape"),
    ("system", "500, system failure"),
    ("maintenance", "Company under maintenance"),
    ("unauthenticated", "401, token expired"),
    ("lost-admin", "401, no admin any more"),
    ("forbidden", "403, wrong company"),
    ("html", "503 with a web page"),
    ("bad-gateway", "502 with a web page"),
    ("gateway-timeout", "504 with a web page"),
    ("status", "Another status, without a body"),
    ("delay", "A slow answer"),
    ("drop", "No answer, connection closed"),
)
_ROW = """<li><span class="grow"><b>{title}</b><span class="d">{text}</span></span>
<span class="end">{button}</span></li>"""
_WHEN = (("before", "Instead of the request"), ("after", "After it is carried out"))
_NUMBERS = ("status", "seconds", "count", "skip", "probability")
_START = {"what": "system", "when": "before", "route": _API_ROUTE, "count": "1", "probability": "1"}


def faults_page(at: Desk, values: dict[str, str] | None = None, error: str = "") -> Response:
    """What can be ordered and what is in force."""
    shape = """{head}<section><h2 class="h">In force</h2>{active}</section>
<section class="sect"><h2 class="h">The usual ones</h2><ul class="list">{rows}</ul></section>
<section class="sect" id="own"><h2 class="h">One of your own</h2>{error}{own}</section>"""
    rows = joined(
        html(
            _ROW,
            title=title,
            text=text,
            button=post_button(at.path("faults"), "Order", "s", [("fault", position)]),
        )
        for position, (title, text, _) in enumerate(_FAULTS)
    )
    content = html(
        shape,
        head=settings_head(at, "faults"),
        rows=rows,
        active=_in_force(at),
        error=notice(error, bad=True) if error else Markup(""),
        own=_own(Form(values or _START)),
    )
    return at.show("settings", "Make it fail", content, 400 if error else 200)


def _own(form: Form) -> Markup:
    shape = """<form method="post" class="desk-form">{hidden}
<div class="grid3 one-s">{what}{when}{method}{route}{status}{seconds}{count}{skip}{probability}{seed}</div>
<div class="row foot-acts"><button class="btn pri">Order</button></div></form>"""
    methods = (("", "Any"), ("GET", "GET"), ("POST", "POST"))
    return html(
        shape,
        hidden=hidden([("fault", "own")]),
        what=form.select("What happens", "what", _KINDS),
        when=form.select("When", "when", _WHEN),
        method=form.select("Method", "method", methods),
        route=form.text("Path and query", "route", hint="A regular expression, looked for anywhere."),
        status=form.amount("Status", "status", "For another status: 200 to 599."),
        seconds=form.amount("Seconds", "seconds", "For a slow answer."),
        count=form.amount("How often", "count", "0: until it is ended."),
        skip=form.amount("Skip first", "skip", "So many requests pass before."),
        probability=form.amount("Probability", "probability", "0 to 1, for each request."),
        seed=form.text("Seed", "seed", hint="Starts chance anew, to repeat a run."),
    )


def _in_force(at: Desk) -> Markup:
    rules = list(at.visit.troubles.rules.values())
    if not rules:
        return Markup('<p class="mut sm">None. Everything answers as it should.</p>')
    told = joined(
        html(
            _ROW,
            title=_title(rule),
            text=_told(rule),
            button=post_button(at.path("faults"), "End", "s", [("fault", "end"), ("id", rule.id)]),
        )
        for rule in rules
    )
    end = post_button(at.path("faults"), "End all", "bad", [("fault", "end")])
    return html('<ul class="list">{told}</ul><p class="after">{end}</p>', told=told, end=end)


def _title(rule: Trouble) -> str:
    after = ", after it is carried out" if rule.when == "after" else ""
    match rule.kind:
        case "delay":
            return f"{rule.seconds:g} s slower"
        case "drop":
            return f"No answer{after}"
        case _:
            return f"Status {rule.status}{after}"


def _told(rule: Trouble) -> str:
    parts = ["any method" if rule.method == ".*" else rule.method, rule.route]
    parts.append(f"{rule.count} more" if rule.count else "until ended")
    parts += [f"after {rule.skip} more"] if rule.skip else []
    parts += [f"probability {rule.probability:g}"] if rule.probability < 1 else []
    return " · ".join(parts)


def order_fault(at: Desk) -> Response:
    """Orders one of the listed faults or one of a person's own, or ends them."""
    values, troubles = at.visit.request.form(), at.visit.troubles
    chosen = values.get("fault", "")
    if chosen == "end" and "id" in values:
        troubles.rules.pop(values["id"], None)
    elif chosen == "end":
        troubles.rules.clear()
    elif chosen == "own":
        return _order_own(at, values)
    elif chosen.isascii() and chosen.isdecimal() and int(chosen[:4]) < len(_FAULTS):
        troubles.order({**_FAULTS[int(chosen[:4])][2], "route": _API_ROUTE})
    return redirect(at.path("faults"))


def _order_own(at: Desk, values: dict[str, str]) -> Response:
    troubles = at.visit.troubles
    try:
        troubles.order(_described(values))
    except BadTrouble as error:
        return faults_page(at, values, str(error))
    if values.get("seed", "").strip():
        troubles.chance = random.Random(values["seed"].strip())
    return redirect(at.path("faults"))


def _described(values: dict[str, str]) -> JsonObject:
    what = values.get("what", "")
    rule: JsonObject = {"answer": what} if what in CANNED else {"kind": what}
    rule["when"] = values.get("when", "before")
    for name in ("method", "route"):
        if values.get(name, "").strip():
            rule[name] = values[name].strip()
    for name in _NUMBERS:
        text = values.get(name, "").strip()
        if text and not (name == "status" and what != "status"):
            number = amount_of(text)
            rule[name] = text if number is None else number
    return rule
