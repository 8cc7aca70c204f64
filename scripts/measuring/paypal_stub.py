"""A PayPal that vouches for everything: `python -m scripts.measuring.paypal_stub SECONDS-TO-WAIT`.

It says its port on its standard output when it answers. Only for the bench: what it costs is nobody's figure.
"""

import asyncio
import re
import sys
from typing import Final, cast

import uvloop

ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\nVERIFIED"
_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_WAITING_MAX: Final = 4_096


class PayPal(asyncio.Protocol):
    """One connection, kept as long as the other side likes."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._heard = b""
        self._wanted = 0  # bytes of the request that is coming in, once its head is here

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._heard = self._heard + data if self._heard else data
        while self._wanted or self._measure():
            if len(self._heard) < self._wanted:
                return
            self._heard = self._heard[self._wanted :]
            self._wanted = 0
            if self._seconds:
                self._loop.call_later(self._seconds, self._answer)
            else:
                self._answer()

    def _measure(self) -> bool:
        end = self._heard.find(_HEAD_END)
        if end < 0:
            return False
        length = _LENGTH.search(self._heard, 0, end)
        self._wanted = end + len(_HEAD_END) + (int(length[1]) if length else 0)
        return True

    def _answer(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(ANSWER)


async def run(seconds: float) -> None:
    """Answer on a free port of loopback until the process is ended."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: PayPal(seconds), "127.0.0.1", 0, backlog=_WAITING_MAX)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(run(float(sys.argv[1])))
