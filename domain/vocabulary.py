"""The words: PayPal's statuses as we spell them, and our own; every table of the house is keyed by these."""

from enum import StrEnum


class PaymentStatus(StrEnum):
    """PayPal's `payment_status`, and a Mass Pay record's `status_n`, normalised (PayPal's IPN variables)."""

    CREATED = "created"
    PENDING = "pending"
    PROCESSED = "processed"  # also In-Progress: on its way, nothing to do but wait
    COMPLETED = "completed"
    DENIED = "denied"
    DECLINED = "declined"
    FAILED = "failed"
    EXPIRED = "expired"
    VOIDED = "voided"
    # Only Mass Pay records are ever these.
    UNCLAIMED = "unclaimed"
    RETURNED = "returned"
    REVERSED = "reversed"


class FollowerKind(StrEnum):
    """What a follower notification tells of the transaction that it names."""

    REFUND = "refund"
    REVERSAL = "reversal"
    CANCELED_REVERSAL = "canceled_reversal"
    ADJUSTMENT = "adjustment"
    CASE = "case"


class Kind(StrEnum):
    """What a stream is about."""

    PAYMENT = "payment"
    AUTHORIZATION = "authorization"
    ORDER = "order"
    PAYOUT = "payout"


class Status(StrEnum):
    """Where our transaction stands."""

    AWAITED = "awaited"
    CREATED = "created"
    PENDING = "pending"
    PROCESSED = "processed"
    COMPLETED = "completed"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    REVERSED = "reversed"
    DENIED = "denied"
    DECLINED = "declined"
    FAILED = "failed"
    EXPIRED = "expired"
    VOIDED = "voided"
    AUTHORIZED = "authorized"
    PARTIALLY_CAPTURED = "partially_captured"
    CAPTURED = "captured"
    ORDERED = "ordered"
    UNCLAIMED = "unclaimed"
    RETURNED = "returned"


class Verdict(StrEnum):
    """PayPal's two words, and everything else."""

    VERIFIED = "verified"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What became of one delivery."""

    WAITING = "waiting"
    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    STALE = "stale"
    PARKED = "parked"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    UNMODELLED = "unmodelled"
    INVALID = "invalid"


class Fulfillment(StrEnum):
    """Whether goods may leave."""

    NONE = "none"
    HELD = "held"
    READY = "ready"
    CLAIMED = "claimed"
    FULFILLED = "fulfilled"
    WITHDRAWN = "withdrawn"
    RECALL = "recall"


class CaseType(StrEnum):
    """How far a case has gone; later members are later stages."""

    DISPUTE = "dispute"
    COMPLAINT = "complaint"
    CHARGEBACK = "chargeback"
    BANK_RETURN = "bank_return"


class SubscriptionKind(StrEnum):
    """Which of PayPal's standing permissions a subscription stream is about."""

    SUBSCRIPTION = "subscription"  # subscr_*: a button's
    PROFILE = "profile"  # recurring_payment*: made over the API
    AGREEMENT = "agreement"  # mp_*: charged when the merchant says so


class Change(StrEnum):
    """What a message tells of a subscription, profile or agreement."""

    START = "start"
    MODIFY = "modify"
    FAIL = "fail"
    SKIP = "skip"
    SUSPEND = "suspend"
    CANCEL = "cancel"
    EXPIRE = "expire"
    END = "end"


class SubscriptionStatus(StrEnum):
    """Where a subscription, profile or agreement stands; of all that holds, the last of these shows."""

    AWAITED = "awaited"  # only charges that brought no money yet were heard of
    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"  # what was paid for still runs until its end
    EXPIRED = "expired"
    ENDED = "ended"
