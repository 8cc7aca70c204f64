"""Dialing: a name's addresses, the first of them that takes a connection, and its certificate."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, zip_longest
from typing import Final, TypeAlias

import httpx

from adapters.wire.line import Line

# How long one address has for itself before the next is tried beside it (RFC 8305).
HEAD_START_SECONDS: Final = 0.25
# Attempts beside a dial's first, of all dials: each has a descriptor, and hundreds may dial a place that is
# silent at all its addresses.
BESIDE_MAX: Final = 64
PORTS: Final = {"http": 80, "https": 443}

# Family, kind, protocol, canonical name, and what the socket is told.
_Address: TypeAlias = tuple[int, int, int, str, tuple[str | int | bytes, ...]]


class Dialer:
    """Connects to one place and to nowhere else."""

    def __init__(self, url: httpx.URL, tls: ssl.SSLContext | None, *, connect_seconds: float) -> None:
        """`tls` vouches for the other side; without it nothing is encrypted. The seconds limit all of it."""
        self._host = url.raw_host.decode("ascii")
        self._port = url.port or PORTS[url.scheme]
        self._tls = tls
        self._seconds = connect_seconds
        self._lookup: asyncio.Task[list[_Address]] | None = None
        self._beside = _Beside()
        try:
            numbers = socket.AI_NUMERICHOST
            self._known = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM, flags=numbers)
        except (OSError, UnicodeError):
            self._known = []  # a name, to be looked up

    async def dial(self, make: Callable[[], Line]) -> Line:
        """Open a connection.

        Raises:
            httpx.ConnectTimeout: it took too long.
            httpx.ConnectError: there is no such name, nobody there, or nobody who is vouched for.
        """
        try:
            async with asyncio.timeout(self._seconds):
                taken = await _first_of(self._known or await self._look_up(), self._beside)
                _, line = await asyncio.get_running_loop().create_connection(
                    make, sock=taken, ssl=self._tls, server_hostname=self._host if self._tls else None
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout(f"not within {self._seconds:g} s") from error
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(str(error) or type(error).__name__) from error
        return line

    async def _look_up(self) -> list[_Address]:
        """The name's addresses; one question for all who ask at the same time."""
        if self._lookup is None:
            loop = asyncio.get_running_loop()
            self._lookup = loop.create_task(
                loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)  # type: ignore[arg-type]
            )
            self._lookup.add_done_callback(self._looked_up)
        return await asyncio.shield(self._lookup)

    def _looked_up(self, lookup: "asyncio.Task[list[_Address]]") -> None:
        self._lookup = None
        if not lookup.cancelled():
            lookup.exception()  # whoever still waits hears of it


@dataclass(slots=True)
class _Beside:
    """How many attempts are made beside another one of the same dial."""

    count: int = 0


async def _first_of(addresses: Sequence[_Address], beside: _Beside) -> socket.socket:
    """A connection to the first address that takes one; the next is tried after a head start, or a no."""
    if len(addresses) == 1:
        return await _connected(addresses[0])
    waiting, refusals = _by_turns(addresses), list[Exception]()
    trying: set[asyncio.Task[socket.socket]] = set()
    try:
        while waiting or trying:
            if waiting and not trying:
                trying.add(asyncio.create_task(_connected(waiting.pop(0))))
            elif waiting and beside.count < BESIDE_MAX:
                beside.count += 1
                late = asyncio.create_task(_connected(waiting.pop(0)))
                late.add_done_callback(partial(_count_out, beside))
                trying.add(late)
            done, _ = await asyncio.wait(
                trying,
                timeout=HEAD_START_SECONDS if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for one in done:
                trying.discard(one)
                if (error := one.exception()) is None:
                    return one.result()
                assert isinstance(error, Exception), "a task of ours is not interrupted"
                refusals.append(error)
    finally:
        for late in trying:
            late.cancel()
            late.add_done_callback(_let_go)
    raise refusals[0] if refusals else OSError("the name has no address")


async def _connected(address: _Address) -> socket.socket:
    family, kind, protocol, _, where = address
    taken = socket.socket(family, kind, protocol)
    try:
        taken.setblocking(False)  # noqa: FBT003 — the socket's own way to say it
        taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(taken, where)
    except BaseException:
        taken.close()
        raise
    return taken


def _count_out(beside: _Beside, _: "asyncio.Task[socket.socket]") -> None:
    beside.count -= 1


def _let_go(late: "asyncio.Task[socket.socket]") -> None:
    if not late.cancelled() and late.exception() is None:
        late.result().close()


def _by_turns(addresses: Sequence[_Address]) -> list[_Address]:
    """The addresses with their families by turns, the resolver's first choice first."""
    families = dict.fromkeys(address[0] for address in addresses)
    turns = zip_longest(*([one for one in addresses if one[0] == family] for family in families))
    return [one for one in chain.from_iterable(turns) if one is not None]
