"""The documents of the views, as JSON Schema: transactions with all that they hold, and subscriptions."""

from typing import Final

from adapters.api.openapi_shapes import (
    BOOLEAN,
    BOOLEAN_OR_NULL,
    COUNT,
    COUNT_OR_NULL,
    MONEY,
    TEXT,
    TEXT_OR_NULL,
    TIME,
    TIME_OR_NULL,
    Schema,
    many,
    or_null,
    record,
    ref,
    words,
)
from domain.vocabulary import (
    CaseType,
    Fulfillment,
    Kind,
    PaymentStatus,
    Status,
    SubscriptionKind,
    SubscriptionStatus,
)

_PAYER: Final = record(id=TEXT_OR_NULL, email=TEXT_OR_NULL, name=TEXT_OR_NULL, country=TEXT_OR_NULL)
_RECEIVER: Final = record(id=TEXT_OR_NULL, email=TEXT_OR_NULL)
_DOUBTS: Final = many(record(rule=TEXT, detail=TEXT))

# What people did about the goods, where anybody did anything.
_GOODS: Final[Schema] = {
    "oneOf": [
        record(claimed_by=TEXT, claimed_until=TIME),
        record(sent_by=TEXT, sent_at=TIME, note=TEXT_OR_NULL),
    ]
}

DOCUMENTS: Final[dict[str, Schema]] = {
    "Transaction": record(
        {"goods": _GOODS},
        txn_id=TEXT,
        kind=words(Kind),
        status=words(Status),
        currency=TEXT_OR_NULL,
        gross=MONEY,
        fee=MONEY,
        net=MONEY,
        refunded=MONEY,
        reversed=MONEY,
        pending_reason=TEXT_OR_NULL,
        parent_txn_id=TEXT_OR_NULL,
        invoice=TEXT_OR_NULL,
        custom=TEXT_OR_NULL,
        subscription=TEXT_OR_NULL,
        payer=ref("Payer"),
        receiver=_RECEIVER,
        items=many(ref("Item")),
        extras=record(tax=MONEY, shipping=MONEY, handling=MONEY, insurance=MONEY, discount=MONEY),
        conversion=or_null(record(amount=MONEY, currency=TEXT, rate=TEXT_OR_NULL)),
        followers=many(ref("Follower")),
        cases=many(ref("Case")),
        parked=many(record(notification=COUNT_OR_NULL, kind=TEXT, waits_for=TEXT_OR_NULL)),
        fulfillment=words(Fulfillment),
        doubts=_DOUBTS,
        version=COUNT,
        occurred_at=TIME_OR_NULL,
        first_heard=TIME,
        last_changed=TIME,
    ),
    "Payer": _PAYER,
    "Item": record(
        {"options": many(record(name=TEXT, selection=TEXT))},
        number=TEXT_OR_NULL,
        name=TEXT_OR_NULL,
        quantity=TEXT_OR_NULL,
        gross=MONEY,
    ),
    "Follower": record(
        txn_id=TEXT,
        kind=words(("refund", "reversal", "canceled_reversal", "adjustment")),
        gross=MONEY,
        fee=MONEY,
        reason=TEXT_OR_NULL,
        occurred_at=TIME_OR_NULL,
    ),
    "Case": record(case_id=TEXT, type=words(CaseType), reason=TEXT_OR_NULL, open=BOOLEAN),
    "Subscription": record(
        subscription_id=TEXT,
        kind={
            "enum": [*map(str, SubscriptionKind), None],
            "description": "Null while only payments of it are known.",
        },
        status=words(SubscriptionStatus),
        terms=record(
            amount=MONEY,
            currency=TEXT_OR_NULL,
            period={**TEXT_OR_NULL, "description": "In PayPal's words, such as 1 M or Monthly."},
            trials=many(record(amount=MONEY, period=TEXT_OR_NULL)),
            recurring=BOOLEAN_OR_NULL,
            reattempt=BOOLEAN_OR_NULL,
            times=COUNT_OR_NULL,
        ),
        payer=_PAYER,
        receiver=_RECEIVER,
        item=record(number=TEXT_OR_NULL, name=TEXT_OR_NULL),
        invoice=TEXT_OR_NULL,
        custom=TEXT_OR_NULL,
        signed_up_at=TIME_OR_NULL,
        cancelled_at=TIME_OR_NULL,
        effective_at=TIME_OR_NULL,
        next_payment_at=TIME_OR_NULL,
        retry_at=TIME_OR_NULL,
        paid_until=TIME_OR_NULL,
        outstanding=MONEY,
        failed_cycles=COUNT,
        skipped_cycles=COUNT,
        replaces=TEXT_OR_NULL,
        payments=many(
            record(
                txn_id=TEXT,
                status=words(PaymentStatus),
                gross=MONEY,
                currency=TEXT_OR_NULL,
                occurred_at=TIME_OR_NULL,
            )
        ),
        doubts=_DOUBTS,
        version=COUNT,
        first_heard=TIME,
        last_changed=TIME,
    ),
}
