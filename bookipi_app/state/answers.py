"""What a handler answers when something is refused: words or the log-in page, never a traceback."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, cast

import reflex as rx

from bookipi_app.errors import NotFound, UserMustAct
from bookipi_app.state.app import AppState, log_in_page
from bookipi_app.state.identity import SignedOut

Arguments = ParamSpec("Arguments")
LONGEST_TEXT = 20_000  # more than any field takes: what is longer is refused there, with words


def answers(
    handler: Callable[Arguments, Awaitable[Any]],
) -> Callable[Arguments, Coroutine[Any, Any, Any]]:
    """Below `@rx.event`: a refusal becomes a message. A call with the wrong arguments finds nothing."""
    signature = inspect.signature(handler)

    @wraps(handler)
    async def answered(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Any:
        try:
            signature.bind(*args, **kwargs)
        except TypeError:
            return AppState.say("bad", NotFound().words)
        try:
            return await handler(*args, **kwargs)
        except SignedOut:
            return rx.redirect(log_in_page(cast(AppState, args[0]).router.url))
        except UserMustAct as refusal:
            return AppState.say("bad", refusal.words)

    return answered


def as_text(value: object) -> str:
    """A text that came from a browser.

    Raises:
        NotFound: it is something else.
    """
    if not isinstance(value, str):
        raise NotFound
    return value[:LONGEST_TEXT]
