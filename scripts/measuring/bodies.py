"""The bench's messages: message `number` is always the same, and every one of them is told apart by it.

Of twenty payments one comes first as an eCheck that waits, and two are refunded in full.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.vocabulary import Outcome, Status

RECEIVER: Final = "accounts@bench-shop.example"
PAYERS: Final = 4_000
PAYMENTS: Final = 20  # in each round of `_ROUND`

# A payment by its place in the round, and what is said of it. Each follower comes well after what it follows.
_ROUND: Final = (
    ("pending", 0),
    *(("completed", place) for place in range(1, PAYMENTS)),
    ("completed", 0),
    ("refund", 1),
    ("refund", 11),
)
ROUND: Final = len(_ROUND)
# Two connections may overtake each other: what comes too late or too early is settled all the same.
OUTCOMES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "pending": frozenset({Outcome.RECORDED, Outcome.STALE}),
        "completed": frozenset({Outcome.RECORDED}),
        "refund": frozenset({Outcome.RECORDED, Outcome.PARKED}),
    }
)
_STATUSES: Final[Mapping[frozenset[str], str]] = MappingProxyType(
    {
        frozenset({"pending"}): Status.PENDING,
        frozenset({"completed"}): Status.COMPLETED,
        frozenset({"pending", "completed"}): Status.COMPLETED,
        frozenset({"completed", "refund"}): Status.REFUNDED,
    }
)
_NUMBER: Final = b"&custom=bench+"

_PAYER: Final = (
    b"&business=Accounts%%40Bench-Shop.example&receiver_email=accounts%%40bench-shop.example"
    b"&receiver_id=BENCHSHOP2LTD&payer_id=PAYER%(payer)08d&payer_status=verified&first_name=Wilhelmina"
    b"&last_name=Quist+%(payer)d&payer_email=wilhelmina.quist.%(payer)d%%40post-office.example"
    b"&residence_country=US&address_name=Wilhelmina+Quist+%(payer)d&address_street=%(payer)d+Paper+Mill+Lane"
    b"&address_city=Holyoke&address_state=MA&address_zip=01040&address_country=United+States"
    b"&address_country_code=US&address_status=confirmed"
)
_ITEM: Final = (
    b"&item_name=Laid+paper%%2C+100+sheets%%2C+deckled&item_number=LAID-100&quantity=2&tax=1.50"
    b"&shipping=3.00&mc_shipping=3.00&handling_amount=0.00&mc_handling=0.00&invoice=BENCH-%(payment)012d"
    b"&transaction_subject=basket+%(payment)d&mc_currency=USD&notify_version=3.9&charset=windows-1252"
    b"&verify_sign=ADkfgol6.D.x4BMxhylSCRuoWqPhsA7RvKxjZ2YONB5-EO4rcz%(number)012d&ipn_track_id=%(number)013x"
    b"&protection_eligibility=Eligible&insurance_amount=0.00&shipping_discount=0.00&shipping_method=Default"
    b"&test_ipn=1"
)
_PAYMENT: Final = (
    b"mc_gross=%(whole)d.50&payment_date=%(hour)02d%%3A%(minute)02d%%3A%(second)02d+Nov+20%%2C+2026+PST"
    b"&txn_id=BENCH%(payment)012d&txn_type=web_accept&payment_gross=%(whole)d.50"
)
_REFUND: Final = (
    b"mc_gross=-%(whole)d.50&payment_date=10%%3A%(minute)02d%%3A%(second)02d+Nov+22%%2C+2026+PST"
    b"&txn_id=BREFU%(payment)012d&parent_txn_id=BENCH%(payment)012d&payment_status=Refunded"
    b"&reason_code=refund&payment_type=instant&mc_fee=-0.88&payment_gross=-%(whole)d.50"
)
_TEMPLATES: Final[Mapping[str, bytes]] = MappingProxyType(
    {
        "pending": _PAYMENT
        + b"&payment_status=Pending&pending_reason=echeck&payment_type=echeck"
        + _NUMBER
        + b"%(number)d"
        + _PAYER
        + _ITEM,
        "completed": _PAYMENT
        + b"&payment_status=Completed&payment_type=instant&mc_fee=0.88&payment_fee=0.88"
        + _NUMBER
        + b"%(number)d"
        + _PAYER
        + _ITEM,
        "refund": _REFUND + _NUMBER + b"%(number)d" + _PAYER + _ITEM,
    }
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message: what it says of which transaction, and its bytes."""

    number: int
    kind: str  # pending, completed, refund
    txn_id: str  # of the transaction that changes by it
    body: bytes


def message(number: int) -> Message:
    """The message of this number; the same bytes each time."""
    kind, payment = _told(number)
    return Message(number, kind, f"BENCH{payment:012d}", body_of(number))


def body_of(number: int) -> bytes:
    """The bytes of the message of this number."""
    kind, payment = _told(number)
    minutes, second = divmod(payment, 60)
    return _TEMPLATES[kind] % {
        b"number": number,
        b"payment": payment,
        b"payer": payment * 7 % PAYERS,
        b"whole": 10 + payment % 90,
        b"hour": minutes // 60 % 24,
        b"minute": minutes % 60,
        b"second": second,
    }


def _told(number: int) -> tuple[str, int]:
    """What is said of which payment."""
    rounds, place = divmod(number, ROUND)
    kind, nth = _ROUND[place]
    return kind, rounds * PAYMENTS + nth


def number_of(body: bytes) -> int | None:
    """Which message this is; null where it is none of the bench's, byte for byte."""
    _, found, rest = body.partition(_NUMBER)
    digits = rest.partition(b"&")[0]
    if not found or not digits.isdigit():
        return None
    number = int(digits)
    return number if body_of(number) == body else None


def statuses(numbers: Iterable[int]) -> dict[str, str]:
    """Where each transaction must stand that these messages tell of, if they tell enough of it."""
    heard: dict[str, set[str]] = {}
    for number in numbers:
        kind, payment = _told(number)
        heard.setdefault(f"BENCH{payment:012d}", set()).add(kind)
    return {
        txn_id: _STATUSES[frozenset(kinds)]
        for txn_id, kinds in heard.items()
        if frozenset(kinds) in _STATUSES
    }
