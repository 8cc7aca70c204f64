"""PayPal's spellings, live, old and simulated, and the word of ours that each means."""

from domain.vocabulary import CaseType, Change, FollowerKind, Kind, PaymentStatus

# Keys are spelled in lower case with underscores; see `spelled`. [?] Created, In-Progress and Failed were
# never seen: they are read as the guide describes them, and none of them lets goods go.
STATUSES: dict[str, PaymentStatus] = {
    "created": PaymentStatus.CREATED,
    "pending": PaymentStatus.PENDING,
    "processed": PaymentStatus.PROCESSED,
    "in_progress": PaymentStatus.PROCESSED,
    "completed": PaymentStatus.COMPLETED,
    "denied": PaymentStatus.DENIED,
    "declined": PaymentStatus.DECLINED,
    "failed": PaymentStatus.FAILED,
    "expired": PaymentStatus.EXPIRED,
    "voided": PaymentStatus.VOIDED,
}
FOLLOWERS: dict[str, FollowerKind] = {
    "refunded": FollowerKind.REFUND,
    "reversed": FollowerKind.REVERSAL,
    "canceled_reversal": FollowerKind.CANCELED_REVERSAL,
    "cancelled_reversal": FollowerKind.CANCELED_REVERSAL,
}
ENTITIES: dict[str, Kind] = {
    "payment": Kind.PAYMENT,
    "auth": Kind.AUTHORIZATION,
    "reauth": Kind.AUTHORIZATION,
    "order": Kind.ORDER,
}
CASES: dict[str, CaseType] = {
    "dispute": CaseType.DISPUTE,
    "complaint": CaseType.COMPLAINT,
    "claim": CaseType.COMPLAINT,
    "chargeback": CaseType.CHARGEBACK,
    "bank_return": CaseType.BANK_RETURN,
    "bankreturn": CaseType.BANK_RETURN,
}

# The words that a Mass Pay record has for where it stands.
PAYOUT_STATUSES: dict[str, PaymentStatus] = {
    "completed": PaymentStatus.COMPLETED,
    "failed": PaymentStatus.FAILED,
    "returned": PaymentStatus.RETURNED,
    "reversed": PaymentStatus.REVERSED,
    "unclaimed": PaymentStatus.UNCLAIMED,
    "pending": PaymentStatus.PENDING,
    "denied": PaymentStatus.DENIED,
    # [?] Documented without a word on its money. What is blocked is not paid out, and another word about it
    # later is shown as the contradiction that it then is.
    "blocked": PaymentStatus.FAILED,
}
# What a whole batch says of a record that says nothing itself. Processed promises no money yet.
BATCH_STATUSES: dict[str, PaymentStatus] = {
    "processed": PaymentStatus.PENDING,
    "pending": PaymentStatus.PENDING,
    "completed": PaymentStatus.COMPLETED,
    "denied": PaymentStatus.DENIED,
    "failed": PaymentStatus.FAILED,
}
# What a recurring profile says of itself in any message, where that ends or stops it.
PROFILE_STATUSES: dict[str, Change | None] = {
    "active": None,
    "pending": None,
    "suspended": Change.SUSPEND,
    "cancelled": Change.CANCEL,
    "canceled": Change.CANCEL,
    "expired": Change.EXPIRE,
}

# When several reasons were given for one pending payment, in whatever order they came, the later in this list
# is shown: what a person must look at goes before what passes by itself.
PENDING_REASONS = (
    "order",
    "authorization",
    "delayed_disbursement",
    "echeck",
    "upgrade",
    "unilateral",
    "multi_currency",
    "intl",
    "address",
    "verify",
    "other",
    "payment_review",
    "regulatory_review",
    "fraud",
)
_WORD_MAX = 64
_REASON_SPELLINGS = {"paymentreview": "payment_review"}


def spelled(word: str) -> str:
    """A word of PayPal's in one spelling: lower case, underscores for hyphens; none is longer than this."""
    return word.strip(" ")[:_WORD_MAX].lower().replace("-", "_")


def pending_reason(word: str) -> str | None:
    """The reason in one spelling, or None when the message gives none."""
    reason = spelled(word)
    if reason in ("", "none"):
        return None
    return _REASON_SPELLINGS.get(reason, reason)
