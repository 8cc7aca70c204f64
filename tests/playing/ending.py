"""How a whole history must end: every transaction, every subscription, PayPal's balance in each currency."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tests.playing.agreements import subscriptions
from tests.playing.facts import (
    WILD,
    Agreed,
    Batch,
    Closed,
    Fact,
    Follower,
    Known,
    Own,
    Payout,
    Standing,
    text,
)
from tests.playing.model import Expected, Told, payment, sorted_out, sums

UNDONE = {"Voided": "voided", "Expired": "expired", "Denied": "denied"}
# A payout stands at the highest of what was heard of it.
PAYOUT_LADDER = ("pending", "unclaimed", "completed", "failed", "denied", "returned", "reversed")
BATCH_WORD = {"Processed": "pending"}


@dataclass(frozen=True)
class Ending:
    """What the book should show once every message has come; of what is wild, only the names are said."""

    transactions: dict[str, Expected]
    subscriptions: dict[str, Expected]
    balances: Counter[str]
    answers: dict[str, str]  # a follower's id, and the transaction with which asking for it is answered
    todos: set[tuple[str, str]]  # what a person must do about which transaction


def ending(facts: Iterable[Known]) -> Ending:
    known = list(dict.fromkeys(facts))
    prices = [one for one in known if isinstance(one, Agreed)]
    said = said_of_sense(known)
    told = sorted_out(said, closings(known))
    paid = payouts(said)
    doubted = sharing_an_invoice(told) | mispriced(told, prices)
    transactions = {txn_id: transaction(txn_id, told, doubted) for txn_id in told}
    unsaid: dict[str, Expected] = {name: {} for one in known if is_wild(one) for name in names_of(one)}
    streams: dict[str, Expected] = {name: {} for one in known for name in agreements_of(one)}
    return Ending(
        transactions=unsaid | transactions | {txn_id: payout(heard) for txn_id, heard in paid.items()},
        subscriptions=streams | subscriptions(said),
        balances=balances(told, paid),
        todos={(todo, txn_id) for txn_id, one in told.items() for todo in todos(one)},
        answers={one.txn_id: txn_id for txn_id, each in told.items() for one in each.followers},
    )


def said_of_sense(known: Iterable[Known]) -> list[Fact]:
    """What PayPal told of all that is not wild."""
    return [one for one in known if not isinstance(one, Agreed | Closed) and not is_wild(one)]


def closings(known: Iterable[Known]) -> list[Closed]:
    """Which of these cases people closed."""
    return [one for one in known if isinstance(one, Closed) and not is_wild(one)]


def names_of(one: Known) -> set[str]:
    """The transactions that a fact is about; of a standing message none."""
    match one:
        case Batch():
            return {record.txn_id for record in one.payouts}
        case Standing():
            return {one.initial.txn_id} if one.initial else set()
        case Follower():
            return {one.parent or one.txn_id}
        case Agreed():
            return set()
        case _:
            return {one.txn_id}


def agreements_of(one: Known) -> set[str]:
    """The subscription, profile or agreement that a fact is about, if any."""
    match one:
        case Standing():
            return {one.name}
        case Own(agreement=name) if name:
            return {name}
        case _:
            return set()


def is_wild(one: Known) -> bool:
    """Whether the model leaves it to the comparison of orders what this comes to."""
    named = names_of(one) | agreements_of(one)
    return any(name.removeprefix("payout:").startswith(WILD) for name in named)


def transaction(txn_id: str, told: dict[str, Told], doubted: set[str]) -> Expected:
    one = told[txn_id]
    if not one.own:
        return {"status": "awaited", "gross": None, "fulfillment": "none", "parked": one.parked}
    if one.first.kind == "payment":
        return payment(one, doubted_from_outside=txn_id in doubted)
    status = authorization_status if one.first.kind == "authorization" else order_status
    return {
        "kind": one.first.kind,
        "status": status(txn_id, told),
        "gross": text(one.first.gross, one.first.currency),
        "parent_txn_id": one.first.source or None,
        "fulfillment": "none",
    }


def captures(source: str, told: dict[str, Told]) -> list[Told]:
    """The captures of an authorization or order that cleared or still may."""
    children = (one for one in told.values() if one.own and one.first.source == source)
    return [one for one in children if one.first.kind == "payment" and "Denied" not in one.statuses]


def authorization_status(txn_id: str, told: dict[str, Told]) -> str:
    one, parts = told[txn_id], captures(txn_id, told)
    used_up = "Completed" in one.statuses or any(own.spent for part in parts for own in part.own)
    if used_up or sum(part.first.gross for part in parts) >= one.first.gross:
        return "captured"
    if parts:
        return "partially_captured"
    return next((word for said, word in UNDONE.items() if said in one.statuses), "authorized")


def order_status(txn_id: str, told: dict[str, Told]) -> str:
    holds = [other for other, one in told.items() if one.own and one.first.source == txn_id]
    authorizations = [other for other in holds if told[other].first.kind == "authorization"]
    used = any(authorization_status(other, told).endswith("captured") for other in authorizations)
    if used or captures(txn_id, told):
        return "captured"
    return next((word for said, word in UNDONE.items() if said in told[txn_id].statuses), "ordered")


def sharing_an_invoice(told: dict[str, Told]) -> set[str]:
    """Cleared payments beside which another purchase was paid under the same invoice."""
    payers: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for txn_id, one in told.items():
        if one.own and one.cleared and one.first.invoice:
            payers[one.first.invoice][txn_id] = purchase(txn_id, told)
    return {txn_id for paid in payers.values() if len(set(paid.values())) > 1 for txn_id in paid}


def mispriced(told: dict[str, Told], prices: Iterable[Agreed]) -> set[str]:
    """Payments of another amount than the shop agreed under their invoice."""
    agreed = {one.invoice: (one.amount, one.currency) for one in prices}
    return {
        txn_id
        for txn_id, one in told.items()
        if one.own and one.first.invoice in agreed
        if agreed[one.first.invoice] != (one.first.gross, one.first.currency)
    }


def purchase(txn_id: str, told: dict[str, Told]) -> str:
    """What a payment is a part of: its order, its authorization, its subscription or profile, or itself."""
    one = told[txn_id].first
    if one.source in told:
        return purchase(one.source, told)
    # Charges under a billing agreement are purchases of their own; the cycles of a subscription are one.
    cycle_of = "" if one.txn_type == "merch_pmt" else one.agreement
    return one.source or cycle_of or txn_id


def todos(told: Told) -> Iterable[str]:
    """What waits in PayPal for the merchant's word, and what contradicts itself."""
    if not told.own or told.first.kind != "payment":
        return
    undone = sums(told)
    waits_for = {one.reason.replace("-", "_") for one in told.own if one.status == "Pending"}
    if told.statuses == {"Pending"} and not undone.nothing_left:
        if "multi_currency" in waits_for:
            yield "accept_currency"
        if "unilateral" in waits_for:
            yield "unilateral"
    refused = told.cleared and told.statuses & {"Denied", "Failed"}
    if refused or undone.refunded + undone.reversed > undone.gross:
        yield "contradiction"


def payouts(facts: Iterable[Fact]) -> dict[str, list[tuple[Payout, str, str]]]:
    """Each record of Mass Pay with its currency and what was said of it: its own word, else the batch's."""
    heard: defaultdict[str, list[tuple[Payout, str, str]]] = defaultdict(list)
    for batch in facts:
        if isinstance(batch, Batch):
            for one in batch.payouts:
                said = batch.status if batch.status == "Denied" else one.status or batch.status
                word = BATCH_WORD.get(said, said).lower()
                heard[one.txn_id].append((one, batch.currency, "failed" if word == "blocked" else word))
    return heard


def payout_status(heard: list[tuple[Payout, str, str]]) -> str:
    return max((word for _, _, word in heard), key=PAYOUT_LADDER.index)


def payout(heard: list[tuple[Payout, str, str]]) -> Expected:
    one, currency, _ = heard[0]
    return {
        "kind": "payout",
        "status": payout_status(heard),
        "currency": currency,
        "gross": text(one.gross, currency),
        "fee": text(one.fee, currency),
        "custom": one.unique_id,
        "fulfillment": "none",
    }


def balances(told: dict[str, Told], paid: dict[str, list[tuple[Payout, str, str]]]) -> Counter[str]:
    """What should lie in PayPal's account, in the smallest coins of each currency."""
    total: Counter[str] = Counter()
    for one in told.values():
        if one.own and one.cleared:
            for currency, coins in came(one):
                total[currency] += coins
        # What was taken or given back counts even where nobody heard that the payment cleared.
        if one.own:
            total[one.first.currency] += sum(moved(each, one) for each in one.followers)
    for heard in paid.values():
        record, currency, _ = heard[0]
        if payout_status(heard) in ("pending", "unclaimed", "completed"):
            total[currency] -= record.gross + record.fee
    return Counter({currency: coins for currency, coins in total.items() if coins})


def came(told: Told) -> list[tuple[str, int]]:
    """What a cleared payment brought: its net, or what PayPal turned that into."""
    cleared = [one for one in told.own if one.status == "Completed"]
    fee = next((one.fee for one in cleared if one.fee is not None), 0)
    converted = next((one.conversion for one in cleared if one.conversion), None)
    if converted:
        return [(converted.currency, converted.coins)]
    return [(told.first.currency, told.first.gross - fee)]


def moved(one: Follower, told: Told) -> int:
    """What a follower moved: gross less fee; net of fee, the gross alone; an adjustment each by its sign."""
    gross, fee = one.gross or 0, one.fee or 0
    if one.kind == "adjustment":
        return gross + fee
    if one.kind in ("reversal", "canceled_reversal") and abs(gross) + abs(fee) == told.first.gross:
        return gross
    return gross - fee
