"""A single message at rest: one at a time, from its POST to the state that the API shows."""

import http.client
import random
import time
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from scripts.measuring.ack import Posted
from scripts.measuring.bench_context import Bench, CheckFailedError
from scripts.measuring.bodies import PAYMENTS, ROUND, Message, message
from scripts.measuring.databases import NAMES
from scripts.measuring.figures import Figure
from scripts.measuring.houses import House
from scripts.measuring.statistics import quantile

MESSAGES: Final = 100  # in each round
_ASK_SECONDS: Final = 0.001
# Between two messages everything comes to rest; not a round number, or it would beat with somebody's clock.
_REST_SECONDS: Final = (0.05, 0.15)
_PATIENCE_SECONDS: Final = 60.0
_WANTED: Final = (("p50", 0.5, 50.0, "the median"), ("p99", 0.99, 150.0, "the slowest of a hundred"))
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


def resting(bench: Bench, engine: str, opened: House, posted: Posted) -> Iterator[Figure]:
    """In a house whose worker has come up and has nothing to do."""
    bench.say(f"a message at rest, {NAMES[engine]}")
    took_ms = sorted(at_rest(opened, posted, bench.rounds * bench.sized(MESSAGES)))
    for key, share, wanted, words in _WANTED:
        yield Figure(
            name=f"rest.{engine}.{key}",
            words=f"a message at rest, {NAMES[engine]}, from POST to visible, {words}",
            value=quantile(took_ms, share),
            unit="ms",
            wanted=wanted,
            at_most=True,
            more={"max_ms": took_ms[-1], "messages": len(took_ms)},
        )


def at_rest(opened: House, posted: Posted, count: int) -> list[float]:
    """Milliseconds of each of so many messages; those between them that show nothing new are posted, too."""
    pauses = random.Random(0)  # noqa: S311 - so that they are none of anybody's rhythm
    took_ms: list[float] = []
    with closing(_door(opened.ipn_url)) as ipn, closing(_door(opened.office_url)) as office:
        while len(took_ms) < count:
            one = message(posted.first)
            began = time.monotonic()
            ask(ipn, "POST", "/ipn", one.body, _FORM)
            posted.first += 1
            if is_first_heard(one):
                _wait_until_shown(office, opened, one, began)
                took_ms.append((time.monotonic() - began) * 1000)
            time.sleep(pauses.uniform(*_REST_SECONDS))
    return took_ms


def is_first_heard(one: Message) -> bool:
    """Whether its transaction is visible with it, and not before."""
    return one.kind == "completed" and one.number % ROUND < PAYMENTS


def _wait_until_shown(office: http.client.HTTPConnection, opened: House, one: Message, began: float) -> None:
    path = f"/api/transactions/{one.txn_id}"
    headers = {"Authorization": f"Bearer {opened.token}"}
    while ask(office, "GET", path, None, headers) != HTTPStatus.OK:
        if time.monotonic() - began > _PATIENCE_SECONDS:
            raise CheckFailedError(f"message {one.number} is not seen after {_PATIENCE_SECONDS:g} s")
        time.sleep(_ASK_SECONDS)


def _door(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=_PATIENCE_SECONDS)


def ask(
    door: http.client.HTTPConnection, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> int:
    """Ask over a kept connection; the status. CheckFailedError where a message is not taken."""
    try:
        door.request(method, path, body, headers)
        answer = door.getresponse()
    except (http.client.RemoteDisconnected, ConnectionError):
        # A server ends a connection that was quiet for some seconds, even as it is asked.
        door.close()
        door.request(method, path, body, headers)
        answer = door.getresponse()
    answer.read()
    if method == "POST" and answer.status != HTTPStatus.OK:
        raise CheckFailedError(f"a message at rest was answered {answer.status}")
    return answer.status
