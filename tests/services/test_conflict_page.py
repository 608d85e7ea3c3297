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


def test_words_that_differ_side_by_side_are_one_mark() -> None:
    ours, theirs = differing("Issue: Nov 2, 2026\nDue: Jan 26, 2027", "Issue: Nov 2, 2026\nDue: Dec 5, 2026")
    assert (marked(ours), marked(theirs)) == (["Jan 26, 2027"], ["Dec 5, 2026"])


def test_where_nothing_is_the_same_nothing_is_marked() -> None:
    ours, theirs = differing("board@example.com", "accounts-payable-department@lakeline-homeowners.example")
    assert (said(ours), said(theirs)) == (
        "board@example.com",
        "accounts-payable-department@lakeline-homeowners.example",
    )
    assert (marked(ours), marked(theirs)) == ([], [])


def test_only_the_lines_that_differ_are_marked_among_many_that_repeat() -> None:
    lines = [f"Week {at % 7} · beds edged, weeds pulled by hand: 2 × $45.00" for at in range(600)]
    other = [*lines[:300], lines[300].replace("2 ×", "3 ×"), *lines[301:], "Mulch: 1 × $9.00"]
    ours, theirs = differing("\n".join(lines), "\n".join(other))
    assert (said(ours), said(theirs)) == ("\n".join(lines), "\n".join(other))
    assert marked(theirs) == ["3", "Mulch: 1 × $9.00"]
    assert marked(ours) == ["2"]


def test_a_text_of_four_thousand_characters_is_compared_at_once() -> None:
    ours = " ".join(str(at % 9) for at in range(2000))
    theirs = " ".join(str(at % 7) for at in range(2000))
    here, there = differing(ours, theirs)
    assert (said(here), said(there)) == (ours, theirs)
