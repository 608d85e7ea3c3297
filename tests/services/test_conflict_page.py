"""What a conflict's page shows beside the values: the words that differ, and what each does to the total."""

from __future__ import annotations

from bookipi_app.services.conflict_page import differing


def said(pieces: tuple[object, ...]) -> str:
    return "".join(getattr(piece, "text") for piece in pieces)  # noqa: B009  pieces of either side


def marked(pieces: tuple[object, ...]) -> list[str]:
    return [getattr(piece, "text") for piece in pieces if getattr(piece, "marked")]  # noqa: B009


OURS = "Please use the north gate. Crew arrives at 7:30."
THEIRS = "Please use the side gate. Crew arrives at 8:00. PO 5512."


def test_the_words_that_only_one_side_has_are_marked() -> None:
    ours, theirs = differing(OURS, THEIRS)
    assert (said(ours), said(theirs)) == (OURS, THEIRS)
    assert marked(ours) == ["north", "7:30."]
    assert marked(theirs)[0] == "side"


def test_short_values_are_read_whole() -> None:
    assert differing("Net 30", "Net 15") == ((), ())


def test_values_of_several_lines_are_compared_however_short() -> None:
    ours, theirs = differing("Mulch: 2 × $45\nTax: None", "Mulch: 3 × $45\nTax: None")
    assert (marked(ours), marked(theirs)) == (["2"], ["3"])
