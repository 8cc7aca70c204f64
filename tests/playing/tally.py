"""What lies in which account, tallied from raw bodies alone: not from events or documents."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

# What came to each account, by its name with its currency; where nothing did, the account is left out.
Accounts = dict[str, Decimal]
Sums = defaultdict[str, Decimal]
Fields = dict[str, str]
FOLLOWERS = {"refunded": "refund", "reversed": "reversal", "canceled_reversal": "canceled_reversal"}
PROMISES = ("auth", "order", "reauth")
CYCLES = ("subscr_payment", "recurring_payment", "recurring_payment_outstanding_payment")
# Of what was said of a payout, what stands later outweighs what stands before.
PAYOUT_LADDER = ("pending", "unclaimed", "completed", "failed", "denied", "returned", "reversed")
OUT_OF_OUR_HANDS = ("pending", "unclaimed", "completed")


@dataclass(frozen=True, kw_only=True)
class Money:
    """An amount of a body."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a body, or a record of it, says of money under one id."""

    txn_id: str
    kind: str
    status: str = ""
    parent: str = ""
    gross: Decimal | None = None
    fee: Decimal | None = None
    currency: str = "USD"
    settled: Money | None = None
    cycle: bool = False

    @property
    def size(self) -> tuple[Decimal, Decimal]:
        return (abs(self.gross or Decimal()), abs(self.fee or Decimal()))

    @property
    def said(self) -> tuple[object, ...]:
        """What it says of money."""
        return (self.gross, self.fee, self.currency, self.settled)


class UndecidedError(Exception):
    """Tellings contradict each other in what no rule decides, such as two currencies."""


@dataclass
class Heard:
    """All that bodies said of one transaction."""

    own: list[Line] = field(default_factory=list)
    followers: list[Line] = field(default_factory=list)


@dataclass
class Tally:
    """What each transaction moved; of those that are undecided, any order of bodies must come to the same."""

    moved: dict[str, Accounts] = field(default_factory=dict)
    undecided: set[str] = field(default_factory=set)


def tallied(accepted: Iterable[bytes], heard: Iterable[bytes] = ()) -> Tally:
    """What each transaction moved, by the bodies that were accepted.

    Bodies that were only heard (and wait) tell which id follows which.
    """
    by_id: defaultdict[str, Heard] = defaultdict(Heard)
    lines = [line for one in accepted for line in read(one)]
    parents = {line.txn_id: line.parent for one in heard for line in read(one) if line.parent}
    parents |= {line.txn_id: line.parent for line in lines if line.parent}
    for line in lines:
        if line.kind in ("payment", "payout"):
            by_id[line.txn_id].own.append(line)
        else:
            by_id[root(line, parents)].followers.append(line)
    tally = Tally()
    for txn_id, one in by_id.items():
        try:
            if some := moved(one):
                tally.moved[txn_id] = some
        except UndecidedError:
            tally.undecided.add(txn_id)
    return tally


def root(line: Line, parents: dict[str, str]) -> str:
    """What a follower follows in the end: it may name another follower, or under the payment's id nothing."""
    named = line.parent or line.txn_id
    while named in parents:
        named = parents[named]
    return named


# ---- reading ----


def read(body: bytes) -> Iterator[Line]:
    """The lines of a body; none of one that speaks of no money."""
    fields = dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, encoding="cp1252"))
    txn_type, status = fields.get("txn_type", ""), fields.get("payment_status", "").lower()
    if txn_type == "masspay":
        yield from records(fields, status)
    elif fields.get("initial_payment_txn_id"):
        yield initial(fields)
    elif status and fields.get("transaction_entity") not in PROMISES:
        yield single(fields, txn_type, status)


def single(fields: Fields, txn_type: str, status: str) -> Line:
    kind = "adjustment" if txn_type == "adjustment" else FOLLOWERS.get(status, "payment")
    gross, fee = amount(fields, "mc_gross", "payment_gross"), amount(fields, "mc_fee", "payment_fee")
    if kind in ("refund", "reversal"):
        # These take, whichever sign they carry: PayPal's simulator writes what it takes without one.
        gross, fee = (None if coins is None else -abs(coins) for coins in (gross, fee))
    return Line(
        txn_id=fields["txn_id"],
        kind=kind,
        status=status,
        parent="" if kind == "payment" else fields.get("parent_txn_id", ""),
        gross=gross,
        fee=fee,
        currency=fields.get("mc_currency") or "USD",
        settled=settled(fields),
        cycle=txn_type in CYCLES or bool(fields.get("subscr_id") or fields.get("recurring_payment_id")),
    )


def initial(fields: Fields) -> Line:
    """The payment inside a profile's creation."""
    return Line(
        txn_id=fields["initial_payment_txn_id"],
        kind="payment",
        status=fields["initial_payment_status"].lower(),
        gross=amount(fields, "initial_payment_amount"),
        currency=fields["currency_code"],
        cycle=True,
    )


def records(fields: Fields, status: str) -> Iterator[Line]:
    """The records of a Mass Pay message: each has a word of its own, or the batch's."""
    for name in fields:
        if name.startswith("unique_id_"):
            n = name.removeprefix("unique_id_")
            said = fields.get(f"status_{n}", "").lower()
            word = status if status == "denied" else said or status
            yield Line(
                txn_id=fields.get(f"masspay_txn_id_{n}") or f"payout:{fields[name]}",
                kind="payout",
                status={"processed": "pending", "blocked": "failed"}.get(word, word),
                gross=amount(fields, f"mc_gross_{n}"),
                fee=amount(fields, f"mc_fee_{n}"),
                currency=fields[f"mc_currency_{n}"],
            )


def amount(fields: Fields, *names: str) -> Decimal | None:
    """The first of these that has a value."""
    return next((Decimal(fields[name]) for name in names if fields.get(name)), None)


def settled(fields: Fields) -> Money | None:
    found = amount(fields, "settle_amount")
    return None if found is None else Money(amount=found, currency=fields["settle_currency"])


# ---- adding up ----


def moved(heard: Heard) -> Accounts:
    """What one transaction did to each account."""
    total: Sums = defaultdict(Decimal)
    told = counted(heard.followers)
    own = believed(heard.own, told)
    if own is not None and own.kind == "payout":
        if own.status in OUT_OF_OUR_HANDS:
            book(total, own.currency, Payouts=own.gross, Fees=own.fee)
    elif own is not None and own.status == "completed":
        income = "Subscriptions" if any(line.cycle for line in heard.own) else "Sales"
        book(total, own.currency, **{income: -(own.gross or Decimal())}, Fees=own.fee)
        convert(total, (own.gross or Decimal()) - (own.fee or Decimal()), own)
    for line in told:
        follow(total, line, told, own)
    return without_nothing(total)


def without_nothing(total: Accounts) -> Accounts:
    return {account: amount for account, amount in total.items() if amount}


def believed(own: Iterable[Line], followers: Iterable[Line]) -> Line | None:
    """The telling of a payment or payout that stands: the full one before others, then the smaller one.

    Of a payment that never cleared only the gross counts, and that only for what was pulled back of it.
    """
    told = list(own)
    if told and told[0].kind == "payout":
        told = highest(told, lambda line: PAYOUT_LADDER.index(line.status))
    elif any(line.status == "completed" for line in told):
        told = [line for line in told if line.status == "completed"]
    elif told:
        alike = len({(line.gross, line.currency) for line in told}) == 1
        if not alike and any("reversal" in line.kind for line in followers):
            raise UndecidedError
        return told[0]
    else:
        return None
    told = highest(told, lambda line: line.fee is not None)
    return only(highest(told, lambda line: -(line.gross or Decimal())))


def counted(followers: Iterable[Line]) -> list[Line]:
    """Each follower once, by the larger telling; an id may be that of a reversal and of its return."""
    by_name: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in followers:
        by_name[line.txn_id, line.kind].append(line)
    return [only(highest(told, lambda line: line.size)) for told in by_name.values()]


def highest(lines: list[Line], key: Callable[[Line], Any]) -> list[Line]:
    top = max(map(key, lines))
    return [line for line in lines if key(line) == top]


def only(lines: list[Line]) -> Line:
    """The one that these are, if they say the same."""
    if len({line.said for line in lines}) > 1:
        raise UndecidedError
    return lines[0]


def follow(total: Sums, line: Line, told: list[Line], own: Line | None) -> None:
    """Add what one follower moved."""
    gross, fee = line.gross or Decimal(), line.fee or Decimal()
    if line.kind == "adjustment":
        book(total, line.currency, Chargebacks=-gross, ChargebackFees=-fee)
    elif line.kind == "refund":
        book(total, line.currency, Refunds=-gross, Fees=fee)
    elif is_net_of_fee(line, told, own):
        book(total, line.currency, Held=-gross)
    else:
        book(total, line.currency, Reversals=-gross, Fees=fee)
    if line.kind == "canceled_reversal":
        net_of_fee = is_net_of_fee(line, told, own)
        convert(total, gross if net_of_fee else gross - fee, line)


def is_net_of_fee(line: Line, told: list[Line], own: Line | None) -> bool:
    """Whether a reversal names the payment less its fee, or is the return of one that does."""
    if own is None or own.gross is None or own.currency != line.currency:
        return False
    returned = [
        other
        for other in told
        if (other.kind, other.size[0], other.currency) == ("reversal", line.size[0], line.currency)
    ]
    if line.kind == "canceled_reversal" and returned:
        return any(is_net_of_fee(other, told, own) for other in returned)
    return bool(line.fee) and sum(line.size) == own.gross


ROOTS = {
    "Sales": "Income",
    "Subscriptions": "Income",
    "Refunds": "Income",
    "Reversals": "Income",
    "Held": "Assets",
    "Conversion": "Equity",
}


def book(total: Sums, currency: str, **to: Decimal | None) -> None:
    """Let these come to those accounts, out of PayPal's."""
    for name, coins in to.items():
        total[f"{ROOTS.get(name, 'Expenses')}:{name}:{currency}"] += coins or Decimal()
        total[f"Assets:PayPal:{currency}"] -= coins or Decimal()


def convert(total: Sums, net: Decimal, line: Line) -> None:
    if line.settled is not None and line.settled.currency != line.currency:
        book(total, line.currency, Conversion=net)
        book(total, line.settled.currency, Conversion=-line.settled.amount)
