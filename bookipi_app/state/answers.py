"""What a handler answers when something is refused: words or the log-in page, never a traceback."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
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
            _bind(signature, args, kwargs)
            await cast(AppState, args[0])._ready(handler.__name__)  # noqa: SLF001  # no handler: nobody may call it
            return await handler(*args, **kwargs)
        except UserMustAct as refusal:
            return _answer(args, refusal)

    return answered


def answers_in_steps(
    handler: Callable[Arguments, AsyncIterator[Any]],
) -> Callable[Arguments, AsyncIterator[Any]]:
    """The same for a handler that shows how far it is with `yield`."""
    signature = inspect.signature(handler)

    @wraps(handler)
    async def answered(*args: Arguments.args, **kwargs: Arguments.kwargs) -> AsyncIterator[Any]:
        try:
            _bind(signature, args, kwargs)
            async for step in handler(*args, **kwargs):
                yield step
        except UserMustAct as refusal:
            yield _answer(args, refusal)

    return answered


def _bind(signature: inspect.Signature, args: Any, kwargs: Any) -> None:
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        raise NotFound from None


def _answer(args: tuple[Any, ...], refusal: UserMustAct) -> Any:
    if isinstance(refusal, SignedOut):
        return rx.redirect(log_in_page(cast(AppState, args[0]).router.url))
    return AppState.say("bad", refusal.words)


def as_text(value: object) -> str:
    """A text that came from a browser.

    Raises:
        NotFound: it is something else.
    """
    if not isinstance(value, str):
        raise NotFound
    return value[:LONGEST_TEXT]
