"""A whole house for tests: settings in a folder, a PayPal that answers, a worker run to its end."""

import asyncio
import json
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from adapters.delivered import Delivery
from adapters.inbox import Inbox
from adapters.notary.notes import Signer
from adapters.queries.customers import CustomerFilters
from adapters.queries.fulfillment import FulfillmentFilters
from adapters.queries.ledger import EntryFilters
from adapters.queries.notifications import NotificationFilters
from adapters.queries.subscriptions import SubscriptionFilters
from adapters.queries.todo_origins import TodoFilters
from adapters.queries.transactions import TransactionFilters
from adapters.times import to_us
from scripts.settings import Settings, read_settings
from scripts.wiring.queries import queries_of
from scripts.wiring.stores import now, open_stores
from scripts.wiring.worker import open_worker
from tests.engines import database_in, engine_now
from tests.served import OPERATOR_TOKEN

Verify = Callable[[bytes], bytes]
PREFIX = b"cmd=_notify-validate&"
NOTARY_KEY = Signer("counterfoil/of-the-tests", bytes(range(32))).private


class LocalPayPal:
    """Answers post-backs by a function of the body, and remembers what it was asked."""

    def __init__(self, answer: Verify = lambda _: b"VERIFIED") -> None:
        self.answer = answer
        self.asked: list[bytes] = []
        self.url = ""

    @contextmanager
    def running(self) -> Iterator["LocalPayPal"]:
        paypal = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                posted = self.rfile.read(int(self.headers["Content-Length"]))
                paypal.asked.append(posted)
                word = paypal.answer(posted.removeprefix(PREFIX))
                self.send_response(200)
                self.send_header("Content-Length", str(len(word)))
                self.end_headers()
                self.wfile.write(word)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 256

            def handle_error(self, request: object, client_address: object) -> None:
                # Who asked was killed meanwhile; that is what some tests are about.
                if not isinstance(sys.exc_info()[1], ConnectionError):
                    super().handle_error(request, client_address)  # type: ignore[arg-type]

        with Server(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.02,))
            thread.start()
            self.url = f"http://127.0.0.1:{server.server_port}/cgi-bin/webscr"
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()


def environment(folder: Path, verify_url: str, **more: str) -> dict[str, str]:
    """Settings of a house in a folder."""
    given = {
        "DATABASE": database_in(folder),
        "VERIFY_URL": verify_url,
        "RECEIVERS": "seller@example.com",
        "UNPRICED": "ship",
        "LOG_FORMAT": "json",
    }
    if engine_now() == "postgresql":
        # Where a server keeps all, what is generated would lie in the folder that the tests were started in.
        given |= {"OPERATOR_TOKEN": OPERATOR_TOKEN, "VIEWER_TOKEN": "viewer-of-the-tests"}
        given |= {"NOTARY_KEY": NOTARY_KEY}
    return {f"COUNTERFOIL_{name}": value for name, value in (given | more).items()}


def settings_in(folder: Path, verify_url: str, **more: str) -> Settings:
    return read_settings(environment(folder, verify_url, **more))


def keep(settings: Settings, bodies: Iterable[bytes]) -> list[int]:
    """Put bodies into the inbox, as the listener does; their numbers."""
    with open_stores(settings) as stores:
        rows = [Delivery(received_us=to_us(now()), peer="127.0.0.1", headers=(), body=one) for one in bodies]
        return Inbox(stores.inbox).keep(rows)


def work_off(settings: Settings) -> None:
    """Run a worker until nothing is due."""

    async def run() -> None:
        async with open_worker(settings) as worker:
            await worker.run(once=True)

    asyncio.run(run())


def outcomes(settings: Settings) -> dict[int, tuple[str, str | None]]:
    """What became of each delivery: outcome and reason by number."""
    found: dict[int, tuple[str, str | None]] = {}
    cursor: str | None = None
    with open_stores(settings) as stores:
        while True:
            page = queries_of(stores).notifications(NotificationFilters(), 500, cursor)
            found |= {item["n"]: (item["outcome"], item["reason"]) for item in page.items}
            if page.next is None:
                return found
            cursor = page.next


def book_of(settings: Settings) -> list[tuple[str, str, str]]:
    """Every event: stream, type with its notification, and data; not when and in which order."""
    with open_stores(settings) as stores:
        placed = stores.events.after(0, 100_000)
        streams = {one.originator_id for _, one in placed}
        return sorted(
            (stream, f"{event['type']} {event['notification']}", repr(event["data"]))
            for stream in streams
            for event in stores.events.history(stream)
        )


def views_of(settings: Settings) -> list[dict[str, Any]]:
    """Every transaction's document, without times of hearing."""
    with open_stores(settings) as stores:
        page = queries_of(stores).transactions(TransactionFilters(), 500, None)
    assert page.next is None
    documents = [json.loads(item) for item in page.items]
    return sorted(
        ({k: v for k, v in d.items() if k not in ("first_heard", "last_changed")} for d in documents),
        key=lambda d: str(d["txn_id"]),
    )


def others_of(settings: Settings) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Any]:
    """Every subscription, every to-do and all that was new, without times of hearing."""
    heard = ("first_heard", "last_changed", "since")
    with open_stores(settings) as stores:
        queries = queries_of(stores)
        subscriptions = queries.subscriptions(SubscriptionFilters(), 500, None)
        todos = queries.todos(TodoFilters(), 500, None)
        drift = queries.status()["drift"]
    assert subscriptions.next is None
    assert todos.next is None
    lists = ([json.loads(item) for item in subscriptions.items], list(todos.items))
    first, second = ([{k: v for k, v in row.items() if k not in heard} for row in rows] for rows in lists)
    return sorted(first, key=repr), sorted(second, key=repr), sorted(drift, key=repr)


def office_of(settings: Settings) -> dict[str, Any]:
    """The queue, the ledger's entries and balances, and all customers, without times of hearing."""
    heard = ("first_heard", "last_changed", "since", "recorded_at")
    with open_stores(settings) as stores:
        queries = queries_of(stores)
        lists = {
            "queue": queries.fulfillment(FulfillmentFilters(), 500, None),
            "entries": queries.ledger_entries(EntryFilters(), 500, None),
            "customers": queries.customers(CustomerFilters(), 500, None),
        }
        balances = queries.balances(None)
    assert {page.next for page in lists.values()} == {None}
    rows = {name: [plain(item) for item in page.items] for name, page in lists.items()}
    rows |= {"balances": list(balances)}
    return {
        name: sorted(({k: v for k, v in row.items() if k not in heard} for row in found), key=repr)
        for name, found in rows.items()
    }


def plain(item: Any) -> dict[str, Any]:
    """An item of a list, whether it is a value or JSON that is written already."""
    value: dict[str, Any] = json.loads(item) if isinstance(item, bytes) else item
    return value
