"""One timeline of a transaction: messages, post-backs, events, acts, cases and ledger entries, in order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adapters.desk.reasons import reason_in_words
from adapters.desk.telling import is_about_a_case, telling
from adapters.story import Happening, Story
from adapters.times import parse_rfc3339
from domain import events as e
from domain.act_events import ActEvent
from domain.facts import Doubt
from domain.spelling import moment
from domain.vocabulary import Outcome, Status
from projections.ledger import LedgerEntry

MESSAGE, POST_BACK, EVENT, ACT, CASE, GAP = "message", "post-back", "event", "act", "case", "gap"
# What came in one moment, in the order in which one leads to the next.
_ORDER: Final = {MESSAGE: 0, POST_BACK: 1}
_THEN: Final = 2
_REFUSED: Final = (e.ReportRefused, e.FollowerRefused)
_PARKED: Final = (e.FollowerParked, e.CaseParked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the timeline."""

    what: str
    at: str  # by our clock
    title: str
    occurred: str | None = None  # by PayPal's
    lines: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    n: int | None = None
    by: str | None = None
    place: Happening | None = None
    before: Status | None = None
    after: Status | None = None
    verdict: str | None = None
    outcome: str | None = None
    reason: str | None = None
    asked: Mapping[str, Any] | None = None  # the one time that PayPal was asked
    ledger: tuple[LedgerEntry, ...] = ()


def timeline(story: Story, messages: Iterable[Mapping[str, Any]], as_of: datetime | None) -> list[Row]:
    """All that is known of a transaction by now, or was as of a moment, oldest first."""
    placed = list(_events(story.happenings))
    became = _outcomes(story.happenings)
    for message in messages:
        for row in _message(message, became, as_of):
            at = parse_rfc3339(row.at)
            if as_of is None or at <= as_of:
                placed.append(((at, _ORDER[row.what], message["n"]), row))
    return [row for _, row in sorted(placed, key=lambda each: each[0])]


_Placed = tuple[tuple[datetime, int, int], Row]


def _events(happenings: Sequence[Happening]) -> Iterator[_Placed]:
    # A clock may have been put back; what was recorded later stands later.
    latest: datetime | None = None
    version = 0
    for happening in happenings:
        at = happening.entry.at if latest is None else max(latest, happening.entry.at)
        if latest is not None and happening.version > version + 1:
            gap = f"{happening.version - version - 1} events in between"
            yield (latest, _THEN, version), Row(what=GAP, at=moment(latest) or "", title=gap)
        latest, version = at, happening.version
        yield (at, _THEN, version), _event(happening)


def _event(happening: Happening) -> Row:
    entry = happening.entry
    told = telling(happening.name, entry)
    changed = happening.before is not happening.after
    return Row(
        what=CASE if is_about_a_case(entry.event) else ACT if isinstance(entry.event, ActEvent) else EVENT,
        at=moment(entry.at) or "",
        title=told.title,
        occurred=told.occurred,
        lines=told.lines,
        doubts=told.doubts,
        n=entry.n,
        by=entry.by,
        place=happening,
        before=happening.before if changed else None,
        after=happening.after if changed else None,
        ledger=happening.ledger,
    )


def _outcomes(happenings: Iterable[Happening]) -> dict[int, Outcome]:
    """What deliveries came to by the events alone, the last word of each."""
    became: dict[int, Outcome] = {}
    for happening in happenings:
        event, n = happening.entry.event, happening.entry.n
        if n is not None:
            refused, parked = isinstance(event, _REFUSED), isinstance(event, _PARKED)
            became[n] = Outcome.REFUSED if refused else Outcome.PARKED if parked else Outcome.RECORDED
    return became


def _message(
    message: Mapping[str, Any], became: Mapping[int, Outcome], as_of: datetime | None
) -> Iterator[Row]:
    asked = [each for each in message["post_backs"] if as_of is None or parse_rfc3339(each["time"]) <= as_of]
    outcome, reason, verdict = message["outcome"], message["reason"], message["verdict"]
    if as_of is not None:
        settled = message["settled_at"]
        known = settled is not None and parse_rfc3339(settled) <= as_of
        verdict = asked[-1]["verdict"] if asked else "unknown"
        if not known or message["n"] in became:
            outcome, reason = became.get(message["n"], Outcome.WAITING), None
    said = " ".join(filter(None, (message["txn_type"], message["payment_status"])))
    yield Row(
        what=MESSAGE,
        at=message["received_at"],
        title=f"Message {message['n']}" + (f": {said}" if said else ""),
        n=message["n"],
        verdict=verdict,
        outcome=str(outcome),
        reason=reason_in_words(str(outcome), reason) or None,
        asked=asked[0] if len(asked) == 1 else None,
    )
    # Nearly always there is but one, which is told with its message.
    yield from map(_post_back, asked if len(asked) > 1 else ())


def _post_back(asked: Mapping[str, Any]) -> Row:
    title = f"Asked PayPal, attempt {asked['attempt']}"
    return Row(what=POST_BACK, at=asked["time"], title=title, verdict=asked["verdict"], asked=asked)
