"""Keys of the invoice editor: Ctrl/⌘ S saves, Enter adds a line, arrows move through what is offered.

Written for the browser because a handler of the server would hear every key. The page allows no inline script, so it
is part of the built page.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.utils.imports import ImportDict

KEYS = """
useEffect(() => {
  const cells = ".lines input:not([type=checkbox]), .lines textarea";
  const optionAt = (event) => event.target.closest("[data-combobox] [role=option]");
  // Chosen by the press: until the release, the answer to what was typed may have put another option there.
  const onPress = (event) => {
    const option = event.button === 0 && optionAt(event);
    if (!option) return;
    event.preventDefault();
    option.click();
  };
  const onRelease = (event) => {
    if (event.isTrusted && event.detail && optionAt(event)) event.stopImmediatePropagation();
  };
  const onClick = (event) => {
    const option = optionAt(event);
    if (!option) return;
    const row = option.closest("[data-line]");
    const next = row ? row.querySelector("[data-field=quantity]") : document.getElementById("number");
    if (next && next.offsetParent) next.focus();
  };
  const inBox = (event, box) => {
    const all = [...box.querySelectorAll("[role=option]")], at = all.indexOf(event.target);
    if (event.key === "ArrowDown" && all.length) all[Math.min(at + 1, all.length - 1)].focus();
    else if (event.key === "ArrowUp" && at >= 0) (at ? all[at - 1] : box.querySelector("input")).focus();
    else if (event.key === "Enter" && at >= 0) event.target.click();
    else if (event.key === "Escape") event.target.blur();
    else return false;
    event.preventDefault();
    return true;
  };
  const save = () => {
    const typed = document.activeElement;
    typed.blur();
    const buttons = [...document.querySelectorAll("[data-key-save]")];
    buttons.find((button) => button.offsetParent)?.click();
    typed.focus();
  };
  const addLine = (event) => {
    event.target.blur();
    document.getElementById("add-line")?.click();
  };
  const onKey = (event) => {
    if (event.isComposing || event.target.closest("[role=dialog]")) return;
    const box = event.target.closest("[data-combobox]");
    if (box && inBox(event, box)) return;
    const saves = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";
    const adds = event.key === "Enter" && !event.shiftKey && event.target.matches(cells);
    if (!saves && !adds) return;
    event.preventDefault();
    if (saves) save();
    else addLine(event);
  };
  document.addEventListener("keydown", onKey);
  document.addEventListener("mousedown", onPress);
  document.addEventListener("click", onRelease, true);
  document.addEventListener("click", onClick);
  return () => {
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("mousedown", onPress);
    document.removeEventListener("click", onRelease, true);
    document.removeEventListener("click", onClick);
  };
}, [])
"""


class EditorKeys(rx.el.Div):
    """Listens while the editor is shown."""

    def add_imports(self) -> ImportDict:
        """React's effect hook."""
        return {"react": "useEffect"}

    def add_hooks(self) -> list[str | rx.Var[Any]]:
        """The listener."""
        return [KEYS]


def editor_keys(*children: rx.Component, class_name: str = "") -> rx.Component:
    """A part of a page in which the editor's keys work."""
    return EditorKeys.create(*children, class_name=class_name)
