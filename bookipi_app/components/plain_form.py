"""A form that the browser sends itself, to a route of the server or as the query of a page.

Reflex' own forms always keep the browser from sending them: right for what a state handles, wrong for signing in,
where the answer must set a cookie.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML


class PlainForm(BaseHTML):
    """A `<form>`; `method` is `post` or `get`."""

    tag = "form"

    action: rx.Var[str]
    method: rx.Var[str]
    enc_type: rx.Var[str]


plain_form = PlainForm.create


def upload_form(*children: Any, **props: Any) -> rx.Component:
    """The same for a form with a file in it."""
    return PlainForm.create(*children, enc_type="multipart/form-data", **props)


def switch_form(company: Any, button: rx.Component) -> rx.Component:
    """Let this browser look at another company. The page is loaded anew, so that nothing of the old one stays."""
    return PlainForm.create(
        rx.el.input(type="hidden", name="company", value=company, read_only=True),
        button,
        action="/auth/company",
        method="post",
    )
