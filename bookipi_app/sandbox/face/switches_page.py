"""The switches of the whole sandbox as a form; what a switch is called follows from its name."""

from bookipi_app.sandbox.control_order import Refused, seconds_in
from bookipi_app.sandbox.face.books import Desk
from bookipi_app.sandbox.face.form import Form, amount_of
from bookipi_app.sandbox.face.html import Markup, html, joined, notice, post_button
from bookipi_app.sandbox.face.settings import settings_head
from bookipi_app.sandbox.http import Response, redirect
from bookipi_app.sandbox.jsontext import Json, JsonObject
from bookipi_app.sandbox.meanings import MEANINGS
from bookipi_app.sandbox.switches import Switches, UnknownSwitch, choices_of

_CLOCK = "clock_offset"


def switches_page(at: Desk, values: dict[str, str] | None = None, error: str = "") -> Response:
    """Every switch, and the clock."""
    form = Form(values if values is not None else _values(at))
    shape = """{head}{error}<p class="mut sm after">They hold for all companies of this sandbox.</p>
<form method="post" class="desk-form">{groups}{clock}
<div class="row foot-acts"><button class="btn pri">Save</button></div></form>
<section class="sect">{reset}</section>"""
    content = html(
        shape,
        head=settings_head(at, "switches"),
        error=notice(error, bad=True) if error else Markup(""),
        groups=joined(_group(at, form, title) for title in MEANINGS),
        clock=_clock(form),
        reset=post_button(at.path("switches"), "All back to their defaults", values=[("reset", "1")]),
    )
    return at.show("settings", "Switches", content, 400 if error else 200)


def _group(at: Desk, form: Form, title: str) -> Markup:
    shape = """<fieldset class="plain"><legend class="h">{title}</legend>
<div class="grid3 one-s">{fields}</div><div class="grid3 one-s">{checks}</div></fieldset>"""
    held = at.visit.world.switches.as_json()
    switches = [(name, held[name]) for name in MEANINGS[title]]
    fields = joined(_field(form, name, value) for name, value in switches if not isinstance(value, bool))
    checks = joined(_field(form, name, value) for name, value in switches if isinstance(value, bool))
    return html(shape, title=title, fields=fields, checks=checks)


def _clock(form: Form) -> Markup:
    shape = """<fieldset class="plain"><legend class="h">Time</legend>
<div class="grid3 one-s">{offset}</div></fieldset>"""
    return html(shape, offset=form.amount("Clock offset, seconds", _CLOCK))


def _values(at: Desk) -> dict[str, str]:
    shown = {
        name: ("1" if value else "")
        if isinstance(value, bool)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
        for name, value in at.visit.world.switches.as_json().items()
    }
    return {**shown, _CLOCK: f"{at.visit.world.clock_offset:g}"}


def _field(form: Form, name: str, value: Json) -> Markup:
    label = name.replace("_", " ").capitalize().replace("Cdc", "CDC").replace(" ttl ", " TTL ")
    if isinstance(value, bool):
        return form.check(label, name)
    if choices := choices_of(name):
        return form.select(label, name, [(choice, choice) for choice in choices])
    return form.text(label, name)


def change_switches(at: Desk) -> Response:
    """Saves the form; a value that one switch does not take changes none."""
    values, world = at.visit.request.form(), at.visit.world
    wanted = Switches().as_json() if "reset" in values else _wanted(values, world.switches.as_json())
    try:
        offset = seconds_in({_CLOCK: amount_of(values.get(_CLOCK, "0"))}, _CLOCK)
        world.switches.change(wanted)
    except (UnknownSwitch, Refused) as error:
        return switches_page(at, values, str(error))
    world.clock_offset = offset
    world.access_changed = True
    return redirect(at.path("switches"))


def _wanted(values: dict[str, str], held: JsonObject) -> JsonObject:
    wanted: JsonObject = {}
    for name, value in held.items():
        text = values.get(name, "")
        if isinstance(value, bool):
            wanted[name] = name in values
        elif isinstance(value, str):
            wanted[name] = values.get(name, value)
        else:
            number = amount_of(text)
            wanted[name] = text if number is None else number
    return wanted
