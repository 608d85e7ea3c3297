"""HTTP bodies that come in pieces: read once, and never as another server would not read them."""

import pytest

from bookipi_app.sandbox import wire

HEAD = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


def taken(sent: bytes) -> tuple[bytes, bool] | None:
    """What a connection takes for the first request's body, and whether it goes on, of bytes that come bit by bit."""
    connection = wire.Connection(lambda _request: wire.Response(204), set())
    step = max(2, len(sent) // 1000)
    for at in range(0, len(sent), step):
        connection._buffer += sent[at : at + step]
        if (found := connection._take()) is not None:
            return found[0].body, found[1]
    return None


def test_pieces_are_put_together_however_they_arrive():
    assert taken(HEAD + b"3\r\nabc\r\nA ;x=y\r\n0123456789\r\n0\r\nT: v\r\n\r\n") == (b"abc0123456789", True)
    assert taken(HEAD + b"3\r\nabc\r\n0\r\n") is None


@pytest.mark.parametrize(
    "size", [b"0x3", b"+3", b"0_3", b" 3", b"-3", b"", b";", b"000000003", b"\x0c3", b"x" * 5000]
)
def test_a_length_that_another_server_would_read_otherwise_is_refused(size: bytes):
    with pytest.raises(wire.BadRequest):
        taken(HEAD + size + b"\r\nabc\r\n0\r\n\r\n")


@pytest.mark.parametrize("rest", [b"3\r\nabcd\n0\r\n\r\n", b"3\r\nabc0\r\n\r\n", b"0\r\nT: " + b"v" * 70_000])
def test_pieces_that_do_not_end_where_they_say_are_refused(rest: bytes):
    with pytest.raises(wire.BadRequest):
        taken(HEAD + rest)


def test_each_piece_of_a_body_is_read_once(monkeypatch: pytest.MonkeyPatch):
    """A body of very many small pieces, each of which arrives by itself, would keep everybody waiting otherwise."""
    sizes: list[bytes] = []
    read = wire._Chunks._size
    monkeypatch.setattr(wire._Chunks, "_size", lambda self, line: sizes.append(line) or read(self, line))
    assert taken(HEAD + b"1\r\nx\r\n" * 200 + b"0\r\n\r\n") == (b"x" * 200, True)
    assert len(sizes) < 3 * 201
