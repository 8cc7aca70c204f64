"""Messages that make no sense as a whole: whatever they come to, they must come to it in any order."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from tests.playing.aftermath import STAGES
from tests.playing.facts import (
    WILD,
    Batch,
    Case,
    Conversion,
    Cycle,
    Fact,
    Follower,
    Own,
    Payout,
    Standing,
)
from tests.playing.play import Play

STATUSES = (
    "Created",
    "Pending",
    "Processed",
    "Completed",
    "Denied",
    "Failed",
    "Voided",
    "Expired",
    "Declined",
)
REASONS = ("echeck", "paymentreview", "multi_currency", "unilateral", "address")
AMOUNTS = (2000, 1912, 1000, 500, 88)
Ids = list[tuple[str, str]]  # each id with the parent that it names
KINDS = ("refund", "reversal", "canceled_reversal", "adjustment")
PROFILE_WORDS = (
    "recurring_payment_profile_created",
    "recurring_payment_skipped",
    "recurring_payment_failed",
    "recurring_payment_suspended",
    "recurring_payment_profile_cancel",
    "recurring_payment_expired",
)


def payment(play: Play) -> list[Fact]:
    """Anything at all about one payment, its followers and theirs."""
    txn_id = play.name(f"{WILD}T")
    ids = [(txn_id, "")]
    told: list[Fact] = []
    for _ in range(play.between(1, 8)):
        make = play.pick(report, follower, follower, case)
        told.append(make(play, txn_id, ids))
    return told


def report(play: Play, txn_id: str, ids: Ids) -> Fact:
    status = play.pick(*STATUSES)
    return Own(
        txn_id=txn_id,
        status=status,
        reason=play.pick(*REASONS) if status == "Pending" else "",
        gross=play.pick(2000, 2000, 1000),
        fee=play.pick(88, None),
        currency=play.pick("USD", "USD", "USD", "EUR"),
        at=play.clock + timedelta(days=play.between(0, 2)),
        conversion=conversion(play) if status == "Completed" else None,
    )


def conversion(play: Play) -> Conversion | None:
    """Seldom any, and then one of two."""
    pounds = Conversion(coins=1500, currency="GBP", rate=Decimal("0.784519"))
    return play.pick(None, None, None, pounds, replace(pounds, coins=1400))


def follower(play: Play, txn_id: str, ids: Ids) -> Fact:
    """A follower of the payment or of a follower; its id may be that of another with the same parent."""
    ids.append((play.name(f"{WILD}F"), play.pick(*ids)[0]))
    own_id, parent = play.pick(ids[-1], ids[-1], ids[-1], play.pick(*ids))
    sign = play.pick(-1, -1, 1)
    # An adjustment that names no parent cannot be read.
    kind = play.pick(*KINDS[: 4 if parent else 3])
    return Follower(
        txn_id=own_id,
        parent=parent,
        kind=kind,
        gross=sign * play.pick(*AMOUNTS),
        fee=play.pick(None, None, -88, 88),
        currency=play.pick("USD", "USD", "USD", "EUR"),
        at=play.clock + timedelta(days=play.between(0, 9)),
        conversion=conversion(play) if kind == "canceled_reversal" else None,
    )


def case(play: Play, txn_id: str, ids: Ids) -> Fact:
    return Case(
        case_id=play.pick(f"PP-{txn_id}", f"PP-{txn_id}-2"),
        txn_id=play.pick(txn_id, play.pick(*ids)[0]),
        stage=play.pick(*STAGES),
        at=play.clock + timedelta(days=play.between(0, 9)),
    )


def profile(play: Play) -> list[Fact]:
    """Anything at all about one recurring profile and two payments that name it."""
    name = play.name(f"{WILD}I-")
    ids = (play.name(f"{WILD}T"), play.name(f"{WILD}T"))
    return [play.pick(about_profile, cycle)(play, name, ids) for _ in range(play.between(1, 7))]


def about_profile(play: Play, name: str, ids: tuple[str, ...]) -> Fact:
    word = play.pick(*PROFILE_WORDS)
    created = word == "recurring_payment_profile_created"
    initial = cycle(play, name, ids) if created and play.chance() else None
    return Standing(
        name=name,
        kind="profile",
        word=word,
        at=play.clock,
        amount=play.pick(2000, 1000),
        cycle=play.pick(Cycle(count=1, unit="M"), Cycle(count=2, unit="W")),
        state=play.pick("Active", "Pending", "Suspended", "Cancelled", "Expired"),
        next_at=play.pick(None, some_day(play)),
        outstanding=play.pick(0, 2000),
        initial=initial,
        initial_status=play.pick("Completed", "Pending", "Failed") if initial else "",
    )


def some_day(play: Play) -> datetime:
    return play.clock + timedelta(days=10 * play.between(0, 9))


def cycle(play: Play, name: str, ids: tuple[str, ...]) -> Own:
    return Own(
        txn_id=play.pick(*ids),
        status=play.pick("Completed", "Completed", "Pending", "Denied"),
        reason="echeck",
        gross=play.pick(2000, 1000),
        txn_type="recurring_payment",
        at=some_day(play),
        agreement=name,
        next_at=play.pick(None, some_day(play)),
    )


def batches(play: Play) -> list[Fact]:
    """Mass Pay messages that speak of the same two records in any way."""
    names = (play.name(f"{WILD}M"), play.name("U"), play.name("U"))
    return [
        Batch(
            status=play.pick("Processed", "Completed", "Denied", "Failed", "Pending"),
            currency=play.pick("USD", "USD", "EUR"),
            at=play.later(),
            payouts=tuple(record(play, names) for _ in range(play.between(1, 2))),
        )
        for _ in range(play.between(1, 4))
    ]


def record(play: Play, names: tuple[str, ...]) -> Payout:
    unique_id = play.pick(*names[1:])
    return Payout(
        txn_id=play.pick(f"{names[0]}{unique_id}", f"payout:{WILD}{unique_id}"),
        unique_id=f"{WILD}{unique_id}",
        status=play.pick(
            "Completed", "Failed", "Returned", "Reversed", "Unclaimed", "Pending", "Blocked", "Denied", ""
        ),
        gross=play.pick(1000, 1000, 500),
        fee=20,
        receiver=play.pick("one@example.com", "two@example.com"),
    )
