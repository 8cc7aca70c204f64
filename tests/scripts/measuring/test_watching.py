"""Watching: a sample of messages is asked for until the office shows them."""

import asyncio

import pytest

from scripts.measuring import watching as watching_module
from scripts.measuring.bodies import message
from scripts.measuring.load import Watch
from scripts.measuring.watching import Watching


async def watched(*statuses: int, numbers: tuple[int, ...] = (1,)) -> tuple[Watching, list[bytes]]:
    """Watch these against an office that answers so."""
    left, asked = list(statuses), []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := (await reader.readline()).strip():
            asked.append(request)
            await reader.readuntil(b"\r\n\r\n")
            if not left:
                break
            writer.write(b"HTTP/1.1 %d X\r\nContent-Length: 2\r\n\r\n{}" % left.pop(0))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        watching = Watching(
            Watch(office_url=f"http://127.0.0.1:{port}", token="T", per_second=10.0, pause_ms=0.1)
        )
        for second, number in enumerate(numbers):
            watching.may_watch(message(number), second * 0.06)
        await watching.finish()
        await asyncio.sleep(0.05)
    return watching, asked


def test_it_asks_until_it_sees_it() -> None:
    watching, asked = asyncio.run(watched(404, 404, 200))
    assert (len(watching.shown_ms), watching.unseen) == (1, 0)
    assert asked == [b"GET /api/transactions/BENCH000000000001 HTTP/1.1"] * 3


def test_what_is_not_seen_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching_module, "_PATIENCE_SECONDS", 0.2)
    watching, _ = asyncio.run(watched(404))
    assert (watching.shown_ms, watching.unseen) == ([], 1)


def test_it_watches_some_payments_a_second_and_no_followers() -> None:
    _, asked = asyncio.run(watched(200, 200, numbers=(0, 1, 2, 3, 4, 5, 22)))
    assert (
        sorted(asked)
        == [b"GET /api/transactions/BENCH00000000000%d HTTP/1.1" % number for number in (1, 3, 5)][
            : len(asked)
        ]
    )
