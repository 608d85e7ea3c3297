"""What is done a shorter way says the same as the long way."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bookipi_app.sandbox.core import BORN
from bookipi_app.sandbox.jsontext import Json, Written, dump_bytes, dump_exactly, dump_json, parse_json
from bookipi_app.sandbox.times import milliseconds_stamp, pacific_day, seconds_stamp, to_pacific
from bookipi_app.sandbox.wire import parameters

STEADY = settings(deadline=None, derandomize=True)  # the same cases each time, however slow the machine

NUMBERS = st.decimals(min_value=-(10**30), max_value=10**30, allow_nan=False, allow_infinity=False, places=9)
SCALARS = st.none() | st.booleans() | st.integers() | st.text() | NUMBERS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)


@STEADY
@given(st.dictionaries(st.text(), VALUES))
@example({"Amount": Decimal("1861.080"), "Qty": Decimal("0.1"), "UnitPrice": Decimal("100.00")})
@example({"Long": Decimal("0.1234567890123456789"), "Small": Decimal("0.0000001"), "Minus": Decimal("-0.00")})
@example(
    {"Large": Decimal("12345678901234567.5"), "Power": Decimal("1E+22"), "Flag": True, "One": Decimal(1)}
)
@example(
    {
        "Half": "\ud800",
        "Marks": '\x00\x1f\x7f\x80\u2028\\"/\b\f\n\r\t',
        "Far": 2**70,
        "Digits": Decimal("1e40"),
    }
)
def test_the_quick_writer_writes_the_same(body: dict[str, Json]):
    assert dump_bytes(body) == dump_exactly(body).encode("utf-8", "replace")


@STEADY
@given(st.dictionaries(st.text(), VALUES))
def test_what_was_written_is_put_in_as_it_is(body: dict[str, Json]):
    assert dump_bytes({"answer": Written(dump_bytes(body))}) == dump_bytes({"answer": body})


@STEADY
@given(st.dictionaries(st.text(), VALUES))
def test_what_was_written_is_written_alike_once_it_is_read(body: dict[str, Json]):
    written = dump_bytes(body)
    assert dump_bytes(parse_json(written)) == written


@STEADY
@given(NUMBERS)
def test_a_number_is_read_back_as_it_was(number: Decimal):
    assert Decimal(parse_json(dump_json({"Amount": number}))["Amount"]) == number


@STEADY
@given(st.text(alphabet="ab=&%+;20é", max_size=30))
@example("requestid=1&minorversion=75&requestid=2&empty=&bare&=&&a=b=c")
def test_a_plain_query_is_read_as_any_other(query: str):
    assert parameters(query) == parse_qs(query, keep_blank_values=True)


@STEADY
@given(st.integers(-(10**15), 10**17))
@example(-1)
def test_stamps_are_those_of_the_moment_itself(microseconds: int):
    moment = BORN + timedelta(microseconds=microseconds)
    pacific = to_pacific(moment)
    assert seconds_stamp(moment) == pacific.isoformat(timespec="seconds")
    assert milliseconds_stamp(moment) == pacific.isoformat(timespec="milliseconds")
    assert pacific_day(moment) == pacific.date()
