"""PayPal's spellings, live, old and simulated, and the word of ours that each means."""

from domain.vocabulary import CaseType, FollowerKind, Kind, PaymentStatus

# Keys are spelled in lower case with underscores; see `spelled`.
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
}

# The types whose messages are about one payment with an id of its own. An absent type is usual on refunds,
# reversals and their like; those are told by their status, whatever type a simulator adds.
PAYMENT_TYPES = frozenset(
    (
        "",
        "web_accept",
        "cart",
        "express_checkout",
        "pro_hosted",
        "virtual_terminal",
        "send_money",
        "invoice_payment",
        "merch_pmt",
        "subscr_payment",
        "recurring_payment",
        "recurring_payment_outstanding_payment",
        "auction",
    )
)
ADJUSTMENT, NEW_CASE = "adjustment", "new_case"

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
_REASON_SPELLINGS = {"paymentreview": "payment_review"}


def spelled(word: str) -> str:
    """A word of PayPal's in one spelling: lower case, underscores for hyphens."""
    return word.strip(" ").lower().replace("-", "_")


def pending_reason(word: str) -> str | None:
    """The reason in one spelling, or None when the message gives none."""
    reason = spelled(word)
    if reason in ("", "none"):
        return None
    return _REASON_SPELLINGS.get(reason, reason)
