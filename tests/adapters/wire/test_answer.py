"""Answers in any pieces; what is none; what comes behind one, before one, and without end."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wire.answer import FRAME_BYTES_MAX, AnswerReader, BrokenAnswerError

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n"
SAID = HEAD + b"VERIFIED"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
IN_CHUNKS = CHUNKED + b"3\r\nVER\r\n5;x=y\r\nIFIED\r\n0\r\n"


def read(pieces: Iterable[bytes], body_bytes_max: int = 1024) -> AnswerReader:
    reader = AnswerReader(body_bytes_max)
    for piece in pieces:
        if reader.feed(piece):
            break
    return reader


WHOLE = {
    "a length": SAID,
    "chunks": IN_CHUNKS + b"\r\n",
    "chunks and a trailer": IN_CHUNKS + b"A: b\r\n\r\n",
    "announced": b"HTTP/1.1 100 Continue\r\n\r\n" + SAID,
    "announced at length": b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 102 P\r\n\r\n" + SAID,
    "no reason": b"HTTP/1.1 200\r\nContent-Length: 8\r\n\r\nVERIFIED",
    "an older version": b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 8\r\n\r\nVERIFIED",
}


@pytest.mark.parametrize("said", WHOLE.values(), ids=WHOLE.keys())
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_an_answer_in_any_pieces_is_the_same_answer(said: bytes, size: int) -> None:
    reader = read(said[at : at + size] for at in range(0, len(said), size))
    assert (reader.status, bytes(reader.body)) == (200, b"VERIFIED")
    assert (reader.whole, reader.cut, reader.reusable) == (True, False, True)


@pytest.mark.parametrize("said", WHOLE.values(), ids=WHOLE.keys())
@pytest.mark.parametrize("behind", [b"\r\n", b"x", b"\0", SAID, HEAD, b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_with_anything_behind_it_the_answer_stands_and_the_connection_does_not(
    said: bytes, behind: bytes
) -> None:
    reader = read([said + behind])
    assert (reader.status, bytes(reader.body)) == (200, b"VERIFIED")
    assert (reader.whole, reader.reusable) == (True, False)


def test_a_second_answer_changes_nothing_of_the_first() -> None:
    other = b"HTTP/1.1 503 No\r\nX-Other: 1\r\nContent-Length: 7\r\n\r\nINVALID"
    reader = read([SAID + other])
    assert (reader.status, bytes(reader.body), reader.headers) == (
        200,
        b"VERIFIED",
        [(b"Content-Length", b"8")],
    )


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 8\r\n\r\nVERIFIED",
        b"HTTP/1.0 200 OK\r\nContent-Length: 8\r\n\r\nVERIFIED",
    ],
)
def test_a_connection_that_is_said_to_close_is_not_used_again(said: bytes) -> None:
    reader = read([said])
    assert (reader.whole, reader.reusable) == (True, False)


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nVERIFIED", True),
        (b"HTTP/1.0 200 OK\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\n", False),
        (b"HTTP/1.1 100 Continue\r\n\r\n", False),
        (SAID[:-1], False),
        (IN_CHUNKS, False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nVERIFIED", False),
        (b"", False),
    ],
)
def test_only_an_answer_of_no_stated_length_ends_with_the_connection(said: bytes, ends: bool) -> None:  # noqa: FBT001
    reader = AnswerReader(1024)
    if said:
        assert not reader.feed(said)
    assert (reader.end(), reader.whole, reader.reusable) == (ends, ends, False)


@pytest.mark.parametrize(
    "said",
    [
        b"VERIFIED\r\n",
        b"HTTP/2.0 200 OK\r\nContent-Length: 8\r\n\r\nVERIFIED",
        b"HTTP/0.9 200 OK\r\nContent-Length: 8\r\n\r\nVERIFIED",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nContent-Length: 9\r\n\r\nVERIFIED",
        b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nTransfer-Encoding: chunked\r\n\r\nVERIFIED",
        b"HTTP/1.1 200 OK\r\nContent-Length: -8\r\n\r\nVERIFIED",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nVERIFIED",
        b"HTTP/1.1 200 OK\r\nContent-Length : 8\r\n\r\nVERIFIED",
        b"HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\nVERIFIED",
        CHUNKED + b"x\r\n",
        CHUNKED + b"3\r\nVERX",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"RTSP/1.0 200 OK\r\nContent-Length: 8\r\n\r\nVERIFIED",
        b"RTSP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nVERIFIED",
        b"ICE/1.0 200 OK\r\nContent-Length: 8\r\n\r\nVERIFIED",
        b"HTTP/1.1 100 Continue\r\n\r\nRTSP/1.0 200 OK\r\nContent-Length: 8\r\n\r\nVERIFIED",
        b"RTSP/1.0 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nVERIFIED",
        b"HTTP/1.1 099 No\r\nContent-Length: 4\r\n\r\nVERIHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nFIED",
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_what_is_no_answer_is_said_to_be_none(said: bytes, size: int) -> None:
    with pytest.raises(BrokenAnswerError):
        read(said[at : at + size] for at in range(0, len(said), size))


ENDLESS = {
    "a line": (b"HTTP/1.1 200 OK\r\nX: ", b"a" * 100),
    "a byte at a time": (b"HTTP/1.1 200 ", b"O"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
    "announcements": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "sizes of chunks": (CHUNKED, b"1;" + b"x" * 300 + b"\r\na\r\n"),
    "trailers": (IN_CHUNKS, b"A: b\r\n"),
}


@pytest.mark.parametrize(("before", "again"), ENDLESS.values(), ids=ENDLESS.keys())
def test_what_has_no_end_is_not_heard_out(before: bytes, again: bytes) -> None:
    reader = AnswerReader(1024)
    fed = 0
    with pytest.raises(BrokenAnswerError, match="around the answer"):  # noqa: PT012
        for piece in (before, *[again] * (2 * FRAME_BYTES_MAX)):
            fed += len(piece)
            if piece:
                reader.feed(piece)
    assert fed < FRAME_BYTES_MAX + 2048
    assert not reader.whole


@pytest.mark.parametrize(("length", "cut"), [(1023, False), (1024, False), (1025, True), (200_000, True)])
def test_a_long_answer_is_cut(length: int, cut: bool) -> None:  # noqa: FBT001
    reader = read([b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length + b"V" * length])
    assert (reader.cut, reader.whole, reader.reusable) == (cut, not cut, not cut)
    assert len(reader.body) == min(length, 1025)


def test_a_switch_to_something_else_is_an_answer_and_the_last() -> None:
    reader = read([b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nVERIFIED"])
    assert (reader.status, bytes(reader.body), reader.whole, reader.reusable) == (101, b"", True, False)


def test_a_reader_made_ready_knows_nothing_of_before() -> None:
    reader = read([b"HTTP/1.1 503 No\r\nA: b\r\nContent-Length: 80\r\n\r\nhalf"])
    reader.begin()
    assert reader.feed(SAID)
    assert (reader.status, bytes(reader.body), reader.headers) == (
        200,
        b"VERIFIED",
        [(b"Content-Length", b"8")],
    )


@given(
    st.lists(
        st.sampled_from([*WHOLE.values(), b"\r\n", b"HTTP/1.1 ", b"x"]) | st.binary(max_size=40), max_size=6
    )
)
def test_whatever_comes_it_is_an_answer_or_broken(pieces: list[bytes]) -> None:
    reader = AnswerReader(1024)
    try:
        done = any(reader.feed(piece) for piece in pieces if piece)
    except BrokenAnswerError:
        assert not reader.whole
    else:
        assert done == (reader.whole or reader.cut)
        assert reader.whole or not reader.reusable
