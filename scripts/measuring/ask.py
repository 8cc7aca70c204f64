"""Asking: the office over HTTP, held against the same office answering `/livez`, and against a small book."""

import random
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

import httpx

from scripts.measuring.bench_context import Bench, CheckFailedError
from scripts.measuring.bodies import statuses
from scripts.measuring.books import Filled, book_of_transactions
from scripts.measuring.databases import NAMES
from scripts.measuring.figures import Figure
from scripts.measuring.houses import House, house
from scripts.measuring.load import Load, Loaded, load

MANY: Final = 200_000
FEW: Final = 1_000
CONNECTIONS: Final = 16
_WANTED: Final = 0.3
_GROWTH_WANTED: Final = 1 / 1.3
_PATHS_MAX: Final = 20_000
_SAMPLE: Final = 50
_NOTHING: Final = ("/livez",)
# What else is asked about a transaction, and the first pages of lists: nothing is wanted of those.
OF_ONE: Final = {"events": "the events of a transaction", "explain": "a transaction explained"}
LISTS: Final = {
    "transactions": "/api/transactions",
    "fulfillment": "/api/fulfillment",
    "notifications": "/api/notifications",
    "subscriptions": "/api/subscriptions",
    "todos": "/api/todos",
    "customers": "/api/customers",
    "entries": "/api/ledger/entries",
    "balances": "/api/ledger/balances",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """An office over a book, and its transactions, in no order that a cache could know."""

    opened: House
    ids: Sequence[str]

    def paths(self, rest: str = "") -> tuple[str, ...]:
        return tuple(f"/api/transactions/{txn_id}{rest}" for txn_id in self.ids[:_PATHS_MAX])


def measure(bench: Bench) -> Iterator[Figure]:
    """On each engine, over a book of many transactions and one of few."""
    for engine in bench.engines:
        with ExitStack() as stack:
            many, few = (
                _opened(stack, bench, engine, book_of_transactions(bench, engine, bench.sized(transactions)))
                for transactions in (MANY, FEW)
            )
            yield from _of_one(bench, engine, many, few)
            yield from _others(bench, engine, many)


def _opened(stack: ExitStack, bench: Bench, engine: str, book: Filled) -> _Asked:
    """An office over a book; CheckFailedError when it shows one otherwise than its messages left it."""
    opened = stack.enter_context(house(bench, engine, worker=False, database=book.address))
    stand = statuses(range(book.messages))
    ids = sorted(stand)
    random.Random(1).shuffle(ids)  # noqa: S311 - the same each time
    asked = _Asked(opened, ids)
    with httpx.Client(base_url=opened.office_url, trust_env=False) as client:
        client.headers["Authorization"] = f"Bearer {opened.token}"
        for txn_id, path in zip(ids[:_SAMPLE], asked.paths(), strict=False):
            answer = client.get(path)
            if answer.status_code != HTTPStatus.OK:
                raise CheckFailedError(f"the office answers {answer.status_code} to {path}")
            said = answer.json()
            if (said["txn_id"], said["status"]) != (txn_id, stand[txn_id]):
                raise CheckFailedError(f"{txn_id} is shown as {said['status']}, not {stand[txn_id]}")
    return asked


def _of_one(bench: Bench, engine: str, many: _Asked, few: _Asked) -> Iterator[Figure]:
    asked = {
        "nothing": (many.opened, _NOTHING),
        "many": (many.opened, many.paths()),
        "few": (few.opened, few.paths()),
    }
    rounds: dict[str, list[Loaded]] = {name: [] for name in asked}
    for number in range(bench.rounds):
        bench.say(f"transactions asked for, {NAMES[engine]}, round {number + 1}")
        for name, (opened, paths) in asked.items():
            rounds[name].append(_load(bench, opened, paths))
    words = f"one transaction of {len(many.ids)} asked for, {NAMES[engine]}, {CONNECTIONS} connections"
    figure = _figure(f"ask.{engine}.transaction", words, rounds["many"])
    yield replace(
        figure,
        ceiling=_rate(rounds["nothing"]),
        ceiling_words="the same office answering `/livez`",
        wanted=_WANTED,
    )
    yield replace(
        figure,
        name=f"ask.{engine}.growth",
        ceiling=_rate(rounds["few"]),
        ceiling_words=f"the same of {len(few.ids)}",
        wanted=_GROWTH_WANTED,
    )


def _others(bench: Bench, engine: str, many: _Asked) -> Iterator[Figure]:
    asked = {name: (words, many.paths(f"/{name}")) for name, words in OF_ONE.items()}
    asked |= {name: (f"the first page of {path}", (path,)) for name, path in LISTS.items()}
    for name, (words, paths) in asked.items():
        bench.say(f"{words}, {NAMES[engine]}")
        loaded = _load(bench, many.opened, paths)
        yield _figure(f"ask.{engine}.{name}", f"{words}, {NAMES[engine]}", [loaded])


def _load(bench: Bench, opened: House, paths: tuple[str, ...]) -> Loaded:
    """Ask for these in turn; CheckFailedError when anything but 200 came."""
    wanted = Load(
        url=opened.office_url,
        seconds=bench.seconds,
        connections=CONNECTIONS,
        paths=paths,
        token=opened.token,
    )
    loaded = load(bench, wanted)
    if loaded.answered != loaded.asked:
        raise CheckFailedError(f"the office answered {paths[0]} and the like with {loaded.statuses}")
    return loaded


def _figure(name: str, words: str, rounds: Sequence[Loaded]) -> Figure:
    names = ("p50_ms", "p99_ms", "max_ms")
    return Figure(
        name=name,
        words=words,
        value=_rate(rounds),
        unit="requests/s",
        rounds=tuple(one.rate for one in rounds),
        more={which: statistics.median(one.more[which] for one in rounds) for which in names},
    )


def _rate(rounds: Sequence[Loaded]) -> float:
    return statistics.median(one.rate for one in rounds)
