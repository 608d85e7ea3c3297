"""The query language: from the text of a statement to a parsed query, with QuickBooks' errors."""

import re
from dataclasses import dataclass, field

from bookipi_app.sandbox import faults

LARGEST_PAGE = 1000
_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^'\\]|\\.)*')|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))"
    r"|(?P<word>[A-Za-z_][\w.]*)|(?P<mark><=|>=|!=|[=<>(),*]))",
    re.DOTALL,
)
# Typographic punctuation is what the service's lexer is known to choke on, also inside literals.
_UNREADABLE = re.compile("[\u2010-\u206f]")
_OPERATORS = ("=", "<", ">", "<=", ">=")


@dataclass(frozen=True, slots=True)
class Condition:
    """`name operator values`; only IN has several values."""

    name: str
    operator: str
    values: tuple[str, ...]


@dataclass(slots=True)
class Query:
    """A parsed SELECT statement."""

    entity: str
    columns: list[str] = field(default_factory=list[str])
    count: bool = False
    conditions: list[Condition] = field(default_factory=list[Condition])
    order: list[tuple[str, bool]] = field(default_factory=list[tuple[str, bool]])
    start: int = 1
    limit: int = 100


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


def parse_query(statement: str) -> Query:
    """Parses a statement; raises a 4000 or 4001 refusal."""
    return _Parser(_tokens(statement)).query()


def _tokens(statement: str) -> list[_Token]:
    odd = _UNREADABLE.search(statement)
    if odd:
        before = statement[: odd.start()][-20:]
        detail = f'Encountered: "\\u{ord(odd[0]):04x}" ({ord(odd[0])}), after : "{before}"'
        text = f"Invalid content. Lexical error at line 1, column {odd.start() + 1}.  {detail}"
        raise faults.query_not_parsed(text)
    found: list[_Token] = []
    position, end = 0, len(statement.rstrip())
    while position < end:
        match = _TOKEN.match(statement, position)
        if match is None:
            raise _unexpected(statement[position : position + 20].strip(), position + 1)
        kind = match.lastgroup or ""
        found.append(_Token(kind, match[kind], match.start(kind) + 1))
        position = match.end()
    return found


def _unexpected(text: str, column: int) -> faults.Refusal:
    shown = text[:60] or "<EOF>"
    return faults.query_not_parsed(f'Encountered " <IDENTIFIER> "{shown} "" at line 1, column {column}.')


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        self._expect("select")
        columns, count = self._projection()
        self._expect("from")
        query = Query(self._word(), columns, count)
        if self._accept("where"):
            query.conditions = self._conditions()
        query.order = self._order()
        self._paging(query)
        if self._at < len(self._tokens):
            raise self._wrong()
        return query

    def _peek(self) -> _Token:
        if self._at < len(self._tokens):
            return self._tokens[self._at]
        return _Token("end", "", self._tokens[-1].column + 1 if self._tokens else 1)

    def _next(self) -> _Token:
        token = self._peek()
        self._at += 1
        return token

    def _wrong(self) -> faults.Refusal:
        token = self._peek()
        return _unexpected(token.text, token.column)

    def _accept(self, text: str) -> bool:
        token = self._peek()
        if token.kind in ("word", "mark") and token.text.lower() == text:
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise self._wrong()

    def _word(self) -> str:
        if self._peek().kind != "word":
            raise self._wrong()
        return self._next().text

    def _projection(self) -> tuple[list[str], bool]:
        if self._accept("count"):
            for mark in ("(", "*", ")"):
                self._expect(mark)
            return [], True
        columns: list[str] = []
        everything = False
        while True:
            if self._accept("*"):
                everything = True
            else:
                columns.append(self._word())
            if not self._accept(","):
                return ([] if everything else columns), False

    def _conditions(self) -> list[Condition]:
        found = [self._condition()]
        while self._accept("and"):
            found.append(self._condition())
        return found

    def _condition(self) -> Condition:
        name = self._word()
        if self._accept("in"):
            return Condition(name, "in", self._value_list())
        if self._accept("like"):
            return Condition(name, "like", (self._value(),))
        if self._peek().text not in _OPERATORS:
            raise self._wrong()
        return Condition(name, self._next().text, (self._value(),))

    def _value_list(self) -> tuple[str, ...]:
        self._expect("(")
        values = [self._value()]
        while self._accept(","):
            values.append(self._value())
        self._expect(")")
        return tuple(values)

    def _value(self) -> str:
        token = self._peek()
        if token.kind == "string":
            self._at += 1
            return re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL)
        if token.kind == "number" or token.text.lower() in ("true", "false", "current_date"):
            self._at += 1
            return token.text
        raise self._wrong()

    def _order(self) -> list[tuple[str, bool]]:
        if self._accept("order"):
            self._expect("by")
        elif not self._accept("orderby"):
            return []
        found: list[tuple[str, bool]] = []
        while True:
            name = self._word()
            descending = self._accept("desc") or (self._accept("asc") and False)
            found.append((name, descending))
            if not self._accept(","):
                return found

    def _paging(self, query: Query) -> None:
        while True:
            if self._accept("startposition"):
                query.start = self._count()
            elif self._accept("maxresults"):
                query.limit = min(self._count(), LARGEST_PAGE)
            else:
                return

    def _count(self) -> int:
        token = self._peek()
        if token.kind != "number" or not token.text.lstrip("-").isdecimal() or len(token.text) > 12:
            raise self._wrong()
        self._at += 1
        if int(token.text) < 1:
            raise faults.query_invalid(f"value {token.text} is too small. Min allowed value is 1")
        return int(token.text)
