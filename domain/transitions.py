"""The tables: where a transaction stands, what PayPal reports, and what that means; printed in the README.

A cell is a promise about order. Statuses climb a ladder: a report higher than where the transaction stands
is recorded, a lower one that may have come earlier is stale, a lower one that contradicts is refused. Since
only the highest report counts, any order of the same reports ends on the same rung (reference: PayPal's IPN
guide of 2009, p. 48, and the guides to order management and to authorization and capture).
"""

from enum import StrEnum

from domain import events as e
from domain import payout_events as p
from domain.vocabulary import FollowerKind, Kind, PaymentStatus, Status


class Move(StrEnum):
    """What a report or follower is taken for."""

    RECORD = "recorded"
    STALE = "stale"
    REFUSE = "refused"
    PARK = "parked"


R, S, X, P = Move.RECORD, Move.STALE, Move.REFUSE, Move.PARK

# What a report under the transaction's own id says of it, by what it is about: the rung, and the event.
REPORTS: dict[Kind, dict[PaymentStatus, tuple[Status, type[e.ReportHeard]]]] = {
    Kind.PAYMENT: {
        PaymentStatus.CREATED: (Status.CREATED, e.PaymentCreated),
        PaymentStatus.PENDING: (Status.PENDING, e.PaymentPended),
        PaymentStatus.PROCESSED: (Status.PROCESSED, e.PaymentProcessed),
        PaymentStatus.DECLINED: (Status.DECLINED, e.PaymentDeclined),
        PaymentStatus.EXPIRED: (Status.EXPIRED, e.PaymentExpired),
        PaymentStatus.VOIDED: (Status.VOIDED, e.PaymentVoided),
        PaymentStatus.FAILED: (Status.FAILED, e.PaymentFailed),
        PaymentStatus.DENIED: (Status.DENIED, e.PaymentDenied),
        PaymentStatus.COMPLETED: (Status.COMPLETED, e.PaymentCompleted),
    },
    Kind.AUTHORIZATION: {
        PaymentStatus.CREATED: (Status.AUTHORIZED, e.AuthorizationGranted),
        PaymentStatus.PENDING: (Status.AUTHORIZED, e.AuthorizationGranted),
        PaymentStatus.PROCESSED: (Status.AUTHORIZED, e.AuthorizationGranted),
        PaymentStatus.EXPIRED: (Status.EXPIRED, e.AuthorizationExpired),
        PaymentStatus.VOIDED: (Status.VOIDED, e.AuthorizationVoided),
        PaymentStatus.DECLINED: (Status.DENIED, e.AuthorizationDenied),
        PaymentStatus.FAILED: (Status.DENIED, e.AuthorizationDenied),
        PaymentStatus.DENIED: (Status.DENIED, e.AuthorizationDenied),
        PaymentStatus.COMPLETED: (Status.CAPTURED, e.AuthorizationSpent),
    },
    Kind.ORDER: {
        PaymentStatus.CREATED: (Status.ORDERED, e.OrderPlaced),
        PaymentStatus.PENDING: (Status.ORDERED, e.OrderPlaced),
        PaymentStatus.PROCESSED: (Status.ORDERED, e.OrderPlaced),
        PaymentStatus.EXPIRED: (Status.EXPIRED, e.OrderExpired),
        PaymentStatus.VOIDED: (Status.VOIDED, e.OrderVoided),
        PaymentStatus.DECLINED: (Status.VOIDED, e.OrderVoided),
        PaymentStatus.FAILED: (Status.VOIDED, e.OrderVoided),
        PaymentStatus.DENIED: (Status.VOIDED, e.OrderVoided),
        PaymentStatus.COMPLETED: (Status.CAPTURED, e.OrderSpent),
    },
    Kind.PAYOUT: {
        PaymentStatus.PENDING: (Status.PENDING, p.PayoutPended),
        PaymentStatus.UNCLAIMED: (Status.UNCLAIMED, p.PayoutUnclaimed),
        PaymentStatus.COMPLETED: (Status.COMPLETED, p.PayoutCompleted),
        PaymentStatus.FAILED: (Status.FAILED, p.PayoutFailed),
        PaymentStatus.DENIED: (Status.DENIED, p.PayoutDenied),
        PaymentStatus.RETURNED: (Status.RETURNED, p.PayoutReturned),
        PaymentStatus.REVERSED: (Status.REVERSED, p.PayoutReversed),
    },
}

# Stands at (row) and reported (column, by the rung it would lead to), rungs in ascending order.
# fmt: off
TRANSITIONS: dict[Kind, dict[Status, dict[Status, Move]]] = {
    kind: {row: dict(zip(columns, cells, strict=True)) for row, cells in rows.items()}
    for kind, columns, rows in (
        (
            Kind.PAYMENT,
            (Status.CREATED, Status.PENDING, Status.PROCESSED, Status.DECLINED, Status.EXPIRED, Status.VOIDED,
             Status.FAILED, Status.DENIED, Status.COMPLETED),
            {
                Status.AWAITED:   (R, R, R, R, R, R, R, R, R),
                Status.CREATED:   (R, R, R, R, R, R, R, R, R),
                Status.PENDING:   (S, R, R, R, R, R, R, R, R),
                Status.PROCESSED: (S, S, R, R, R, R, R, R, R),
                Status.DECLINED:  (S, S, S, R, R, R, R, R, R),
                Status.EXPIRED:   (S, S, S, X, R, R, R, R, R),
                Status.VOIDED:    (S, S, S, X, S, R, R, R, R),
                Status.FAILED:    (S, S, S, S, X, X, R, R, R),
                Status.DENIED:    (S, S, S, S, S, S, X, R, R),
                Status.COMPLETED: (S, S, S, X, X, X, X, X, R),
            },
        ),
        (
            Kind.AUTHORIZATION,
            (Status.AUTHORIZED, Status.EXPIRED, Status.VOIDED, Status.DENIED, Status.CAPTURED),
            {
                Status.AWAITED:    (R, R, R, R, R),
                Status.AUTHORIZED: (R, R, R, R, R),
                Status.EXPIRED:    (S, R, R, R, R),
                Status.VOIDED:     (S, S, R, R, R),
                Status.DENIED:     (S, S, S, R, R),
                Status.CAPTURED:   (S, S, X, X, R),
            },
        ),
        (
            Kind.ORDER,
            (Status.ORDERED, Status.EXPIRED, Status.VOIDED, Status.CAPTURED),
            {
                Status.AWAITED:  (R, R, R, R),
                Status.ORDERED:  (R, R, R, R),
                Status.EXPIRED:  (S, R, R, R),
                Status.VOIDED:   (S, S, R, R),
                Status.CAPTURED: (S, S, X, R),
            },
        ),
        (
            # Money that came back outweighs what was said before it.
            Kind.PAYOUT,
            (Status.PENDING, Status.UNCLAIMED, Status.COMPLETED, Status.FAILED, Status.DENIED,
             Status.RETURNED, Status.REVERSED),
            {
                Status.AWAITED:   (R, R, R, R, R, R, R),
                Status.PENDING:   (R, R, R, R, R, R, R),
                Status.UNCLAIMED: (S, R, R, R, R, R, R),
                Status.COMPLETED: (S, S, R, R, R, R, R),
                Status.FAILED:    (S, S, X, R, R, R, R),
                Status.DENIED:    (S, X, X, X, R, R, R),
                Status.RETURNED:  (S, S, X, X, X, R, R),
                Status.REVERSED:  (S, S, S, X, X, X, R),
            },
        ),
    )
}
# fmt: on


class Told(StrEnum):
    """What a follower tells of its parent; the sums of all that was told decide between the refunds."""

    PARTIAL_REFUND = "partial refund"
    FULL_REFUND = "refund of all or the rest"
    EXCESS_REFUND = "more refunded than paid"
    REVERSAL = "reversal"
    FIRST_CANCELED_REVERSAL = "canceled reversal, no reversal heard"
    CANCELED_REVERSAL = "canceled reversal"
    ADJUSTMENT = "adjustment"
    CASE = "case"
    FOREIGN = "in another currency"


# [?] A reversal of what was refunded in full does happen, by report and not by guide: recorded, since
# PayPal says that money moved. [?] A unilateral payment is said to go back after 30 days, and not how: as a
# refund of what is pending, or as Expired; both are legal.
# fmt: off
_TOLD_ROWS: dict[Status, tuple[Move, ...]] = {
    Status.AWAITED:    (P, P, P, P, P, P, P, P, P),
    Status.CREATED:    (R, R, X, R, P, R, P, R, X),
    Status.PENDING:    (R, R, X, R, P, R, P, R, X),
    Status.PROCESSED:  (R, R, X, R, P, R, P, R, X),
    Status.COMPLETED:  (R, R, X, R, P, R, R, R, X),
    # Nothing was paid, so nothing can have gone back; but a lost Completed may yet come, and
    # PayPal's corrections and cases are heard wherever the transaction stands.
    Status.DECLINED:   (X, X, X, X, P, X, R, R, X),
    Status.EXPIRED:    (X, X, X, X, P, X, R, R, X),
    Status.VOIDED:     (X, X, X, X, P, X, R, R, X),
    Status.FAILED:     (X, X, X, X, P, X, R, R, X),
    Status.DENIED:     (X, X, X, X, P, X, R, R, X),
    # Money moves in captures, which have ids of their own.
    Status.AUTHORIZED: (X, X, X, X, P, X, R, R, X),
    Status.CAPTURED:   (X, X, X, X, P, X, R, R, X),
    Status.ORDERED:    (X, X, X, X, P, X, R, R, X),
    # A payout that comes back says so in its own record; nothing follows it.
    Status.UNCLAIMED:  (X, X, X, X, P, X, R, R, X),
    Status.RETURNED:   (X, X, X, X, P, X, R, R, X),
    Status.REVERSED:   (X, X, X, X, P, X, R, R, X),
}
# fmt: on
# Stands at (row, by its own reports) and what a follower tells (column).
FOLLOWERS: dict[Status, dict[Told, Move]] = {
    row: dict(zip(Told, cells, strict=True)) for row, cells in _TOLD_ROWS.items()
}

FOLLOWER_EVENTS: dict[FollowerKind, type[e.FollowerHeard]] = {
    FollowerKind.REFUND: e.PaymentRefunded,
    FollowerKind.REVERSAL: e.PaymentReversed,
    FollowerKind.CANCELED_REVERSAL: e.ReversalCanceled,
    FollowerKind.ADJUSTMENT: e.PaymentAdjusted,
}
