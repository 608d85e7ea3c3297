"""The query language: from the text of a statement to a parsed query, with QuickBooks' errors."""

import re
from dataclasses import dataclass, field
from typing import Final

from bookipi_app.sandbox import faults

LARGEST_PAGE: Final = 1000
_LONGEST_LIST: Final = 1000
_LONGEST_STATEMENT: Final = 100_000
_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^'\\]|\\.)*')|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))"
    r"|(?P<word>[A-Za-z_][\w.]*)|(?P<mark><=|>=|!=|[=<>(),*]))",
    re.DOTALL | re.ASCII,
)
# Typographic punctuation is what the service's lexer is known to choke on, also inside literals.
_UNREADABLE = re.compile("[\u2010-\u206f]")
_BLANKS: Final = " \t\n\r\f\v"
_COMPARISONS: Final = ("=", "<", ">", "<=", ">=")
_NAME: Final = "<IDENTIFIER>"
_LITERALS: Final = ("<STRING>", "<NUMBER>", '"true"', '"false"', '"CURRENT_DATE"')


@dataclass(frozen=True, slots=True)
class Value:
    """A literal; `today` stands for the keyword CURRENT_DATE."""

    text: str
    today: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """`name operator values`; only IN has several values."""

    name: str
    operator: str
    values: tuple[Value, ...]


@dataclass(slots=True)
class Query:
    """A parsed SELECT statement. With `everything`, the columns are named beside a `*`."""

    entity: str
    columns: list[str] = field(default_factory=list[str])
    everything: bool = False
    count: bool = False
    conditions: list[Condition] = field(default_factory=list[Condition])
    order: list[tuple[str, bool]] = field(default_factory=list[tuple[str, bool]])
    start: int = 1
    limit: int = 100


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    offset: int


def parse_query(statement: str) -> Query:
    """Parses a statement; raises a 4000, 4001 or 4002 refusal."""
    if len(statement) > _LONGEST_STATEMENT:
        raise faults.query_not_processed(f"a statement takes at most {_LONGEST_STATEMENT} characters")
    return _Parser(statement, _tokens(statement)).query()


def _place(statement: str, offset: int) -> str:
    before = statement[:offset].split("\n")
    return f"line {len(before)}, column {len(before[-1]) + 1}"


def _tokens(statement: str) -> list[_Token]:
    odd = _UNREADABLE.search(statement)
    if odd:
        raise _lexical(statement, odd.start())
    found: list[_Token] = []
    position, end = 0, len(statement.rstrip(_BLANKS))
    while position < end:
        match = _TOKEN.match(statement, position)
        if match is None:
            rest = statement[position:]
            raise _lexical(statement, position + len(rest) - len(rest.lstrip(_BLANKS)))
        kind = match.lastgroup or ""
        found.append(_Token(kind, match[kind], match.start(kind)))
        position = match.end()
    return found


def _lexical(statement: str, offset: int) -> faults.Refusal:
    letter, before = statement[offset], statement[:offset][-20:]
    shown = letter if " " <= letter <= "~" else f"\\u{ord(letter):04x}"
    detail = f'Encountered: "{shown}" ({ord(letter)}), after : "{before}"'
    where = _place(statement, offset)
    return faults.query_not_parsed(f"Invalid content. Lexical error at {where}.  {detail}")


class _Parser:
    def __init__(self, statement: str, tokens: list[_Token]) -> None:
        self._statement = statement
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        self._expect("select")
        query = Query("")
        self._projection(query)
        self._expect("from")
        query.entity = self._word()
        if self._accept("where"):
            query.conditions = self._conditions()
        query.order = self._order()
        self._paging(query)
        if self._at < len(self._tokens):
            raise self._wrong("<EOF>")
        return query

    def _peek(self) -> _Token:
        if self._at < len(self._tokens):
            return self._tokens[self._at]
        return _Token("end", "<EOF>", len(self._statement.rstrip(_BLANKS)))

    def _next(self) -> _Token:
        token = self._peek()
        self._at += 1
        return token

    def _wrong(self, *expected: str) -> faults.Refusal:
        token = self._peek()
        kind = {"word": _NAME, "string": "<STRING>", "number": "<NUMBER>"}.get(token.kind, "")
        where = _place(self._statement, token.offset)
        wanted = "\n    ".join(expected)
        detail = (
            f'Encountered " {kind} "{token.text[:60]} "" at {where}.\nWas expecting one of:\n    {wanted}'
        )
        return faults.query_not_parsed(detail)

    def _accept(self, text: str) -> bool:
        token = self._peek()
        if token.kind in ("word", "mark") and token.text.lower() == text:
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise self._wrong(f'"{text}"')

    def _word(self) -> str:
        if self._peek().kind != "word":
            raise self._wrong(_NAME)
        return self._next().text

    def _projection(self, query: Query) -> None:
        if self._accept("count"):
            for mark in ("(", "*", ")"):
                self._expect(mark)
            query.count = True
            return
        while True:
            if self._accept("*"):
                query.everything = True
            else:
                query.columns.append(self._word())
            if not self._accept(","):
                return

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
        if self._peek().text not in _COMPARISONS:
            raise self._wrong(*(f'"{text}"' for text in (*_COMPARISONS, "in", "like")))
        return Condition(name, self._next().text, (self._value(),))

    def _value_list(self) -> tuple[Value, ...]:
        self._expect("(")
        values = [self._value()]
        while self._accept(","):
            values.append(self._value())
        self._expect(")")
        if len(values) > _LONGEST_LIST:
            raise faults.query_not_processed(f"an IN list takes at most {_LONGEST_LIST} values")
        return tuple(values)

    def _value(self) -> Value:
        token = self._peek()
        if token.kind == "string":
            self._at += 1
            return Value(re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL))
        if token.kind == "number" or token.text.lower() in ("true", "false"):
            self._at += 1
            return Value(token.text)
        if self._accept("current_date"):
            return Value("", today=True)
        raise self._wrong(*_LITERALS)

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
        """Either clause may stand first, each only once."""
        start = self._clause("startposition")
        limit = self._clause("maxresults")
        if start is None:
            start = self._clause("startposition")
        query.start = query.start if start is None else start
        query.limit = query.limit if limit is None else limit

    def _clause(self, word: str) -> int | None:
        return self._count() if self._accept(word) else None

    def _count(self) -> int:
        token = self._peek()
        if token.kind != "number" or not token.text.lstrip("-").isdecimal() or len(token.text) > 12:
            raise self._wrong("<NUMBER>")
        self._at += 1
        if int(token.text) < 1:
            raise faults.query_invalid(f"value {token.text} is too small. Min allowed value is 1")
        return int(token.text)
