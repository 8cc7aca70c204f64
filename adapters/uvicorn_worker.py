"""The listener's gunicorn worker: uvicorn with a limit on everything that a stranger can make grow."""

import asyncio
import logging
import resource
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn_worker import UvicornWorker  # type: ignore[import-untyped]

HEAD_BYTES_MAX: Final = 32 * 1024
HEAD_SECONDS: Final = 10.0
# Longer than the listener gives a body: this one ends what nobody reads, on a path where nothing is.
REQUEST_SECONDS: Final = 40.0
CONNECTIONS_MAX: Final = 1_000
# What is in hand at the end gets this long: less than gunicorn's graceful_timeout gives the worker.
GRACE_SECONDS: Final = 12
# The store, the log and the sockets of the server itself want descriptors too.
_DESCRIPTORS_KEPT: Final = 64


def connections_max(descriptors: int) -> int:
    """How many connections may be open where a process may open so many descriptors."""
    return max(1, min(CONNECTIONS_MAX, descriptors - _DESCRIPTORS_KEPT))


class ListenerProtocol(HttpToolsProtocol):
    """One connection, ended when a request is too slow in coming or its head too long; uvicorn would wait."""

    head_seconds: ClassVar[float] = HEAD_SECONDS
    request_seconds: ClassVar[float] = REQUEST_SECONDS

    # When the request that is coming in began, on the loop's clock; none once all of it is here.
    _since: float | None = None
    _in_head = True
    _head_bytes = 0
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._since = self.loop.time()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        since = self._since
        super().data_received(data)
        if self._in_head and self._since == since is not None and not self.transport.is_closing():
            # All of this belongs to one head that has not ended yet.
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES_MAX:
                self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._since = self.loop.time()
        self._in_head = True
        self._head_bytes = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        # What comes after the body (a trailer) would be added to the headers of the request.
        if not self._in_head:
            raise ValueError("a header after the head")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._since = None
        super().on_message_complete()

    def _look(self) -> None:
        limit = self.head_seconds if self._in_head else self.request_seconds
        if self._since is not None and self.loop.time() - self._since >= limit:
            self.transport.close()
        else:
            self._watch = self.loop.call_later(self.head_seconds / 4, self._look)


class ListenerWorker(UvicornWorker):  # type: ignore[misc]  # untyped
    """One event loop that takes bodies; more than CONNECTIONS_MAX at once are answered 503."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "uvloop",
        "http": ListenerProtocol,
        "ws": "none",
        "lifespan": "on",
        "interface": "asgi3",
        "access_log": False,
        "server_header": False,
        "date_header": False,
        "timeout_graceful_shutdown": GRACE_SECONDS,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- gunicorn's, handed on as they are
        super().__init__(*args, **kwargs)
        self.config.limit_concurrency = connections_max(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        # A stranger who sends nonsense must not be able to fill the log.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
