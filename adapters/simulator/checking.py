"""The check after the play: every genuine message is there exactly once, and everything stands right."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import quote

from adapters.simulator.endings import ends_of
from adapters.simulator.ends import End, TransactionEnd
from adapters.simulator.judging import judge_end, judge_fact, judge_letter
from adapters.simulator.kept import Kept, kept_of
from adapters.simulator.letters import Letter
from adapters.simulator.office import Office, OfficeError
from adapters.times import rfc3339, to_us

POLL_SECONDS = 0.2
# The clock of the office may be a little behind.
SINCE_SECONDS_BEFORE = 5.0

Documents: TypeAlias = Mapping[str, Mapping[str, Any]]
Facts: TypeAlias = Mapping[tuple[int, int], list[bytes]]


@dataclass(slots=True, kw_only=True)
class Checked:
    """What was found, a line each, and how much was looked at."""

    found: list[str] = field(default_factory=list)
    deliveries: int = 0
    compared: int = 0  # of these, byte by byte
    letters: int = 0
    lives: int = 0
    incomplete: int = 0  # lifecycles of which something never arrived: not judged by their ends
    ends: int = 0
    drained_seconds: float = 0.0
    seconds: float = 0.0


async def check(
    office: Office, letters: Mapping[bytes, Letter], begun: datetime, *, linger_seconds: float
) -> Checked:
    """Wait until the office has nothing left to do, then look at all of it. What it will not say is found."""
    checked = Checked()
    clock = time.monotonic()
    try:
        undone = await _drained(office, linger_seconds)
        checked.drained_seconds = time.monotonic() - clock
        if undone:
            checked.found.append(f"not drained within {linger_seconds:g} s: {undone}")
        await _look(office, letters, begun, checked)
    except OfficeError as error:
        checked.found.append(str(error))
    checked.seconds = time.monotonic() - clock
    return checked


async def _drained(office: Office, linger_seconds: float) -> str | None:
    """Wait; what is left to do when the time is over."""
    end = time.monotonic() + linger_seconds
    while True:
        status: Any = await office.ask("/api/status")
        if status is None:
            raise OfficeError("what answers there is no office: it has no /api/status")
        waiting = status["backlog"]["waiting"]
        behind = max((one["lag_events"] for one in status["projections"]), default=0)
        if not waiting and not behind:
            return None
        if time.monotonic() > end:
            return f"{waiting} waiting, views {behind} events behind"
        await asyncio.sleep(POLL_SECONDS)


async def _look(office: Office, letters: Mapping[bytes, Letter], begun: datetime, checked: Checked) -> None:
    since = rfc3339(to_us(begun - timedelta(seconds=SINCE_SECONDS_BEFORE))) or ""
    kept = await kept_of(office, letters, since)
    checked.deliveries, checked.compared, checked.letters = kept.seen, kept.compared, len(letters)
    facts = _facts(letters)
    arrived = {fact for fact, told in facts.items() if any(_arrived(key, letters, kept) for key in told)}
    missing = {life for life, nth in facts.keys() - arrived}
    checked.lives, checked.incomplete = len({life for life, _ in facts}), len(missing)
    checked.found += kept.altered
    for key, letter in letters.items():
        checked.found += judge_letter(letter, kept.rows.get(key, []), complete=letter.life not in missing)
    for told in facts.values():
        rows = [row for key in told for row in kept.rows.get(key, [])]
        checked.found += judge_fact(letters[told[0]], rows)
    ends = list(_ends(letters, facts, missing))
    checked.ends = len(ends)
    transactions = await _listed(office, "transactions", "txn_id", since)
    agreements = await _listed(office, "subscriptions", "subscription_id", since)
    for played, end in ends:
        checked.found += judge_end(played, end, await _document(office, end, transactions, agreements))
    checked.found += _invented(letters, transactions)


def _facts(letters: Mapping[bytes, Letter]) -> Facts:
    """What was told: the letters that tell the same, those of each lifecycle in its own order."""
    facts: defaultdict[tuple[int, int], list[bytes]] = defaultdict(list)
    for key, letter in letters.items():
        if letter.genuine:
            facts[letter.fact].append(key)
    return dict(sorted(facts.items()))


def _ends(letters: Mapping[bytes, Letter], facts: Facts, missing: set[int]) -> Iterator[tuple[str, End]]:
    """Where each lifecycle of which all has arrived comes to, and which it is."""
    lives: defaultdict[int, list[Letter]] = defaultdict(list)
    for (life, _), (first, *_others) in facts.items():
        lives[life].append(letters[first])
    for life, told in lives.items():
        if life not in missing:
            name = told[0].lifecycle
            yield from ((f"{name} {life}", end) for end in ends_of(name, [one.message for one in told]))


def _arrived(key: bytes, letters: Mapping[bytes, Letter], kept: Kept) -> bool:
    # What was acknowledged has arrived, though it may be lost since.
    return bool(letters[key].acknowledgements or kept.rows.get(key))


async def _document(
    office: Office, end: End, transactions: Documents, agreements: Documents
) -> Mapping[str, Any] | None:
    """What the office shows of it; asked for by its id where it was heard of before this play, or never."""
    if isinstance(end, TransactionEnd):
        listed, path, name = transactions, "transactions", end.txn_id
    else:
        listed, path, name = agreements, "subscriptions", end.subscription_id
    if name in listed:
        return listed[name]
    found: Mapping[str, Any] | None = await office.ask(f"/api/{path}/{quote(name, safe='')}")
    # A follower's id answers with what it follows.
    is_another = found is not None and isinstance(end, TransactionEnd) and found["txn_id"] != name
    return None if is_another else found


async def _listed(office: Office, name: str, key: str, since: str) -> Documents:
    return {one[key]: one for one in await office.pages(f"/api/{name}", since=since)}


def _invented(letters: Mapping[bytes, Letter], transactions: Documents) -> Iterator[str]:
    """Transactions that only forgers told of."""
    genuine = {letter.message.value("txn_id") for letter in letters.values() if letter.genuine}
    for letter in letters.values():
        txn_id = letter.message.value("txn_id")
        if not letter.genuine and txn_id in transactions and txn_id not in genuine:
            yield f"{letter}: there is a transaction of it"
