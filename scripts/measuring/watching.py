"""Watching messages become visible: the office is asked for each, over and over, until it shows it."""

import asyncio
import time
from typing import Final
from urllib.parse import urlsplit

from scripts.measuring.bodies import Message
from scripts.measuring.load import Watch

_PATIENCE_SECONDS: Final = 30.0
_AT_ONCE_MAX: Final = 4
_SLOWER: Final = 1.2  # by so much at every question


class Watching:
    """A sample of the messages, each over a connection of its own; what it costs is small beside the load."""

    def __init__(self, watch: Watch) -> None:
        place = urlsplit(watch.office_url)
        self._host, self._port = place.hostname, place.port
        self._watch = watch
        self._next = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self.shown_ms: list[float] = []
        self.unseen = 0

    def may_watch(self, message: Message, since: float) -> None:
        """Watch this one, if it is time for the next: one that tells of its transaction first."""
        if message.kind == "completed" and since >= self._next and len(self._tasks) < _AT_ONCE_MAX:
            self._next = since + 1 / self._watch.per_second
            task = asyncio.get_running_loop().create_task(self._until_shown(message.txn_id, since))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Wait for those that are still looked for."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _until_shown(self, txn_id: str, since: float) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self.until_shown(txn_id)
        except (OSError, EOFError, TimeoutError):
            self.unseen += 1
        else:
            self.shown_ms.append((time.monotonic() - since) * 1000)

    async def until_shown(self, txn_id: str) -> None:
        """Ask until it is there; a transaction that was heard of as waiting counts as shown."""
        reader, writer = await asyncio.open_connection(self._host, self._port)
        request = (
            f"GET /api/transactions/{txn_id} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Authorization: Bearer {self._watch.token}\r\n\r\n"
        ).encode()
        pause_seconds = self._watch.pause_ms / 1000
        try:
            while await _status(reader, writer, request) != 200:  # noqa: PLR2004 - HTTP's own
                # What takes long need not be known to the millisecond, and every question costs.
                await asyncio.sleep(pause_seconds)
                pause_seconds *= _SLOWER
        finally:
            writer.close()


async def _status(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length or 0))
    return int(head[9:12])
