"""The fields of a form: what stands in them, and what QuickBooks said about each, at its place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bookipi_app.sandbox.face.html import Markup, html, icon, options
from bookipi_app.sandbox.faults import Problem

_DECIMAL = Markup('inputmode="decimal" autocomplete="off"')


@dataclass(frozen=True, slots=True)
class Form:
    """Values by field name, and the words of a refusal by the field they belong to."""

    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict[str, str])

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def text(
        self, label: str, name: str, kind: str = "text", extra: Markup | None = None, hint: str = ""
    ) -> Markup:
        """A labelled input of one line."""
        shape = (
            '<input class="inp" id="f-{name}" name="{name}" type="{kind}" value="{value}"{extra}{described}>'
        )
        more = Markup(" ") + extra if extra else Markup("")
        control = html(
            shape,
            name=name,
            kind=kind,
            value=self.value(name),
            extra=more,
            described=self._described(name, hint),
        )
        return self._field(label, name, control, hint)

    def amount(self, label: str, name: str, hint: str = "") -> Markup:
        """A labelled input for a number."""
        return self.text(label, name, "text", _DECIMAL, hint)

    def area(self, label: str, name: str) -> Markup:
        """A labelled text of several lines."""
        shape = '<textarea class="inp" id="f-{name}" name="{name}" rows="3"{described}>{value}</textarea>'
        control = html(shape, name=name, value=self.value(name), described=self._described(name))
        return self._field(label, name, control)

    def select(self, label: str, name: str, choices: Iterable[tuple[str, str]], hint: str = "") -> Markup:
        """A labelled choice."""
        shape = '<select class="inp" id="f-{name}" name="{name}"{described}>{options}</select>'
        shown = options(choices, self.value(name))
        control = html(shape, name=name, options=shown, described=self._described(name, hint))
        return self._field(label, name, control, hint)

    def check(self, label: str, name: str, hint: str = "") -> Markup:
        """A check box with its label."""
        shape = """<label class="row sm box"><input class="check" type="checkbox" name="{name}" value="1"{mark}>
<span>{label}{hint}</span></label>"""
        told = html('<span class="mut block">{hint}</span>', hint=hint) if hint else Markup("")
        mark = Markup(" checked") if self.value(name) else ""
        return html(shape, name=name, label=label, mark=mark, hint=told)

    def error(self, name: str) -> Markup:
        """The words of a refusal at its place, or nothing."""
        shape = '<p class="hint err" id="e-{name}">{icon}<span>{text}</span></p>'
        if name not in self.errors:
            return Markup("")
        return html(shape, name=name, icon=icon("alert", "s14"), text=self.errors[name])

    def _field(self, label: str, name: str, control: Markup, hint: str = "") -> Markup:
        shape = (
            """<div class="field{bad}"><label for="f-{name}">{label}</label>{control}{hint}{error}</div>"""
        )
        told = html('<p class="hint" id="h-{name}">{hint}</p>', name=name, hint=hint) if hint else Markup("")
        bad, error = " bad" if name in self.errors else "", self.error(name)
        return html(shape, bad=bad, name=name, label=label, control=control, hint=told, error=error)

    def _described(self, name: str, hint: str = "") -> Markup:
        by = [f"h-{name}"] if hint else []
        invalid = Markup("")
        if name in self.errors:
            by, invalid = [*by, f"e-{name}"], Markup(' aria-invalid="true"')
        return invalid + (html(' aria-describedby="{by}"', by=" ".join(by)) if by else Markup(""))


def placed(problems: Iterable[Problem], places: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """QuickBooks' words by field, and those that belong to no field.

    `places` knows elements, and codes for the faults that name no element.
    """
    errors: dict[str, str] = {}
    rest: list[str] = []
    for problem in problems:
        element = problem.element or ""
        known = (places.get(key) for key in (element, element.rpartition(".")[2], problem.code))
        place = next(filter(None, known), "")
        if place:
            errors[place] = f"{errors.get(place, '')} {problem.detail}".strip()
        else:
            rest.append(problem.detail)
    return errors, " ".join(rest)


def amount_text(text: str) -> str:
    """An amount as a person writes it (`$1,200.50`) in the way QuickBooks reads it; anything else stays."""
    bare = text.strip().removeprefix("$").replace(",", "")
    return bare if amount_of(bare) is not None else text.strip()


def amount_of(text: str) -> Decimal | None:
    """A decimal of ordinary size, or None."""
    digits = text.strip().removeprefix("-").replace(".", "", 1)
    fits = digits.isascii() and digits.isdecimal() and len(digits) <= 20
    return Decimal(text.strip()) if fits else None
