"""How a lifecycle ends, as PayPal means it: where its transactions and agreements stand when all is told.

Read from the messages alone; whoever listened has no part in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from adapters.simulator.messages import Message

Messages: TypeAlias = Sequence[Message]
# What of a gross was undone.
Part: TypeAlias = Callable[[Decimal], Decimal]
_FOLLOWING = ("Refunded", "Reversed", "Canceled_Reversal")


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionEnd:
    """One transaction; amounts as PayPal writes them, a fee that was never told is not compared."""

    txn_id: str
    kind: str
    status: str
    currency: str
    gross: str
    fee: str | None
    refunded: str
    reversed: str
    followers: tuple[str, ...]  # their ids, sorted
    cases: tuple[tuple[str, bool], ...]  # type, and whether it is open, sorted


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementEnd:
    """One subscription, profile or agreement, and the ids of its payments, sorted."""

    subscription_id: str
    kind: str
    status: str
    payments: tuple[str, ...]


End: TypeAlias = TransactionEnd | AgreementEnd
Ending: TypeAlias = Callable[[Messages], list[End]]


def nothing(_: Decimal) -> Decimal:
    """None of it."""
    return Decimal("0.00")


def everything(gross: Decimal) -> Decimal:
    """All of it."""
    return gross


def exactly(amount: str) -> Part:
    """So much."""
    return lambda _: Decimal(amount)


def payment(  # noqa: PLR0913 — each is a part of where it stands
    nth: int,
    status: str = "completed",
    *,
    refunded: Part = nothing,
    reversed_: Part = nothing,
    cases: tuple[tuple[str, bool], ...] = (),
    kind: str = "payment",
) -> Ending:
    """The transaction that the nth message is about."""

    def end(messages: Messages) -> list[End]:
        of = messages[nth].value
        gross, currency = Decimal(of("mc_gross") or ""), of("mc_currency") or ""
        txn_id = of("txn_id") or ""
        return [
            TransactionEnd(
                txn_id=txn_id,
                kind=kind,
                status=status,
                currency=currency,
                gross=str(gross),
                fee=_fee(messages, txn_id),
                refunded=str(refunded(gross)),
                reversed=str(reversed_(gross)),
                followers=_followers(messages, txn_id),
                cases=tuple(sorted(cases)),
            )
        ]

    return end


def right(nth: int, kind: str, status: str) -> Ending:
    """The order or authorization that the nth message is about: no money, whatever is captured of it."""
    return payment(nth, status, kind=kind)


def initial_payment(messages: Messages) -> list[End]:
    """The payment that a profile's first message tells of beside the profile."""
    of = messages[0].value
    txn_id = of("initial_payment_txn_id") or ""
    return [
        TransactionEnd(
            txn_id=txn_id,
            kind="payment",
            status="completed",
            currency=of("currency_code") or "",
            gross=of("initial_payment_amount") or "",
            fee=_fee(messages, txn_id),
            refunded="0.00",
            reversed="0.00",
            followers=(),
            cases=(),
        )
    ]


def payouts(*statuses: str) -> Ending:
    """The payments of a batch; what failed at once has no id of PayPal's, only the shop's own."""

    def end(messages: Messages) -> list[End]:
        of = messages[0].value
        return [
            TransactionEnd(
                txn_id=of(f"masspay_txn_id_{n}") or f"payout:{of(f'unique_id_{n}')}",
                kind="payout",
                status=status,
                currency=of(f"mc_currency_{n}") or "",
                gross=of(f"mc_gross_{n}") or "",
                fee=of(f"mc_fee_{n}"),
                refunded="0.00",
                reversed="0.00",
                followers=(),
                cases=(),
            )
            for n, status in enumerate(statuses, start=1)
        ]

    return end


def agreement(field: str, kind: str, nth: int, status: str, *payments: int) -> Ending:
    """What the nth message is about by its field, and the messages that tell of its payments."""

    def end(messages: Messages) -> list[End]:
        paid = {
            messages[n].value("txn_id") or messages[n].value("initial_payment_txn_id") or "" for n in payments
        }
        return [
            AgreementEnd(
                subscription_id=messages[nth].value(field) or "",
                kind=kind,
                status=status,
                payments=tuple(sorted(paid)),
            )
        ]

    return end


def _fee(messages: Messages, txn_id: str) -> str | None:
    """Of what cleared; what is only pending may still be charged another one."""
    told = [
        one.value("mc_fee")
        for one in messages
        if one.value("txn_id") == txn_id and one.value("payment_status") == "Completed"
    ]
    return next(filter(None, told), None)


def _followers(messages: Messages, txn_id: str) -> tuple[str, ...]:
    """The ids of all that follow it, over what follows it too."""
    found = {txn_id}
    for one in messages:
        follows = one.value("payment_status") in _FOLLOWING or one.value("txn_type") == "adjustment"
        if follows and one.value("parent_txn_id") in found:
            found.add(one.value("txn_id") or "")
    return tuple(sorted(found - {txn_id}))
