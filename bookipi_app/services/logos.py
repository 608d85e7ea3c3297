"""The logo on a company's invoices: whatever is uploaded is drawn anew, small, as a PNG without anything inside."""

from __future__ import annotations

import hashlib
import io
import struct
import threading
import warnings
from datetime import datetime
from uuid import UUID

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlmodel import Session

from bookipi_app.errors import InvalidInput
from bookipi_app.models import CompanyLogo

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 25_000_000
WIDEST, HIGHEST = (
    480,
    160,
)  # three times what a sheet shows of it; a PDF takes as long to set as its logo is large
FORMATS = ("PNG", "JPEG", "WEBP")
# What Pillow lets through of a torn or forged file is whatever its notes lead it to.
BROKEN = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    MemoryError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    struct.error,
)
_drawing = threading.Lock()  # a large picture takes a hundred megabytes for a moment: one at a time
NO_PICTURE = "Choose a PNG, JPEG or WebP picture."
TOO_LARGE = "Choose a picture of at most 2 MB and 5,000 × 5,000 pixels."


def redrawn(uploaded: bytes) -> bytes:
    """A PNG of at most 480 × 160 pixels. Nothing of the file itself is kept: no profile, comment or second content.

    Raises:
        InvalidInput: field `logo`: no picture of a known kind, or too large to be opened at all.
    """
    if len(uploaded) > MOST_BYTES:
        raise InvalidInput({"logo": TOO_LARGE})
    try:
        with _drawing, warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _drawn(uploaded)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InvalidInput({"logo": TOO_LARGE}) from None
    except BROKEN:
        raise InvalidInput({"logo": NO_PICTURE}) from None


def set_logo(session: Session, company_id: UUID, picture: bytes, now: datetime) -> CompanyLogo:
    """Keep a picture that `redrawn` made; the caller has checked whose company it is."""
    logo = session.get(CompanyLogo, company_id) or CompanyLogo(
        company_id=company_id, content=b"", digest="", updated_at=now
    )
    logo.content, logo.updated_at = picture, now
    logo.digest = hashlib.sha256(picture).hexdigest()[:16]
    session.add(logo)
    session.flush()
    return logo


def remove(session: Session, company_id: UUID) -> None:
    """From now on the company's initials stand in its place."""
    logo = session.get(CompanyLogo, company_id)
    if logo is not None:
        session.delete(logo)
        session.flush()


def content(session: Session, company_id: UUID) -> bytes | None:
    """The picture, if there is one."""
    logo = session.get(CompanyLogo, company_id)
    return logo.content if logo else None


def address(session: Session, company_id: UUID) -> str:
    """Where the company's own pages find its logo; empty if it has none."""
    logo = session.get(CompanyLogo, company_id)
    return f"/files/logo/{logo.digest}.png" if logo else ""


def _drawn(uploaded: bytes) -> bytes:
    with Image.open(io.BytesIO(uploaded), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:  # known from the head, before anything is unpacked
            raise InvalidInput({"logo": TOO_LARGE})
        picture.draft("RGB", (2 * WIDEST, 2 * WIDEST))
        ImageOps.exif_transpose(picture, in_place=True)
        drawn = _eight_bits(picture).convert("RGBA")
    drawn.thumbnail((WIDEST, HIGHEST))
    bare = Image.new("RGBA", drawn.size)
    bare.paste(drawn)
    made = io.BytesIO()
    bare.save(made, "PNG", optimize=True)
    return made.getvalue()


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Greys of sixteen bits as greys of eight: converted as they are, all but the darkest would turn white."""
    if not picture.mode.startswith("I"):
        return picture
    greys = picture.convert("I")
    return greys.point(lambda grey: grey * (1 / 256)).convert("L")  # pyright: ignore[reportUnknownMemberType]
