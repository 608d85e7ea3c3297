"""Fields and filters that many kinds of object share."""

from collections.abc import Iterable
from typing import Final

from bookipi_app.sandbox.shapes import Reader, ignored, reference

# Colon, tab and newline: the colon separates the levels of a qualified name.
NAME_MARKS: Final = ":\t\n\r"


def read_only(*names: str) -> dict[str, Reader]:
    """Fields that clients send back and that nobody reads."""
    return dict.fromkeys(names, ignored)


def references(*names: str) -> dict[str, Reader]:
    """Fields that point to other objects."""
    return dict.fromkeys(names, reference)


COMMON: Final[dict[str, Reader]] = read_only(
    *("Id", "SyncToken", "MetaData", "domain", "sparse", "status", "AttachableRef", "time", "@context"),
)
TIME_FILTERS: Final = {"MetaData.CreateTime": "moment", "MetaData.LastUpdatedTime": "moment"}
SETTING_FILTERS: Final = {"Id": "id", **TIME_FILTERS}
NAMED_FILTERS: Final = {"Id": "id", "Active": "flag", **TIME_FILTERS, "Name": "text"}


def filters(form: str, names: Iterable[str]) -> dict[str, str]:
    """Properties that are all compared in the same way."""
    return dict.fromkeys(names, form)
