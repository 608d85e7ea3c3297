"""Why a connection does not come about, in one table: the code stands in an address, the words on the page."""

from __future__ import annotations

from dataclasses import dataclass

from bookipi_app.errors import NotAllowed


@dataclass(frozen=True)
class Problem:
    """Why a connection did not come about: a title, the words, and the button's ("" if there is no way out)."""

    title: str
    words: str
    button: str = "Try again"


_NOT = "Not connected"
PROBLEMS: dict[str, Problem] = {
    "signed-out": Problem(_NOT, "You were signed out meanwhile. Nothing was shared. Start again from here."),
    "state": Problem(
        _NOT,
        "This attempt was not started here, was used already, or took more than ten minutes. Nothing was shared.",
    ),
    "declined": Problem(_NOT, "You did not allow access in QuickBooks. Nothing was shared."),
    "refused": Problem(_NOT, "QuickBooks did not go on with the connection. Nothing was shared."),
    "callback": Problem(_NOT, "QuickBooks' answer was incomplete. Nothing was shared."),
    "code": Problem(_NOT, "QuickBooks' answer was used already or came too late. Nothing was shared."),
    "realm": Problem(
        _NOT, "The permission is for another QuickBooks company than the answer named. Nothing was shared."
    ),
    "often": Problem(_NOT, "You tried many times in a short while. Wait 15 minutes, then start again."),
    "unreachable": Problem(_NOT, "QuickBooks did not answer. Nothing changed here."),
    "country": Problem(
        "Not available for your country",
        "QuickBooks can be connected by US businesses. If your account's country is wrong, change it in your profile.",
        "Open profile",
    ),
    "company-country": Problem(
        "Not available for your country",
        "QuickBooks can be connected by US businesses. If your company's country is wrong, change it in its settings.",
        "Open company",
    ),
    "not-default": Problem(
        _NOT,
        "QuickBooks belongs to your default company. Switch to it, or make this one the default.",
        "Open company",
    ),
    "not-us": Problem(
        _NOT,
        "That company in QuickBooks is not a US company with books in US dollars. Choose one that is.",
        "Choose another",
    ),
    "taken": Problem(
        _NOT,
        "This QuickBooks company is already connected to another Bookipi account. Disconnect it there first, "
        "or choose another company.",
        "Choose another",
    ),
    "second-realm": Problem(
        "Connected to another company",
        "Another QuickBooks company is connected already. Disconnect it first, then connect this one.",
        "",
    ),
    "disconnecting": Problem(
        "Disconnecting", "The last connection is just being ended. Try again in a minute."
    ),
}


class Refusal(NotAllowed):
    """A connection that a rule refuses; `code` is one of PROBLEMS."""

    def __init__(self, code: str) -> None:
        super().__init__(PROBLEMS[code].words)
        self.code = code


def problem_of(code: str) -> Problem | None:
    """The words for a code in an address; None for one that is not ours."""
    return PROBLEMS.get(code)
