"""Wrong tokens, counted by where they came from: whoever guesses waits."""

import ipaddress
import math
import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Final

import falcon

FAILURES_MAX: Final = 10
WINDOW_SECONDS: Final = 300
# From everywhere together: a guesser may have many addresses.
FAILURES_MAX_IN_ALL: Final = 300
# Of those that are remembered; no more can have failed within the window, so that none is forgotten early.
PEERS_MAX: Final = 1_000
_EVERYBODY: Final = "everybody"
_IPV6_BITS: Final = 64  # what one host is given
_UNKNOWN_CHARACTERS_MAX: Final = 64


class Attempts:
    """The wrong tokens of the last minutes, in this process."""

    def __init__(self) -> None:
        self._failed: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, peer: str, now: datetime) -> int:
        """Count a try as failed until `succeeded` says otherwise; or give how many seconds it must wait.

        At once, or many tries at a time would all be let through before the first of them is counted.
        """
        counted = ((peer, FAILURES_MAX), (_EVERYBODY, FAILURES_MAX_IN_ALL))
        with self._lock:
            wait_seconds = max(self._left(name, most, now) for name, most in counted)
            if not wait_seconds:
                for name, most in counted:
                    self._failed.setdefault(name, deque(maxlen=most)).append(now)
                    self._failed.move_to_end(name)
                while len(self._failed) > PEERS_MAX:
                    self._failed.popitem(last=False)
            return wait_seconds

    def succeeded(self, peer: str) -> None:
        """Take back the last try of a peer: its token was right. Its earlier ones stay counted."""
        with self._lock:
            for name in (peer, _EVERYBODY):
                if times := self._failed.get(name):
                    times.pop()

    def _left(self, name: str, most: int, now: datetime) -> int:
        times = self._failed.get(name)
        if times is None or len(times) < most:
            return 0
        free = times[0] + timedelta(seconds=WINDOW_SECONDS)
        # A clock that was set back lets nobody wait for longer than that.
        return min(WINDOW_SECONDS, max(0, math.ceil((free - now).total_seconds())))


def peer_of(req: falcon.Request) -> str:
    """Where a request came from; behind a proxy of this host, what that proxy says it came from.

    What is no address says nothing: a stranger could have written it, another one at every try.
    """
    seen = _address(req.remote_addr)
    if seen is None:
        return f"unknown {req.remote_addr}"[:_UNKNOWN_CHARACTERS_MAX]
    said = _address((req.get_header("X-Forwarded-For") or "").rpartition(",")[2].strip())
    address = said if said is not None and seen.is_loopback else seen
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((int(address), _IPV6_BITS), strict=False))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read an address; an IPv4 one that stands in IPv6 is that of IPv4."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
