"""What every table shares: names of constraints, column types, the record's own columns.

SQLite accepts anything in any column, so the types here refuse what the type checker cannot see: an amount that is
not an integer, an enum value that is not one (`STACK.md` facts measured on SQLite).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Dialect, Enum
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

# Set before any model is defined, so that Alembic can name and drop constraints on every database.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

LARGEST = 2**63 - 1


class Row(SQLModel):
    """A row of a table. SQLModel sends every value through pydantic as well, which checks nothing of a table's rows.

    A push makes rows by the thousand, and half of what one cost was that.
    """

    def __init__(self, **values: Any) -> None:
        given, made = _defaults(type(self))  # pyright: ignore[reportArgumentType]  only rows have no hash
        fresh = {name: make() for name, make in made.items() if name not in values}
        vars(self).update(given | fresh | values)  # of a row that is new, SQLAlchemy stores what it finds

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__pydantic_fields__:
            object.__setattr__(self, name, value)  # SQLAlchemy's own, which notes the change
        else:
            super().__setattr__(name, value)


@cache
def _defaults(table: type[Row]) -> tuple[dict[str, Any], dict[str, Callable[[], Any]]]:
    """What a column holds where nobody says: a value that cannot change, or what is made for each row."""
    fields = table.__pydantic_fields__
    made: dict[str, Any] = {
        name: field.default_factory for name, field in fields.items() if field.default_factory
    }
    given = {name: field.default for name, field in fields.items() if not field.is_required()}
    return {name: value for name, value in given.items() if name not in made}, made


class Integer64(TypeDecorator[int]):
    """A whole number of 64 bits: cents, 10⁻⁷ units, versions. Refuses floats, text and booleans at bind time."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        """The value as it is, if it is one."""
        if value is None or (type(value) is int and -LARGEST <= value <= LARGEST):
            return value
        raise ValueError(f"not a 64-bit whole number: {value!r}")


def enum_type(values: type[StrEnum]) -> Enum:
    """A text column that holds the enum's values, checked on the way in and by the database."""
    return Enum(
        values,
        native_enum=False,
        length=24,
        validate_strings=True,
        create_constraint=True,
        name=values.__name__.lower(),
        values_callable=_values,
    )


def _values(members: type[StrEnum]) -> list[str]:
    return [member.value for member in members]


def json_column(nullable: bool = True) -> Column[Any]:
    """A JSON document, always replaced whole: changes in place are not tracked."""
    return Column(JSON(none_as_null=True), nullable=nullable)
