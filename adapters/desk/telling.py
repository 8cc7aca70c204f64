"""Events in words: what each says, and when PayPal says that it was."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain import act_events as a
from domain import events as e
from domain.events import Entry
from domain.facts import Case, Doubt, Follower, Report
from domain.money import Money
from domain.spelling import moment

_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Telling:
    """An event as people read it."""

    title: str
    lines: tuple[str, ...]
    occurred: str | None  # by PayPal's clock
    doubts: tuple[Doubt, ...] = ()


def telling(name: str, entry: Entry) -> Telling:
    """An event in words, by its name in the book: `PaymentCompleted` is `Payment completed`."""
    event = entry.event
    doubts = getattr(event, "doubts", ())
    return Telling(
        title=_WORD.sub(" ", name).capitalize(),
        lines=tuple(_lines(event)),
        occurred=moment(_occurred(event)),
        doubts=doubts,
    )


def is_about_a_case(event: e.Event) -> bool:
    """Whether an event is one of a case, opened or closed."""
    return isinstance(event, e.CaseOpened | e.CaseParked | a.CaseClosed)


def _occurred(event: e.Event) -> datetime | None:
    report, follower, case = (getattr(event, name, None) for name in ("report", "follower", "case"))
    if isinstance(report, Report):
        return report.occurred_at
    if isinstance(follower, Follower):
        return follower.occurred_at
    return case.opened_at if isinstance(case, Case) else None


def _lines(event: e.Event) -> Iterator[str]:
    match event:
        case e.ReportHeard(report) | e.ReportRefused(report):
            yield from _of_a_report(report)
        case e.FollowerHeard(follower) | e.FollowerRefused(follower) | e.FollowerParked(follower):
            yield _of_a_follower(follower)
        case e.CaseOpened(case) | e.CaseParked(case):
            reason = f", because of {case.reason}" if case.reason else ""
            yield f"{case.type} {case.case_id}{reason}"
        case e.CaptureHeard(capture):
            yield f"{capture.txn_id} is {capture.status}{_amounts(capture.gross, None)}"
        case e.FollowerIdentified(follows):
            yield f"It follows {follows}, and has no life of its own"
        case e.PaymentVetted(doubts):
            yield "The checks were made again" + ("" if doubts else ", and found nothing")
        case _:
            yield from _of_an_act(event)
    yield from _whys(event)


def _of_an_act(event: e.Event) -> Iterator[str]:
    match event:
        case a.GoodsClaimed(until):
            yield f"Claimed until {until:%Y-%m-%d %H:%M:%S} UTC"
        case a.GoodsFulfilled(note) | a.TodoDone(note=note):
            if note:
                yield f"“{note}”"
        case a.CaseClosed(case_id, stage):
            yield f"{stage} {case_id}"


def _whys(event: e.Event) -> Iterator[str]:
    match event:
        case e.ReportRefused(why=why) | e.FollowerRefused(why=why):
            yield f"It contradicts what was told before: {why}"
        case e.FollowerParked(waits_for=waits) | e.CaseParked(waits_for=waits):
            yield f"It came too early, and waits for {waits}"
        case a.GoodsReleased(why=why) | a.GoodsApproved(why=why) | a.CaseClosed(why=why):
            if why:
                yield f"“{why}”"


def _of_a_report(report: Report) -> Iterator[str]:
    said = f"PayPal says {report.status}"
    reason = f", because of {report.pending_reason}" if report.pending_reason else ""
    yield f"{said}{reason}{_amounts(report.gross, report.fee)}"


def _of_a_follower(told: Follower) -> str:
    reason = f", because of {told.reason}" if told.reason else ""
    return f"{told.kind.replace('_', ' ')} {told.txn_id}{reason}{_amounts(told.gross, told.fee)}"


def _amounts(gross: Money | None, fee: Money | None) -> str:
    told = "" if gross is None else f": {gross.spelled()}"
    return told if fee is None else f"{told}, fee {fee.spelled()}"
