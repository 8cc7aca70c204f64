"""What should stand in the end, told from the facts alone: no order, no history, sums over sets."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.playing.facts import SELLER, Case, Closed, Fact, Follower, Own, Standing, text

# A document's keys with what they should hold; a key that is left out is not compared.
Expected = dict[str, Any]
SPOKEN = {
    "Created": "created",
    "Pending": "pending",
    "Processed": "processed",
    "In-Progress": "processed",
    "Denied": "denied",
    "Failed": "failed",
    "Declined": "declined",
}
# Later in this list wins where a payment was heard of several times.
LADDER = ("Created", "Pending", "Processed", "In-Progress", "Failed", "Denied", "Declined")
STAGES = ("dispute", "complaint", "chargeback", "bank_return")


@dataclass
class Told:
    """Everything that PayPal told about one transaction."""

    own: list[Own] = field(default_factory=list)
    followers: list[Follower] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    waiting: list[Follower] = field(default_factory=list)
    parked: Counter[str] = field(default_factory=Counter)
    closed: set[Closed] = field(default_factory=set)

    @property
    def first(self) -> Own:
        return self.own[0]

    @property
    def statuses(self) -> set[str]:
        return {one.status for one in self.own}

    @property
    def cleared(self) -> bool:
        return self.first.kind == "payment" and "Completed" in self.statuses


def sorted_out(facts: Iterable[Fact], closed: Iterable[Closed] = ()) -> dict[str, Told]:
    """The facts by the transaction that they are about in the end, each once."""
    told: defaultdict[str, Told] = defaultdict(Told)
    facts = list(dict.fromkeys(facts))
    parents = {one.txn_id: one.parent for one in facts if isinstance(one, Follower)}
    for one in facts:
        if isinstance(one, Standing) and one.initial and one.initial_status != "Failed":
            told[one.initial.txn_id].own.append(replace(one.initial, status=one.initial_status, fee=None))
        elif isinstance(one, Own) and one.receiver == SELLER:
            told[one.txn_id].own.append(one)
        elif isinstance(one, Follower):
            told[root(one, parents)].followers.append(one)
        elif isinstance(one, Case):
            told[one.txn_id].cases.append(one)
    for case in closed:
        told[case.txn_id].closed.add(case)
    for each in told.values():
        set_aside(each)
    return told


def root(one: Follower, parents: dict[str, str]) -> str:
    """The transaction that a follower is about in the end: it may name another follower, or only itself."""
    named = one.parent or one.txn_id
    while parents.get(named):
        named = parents[named]
    return named


def set_aside(told: Told) -> None:
    """What waits for something never heard: what follows an unheard payment; a return of nothing taken."""
    taken = {one.gross for one in told.followers if one.kind == "reversal"}
    for one in tuple(told.followers):
        returned = one.kind == "canceled_reversal"
        if not told.own or (returned and -(one.gross or 0) not in taken):
            told.followers.remove(one)
            told.waiting.append(one)
            told.parked[one.kind] += 1
    if not told.own and told.cases:
        told.parked["case"] += len(told.cases)


def part_undone(one: Follower, gross: int) -> int:
    """What a reversal took of a payment, whichever convention PayPal wrote it in."""
    taken = -(one.gross or 0)
    return gross if taken - (one.fee or 0) == gross else taken


def part_returned(one: Follower, reversals: list[Follower], gross: int) -> int:
    """What a canceled reversal gave back: what the reversal of the same amount took."""
    return next(part_undone(taken, gross) for taken in reversals if taken.gross == -(one.gross or 0))


@dataclass(frozen=True)
class Sums:
    """What followers left of a payment."""

    gross: int
    refunded: int
    reversed: int

    @property
    def nothing_left(self) -> bool:
        return self.refunded + self.reversed >= self.gross


def sums(told: Told) -> Sums:
    gross = told.first.gross
    reversals = [one for one in told.followers if one.kind == "reversal"]
    taken = sum(part_undone(one, gross) for one in reversals)
    given = sum(
        part_returned(one, reversals, gross) for one in told.followers if one.kind == "canceled_reversal"
    )
    return Sums(
        gross=gross,
        refunded=sum(-(one.gross or 0) for one in told.followers if one.kind == "refund"),
        # No more is given back than was taken, whatever is still to come.
        reversed=max(taken - given, 0),
    )


def cases(told: Told) -> set[tuple[str, str, bool]]:
    """Each case at its highest stage, and whether it is open.

    It is closed by what was returned since, by a refund of everything, or by a person who knew of this stage.
    """
    returned = [one.at for one in told.followers if one.kind == "canceled_reversal"]
    refunded = sums(told).refunded >= told.first.gross
    opened: defaultdict[str, list[Case]] = defaultdict(list)
    for one in told.cases:
        opened[one.case_id].append(one)
    closed = {(one.case_id, one.stage) for one in told.closed}
    found = set()
    for case_id, stages in opened.items():
        top = max((one.stage for one in stages), key=STAGES.index)
        over = refunded or any(at > stages[0].at for at in returned) or (case_id, top) in closed
        found.add((case_id, top, not over))
    return found


def payment_status(told: Told) -> str:
    """Reversed over refunded over disputed over partially refunded over completed, else PayPal's own word."""
    undone = sums(told)
    contested = undone.reversed > 0 or any(is_open for _, _, is_open in cases(told))
    if undone.reversed and undone.nothing_left:
        return "reversed"
    if undone.refunded >= undone.gross:
        return "refunded"
    if contested:
        return "disputed"
    if undone.refunded:
        return "partially_refunded"
    if told.cleared:
        return "completed"
    return SPOKEN[max(told.statuses, key=LADDER.index)]


def fulfillment(told: Told, *, doubted_from_outside: bool) -> str:
    undone = sums(told)
    if not told.cleared:
        return "none"
    if undone.nothing_left:
        return "withdrawn"
    doubted = (
        doubted_from_outside
        or told.parked
        or any(one.conversion and not one.conversion.right for one in told.own)
        or told.statuses & {"Denied", "Failed"}
        or any(one.kind != "adjustment" for one in told.followers)
        or any(is_open for _, _, is_open in cases(told))
    )
    return "held" if doubted else "ready"


def amount(coins: int | None, currency: str) -> str | None:
    return None if coins is None else text(coins, currency)


def is_a_cycle(one: Own) -> bool:
    """Whether a payment is a cycle of a subscription or profile, not only a charge under an agreement."""
    return bool(one.agreement) and one.txn_type != "merch_pmt"


def payment(told: Told, *, doubted_from_outside: bool) -> Expected:
    one, undone = told.first, sums(told)
    expected: Expected = {
        "kind": "payment",
        "status": payment_status(told),
        "currency": one.currency,
        "gross": text(one.gross, one.currency),
        "invoice": one.invoice or None,
        "parent_txn_id": one.source or None,
        "refunded": text(undone.refunded, one.currency),
        "reversed": text(undone.reversed, one.currency),
        "followers": Counter(
            (each.txn_id, each.kind, amount(each.gross, one.currency), amount(each.fee, one.currency))
            for each in told.followers
        ),
        "cases": cases(told),
        "fulfillment": fulfillment(told, doubted_from_outside=doubted_from_outside),
        "parked": told.parked,
        "subscription": next((each.agreement for each in told.own if is_a_cycle(each)), None),
    }
    if told.cleared:
        fees = [each.fee for each in told.own if each.status == "Completed" and each.fee is not None]
        expected["fee"] = amount(fees[0] if fees else None, one.currency)
    return expected
