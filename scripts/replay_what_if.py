"""The past tried by the rules of today: every decision that would differ, told; nothing is written."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from adapters.replaying.choosing import Wanted, written
from adapters.replaying.differences import Act, Message, Stands
from adapters.replaying.opening import open_to_look
from adapters.replaying.past import Past
from adapters.replaying.ruling import Ruling
from adapters.replaying.what_if import Found, WhatIf
from domain.spelling import moment
from scripts.bar import Bar
from scripts.settings import Settings
from scripts.show import plain, say
from scripts.wiring.stores import shop_of

_INTERRUPTED: Final = 130  # as a shell says it of what Ctrl-C ended
_SKIPPED: Final = {
    "unverified": "not verified",
    "waiting": "still to be settled",
    "purged": "purged",
    "unreadable": "with bytes that nobody can read any more, taken as they were recorded",
}
_ONE: Final = {
    "transactions": "transaction",
    "invoices": "invoice",
    "subscriptions": "subscription",
    "todos": "to-do",
}


def run(settings: Settings, wanted: Wanted | None, *, as_json: bool) -> int:
    """Walk over the past by the rules of the settings; the exit code says whether anything would differ."""
    shop = shop_of(settings)
    bar, begun = Bar("messages"), time.monotonic()
    try:
        with open_to_look(settings.store) as looking:
            found = WhatIf(Past(looking), shop, bar.show, wanted).run()
    except KeyboardInterrupt:
        bar.end()
        print("counterfoil: cancelled: nothing was written", file=sys.stderr)
        return _INTERRUPTED
    finally:
        bar.end()
    seconds = time.monotonic() - begun
    said = json.dumps(_document(found, seconds), indent=2) if as_json else "\n".join(_lines(found, seconds))
    say(said)
    if found.not_there:
        numbers = ", ".join(map(written, found.not_there))
        print(f"counterfoil: there is no verified message {numbers}", file=sys.stderr)
    return 1 if found.differs or found.not_there else 0


def _lines(found: Found, seconds: float) -> Iterator[str]:
    rate = round(found.decided / seconds) if seconds else 0
    seen = f"{found.decided} messages and {found.acts_seen} acts of people, {found.events} events"
    yield f"{seen}, in {seconds:.1f} s, {rate} messages/s"
    yield from map(_ruling, found.rulings)
    for why, count in asdict(found.skipped).items():
        if count:
            yield f"not decided again: {count} {_SKIPPED[why]}"
    yield from map(_message, found.messages)
    yield from map(_act, found.acts)
    for kind, stands in found.stands.items():
        for one in stands:
            yield from _stands(_ONE[kind], one)
    for balance in found.balances:
        yield f"{plain(balance.account)}: {balance.before} -> {balance.after}"
    yield _summary(found)


def _ruling(one: Ruling) -> str:
    if one.number is None:
        return f"{one.events} events were decided before rules were written down"
    if one.differs is None:
        return f"{one.events} events by rules {one.number}, which are not in the book"
    others = ", ".join(map(plain, one.differs))
    said = f"tried were others: {others}" if others else "as those tried"
    return f"{one.events} events by rules {one.number} of {one.adopted_at}; {said}"


def _message(one: Message) -> str:
    before, after = (
        f"{became.outcome} ({plain(became.reason)})" if became.reason else became.outcome
        for became in (one.before, one.after)
    )
    return f"message {one.n}: {before} -> {after}"


def _act(one: Act) -> str:
    what = f"{one.what} of {plain(one.stream)} by {plain(one.by)} at {moment(one.at)}"
    return f"event {one.position}: {what} could not be done: {plain(one.why)}"


def _stands(kind: str, one: Stands) -> Iterator[str]:
    yield f"{kind} {plain(one.name)}:"
    for change in one.changed:
        yield f"  {plain(change['field'])}: {_value(change['before'])} -> {_value(change['after'])}"


def _value(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, list):
        return "; ".join(_value(one) for one in value) or "none"
    if isinstance(value, dict):
        return ": ".join(plain(part) for part in value.values())
    return plain(value)


def _summary(found: Found) -> str:
    if not found.differs:
        return "nothing would be decided otherwise"
    counts = {"message": len(found.messages), "act": len(found.acts)}
    counts |= {_ONE[kind]: len(stands) for kind, stands in found.stands.items()}
    counts["account"] = len(found.balances)
    told = ", ".join(f"{count} {what}{'s' * (count > 1)}" for what, count in counts.items() if count)
    return f"would be otherwise: {told}"


def _document(found: Found, seconds: float) -> dict[str, Any]:
    return {
        "differs": found.differs,
        "decided": found.decided,
        "acts_seen": found.acts_seen,
        "events": found.events,
        "seconds": round(seconds, 3),
        "messages_per_second": round(found.decided / seconds) if seconds else 0,
        "rules": [asdict(one) for one in found.rulings],
        "not_decided_again": asdict(found.skipped),
        "not_there": [written(span) for span in found.not_there],
        "messages": [asdict(one) for one in found.messages],
        "acts": [{**asdict(one), "at": moment(one.at)} for one in found.acts],
        "invoices": [],
        "subscriptions": [],
        "todos": [],
        "transactions": [],
        **{kind: [asdict(one) for one in stands] for kind, stands in found.stands.items()},
        "balances": [asdict(one) for one in found.balances],
    }
