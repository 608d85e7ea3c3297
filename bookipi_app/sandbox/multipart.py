"""Multipart bodies as clients of the upload endpoint write them, also those that end their lines with LF only."""

import base64
import binascii
import re
from dataclasses import dataclass

from bookipi_app.sandbox import faults

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_PARAMETER = re.compile(r'(\w+)="?([^";]*)"?')
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `number` is what follows the last underscore of its name and pairs a file with its description."""

    name: str
    filename: str
    content_type: str
    content: bytes

    @property
    def number(self) -> str:
        """`01` of `file_content_01`."""
        return self.name.rpartition("_")[2]


def parts_of(content_type: str, body: bytes) -> list[Part]:
    """The parts of a body; whatever is no part is refused as a body that cannot be read."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None or "multipart" not in content_type.lower():
        raise faults.bad_property("Can not read a multipart request without boundary")
    pieces = body.split(b"--" + boundary[1].strip().encode("utf-8", "replace"))[1:]
    return [_part(piece) for piece in pieces if piece.strip() and not piece.startswith(b"--")]


def _part(piece: bytes) -> Part:
    split = _BLANK_LINE.split(piece.lstrip(b"\r\n"), maxsplit=1)
    if len(split) < 2:
        raise faults.bad_property("Can not read a part without headers")
    headers = _headers(split[0].decode("utf-8", "replace"))
    named = dict(_PARAMETER.findall(headers.get("content-disposition", "")))
    content = split[1].removesuffix(b"\n").removesuffix(b"\r")
    if headers.get("content-transfer-encoding", "").lower() == "base64":
        content = _decoded(content)
    return Part(named.get("name", ""), named.get("filename", ""), headers.get("content-type", ""), content)


def _headers(text: str) -> dict[str, str]:
    lines = (line.partition(":") for line in text.splitlines())
    return {name.strip().lower(): value.strip() for name, _, value in lines}


def _decoded(content: bytes) -> bytes:
    try:
        return base64.b64decode(content)
    except binascii.Error as error:
        raise faults.bad_property("Can not decode the content of a part") from error
