"""Three kinds of failure, three classes.

    Failure
    ├── UserMustAct      a person can mend it; `words` is the sentence they read
    │   ├── InvalidInput     wrong at a named field
    │   ├── NotFound         unknown, or somebody else's: the two look the same
    │   └── NotAllowed       signed out, or refused by a rule
    └── TryLater         it may work later, without anybody; `until` says when, if known

Everything else is a bug and stays loud. Errors are translated at the border (`quickbooks`, `services`) and
decided at the top (a handler, a route, the engine).
"""

from __future__ import annotations

from datetime import datetime


class Failure(Exception):
    """What the app expects to go wrong."""


class UserMustAct(Failure):
    """Somebody has to do something; `words` says what, in the language of the pages."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class InvalidInput(UserMustAct):
    """One or several fields are wrong: `fields` maps a field's name to its sentence."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(next(iter(fields.values())))
        self.fields = fields


class NotFound(UserMustAct):
    """No such record for this person. Says nothing about whether it exists for somebody else."""

    def __init__(self, words: str = "This page does not exist, or is not yours.") -> None:
        super().__init__(words)


class NotAllowed(UserMustAct):
    """The person is not signed in, or a rule refuses the act."""


class TryLater(Failure):
    """Nothing is wrong with the request; the other side cannot take it now."""

    def __init__(self, reason: str, until: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.until = until
