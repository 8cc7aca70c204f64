"""The checks before a start: a folder to write in, nobody else in it, two doors that are free."""

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.settings import Address, Settings
from scripts.values import why

LOCK = "serve.lock"
# Children of a supervisor that was killed still finish what they have in hand.
# A house that is just being ended lets its doors go in a moment: a restart need not fail for that.
PATIENCE_SECONDS = 2.0
POLL_SECONDS = 0.05


class CannotStartError(Exception):
    """What stands in the way, in one line."""


@contextmanager
def alone_in(home: Path) -> Iterator[None]:
    """Hold the home folder; it is made where it is missing. CannotStartError when that or writing fails."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CannotStartError(
            f"cannot write in the folder of DATABASE, {str(home)!r}: {why(error)}"
        ) from None
    try:
        _lock(descriptor, home)
        yield
    finally:
        os.close(descriptor)


def check_writable(home: Path) -> None:
    """Write and remove a file, as SQLite does beside its own. CannotStartError when that fails."""
    trial = home / f"trial.{os.getpid()}"
    try:
        trial.write_bytes(b"written")
        trial.unlink()
    except OSError as error:
        raise CannotStartError(
            f"cannot write in the folder of DATABASE, {str(home)!r}: {why(error)}"
        ) from None


def check_ports(settings: Settings, patience_seconds: float = PATIENCE_SECONDS) -> None:
    """Both doors can be opened. CannotStartError names the address and its setting."""
    end = time.monotonic() + patience_seconds
    for name, address in (("BIND", settings.bind), ("OFFICE", settings.office)):
        while (reason := refusal(address)) is not None:
            if time.monotonic() >= end:
                raise CannotStartError(f"cannot listen on {name} {address}: {reason}")
            time.sleep(POLL_SECONDS)


def refusal(address: Address) -> str | None:
    """Why nobody may listen there now, or null."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as door:
            # As the servers do: a port that was just closed is free.
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(place)
    except (OSError, UnicodeError) as error:
        return why(error)
    return None


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    return port


def _lock(descriptor: int, home: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CannotStartError(f"another counterfoil serves the books in {str(home)!r} already") from None
