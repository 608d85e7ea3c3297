"""Logos: whatever comes in, a small clean PNG comes out, or a sentence."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from bookipi_app.errors import InvalidInput
from bookipi_app.services import logos
from tests.services.conftest import NOW, Books


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300), **how: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (47, 74, 60)).save(made, kind, **how)
    return made.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_bad_input_60_accepted_a_picture_becomes_a_small_png(kind: str) -> None:
    with Image.open(io.BytesIO(logos.redrawn(picture(kind)))) as made:
        assert (made.format, made.size) == ("PNG", (480, 160))


def test_nothing_but_the_picture_is_kept() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    dirty = picture(pnginfo=notes, icc_profile=b"x" * 500) + b"<html><script>alert(1)</script></html>"
    clean = logos.redrawn(dirty)
    assert b"script" not in clean
    with Image.open(io.BytesIO(clean)) as made:
        assert made.info == {}


def bomb(width: int, height: int) -> bytes:
    """A PNG whose head promises more than anybody can unpack."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("uploaded", "words"),
    [
        (b"", logos.NO_PICTURE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", logos.NO_PICTURE),
        (b"GIF89a" + b"\0" * 50, logos.NO_PICTURE),
        (picture()[:200], logos.NO_PICTURE),
        (bomb(30_000, 30_000), logos.TOO_LARGE),
        (bomb(6_000, 5_000), logos.TOO_LARGE),
        (b"x" * (logos.MOST_BYTES + 1), logos.TOO_LARGE),
    ],
    ids=["nothing", "svg", "gif", "torn", "bomb", "large", "heavy"],
)
def test_bad_input_60_refused_what_is_no_small_picture_is_refused(uploaded: bytes, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        logos.redrawn(uploaded)
    assert refused.value.fields == {"logo": words}


def test_a_tall_picture_is_no_higher_than_a_sheet_needs() -> None:
    with Image.open(io.BytesIO(logos.redrawn(picture(size=(900, 900))))) as made:
        assert made.size == (160, 160)


@pytest.mark.parametrize("resolution", ["0001", "0002"], ids=["bytes", "text"])
def test_notes_that_are_forged_are_a_broken_picture(resolution: str) -> None:
    """The camera's resolution, which is a number, is said to be something else: Pillow's own division fails on it."""
    head = "4578696600004d4d002a000000080002011200030000000100060000011a"
    notes = f"{head}{resolution}0000000100000026000000000000009100000002"
    with pytest.raises(InvalidInput) as refused:
        logos.redrawn(picture(exif=bytes.fromhex(notes)))
    assert refused.value.fields == {"logo": logos.NO_PICTURE}


def test_sixteen_bits_of_grey_stay_grey() -> None:
    made = io.BytesIO()
    Image.new("I;16", (4, 4), 30_000).save(made, "PNG")
    with Image.open(io.BytesIO(logos.redrawn(made.getvalue()))) as drawn:
        assert drawn.getpixel((1, 1)) == (117, 117, 117, 255)


def test_a_picture_lies_as_its_camera_says() -> None:
    notes = Image.Exif()
    notes[0x0112] = 6
    with Image.open(io.BytesIO(logos.redrawn(picture(size=(60, 20), exif=notes.tobytes())))) as made:
        assert made.size == (20, 60)


def test_a_new_logo_has_a_new_address(books: Books) -> None:
    with books.work() as session:
        assert logos.address(session, books.company_id) == ""
        logos.set_logo(session, books.company_id, logos.redrawn(picture()), NOW)
        first = logos.address(session, books.company_id)
        logos.set_logo(session, books.company_id, logos.redrawn(picture(size=(10, 10))), NOW)
        assert logos.address(session, books.company_id) not in ("", first)
        assert logos.content(session, books.outside) is None
        logos.remove(session, books.company_id)
        assert logos.address(session, books.company_id) == ""
