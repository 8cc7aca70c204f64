"""A real little HTTP server that does what a script says, odd things above all."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

CERTIFICATE = Path(__file__).parent / "data" / "loopback-127.0.0.1.pem"


@dataclass
class Server:
    """What it heard: the heads and bodies of requests, and how many connections brought them."""

    url: str = ""
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0


# Is told which request of its connection this is; gives whether to read another one.
Behaviour = Callable[[Server, asyncio.StreamWriter, int], Awaitable[bool]]


@asynccontextmanager
async def serving(behave: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    heard = Server()
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.connections += 1
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        # The other side goes away, or the test is over.
        with suppress(asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            await _converse(heard, reader, writer, behave)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    heard.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}/cgi-bin/webscr"
    try:
        yield heard
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _converse(
    heard: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, behave: Behaviour
) -> None:
    nth, more = 0, True
    while more:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        assert length
        body = await reader.readexactly(int(length[1]))
        heard.heads.append(head)
        heard.bodies.append(body)
        nth += 1
        more = await behave(heard, writer, nth)
        await writer.drain()


def saying(*pieces: bytes, pause_seconds: float = 0.0, then_read_on: bool = False) -> Behaviour:
    """Say the pieces, whatever was asked; then close, or read on."""

    async def behave(_server: Server, writer: asyncio.StreamWriter, _nth: int) -> bool:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_seconds)
        return then_read_on

    return behave


def http(body: bytes, status: str = "200 OK", more: bytes = b"") -> bytes:
    """An answer with its length."""
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n%b\r\n%b" % (status.encode(), len(body), more, body)


def tls_server() -> ssl.SSLContext:
    """For 127.0.0.1, with a certificate that nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context
