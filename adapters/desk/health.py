"""How the house is: whatever readiness complains of, and signs of life, in words with what to do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.desk.addresses import address
from adapters.desk.words import lasting
from adapters.readiness import Check, Report

GOOD, WARN, BAD = "good", "warn", "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One thing that is looked at: how it is, in words; since or at when, and where more is to be seen."""

    name: str
    state: str
    said: str
    at: str | None = None
    to: str | None = None


def signs(report: Report, sealing: Mapping[str, Any]) -> tuple[Sign, ...]:
    """All of them, in the order in which a message meets them."""
    checked = [_CHECKED.get(check.name, _other)(check) for check in report.checks]
    # What a worker said last holds no longer than it lives.
    lives = all(check.ok for check in report.checks if check.name == "worker_heartbeat")
    return (*checked, *_set_aside(report), *_told(report.information, lives=lives), *_notary(sealing))


def _store(check: Check) -> Sign:
    if check.ok:
        return Sign(name="Store", state=GOOD, said="takes messages")
    why = "; ".join(f"{name}: {said}" for name, said in check.detail.items() if said != "ok")
    said = f"cannot be written to ({why}). PayPal's messages are turned away, and it sends them again later."
    return Sign(name="Store", state=BAD, said=said)


def _worker(check: Check) -> Sign:
    age = check.detail.get("age_seconds")
    if check.ok:
        return Sign(name="Worker", state=GOOD, said="is at work")
    if "error" in check.detail:
        return _other(check)
    heard = "was never heard of" if age is None else f"was last heard of {lasting(age)} ago"
    said = f"{heard}. Nothing is verified until it runs: start counterfoil serve, or counterfoil work."
    return Sign(name="Worker", state=BAD, said=said)


def _unverified(check: Check) -> Sign:
    if "error" in check.detail:
        return _other(check)
    waiting, age = check.detail["waiting"], check.detail["age_seconds"]
    to = address("notifications", outcome="waiting") if waiting else None
    said = f"{waiting} to be verified, the oldest for {lasting(age)}" if waiting else "nothing waits"
    return Sign(name="Backlog", state=GOOD if check.ok else BAD, said=said, to=to)


def _lag(check: Check) -> Sign:
    if "error" in check.detail:
        return _other(check)
    behind = {name: lag for name, lag in check.detail.items() if lag["lag_events"]}
    if not behind:
        return Sign(name="Pages", state=GOOD, said="show everything that is in the book")
    events = max(lag["lag_events"] for lag in behind.values())
    seconds = max(lag["lag_seconds"] for lag in behind.values())
    said = f"are {events} {'event' if events == 1 else 'events'} behind the book, {lasting(seconds)}"
    if check.ok:
        return Sign(name="Pages", state=GOOD, said=said)
    return Sign(name="Pages", state=BAD, said=f"{said} ({', '.join(behind)}). They show what was before.")


def _other(check: Check) -> Sign:
    said = str(check.detail.get("error", "is as it should be" if check.ok else "is not as it should be"))
    return Sign(name=check.name.replace("_", " ").capitalize(), state=GOOD if check.ok else BAD, said=said)


_CHECKED: Final[Mapping[str, Callable[[Check], Sign]]] = {
    "store_writable": _store,
    "worker_heartbeat": _worker,
    "oldest_unverified": _unverified,
    "projection_lag": _lag,
}


def _set_aside(report: Report) -> Iterator[Sign]:
    lags = [
        check.detail
        for check in report.checks
        if check.name == "projection_lag" and "error" not in check.detail
    ]
    aside = {name: lag["set_aside"] for lag in lags for name, lag in lag.items() if lag["set_aside"]}
    if aside:
        named = ", ".join(f"{count} in {name}" for name, count in aside.items())
        said = f"not all is shown of some transactions ({named}): counterfoil rebuild tells why"
        yield Sign(name="Set aside", state=BAD, said=said)


def _told(information: Mapping[str, Any], *, lives: bool) -> Iterator[Sign]:
    parked = information.get("backlog", {}).get("parked", 0)
    if parked:
        said = f"{parked} came before what {'it follows' if parked == 1 else 'they follow'}"
        yield Sign(name="Parked", state=WARN, said=said, to=address("notifications", outcome="parked"))
    breaker = (information.get("breaker") if lives else None) or {}
    if breaker.get("state") in _BREAKER:
        state, said = _BREAKER[breaker["state"]]
        yield Sign(name="PayPal", state=state, said=said)
    last = information.get("last_received_at")
    yield Sign(name="Last message", state=GOOD, said="" if last else "none has come yet", at=last)


_BREAKER: Final = {
    "closed": (GOOD, "answers"),
    "recovering": (WARN, "answers again; it is asked with care"),
    "probing": (WARN, "did not answer, and is being tried again"),
    "open": (BAD, "does not answer. Messages are kept, and asked about as soon as it does."),
}


def _notary(sealing: Mapping[str, Any]) -> Iterator[Sign]:
    last, behind = sealing["checkpoint"], sealing["behind"]
    if last is None:
        yield Sign(name="Notary", state=WARN, said="has signed nothing yet")
    else:
        late = f"; {behind} {'event is' if behind == 1 else 'events are'} not sealed yet" if behind else ""
        size = last["size"]
        said = f"signed for {size} {'entry' if size == 1 else 'entries'}{late}"
        yield Sign(name="Notary", state=GOOD, said=said, at=last["made_at"])
    for sent in sealing["sent"]:
        if sent["error"]:
            said = f"the last checkpoint did not arrive: {sent['error']}"
            yield Sign(name=f"Copy at {sent['target']}", state=WARN, said=said, at=sent["sent_at"])
