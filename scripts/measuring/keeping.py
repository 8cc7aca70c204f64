"""The check of every measurement: what was acknowledged is kept, exactly once, and ended as it must."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from scripts.measuring.bench_context import CheckFailedError
from scripts.measuring.bodies import OUTCOMES, message, number_of, statuses
from scripts.measuring.progress import Asks, asking

_ROWS = 5_000


def check_kept(database: str, acknowledged: Collection[int], *, others: Collection[int] = ()) -> None:
    """Each of these messages is in the inbox once, byte for byte; CheckFailedError names one that is not.

    `others`: those that were posted and not acknowledged: they may be there, or not.
    """
    _check_kept(_kept(database), acknowledged, others)


def check_ended(database: str, acknowledged: Collection[int], *, others: Collection[int] = ()) -> None:
    """And each has an outcome that it may have, each transaction stands where it must. CheckFailedError."""
    kept = _kept(database)
    _check_kept(kept, acknowledged, others)
    with asking(database) as connection:
        outcomes = dict(_rows(connection, "SELECT n, outcome FROM notifications"))
        stands = dict(_rows(connection, "SELECT txn_id, status FROM transactions"))
    for n, number in kept.items():
        outcome = outcomes.get(n)
        if number is not None and outcome not in OUTCOMES[message(number).kind]:
            raise CheckFailedError(f"message {number}, delivery {n}, ended as {outcome}")
    for txn_id, status in statuses(number for number in kept.values() if number is not None).items():
        if stands.get(txn_id) != status:
            raise CheckFailedError(f"transaction {txn_id} stands at {stands.get(txn_id)}, expected {status}")


def _check_kept(kept: dict[int, int | None], acknowledged: Collection[int], others: Collection[int]) -> None:
    counted = Counter(kept.values())
    strange = counted.pop(None, 0)
    if strange:
        raise CheckFailedError(f"{strange} deliveries are none that were posted, byte for byte")
    lost = [number for number in acknowledged if not counted[number]]
    if lost:
        raise CheckFailedError(f"{len(lost)} acknowledged messages were not kept, first {lost[0]}")
    twice = [number for number, times in counted.items() if times > 1]
    if twice:
        raise CheckFailedError(f"{len(twice)} messages were kept more than once, first {twice[0]}")
    unasked = counted.keys() - set(acknowledged) - set(others)
    if unasked:
        raise CheckFailedError(f"{len(unasked)} messages were kept that nobody posted, one {unasked.pop()}")


def _kept(database: str) -> dict[int, int | None]:
    """Which message each delivery is; null where it is none."""
    with asking(database, inbox=True) as connection:
        return {n: number_of(bytes(body)) for n, body in _rows(connection, "SELECT n, body FROM deliveries")}


def _rows(connection: Asks, text: str) -> Iterator[Any]:
    """A few thousand at a time: bodies are many."""
    found = connection.execute(text)
    while rows := found.fetchmany(_ROWS):
        yield from rows
