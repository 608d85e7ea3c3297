"""Links within the app, which change the page without loading it anew, and links that the browser itself follows."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.inline import A
from reflex_components_core.react_router.dom import ReactRouterLink

from bookipi_app.components.icons import icon


def link(*children: Any, href: str | rx.Var[str], **props: Any) -> rx.Component:
    """A link to a page of the app. For a route of the server (`/oauth/…`, files) use `leaving_link`."""
    return ReactRouterLink.create(*children, to=href, **props)


def leaving_link(*children: Any, href: str | rx.Var[str], **props: Any) -> rx.Component:
    """A plain `<a>`: the browser loads the address. `rx.el.a` would look for a page of the app, and find none."""
    return A.create(*children, href=href, **props)


def text_link(words: str | rx.Var[str], href: str | rx.Var[str], class_name: str = "") -> rx.Component:
    """A link in a sentence or at the end of a head."""
    return link(words, href=href, class_name=f"link {class_name}".strip())


def button_link(
    words: str | rx.Var[str],
    href: str | rx.Var[str],
    *,
    icon_name: str = "",
    look: str | rx.Var[str] = "",
    **props: Any,
) -> rx.Component:
    """A link that looks like a button. `look`: `pri`, `ghost`, `bad`, `s`, `l`, `full`, in any combination."""
    drawing = [icon(icon_name)] if icon_name else []
    return link(*drawing, words, href=href, class_name=f"btn {look}".strip(), **props)


def file_link(href: str | rx.Var[str], words: str = "Export CSV") -> rx.Component:
    """A file of what a page shows; small screens leave it out."""
    return leaving_link(icon("download"), words, href=href, class_name="btn only-l")


def outside_link(words: str | rx.Var[str], href: str | rx.Var[str], class_name: str = "link") -> rx.Component:
    """A link that leaves the app, in a tab of its own."""
    return leaving_link(
        words,
        icon("out", "s14"),
        href=href,
        target="_blank",
        rel="noopener noreferrer",
        class_name=class_name,
    )
