"""The PDF: the same words and sums as the page, text that stays text, a layout that nothing breaks."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from bookipi_app.documents import invoice_pdf as pdf
from bookipi_app.documents.invoice_pdf import invoice_pdf, set_type
from bookipi_app.documents.paper import Paper, PaperLine, PaperPayment, PaperSum

PAPER = Paper(
    company_name="Cedar & Stone Landscaping LLC",
    company_initials="CS",
    company_address="2108 E Cesar Chavez St\nAustin, TX 78702",
    number="INV-1052",
    customer_name="Pecan Grove Apartments",
    issued="Nov 18, 2026",
    due_date="Dec 18, 2026",
    terms="Net 30",
    lines=(PaperLine("0", "Hardwood mulch", "Cubic yard, installed", "12", "$47.50", "$570.00"),),
    sums=(PaperSum("Subtotal", "$570.00"), PaperSum("Sales tax (8.25%)", "$47.03")),
    due="$617.03",
    note="Thank you.",
)


def read(paper: Paper, logo: bytes | None = None) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(invoice_pdf(paper, logo))).pages]


def test_the_sheet_has_every_word_and_sum_of_the_page() -> None:
    (text,) = read(PAPER)
    for words in (
        "Invoice",
        "INV-1052",
        "Pecan Grove Apartments",
        "Net 30",
        "$47.50",
        "$570.00",
        "$47.03",
        "$617.03",
    ):
        assert words in text
    assert PdfReader(io.BytesIO(invoice_pdf(PAPER))).metadata.title == "Invoice INV-1052"  # pyright: ignore[reportOptionalMemberAccess]


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert invoice_pdf(PAPER) == invoice_pdf(replace(PAPER))


def test_the_same_sheet_is_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has a public link may ask for its PDF as often as they like."""
    compiler, asked = pdf._compiler(), list[object]()

    class Counting:
        def compile(self, **how: Any) -> Any:
            asked.append(how)
            return compiler.compile(**how)

    monkeypatch.setattr(pdf, "_compiler", Counting)
    paper = replace(PAPER, number="INV-ONCE")
    assert invoice_pdf(paper) == invoice_pdf(replace(paper)) != invoice_pdf(replace(paper, due="$1.00"))
    assert len(asked) == 2


def test_bad_input_62_accepted_forty_lines_go_over_pages_that_repeat_the_heads() -> None:
    lines = tuple(
        replace(PAPER.lines[0], id=str(n), description=f"Line {n:02} " + "of many words " * 9)
        for n in range(40)
    )
    pages = read(replace(PAPER, lines=lines))
    assert len(pages) > 2
    for number, text in enumerate(pages[:-1], 1):
        assert "Qty" in text
        assert f"INV-1052, page {number} of {len(pages)}" in text
    assert all(f"Line {n:02} " in "".join(pages) for n in range(40))
    assert "$617.03" in pages[-1]


@pytest.mark.parametrize(
    "text",
    [
        "#set page(width: 1cm)",
        "*bold* _x_ $a^2$ `raw` = Head",
        '#read("/etc/passwd")',
        "[1] // no comment",
        "\\u{41}",
        "<b>x</b>",
        "<img src=file:///etc/passwd>",
        "<link href=file:///etc/passwd>",
        "url(/etc/passwd)",
        '#image("/etc/passwd")',
    ],
)
def test_bad_input_56_61_refused_markup_is_shown_as_text(text: str) -> None:
    paper = replace(
        PAPER, customer_name=text, note=text, lines=(replace(PAPER.lines[0], name=text, description=text),)
    )
    (shown,) = read(paper)
    assert shown.count(text) == 4


@pytest.mark.parametrize(
    "text",
    [
        "W" * 10_000,
        "\u202e" + "gnp.exe " * 20,
        "👩‍👩‍👧 émoji 🎉",
        "a\u0301" * 5_000,
        "a" + "\u0301" * 10_000,
        "\u200b" * 500 + "x",
        "مرحبا " * 40,
        "x\x00y\x07\ud800z",
    ],
    ids=["long", "turned", "emoji", "letters with marks", "marks", "zero-width", "rtl", "controls"],
)
def test_no_text_breaks_out_of_its_column(text: str) -> None:
    """Right of the customer's column nothing but the other facts may stand: the sheet looks the same there."""
    strange = replace(PAPER, customer_name=text)
    plain = _first_page(PAPER)
    assert _right_half(_first_page(strange)) == _right_half(plain)
    assert read(strange)
    assert read(replace(PAPER, company_name=text, note=text, po_number=text[:30], number=text[:21]))


def test_bad_input_61_accepted_a_logo_and_a_receipt_are_set() -> None:
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGBA", (300, 80), (47, 74, 60, 255)).save(picture, "PNG")
    paid = replace(
        PAPER,
        title="Receipt",
        mark="Paid Nov 24, 2026",
        payments=(PaperPayment("Nov 24, 2026", "Check", "$617.03"),),
    )
    (text,) = read(paid, picture.getvalue())
    for words in ("Receipt", "Paid Nov 24, 2026", "Check"):
        assert words in text
    assert len(PdfReader(io.BytesIO(invoice_pdf(paid, picture.getvalue()))).pages[0].images) == 1


@pytest.mark.parametrize("size", [(80, 80), (480, 40), (40, 480)])
def test_a_logo_of_any_shape_stands_at_the_left_above_the_name(size: tuple[int, int]) -> None:
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", size, (0, 0, 0)).save(made, "PNG")
    with Image.open(io.BytesIO(_first_page(PAPER, made.getvalue()))) as page:
        dark = page.convert("L").point([255] * 60 + [0] * 196).crop((0, 0, 300, 82)).getbbox()
    assert dark
    left, top, right, bottom = dark
    assert abs(left - 54) <= 1
    assert right - left <= 151
    assert top < bottom <= 82


def _first_page(paper: Paper, logo: bytes | None = None) -> bytes:
    pages = set_type(paper, logo, format="png", ppi=72)
    assert pages
    return pages if isinstance(pages, bytes) else pages[0]


def _right_half(picture: bytes) -> bytes:
    """The facts beside the customer: from the head to where the lines begin."""
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as page:
        return page.convert("L").crop((240, 130, page.width, 175)).tobytes()


@pytest.mark.parametrize("text", ["🎉", "日本商事", "한국어", "ไทย", "\U00012000\U00012001"], ids=ascii)
def test_a_character_that_no_font_has_is_a_box_and_never_silently_blank(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fonts of this machine are left out: another may have none."""
    monkeypatch.setattr(pdf, "_compiler", _without_the_machines_fonts)

    def ink(name: str) -> int:
        shown = set_type(replace(PAPER, customer_name=name), format="png", ppi=144)
        assert isinstance(shown, bytes)
        return sum(Image.open(io.BytesIO(shown)).convert("L").histogram()[:128])

    assert ink(f"A{text}") > ink("A") + 10 * len(text)


@cache
def _without_the_machines_fonts() -> Any:
    import typst

    return typst.Compiler(
        pdf.HERE / "invoice.typ", root=pdf.HERE, font_paths=[pdf.HERE / "fonts"], ignore_system_fonts=True
    )


def test_the_fonts_come_with_their_licence() -> None:
    licence = (pdf.HERE / "fonts" / "OFL.txt").read_text()
    assert "The Inter Project Authors" in licence
    assert "SIL OPEN FONT LICENSE" in licence
