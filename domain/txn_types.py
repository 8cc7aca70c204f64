"""Every `txn_type` that PayPal documents or sends, and how it is read; printed in the README."""

from dataclasses import dataclass
from enum import StrEnum

from domain.vocabulary import Change, SubscriptionKind


class Reading(StrEnum):
    """What a message of a type is read as."""

    PAYMENT = "payment"  # by its status: a payment, authorization, order or a follower of one
    ADJUSTMENT = "adjustment"
    CASE = "case"
    PAYOUTS = "payouts"
    SUBSCRIPTION = "subscription"
    UNMODELLED = "unmodelled"


@dataclass(frozen=True, slots=True)
class Type:
    """How one type is read, and what it means to whom reads the table."""

    reading: Reading
    meaning: str
    change: Change | None = None
    kind: SubscriptionKind | None = None


def _payment(meaning: str) -> Type:
    return Type(Reading.PAYMENT, meaning)


def _subscription(change: Change, meaning: str) -> Type:
    return Type(Reading.SUBSCRIPTION, meaning, change, SubscriptionKind.SUBSCRIPTION)


def _profile(change: Change, meaning: str) -> Type:
    return Type(Reading.SUBSCRIPTION, meaning, change, SubscriptionKind.PROFILE)


def _agreement(change: Change, meaning: str) -> Type:
    return Type(Reading.SUBSCRIPTION, meaning, change, SubscriptionKind.AGREEMENT)


OUTSTANDING_PAYMENT = "recurring_payment_outstanding_payment"
# Refunds, reversals and canceled reversals have no type on the wire, and any type in a simulator: where a
# type is read as a payment, the status decides first.
TXN_TYPES: dict[str, Type] = {
    "": _payment("refund, reversal, canceled reversal; with a case type alone, a case"),
    "web_accept": _payment("a button, a donation, a single item, an auction item"),
    "cart": _payment("a cart, with its lines and their options"),
    "express_checkout": _payment("express checkout"),
    "pro_hosted": _payment("a hosted card page"),
    "virtual_terminal": _payment("a card keyed in by the merchant"),
    "send_money": _payment("money sent by hand: mostly without item or invoice, so its price is unknown"),
    "invoice_payment": _payment("an invoice of PayPal's; its `invoice_number` stands where no `invoice` is"),
    "merch_pmt": _payment("a charge under a billing agreement, which hears of it"),
    "auction": _payment("an auction item; of several in one payment, each comes with the whole amount"),
    "subscr_payment": _payment("a cycle of a subscription, which hears of it"),
    "recurring_payment": _payment("a cycle of a recurring profile, which hears of it"),
    # [?] No real message is known. Read as the payment that its name says, by its status and under its own
    # id: what it lacks makes it unreadable or unmodelled, and nothing is guessed.
    OUTSTANDING_PAYMENT: _payment("what a profile owed, collected"),
    "adjustment": Type(Reading.ADJUSTMENT, "PayPal's correction after a case: by sign, never income"),
    "new_case": Type(Reading.CASE, "a dispute, claim, chargeback or bank return was opened"),
    "masspay": Type(Reading.PAYOUTS, "a Mass Pay batch: each record is a payout of its own"),
    "subscr_signup": _subscription(Change.START, "a subscription began"),
    "subscr_modify": _subscription(Change.MODIFY, "its terms change"),
    # [?] The guide of 2009 says that the signup failed, that of 2012 that a payment did. A failed payment is
    # the reading that neither ends nor begins anything.
    "subscr_failed": _subscription(Change.FAIL, "a charge failed; perhaps tried again"),
    "subscr_cancel": _subscription(Change.CANCEL, "cancelled; what was paid still runs"),
    "subscr_eot": _subscription(Change.END, "its term is over"),
    "recurring_payment_profile_created": _profile(
        Change.START, "a recurring profile began; its initial payment, if any, is a payment by its own id"
    ),
    "recurring_payment_skipped": _profile(Change.SKIP, "a cycle failed and will be tried again"),
    "recurring_payment_failed": _profile(Change.FAIL, "a cycle failed for good"),
    # [?] No real message is known: a failure like any other.
    "recurring_payment_outstanding_payment_failed": _profile(Change.FAIL, "what it owed was not collected"),
    "recurring_payment_suspended": _profile(Change.SUSPEND, "suspended"),
    "recurring_payment_suspended_due_to_max_failed_payment": _profile(
        Change.SUSPEND, "suspended after too many failures"
    ),
    "recurring_payment_profile_cancel": _profile(Change.CANCEL, "cancelled; what was paid still runs"),
    # [?] No real message is known; its name and the profile's status say the same.
    "recurring_payment_expired": _profile(Change.EXPIRE, "all its cycles are done"),
    "mp_signup": _agreement(Change.START, "a billing agreement was made"),
    "mp_cancel": _agreement(Change.CANCEL, "a billing agreement was cancelled"),
    # [?] Documented without its fields, and never seen: to take money out by guess is worse than to ask.
    "payout": Type(Reading.UNMODELLED, "a newer payout: no field of it is documented and none was seen"),
}
# Not a txn_type: a field of its own, whose messages have bracketed names.
ADAPTIVE = "transaction_type"
ADAPTIVE_MEANING = (
    "Adaptive Payments: one message tells of several receivers' payments under ids that differ by who looks, "
    "without fees; each receiver's own message is the one that is booked"
)
