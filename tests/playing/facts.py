"""What PayPal has to tell, as plain data: one value a message, amounts counted in the smallest coin."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

SELLER = "seller@example.com"
PLACES = {"USD": 2, "EUR": 2, "GBP": 2, "JPY": 0}


def dated(at: datetime | None) -> str | None:
    """A time as Counterfoil shows it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None


def text(coins: int, currency: str) -> str:
    """An amount as PayPal writes it: 1995 in USD is 19.95, in JPY 1995."""
    return str(Decimal(coins).scaleb(-PLACES[currency]))


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """What PayPal turned a payment into: (gross - fee) x rate."""

    coins: int
    currency: str
    rate: Decimal
    right: bool = True  # whether the figures agree with each other


@dataclass(frozen=True, kw_only=True)
class Own:
    """A message about a payment, an authorization or an order under its own id."""

    txn_id: str
    kind: str = "payment"
    status: str
    gross: int
    fee: int | None = None
    currency: str = "USD"
    txn_type: str = "web_accept"
    reason: str = ""
    source: str = ""  # the authorization or order behind it
    spent: bool = False  # this capture is the last one
    at: datetime
    invoice: str = ""
    payer: str = "PAYER1"
    receiver: str = SELLER
    conversion: Conversion | None = None
    agreement: str = ""  # the subscription, profile or billing agreement that it pays
    next_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Follower:
    """A refund, reversal, canceled reversal or adjustment of another transaction."""

    txn_id: str
    parent: str
    kind: str
    gross: int | None
    fee: int | None = None
    currency: str = "USD"
    reason: str = "refund"
    at: datetime
    of: Own | None = None  # the payment whose invoice, subscription and authorization it repeats
    conversion: Conversion | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """A dispute, claim or chargeback is opened against a payment, or climbs to its next stage."""

    case_id: str
    txn_id: str
    stage: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Payout:
    """One record of a Mass Pay message; no status where the batch speaks for it."""

    txn_id: str
    unique_id: str
    status: str
    gross: int
    fee: int
    receiver: str


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A Mass Pay message."""

    status: str
    currency: str
    at: datetime
    payouts: tuple[Payout, ...]


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """How often money comes: every so many days, weeks, months or years (D, W, M, Y)."""

    count: int
    unit: str

    def after(self, at: datetime) -> datetime:
        """One cycle later; where months are counted, on the same day of a later one, or on its last."""
        if self.unit in "DW":
            return at + timedelta(days=self.count * (7 if self.unit == "W" else 1))
        months = at.month - 1 + self.count * (12 if self.unit == "Y" else 1)
        year, month = at.year + months // 12, months % 12 + 1
        return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A message about a subscription, a recurring profile or a billing agreement; it moves no money."""

    name: str
    kind: str
    word: str  # PayPal's txn_type
    at: datetime | None = None
    amount: int = 0
    currency: str = "USD"
    cycle: Cycle | None = None
    state: str = ""  # profile_status
    next_at: datetime | None = None
    retry_at: datetime | None = None
    outstanding: int = 0
    initial: Own | None = None  # the payment inside a profile's creation
    initial_status: str = ""
    replaces: str = ""  # old_subscr_id


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """The shop's own word, not PayPal's: what an order under this invoice costs."""

    invoice: str
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A person's word: this case is over, as far as it had gone by then."""

    case_id: str
    txn_id: str
    stage: str


Fact = Own | Follower | Case | Batch | Standing
Known = Fact | Agreed | Closed
# What is told of an id with this letter in front makes no sense as a whole: it must only end as in any order.
WILD = "Z"
