"""A house for eyes: a week of a shop, the same each time, on a clock of its own, behind a real door."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from socketserver import ThreadingMixIn
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from adapters.api.parts import Parts
from adapters.delivered import Delivery
from adapters.heartbeat import Heartbeat
from adapters.queries.fulfillment import FulfillmentFilters
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.scene import Scene
from adapters.times import to_us
from domain.acting import Acting
from domain.vocabulary import Verdict
from tests.adapters.api.conftest import Living
from tests.adapters.desk.conftest import Browser
from tests.adapters.workshop import Workshop
from tests.given import follower
from tests.house import plain

# A Friday in the afternoon.
TODAY = datetime(2026, 11, 20, 15, 20, tzinfo=UTC)
DAYS = 8
SALES_A_DAY = 14
SEED = 11
STEP_MINUTES = 7.0
# What makes another page of one; all else only makes its list shorter.
SHAPING = ("tab", "as_of")
PEERS = ("173.0.81.1", "173.0.81.65", "66.211.170.66")
Letter = tuple[datetime, str, bytes]


def letters(days: int = DAYS, sales_a_day: int = SALES_A_DAY, seed: int = SEED) -> list[Letter]:
    """When what comes: every lifecycle once in these days, and plain sales besides."""
    rng = Random(seed)
    sales = rng.choices(("completed", "cart_completed", "express_checkout"), (5, 2, 2), k=days * sales_a_day)
    told: list[Letter] = []
    for name in (*LIFECYCLES, *sales):
        # People buy in the daytime, and on the last day as long as there was of it.
        at = TODAY - timedelta(days=rng.uniform(0, days))
        at = at.replace(hour=rng.choice((7, 9, 10, 11, 13, 14, 16, 18, 19, 21)))
        if at > TODAY - timedelta(hours=1):
            at -= timedelta(days=1)
        messages = LIFECYCLES[name](Scene(rng, at))
        for nth, message in enumerate(messages):
            late = timedelta(minutes=STEP_MINUTES * rng.uniform(0.2, 1) * nth / len(messages))
            told.append((at + late, name, message.body))
    return sorted(told)


def deliver(workshop: Workshop, body: bytes, at: datetime, verdict: Verdict = Verdict.VERIFIED) -> None:
    """One message, kept, verified and settled at a moment."""
    workshop.at = at
    workshop.inbox.keep(
        [Delivery(received_us=to_us(at), peer=PEERS[len(body) % 3], headers=HEADERS, body=body)]
    )
    workshop.claims.take_in()
    claimed = workshop.claims.claim(1_000, to_us(workshop.clock()))
    workshop.processor().settle(workshop.answer(claimed, verdict))


HEADERS = (
    ("host", "shop.example.com"),
    ("user-agent", "PayPal IPN ( https://www.paypal.com/ipn )"),
    ("content-type", "application/x-www-form-urlencoded"),
)


def play(workshop: Workshop, sales_a_day: int = SALES_A_DAY) -> None:
    """The week as it was: messages, forgeries, one that PayPal did not know, and people who pack and send."""
    rng = Random(SEED)
    for at, name, body in letters(sales_a_day=sales_a_day):
        deliver(workshop, body, at)
        if name == "completed" and rng.random() < 0.04:
            deliver(workshop, b"forged=1&" + body, at + timedelta(seconds=40), Verdict.INVALID)
    # A refund whose payment has not been heard of: it waits.
    early = follower("Refunded", "4KH77213RE551803T", "9PX08812BV3390617", "-19.95", mc_fee="-0.88")
    deliver(workshop, early, TODAY - timedelta(minutes=31))
    workshop.follower.follow()
    workshop.at = TODAY


def send_goods(workshop: Workshop, parts: Parts, *, most: int = 1_000, left: int = 9) -> None:
    """What was ready was claimed and sent by Ann and Ben, up to the last few orders."""
    rng = Random(SEED)
    ready = [str(row["txn_id"]) for row in _queue(parts) if row["state"] == "ready"]
    for txn_id in ready[:-left][:most]:
        who = rng.choice(("Ann", "Ben"))
        parts.acts.act(who, partial(_claim, txn_id))
        parts.acts.act(who, partial(_fulfill, txn_id))
    for txn_id in ready[-left:][:2]:
        parts.acts.act("Ben", partial(_claim, txn_id))
    workshop.follower.follow()


def _claim(txn_id: str, acting: Acting) -> None:
    acting.claim(txn_id, 3_600)


def _fulfill(txn_id: str, acting: Acting) -> None:
    acting.fulfill(txn_id, "DHL")


def _queue(parts: Parts) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = parts.queries.fulfillment(FulfillmentFilters(), 500, cursor)
        rows += map(plain, page.items)
        if page.next is None:
            return rows
        cursor = page.next


def beat(workshop: Workshop) -> None:
    """A worker is at work."""
    Heartbeat(workshop.engine, "shop:1", lambda: workshop.at).beat({"breaker": "closed"})


def pages_of(living: Living) -> list[str]:
    """One page of every kind that links lead to from the first one, and one that is none."""
    browser, app = Browser(living).sign_in(), cast("Any", living.client.app)
    found: dict[object, str] = {}
    heads = ["/desk/", "/desk/nowhere"]
    while heads:
        path = heads.pop(0)
        parts = urlsplit(path)
        query = sorted(parse_qsl(parts.query))
        route = app._router.find(parts.path)
        named = {name: value if name == "tab" else "" for name, value in query if name in SHAPING}
        shape = (route[3] if route else parts.path, *named.items())
        if shape in found or parts.path.startswith("/desk/static/"):
            continue
        answer = browser.get(path)
        if not str(answer.headers.get("content-type")).startswith("text/html"):
            continue
        found[shape] = path
        heads += [link.replace("&amp;", "&") for link in re.findall(r'href="(/desk/[^"#]*)', answer.text)]
    return list(found.values())


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    block_on_close = False


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def opened(living: Living) -> Iterator[str]:
    """The office of a workshop behind a real door: its address."""
    with make_server(
        "127.0.0.1", 0, living.client.app, server_class=_Server, handler_class=_Silent
    ) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
