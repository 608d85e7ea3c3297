"""HTML by hand: a text type that is escaped unless it says otherwise, the frame of every page, icons."""

from collections.abc import Iterable

from markupsafe import Markup

from bookipi_app.sandbox.http import Response
from bookipi_app.sandbox.jsontext import Json, plain_number, to_decimal

_ICONS = {
    "book": "M5 5.5A2.5 2.5 0 0 1 7.5 3H19v14H7.5A2.5 2.5 0 0 0 5 19.5z"
    "M5 19.5A1.5 1.5 0 0 0 6.5 21H19v-4M9 7.5h6M9 11h4",
    "both": "M4 8.5h15M15.5 5 19 8.5 15.5 12M20 15.5H5M8.5 12 5 15.5 8.5 19",
    "eye": "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"
    "M12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z",
    "lock": "M7 10.5h10a2 2 0 0 1 2 2V18a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2v-5.5a2 2 0 0 1 2-2z"
    "M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5",
    "money": "M3 7h18v10H3zM12 9.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z",
    "plus": "M12 5v14M5 12h14",
    "person": "M12 4.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6z"
    "M4.5 20.5c.6-3.7 3.5-5.8 7.5-5.8s6.9 2.1 7.5 5.8",
    "search": "M11 4.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM20 20l-4.3-4.3",
    "alert": "M12 4 2.8 19.5h18.4zM12 10v4.5M12 17.2v.1",
    "back": "M15 5l-7 7 7 7",
    "more": "M5 12h.01M12 12h.01M19 12h.01",
}
_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


def html(template: str, **values: object) -> Markup:
    """A piece of HTML; `{name}` members are escaped unless they are HTML already."""
    return Markup(template).format(**values)  # noqa: S704 - templates are constants, values are escaped


def joined(parts: Iterable[Markup]) -> Markup:
    """Pieces of HTML one after the other."""
    return Markup("").join(parts)


def icon(name: str, size: str = "") -> Markup:
    """A line icon of the set."""
    shape = '<svg class="i {size}" viewBox="0 0 24 24" aria-hidden="true"><path d="{path}"/></svg>'
    return html(shape, size=size, path=_ICONS[name])


def money(amount: Json) -> str:
    """An amount with two decimals and thousands separators."""
    return f"{to_decimal(amount):,.2f}"


def plain(amount: Json) -> str:
    """A number for an input field; empty if there is none."""
    if amount is None or amount == "":
        return ""
    return plain_number(to_decimal(amount))


def cents(amount: Json) -> str:
    """An amount for an input field, with two decimals; empty if there is none."""
    return "" if amount is None or amount == "" else f"{to_decimal(amount):.2f}"


def day(text: Json) -> str:
    """`2026-11-24` as `11/24/2026`."""
    parts = str(text or "").split("-")
    return f"{parts[1]}/{parts[2]}/{parts[0]}" if len(parts) == 3 else str(text or "")


def page(
    title: str, content: Markup, person: str = "", nav: Markup | None = None, wide: bool = True
) -> Markup:
    """A whole page: the dark bar that nobody mistakes for the app or for Intuit, and the content."""
    frame = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} · QuickBooks sandbox</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/tokens.css">
<link rel="stylesheet" href="/static/dark.css" media="(prefers-color-scheme: dark)">
<link rel="stylesheet" href="/static/sandbox.css"><script src="/static/face.js" defer></script></head>
<body class="sbx"><a class="skip" href="#content">Skip to the content</a>
<header class="sbx-bar"><a class="home" href="/">{book}QuickBooks sandbox</a>
<span class="tag">Practice data</span>{nav}<span class="grow"></span>
<span class="cut who">{person}</span></header>{nav_small}{body}</body></html>"""
    shape = '<main class="main wide" id="content">{content}</main>'
    small = html('<div class="nav-s">{nav}</div>', nav=nav) if nav else Markup("")
    return html(
        frame,
        title=title,
        book=icon("book"),
        nav=nav or Markup(""),
        nav_small=small,
        person=person,
        body=html(shape, content=content) if wide else content,
    )


def page_response(content: Markup, status: int = 200) -> Response:
    """A page as an answer."""
    return Response(status, dict(_HEADERS), str(content).encode("utf-8", "replace"))


def notice(text: object, bad: bool = False, action: Markup | None = None) -> Markup:
    """One sentence on a tinted ground, with a way out at its end."""
    shape = '<div class="notice {kind}" role="{role}">{icon}<span class="grow">{text}</span>{action}</div>'
    kind, role = ("bad", "alert") if bad else ("info", "status")
    shown = icon("alert" if bad else "person")
    return html(shape, kind=kind, role=role, icon=shown, text=text, action=action or Markup(""))


def options(choices: Iterable[tuple[str, str]], chosen: str) -> Markup:
    """The options of a select."""
    return joined(
        html(
            '<option value="{value}"{mark}>{label}</option>',
            value=value,
            label=label,
            mark=Markup(" selected") if value == chosen else "",
        )
        for value, label in choices
    )


def hidden(values: Iterable[tuple[str, object]]) -> Markup:
    """Hidden fields of a form."""
    shape = '<input type="hidden" name="{name}" value="{value}">'
    return joined(html(shape, name=name, value=value) for name, value in values)


def post_button(
    action: str, label: str, style: str = "", values: Iterable[tuple[str, object]] = ()
) -> Markup:
    """A form that is only a button."""
    shape = (
        '<form method="post" action="{action}" class="inline">{hidden}'
        '<button class="btn {style}">{label}</button></form>'
    )
    return html(shape, action=action, hidden=hidden(values), style=style, label=label)


def confirmed(
    action: str, label: str, question: str, sure: str = "", values: Iterable[tuple[str, object]] = ()
) -> Markup:
    """A button that asks first, without a script: it opens one sentence and the button that does it."""
    shape = """<details class="confirm" name="confirm"><summary class="btn bad">{label}</summary>
<form method="post" action="{action}" class="ask">{hidden}<p class="sm">{question}</p>
<button class="btn solid-bad">{sure}</button></form></details>"""
    return html(
        shape, action=action, label=label, question=question, sure=sure or label, hidden=hidden(values)
    )
