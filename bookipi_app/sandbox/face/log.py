"""The log of requests and webhooks: the last ones as a page, and the newest for the script that keeps it live."""

from collections import Counter
from collections.abc import Iterable
from itertools import islice

from bookipi_app.sandbox.face.books import Desk
from bookipi_app.sandbox.face.html import Markup, html, joined
from bookipi_app.sandbox.http import Response, json_response
from bookipi_app.sandbox.jsontext import (
    Json,
    JsonObject,
    MalformedJson,
    as_list,
    as_object,
    objects,
    parse_json,
)
from bookipi_app.sandbox.times import milliseconds_stamp
from bookipi_app.sandbox.world import Seen

_REQUESTS, _WEBHOOKS = 100, 50
_NARROW = "company"
_COUNTERS = (("requests", "requests"), ("writes", "writes of apps"), ("metered_reads", "metered reads"))


def log_page(at: Desk) -> Response:
    """The last requests and webhooks. Without a script the page shows them as they were when it was opened."""
    shape = """{head}<div class="row wrap between live-head"><form class="filters" method="get">
<label class="chip on">Company <span class="sep"></span><select name="show">
<option value="all">All</option>
<option value="company"{chosen}>This one</option></select></label><button class="btn">Show</button></form>
<span class="row"><button class="btn" type="button" data-pause aria-pressed="false" hidden>Pause</button></span></div>
<section data-live="{address}" data-version="{version}"><h2 class="h">Requests</h2>
<p class="mut sm" data-text="counted">{counted}</p>
<table class="tbl flush log"><thead><tr><th scope="col">Time</th><th scope="col">Method</th><th scope="col">Path</th>
<th scope="col" class="num">Status</th><th scope="col">Note</th></tr></thead>
<tbody data-rows="requests" data-most="{most}">{requests}</tbody></table>
<div class="sect"><h2 class="h">Webhooks</h2><p class="mut sm after" data-text="waiting" role="status">{waiting}</p>
<table class="tbl flush log"><thead><tr><th scope="col">Time</th><th scope="col">To</th><th scope="col">Events</th>
<th scope="col" class="num">Status</th><th scope="col">Note</th></tr></thead>
<tbody data-rows="webhooks" data-most="{most_sent}">{webhooks}</tbody></table></div></section>"""
    narrow = at.visit.request.param("show") == _NARROW
    content = html(
        shape,
        head=at.head("requests", "Requests"),
        chosen=Markup(" selected") if narrow else "",
        address=at.path("requests/live") + (f"?show={_NARROW}" if narrow else ""),
        version=_version(at),
        most=_REQUESTS,
        most_sent=_WEBHOOKS,
        **_parts(at),
    )
    return at.show("requests", "Requests", content)


def live(at: Desk) -> Response:
    """What the log shows now, as JSON; an empty object if nothing came since `version`."""
    version = _version(at)
    if at.visit.request.param("version") == version:
        return json_response({}, headers={"cache-control": "no-store"})
    parts = {name: str(part) for name, part in _parts(at).items()}
    return json_response({"version": version, **parts}, headers={"cache-control": "no-store"})


def _version(at: Desk) -> str:
    world = at.visit.world
    newest = world.delivered[-1] if world.delivered else JsonObject()
    last = f"{newest.get('id', '')}.{newest.get('attempts', '')}"
    return f"{world.handled}-{len(world.happenings)}-{len(world.deliveries)}-{last}"


def _parts(at: Desk) -> dict[str, Markup | str]:
    world = at.visit.world
    seen = (entry for entry in reversed(world.requests) if _is_shown(at, entry))
    sent = islice(reversed(world.delivered), _WEBHOOKS)
    return {
        "requests": joined(_request_row(entry) for entry in islice(seen, _REQUESTS))
        or _nothing("No request yet."),
        "webhooks": joined(_webhook_row(entry) for entry in sent) or _nothing("No webhook yet."),
        "waiting": _waiting(at),
        "counted": _counted(at),
    }


def _nothing(text: str) -> Markup:
    return html('<tr class="none"><td colspan="5" class="mut">{text}</td></tr>', text=text)


def _is_shown(at: Desk, entry: Seen) -> bool:
    """With the narrow view other companies' calls are left out; the log-in and tokens belong to all."""
    narrow = at.visit.request.param("show") == _NARROW
    return not narrow or not entry.target.startswith("/v3/") or f"/{at.company.realm}" in entry.target


def _counted(at: Desk) -> str:
    counts = at.visit.world.counters.get(at.company.realm) or Counter[str]()
    shown = ", ".join(f"{words} {counts.get(name, 0):,}" for name, words in _COUNTERS)
    return f"Of this company so far: {shown}."


def _waiting(at: Desk) -> str:
    world = at.visit.world
    told = [f"Gathered for the next webhook: {len(world.happenings)}."] if world.happenings else []
    waiting = [entry for entry in world.deliveries.values() if entry.attempts]
    if waiting:
        due = min(entry.due for entry in waiting)
        told.append(f"To be sent again: {len(waiting)}, the next at {_clock(milliseconds_stamp(due))}.")
    return " ".join(told) or "None waiting."


def _clock(stamp: object) -> str:
    return str(stamp)[11:19]


def _opened(summary: object, text: str) -> Markup:
    shape = "<details><summary>{summary}</summary><pre>{text}</pre></details>"
    return html(shape, summary=summary, text=text) if text else html("{summary}", summary=summary)


def _request_row(seen: Seen) -> Markup:
    shape = """<tr data-key="r{number}" class="{kind}"><td class="mut tn nw">{time}</td><td>{method}</td>
<td class="path">{target}</td><td class="num">{status}</td><td class="mut">{note}</td></tr>"""
    return html(
        shape,
        number=seen.number,
        kind="failed" if seen.status >= 400 else "",
        time=_clock(milliseconds_stamp(seen.time)),
        method=seen.method,
        target=_opened(seen.target[:200], seen.body),
        status=seen.status,
        note=seen.note,
    )


def _webhook_row(entry: JsonObject) -> Markup:
    shape = """<tr data-key="w{id}.{attempt}" class="{kind}"><td class="mut tn nw">{time}</td>
<td class="path">{url}</td><td class="path">{events}</td>
<td class="num">{status}</td><td class="mut">{note}</td></tr>"""
    answered = 200 <= int(entry["status"]) < 300
    return html(
        shape,
        id=entry["id"],
        attempt=entry["attempts"],
        kind="" if answered else "failed",
        time=_clock(entry["time"]),
        url=entry["url"],
        events=_opened(", ".join(_told(str(entry["body"]))) or "–", str(entry["body"])),
        status=entry["status"] or "no answer",
        note=f"attempt {entry['attempts']}" if entry["attempts"] != 1 else "",
    )


def _told(body: str) -> Iterable[str]:
    """`Invoice 12 updated` for each event of either format."""
    try:
        payload: Json = parse_json(body)
    except MalformedJson:
        return
    for event in objects(payload):
        _, kind, what, *_ = [*str(event.get("type", "")).split("."), "", "", ""]
        yield f"{kind.capitalize()} {event.get('intuitentityid', '')} {what}"
    for notification in objects(as_object(payload).get("eventNotifications")):
        for entity in as_list(as_object(notification.get("dataChangeEvent")).get("entities")):
            changed = as_object(entity)
            yield f"{changed.get('name')} {changed.get('id')} {str(changed.get('operation')).lower()}"
