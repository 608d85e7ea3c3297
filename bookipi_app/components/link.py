"""Links within the app: they change the page without loading it anew."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from bookipi_app.components.icons import icon


def link(*children: Any, href: str | rx.Var[str], **props: Any) -> rx.Component:
    """A plain `<a>` to a page of the app. For a route of the server (`/oauth/…`, files) use `rx.el.a`."""
    return ReactRouterLink.create(*children, to=href, **props)


def text_link(words: str | rx.Var[str], href: str | rx.Var[str], class_name: str = "") -> rx.Component:
    """A link in a sentence or at the end of a head."""
    return link(words, href=href, class_name=f"link {class_name}".strip())


def button_link(
    words: str | rx.Var[str], href: str | rx.Var[str], *, icon_name: str = "", look: str = "", **props: Any
) -> rx.Component:
    """A link that looks like a button. `look`: `pri`, `ghost`, `bad`, `s`, `l`, `full`, in any combination."""
    drawing = [icon(icon_name)] if icon_name else []
    return link(*drawing, words, href=href, class_name=f"btn {look}".strip(), **props)


def outside_link(words: str | rx.Var[str], href: str | rx.Var[str], class_name: str = "link") -> rx.Component:
    """A link that leaves the app, in a tab of its own."""
    return rx.el.a(
        words,
        icon("out", "s14"),
        href=href,
        target="_blank",
        rel="noopener noreferrer",
        class_name=class_name,
    )
