"""The QuickBooks flag: a mark with a word, never colour alone, and a tooltip with time and reason."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.icons import icon
from bookipi_app.components.link import link


def flag(
    name: str | rx.Var[str],
    words: str | rx.Var[str],
    tip: str | rx.Var[str],
    *,
    href: str | rx.Var[str] = "",
    flush: bool = False,
) -> rx.Component:
    """A flag; nothing where there is no connection. `name` is `models.Flag`'s value or empty.

    With `href` it is a link (to the record, whose page has the way out). `flush`: the loud ground does not hang out
    to the left, for use outside a column of flags.
    """
    drawn = _drawn(name, words, href, flush)
    told = rx.tooltip(drawn, content=tip, delay_duration=300)
    return rx.cond(name != "", told, rx.fragment()) if isinstance(name, rx.Var) else told


def record_flag(kind: str, row: Any, page: str) -> rx.Component:
    """The flag of a row of a list: a conflict leads to where it is settled, everything else to the record."""
    href = rx.cond(row.flag == "conflict", f"/conflicts/{kind}/{row.id}", page)
    return flag(row.flag, row.flag_words, row.flag_tip, href=href)


def flag_mark(name: str | rx.Var[str]) -> rx.Component:
    """Only the mark, in its colour, for lists of what needs a person."""
    return rx.el.span(icon(name), class_name=f"flag-mark {name}")


def _drawn(
    name: str | rx.Var[str], words: str | rx.Var[str], href: str | rx.Var[str], flush: bool
) -> rx.Component:
    look = f"flag {name}" + (" flush" if flush else "")
    inside = (icon(name), rx.el.span(words, class_name="cut"))
    if isinstance(href, str) and not href:
        return rx.el.span(*inside, class_name=look, tab_index=0)
    return link(*inside, href=href, class_name=look)
