"""Which parts of Radix Themes pages may use, and that each of them has a style of ours."""

from __future__ import annotations

import re
from typing import Any

import pytest
import reflex as rx

from bookipi_app.bookipi_app import stylesheets
from bookipi_app.frontend import PROJECT
from bookipi_app.themes import DRESSED, LeanThemes, UndressedPart, part_of

STYLE = (PROJECT / "assets" / "css" / "overlays.css").read_text()
# Their classes, where they are not called like themselves.
CLASSES = {"AlertDialog": "BaseDialog", "Dialog": "BaseDialog", "DropdownMenu": "BaseMenu"}


def enter(component: rx.Component) -> None:
    context: Any = object()
    LeanThemes(theme=None).enter_component(component, page_context=context, compile_context=context)


def test_a_part_without_a_style_is_refused_by_its_name() -> None:
    with pytest.raises(UndressedPart, match="Button"):
        enter(rx.button("Save"))


@pytest.mark.parametrize("made", [rx.dialog.content(), rx.dropdown_menu.item("Edit"), rx.el.button("Save")])
def test_dressed_parts_and_plain_elements_pass(made: rx.Component) -> None:
    enter(made)


def test_a_part_is_told_by_its_package_not_by_its_name() -> None:
    assert part_of(rx.popover.content()) == "Popover"
    assert part_of(rx.el.dialog()) == ""


@pytest.mark.parametrize("part", sorted(DRESSED - {"Theme"}))
def test_each_dressed_part_has_rules(part: str) -> None:
    assert re.search(rf"\.rt-{CLASSES.get(part, part)}", STYLE)


def test_no_style_sheet_but_ours_is_loaded_and_the_overlays_come_before_what_dresses_them() -> None:
    assert LeanThemes().get_stylesheet_paths() == ()
    order = stylesheets()
    assert order.index("tokens.css") < order.index("css/overlays.css") < order.index("css/floating.css")
