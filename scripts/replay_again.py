"""Messages asked for again: by a worker that is at work, else by one that this command is itself."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from adapters.claims import Claims
from adapters.replaying.asking import Asking, Replayed
from adapters.replaying.choosing import Choosing, Chosen, Span, Standing, Wanted, spans_of, written
from domain.vocabulary import Verdict
from scripts.bar import Bar
from scripts.settings import Settings
from scripts.show import plain, say, table
from scripts.wiring.stores import now, open_stores
from scripts.wiring.worker import open_worker

WAIT_SECONDS: Final = 60
_LOOK_SECONDS: Final = 0.2
_INTERRUPTED: Final = 130  # as a shell says it of what Ctrl-C ended


def run(settings: Settings, wanted: Wanted, *, dry_run: bool, wait_seconds: int, as_json: bool) -> int:
    """Ask for them, wait, and tell what became of each; the exit code."""
    with open_stores(settings, make=False) as stores:
        choosing = Choosing(stores.book, stores.inbox)
        claims = Claims(stores.claims, stores.deliveries)
        asking = Asking(claims, stores.claims, choosing, stores.events, now)
        chosen = asking.choose(wanted)
        if dry_run:
            _say_what_would_be(chosen, as_json=as_json)
            return 0 if chosen.complete else 1
        code = _ask_and_wait(settings, asking, chosen, wait_seconds)
        done = asking.replayed(chosen.rows)
    _say_what_became(chosen, done, as_json=as_json)
    if code:
        return code
    return 0 if chosen.complete and all(one.settled for one in done.values()) else 1


def _ask_and_wait(settings: Settings, asking: Asking, chosen: Chosen, wait_seconds: int) -> int:
    bar, count = Bar("messages"), len(chosen.rows)
    try:
        asking.ask(list(chosen.rows))
        for left in _until_settled(settings, asking, chosen, wait_seconds):
            bar.show(count - left, count)
    except KeyboardInterrupt:
        bar.end()
        waiting = "what was asked for stays asked for, and is done by the next worker"
        print(f"counterfoil: cancelled: {waiting}", file=sys.stderr)
        return _INTERRUPTED
    finally:
        bar.end()
    return 0


def _until_settled(settings: Settings, asking: Asking, chosen: Chosen, wait_seconds: int) -> Iterator[int]:
    """How many are left, from time to time, until none is, or it has been waited for long enough."""
    until = time.monotonic() + wait_seconds
    before = -1
    while left := asking.left(chosen.rows):
        yield len(left)
        if time.monotonic() >= until:
            return
        if not asking.somebody_works():
            _work_once(settings, until - time.monotonic())
            return
        if len(left) == before:
            asking.hasten(chosen.rows, left)
        before = len(left)
        time.sleep(_LOOK_SECONDS)


def _work_once(settings: Settings, seconds: float) -> None:
    """As `counterfoil work --once` does; Ctrl-C, and the end of that time, let it finish what is in hand."""

    async def work() -> bool:
        stopped = False
        async with open_worker(settings) as worker:

            def stop() -> None:
                nonlocal stopped
                stopped = True
                worker.stop()

            loop = asyncio.get_running_loop()
            loop.call_later(seconds, worker.stop)
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, stop)
            await worker.run(once=True)
        return stopped

    if asyncio.run(work()):
        raise KeyboardInterrupt


def _say_what_would_be(chosen: Chosen, *, as_json: bool) -> None:
    counts: dict[str, int] = {}
    for row in chosen.rows.values():
        counts[row.outcome.value] = counts.get(row.outcome.value, 0) + 1
    asked = sum(row.verdict is not Verdict.VERIFIED for row in chosen.rows.values())
    if as_json:
        document = {"asked": 0, "would_be_asked": len(chosen.rows), "posted_back": asked, "outcomes": counts}
        say(json.dumps({**document, **_not_done(chosen)}, indent=2))
        return
    if counts:
        say(table(sorted(counts.items())))
    say(f"{len(chosen.rows)} would be asked for, {asked} of them of PayPal; nothing was (--dry-run)")
    _complain(chosen)


def _say_what_became(chosen: Chosen, done: dict[int, Replayed], *, as_json: bool) -> None:
    left = sum(not one.settled for one in done.values())
    if as_json:
        items = [_item(one) for one in done.values()]
        said = {"asked": len(done), "settled": len(done) - left, "left": left, "items": items}
        say(json.dumps({**said, **_not_done(chosen)}, indent=2))
        return
    if done:
        say(table([_row(one) for one in done.values()]))
    changed = sum(_changed(one) for one in done.values())
    say(f"{len(done)} asked for, {len(done) - left} settled, {changed} of them otherwise than before")
    _complain(chosen)
    if left:
        print(f"counterfoil: {left} not settled yet; they stay asked for", file=sys.stderr)


def _row(one: Replayed) -> tuple[object, ...]:
    added = ", ".join(f"{event.type} {event.stream}" for event in one.added)
    became = f"{one.before.outcome} -> {one.after.outcome if one.settled else 'asked for'}"
    return one.before.n, became, one.after.reason, added or "nothing added"


def _changed(one: Replayed) -> bool:
    before, after = one.before, one.after
    return bool(one.added) or (before.outcome, before.reason) != (after.outcome, after.reason)


def _item(one: Replayed) -> dict[str, Any]:
    return {
        "n": one.before.n,
        "settled": one.settled,
        "before": _became(one.before),
        "after": _became(one.after),
        "events": [asdict(event) for event in one.added],
    }


def _became(row: Standing) -> dict[str, str | None]:
    return {"outcome": row.outcome.value, "reason": row.reason}


def _not_done(chosen: Chosen) -> dict[str, list[str]]:
    told: dict[str, Sequence[Span]] = {
        "not_there": chosen.not_there,
        "purged": spans_of(chosen.purged),
        "forgotten": spans_of(chosen.forgotten),
        "lost": spans_of(chosen.lost),
    }
    return {why: [written(one) for one in spans] for why, spans in told.items()}


_WHY: Final = {
    "not_there": "there is no message {}",
    "purged": "{} purged: nothing is left to process",
    "forgotten": "{} forgotten: the key that the bytes were sealed with was destroyed",
    "lost": "{} not in the inbox: nothing is there to process; restore the inbox",
}


def _complain(chosen: Chosen) -> None:
    for why, spans in _not_done(chosen).items():
        if spans:
            print(f"counterfoil: {_WHY[why].format(plain(', '.join(spans)))}", file=sys.stderr)
