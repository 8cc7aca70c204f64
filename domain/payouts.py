"""The records of a Mass Pay message: each a payout of ours, told under an id of its own."""

import re

from domain.body import Fields
from domain.facts import MOVES_MONEY, READING, Party, Report
from domain.money import Money
from domain.reading import Unmodelled, Unreadable, date, optional_identity, quoted, sum_of, text
from domain.report import payer_of
from domain.vocabulary import Kind, PaymentStatus
from domain.words import BATCH_STATUSES, PAYOUT_STATUSES, spelled

STREAM_PREFIX = "payout:"  # before a unique_id; no id of PayPal's has a colon
_RECORD = re.compile(
    r"(?:masspay_txn_id|unique_id|mc_gross|payment_gross|status|receiver_email)_([0-9]{1,5})", re.ASCII
)
_UNIQUE_ID_MAX = 64


def read_payouts(fields: Fields) -> tuple[Report, ...]:
    """All records of a batch, or none of them: Unreadable and Unmodelled name the record and the field."""
    found = (_RECORD.fullmatch(name) for name, value in fields.values.items() if value.strip())
    # PayPal counts from 1; whatever else it may count with is a record all the same.
    numbers = sorted({match[1] for match in found if match}, key=lambda number: (int(number), number))
    if not numbers:
        message = "a Mass Pay message without a record"
        raise Unreadable(message)
    batch = spelled(fields.get("payment_status"))
    if batch not in BATCH_STATUSES:
        message = f"{quoted(fields, 'payment_status')} of a Mass Pay batch"
        raise Unmodelled(message)
    return tuple(_record(fields, f"_{number}", BATCH_STATUSES[batch]) for number in numbers)


def _record(fields: Fields, n: str, batch: PaymentStatus) -> Report:
    status = _status(fields, n, batch)
    gross = _amount(fields, "mc_gross", "payment_gross", n)
    if gross is None and status in MOVES_MONEY:
        message = f"mc_gross{n} is missing"
        raise Unreadable(message)
    if gross is not None and gross < Money.zero(gross.currency):
        message = f"mc_gross{n} {gross} is negative"
        raise Unreadable(message)
    return Report(
        txn_id=_id(fields, n),
        kind=Kind.PAYOUT,
        status=status,
        txn_type=text(fields, "txn_type"),
        gross=gross,
        fee=_amount(fields, "mc_fee", "payment_fee", n),
        custom=text(fields, f"unique_id{n}"),
        payer=payer_of(fields),
        receiver=Party(id=text(fields, f"receiver_id{n}"), email=text(fields, f"receiver_email{n}")),
        occurred_at=date(fields, "payment_date"),
        reading=READING,
    )


def _status(fields: Fields, n: str, batch: PaymentStatus) -> PaymentStatus:
    word = spelled(fields.get(f"status{n}"))
    if batch is PaymentStatus.DENIED or not word:
        # A batch is denied as a whole, before any of it is paid.
        return batch
    if word not in PAYOUT_STATUSES:
        message = quoted(fields, f"status{n}")
        raise Unmodelled(message)
    return PAYOUT_STATUSES[word]


def _id(fields: Fields, n: str) -> str:
    """PayPal's id of the record; where it gave none, the sender's own, in a room of its own."""
    txn_id = optional_identity(fields, f"masspay_txn_id{n}")
    if txn_id is not None:
        return txn_id
    unique_id = fields.get(f"unique_id{n}")
    if not unique_id or len(unique_id) > _UNIQUE_ID_MAX:
        message = f"masspay_txn_id{n} is missing, and unique_id{n} is no id"
        raise Unreadable(message)
    return STREAM_PREFIX + unique_id


def _amount(fields: Fields, name: str, dollars: str, n: str) -> Money | None:
    value = fields.values.get(f"{name}{n}", "")
    currency = fields.get(f"mc_currency{n}") or fields.get("mc_currency")
    if value:
        return sum_of(value, currency, f"{name}{n}")
    # The copy in dollars says nothing of a record in another currency.
    in_dollars = currency in ("", "USD")
    return sum_of(fields.values.get(f"{dollars}{n}", ""), "USD", f"{dollars}{n}") if in_dollars else None
