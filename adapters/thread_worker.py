"""The office's gunicorn worker: threads, none of which a client that is slow can hold for long."""

import socket
import struct
import time
from contextlib import suppress
from typing import Any, ClassVar, Final

from gunicorn.workers.gthread import ThreadWorker

# A whole request is read in this time, however it comes in; an answer may take as long as it takes.
REQUEST_SECONDS: Final = 10.0
# So long an answer is waited for that nobody takes.
SEND_SECONDS: Final = 30


class OfficeWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's own would wait for the rest of a request for ever."""

    request_seconds: ClassVar[float] = REQUEST_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - gunicorn brings no types
        super().__init__(*args, **kwargs)
        self._until: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:  # noqa: ANN401 - as above
        """Handle a request, in a thread; whoever watches knows until when it may be read."""
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        self._until[conn] = time.monotonic() + self.request_seconds
        try:
            return super().handle(conn)
        finally:
            self._until.pop(conn, None)

    def murder_pending(self) -> None:
        """Runs every second, beside the threads: whoever still reads then is told that nothing more comes."""
        super().murder_pending()
        now = time.monotonic()
        for conn, until in self._until.copy().items():
            if until < now:
                # For reading alone: an answer that is being sent goes on.
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)
