"""Places outside that checkpoints are sent to: a file, a syslog, a URL; each says what went wrong."""

import base64
import errno
import fcntl
import hashlib
import os
import socket
from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import suppress
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from adapters.loopback import is_loopback

SECONDS_MAX: Final = 5.0  # of one connection, one answer
_SYSLOG_PORT: Final = 514
_PRIORITY: Final = 13 * 8 + 5  # log audit, notice
_ANSWER_SHOWN: Final = 80
EXPECTED: Final = (
    "file:///folder/file, syslog://host:port, syslog+tcp://host:port or https://host/path"
    " (plain http only towards loopback), between commas"
)


class SendingError(Exception):
    """A checkpoint that could not be handed over; str() says why, on one line."""


class Target(ABC):
    """One place; its name is for people, and for ever the same for the same place."""

    def __init__(self, address: str, parts: SplitResult) -> None:
        """ValueError when the address is none of this kind."""
        # What stands behind the question mark may be a secret.
        digest = hashlib.sha256(parts.query.encode()).hexdigest()[:8]
        self.name = address if not parts.query else f"{address.partition('?')[0]}?{digest}"

    @abstractmethod
    def send(self, note: str) -> None:
        """Hand a note over, within seconds; SendingError says why it could not be."""


class File(Target):
    """A file to which notes are appended, each whole, and on the disk when it is said to be sent."""

    def __init__(self, address: str, parts: SplitResult) -> None:
        """As above."""
        super().__init__(address, parts)
        self._path = unquote(parts.path)
        if parts.netloc or parts.query or not self._path.startswith("/") or self._path.endswith("/"):
            raise ValueError(EXPECTED)

    def send(self, note: str) -> None:
        """As above."""
        try:
            # Without waiting: a pipe that nobody reads would hold us for ever.
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK
            descriptor = os.open(self._path, flags, 0o644)
            try:
                _append(descriptor, note.encode())
            finally:
                os.close(descriptor)
        except (OSError, ValueError) as error:
            raise SendingError(f"{self._path}: {_why(error)}") from None


class Syslog(Target):
    """A syslog as RFC 5424 has it; over UDP nobody says whether it arrived."""

    def __init__(self, address: str, parts: SplitResult) -> None:
        """As above."""
        super().__init__(address, parts)
        self._over_tcp = parts.scheme.endswith("+tcp")
        self._host, self._port = parts.hostname or "", parts.port or _SYSLOG_PORT
        if not self._host or "@" in parts.netloc or parts.path.strip("/") or parts.query:
            raise ValueError(EXPECTED)

    def send(self, note: str) -> None:
        """As above."""
        try:
            if self._over_tcp:
                self._stream(_message(note))
            else:
                self._datagram(_message(note))
        except OSError as error:
            raise SendingError(f"{self.name}: {_why(error)}") from None

    def _stream(self, message: bytes) -> None:
        with socket.create_connection((self._host, self._port), timeout=SECONDS_MAX) as connection:
            connection.sendall(b"%d %b" % (len(message), message))  # counted, as RFC 6587 has it
            connection.shutdown(socket.SHUT_WR)

    def _datagram(self, message: bytes) -> None:
        [(family, kind, protocol, _, place), *_] = socket.getaddrinfo(
            self._host, self._port, type=socket.SOCK_DGRAM
        )
        with socket.socket(family, kind, protocol) as connection:
            connection.settimeout(SECONDS_MAX)
            connection.connect(place)
            connection.send(message)


class Url(Target):
    """An address that notes are posted to, as plain text; anything but 2xx is a refusal."""

    def __init__(self, address: str, parts: SplitResult) -> None:
        """As above."""
        super().__init__(address, parts)
        self._url = address
        plain = parts.scheme == "http" and is_loopback(parts.hostname or "")
        if (
            not parts.hostname
            or "@" in parts.netloc
            or parts.fragment
            or not (parts.scheme == "https" or plain)
        ):
            raise ValueError(EXPECTED)

    def send(self, note: str) -> None:
        """As above."""
        import httpx  # noqa: PLC0415 - most houses send to no URL

        headers = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "counterfoil"}
        try:
            with (
                httpx.Client(timeout=SECONDS_MAX, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", self._url, content=note.encode(), headers=headers) as answer,
            ):
                status = answer.status_code  # nothing else is read of it
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise SendingError(f"{self.name}: {_why(error)}") from None
        if status // 100 != 2:  # noqa: PLR2004 - hundred
            raise SendingError(f"{self.name}: answered {status}")


_KINDS: Final[dict[str, type[Target]]] = {
    "file": File,
    "syslog": Syslog,
    "syslog+tcp": Syslog,
    "https": Url,
    "http": Url,
}


def targets_of(texts: Iterable[str]) -> list[Target]:
    """The places of these addresses; ValueError says what an address looks like."""
    targets = [_target(text) for text in texts]
    if len({target.name for target in targets}) < len(targets):
        raise ValueError("each place once")
    return targets


def _target(text: str) -> Target:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(EXPECTED)
    try:
        parts = urlsplit(text)
        return _KINDS[parts.scheme](text, parts)
    except (KeyError, ValueError):
        raise ValueError(EXPECTED) from None


def _append(descriptor: int, note: bytes) -> None:
    # Several workers of one host may append here. Half a note is none, and what comes after it must be one.
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    size = os.fstat(descriptor).st_size
    try:
        whole = os.write(descriptor, note) == len(note)
        os.fsync(descriptor)
    except OSError:
        with suppress(OSError):
            os.ftruncate(descriptor, size)
        raise
    if not whole:
        os.ftruncate(descriptor, size)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _message(note: str) -> bytes:
    said = (line.removeprefix("time: ") for line in note.split("\n") if line.startswith("time: "))
    host = "".join(char for char in socket.gethostname() if "!" <= char <= "~")[:255] or "-"
    text = base64.b64encode(note.encode()).decode("ascii")
    return f"<{_PRIORITY}>1 {next(said, '-')} {host} counterfoil - checkpoint - {text}".encode("ascii")


def _why(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(said.split())[:_ANSWER_SHOWN].lower() or type(error).__name__
