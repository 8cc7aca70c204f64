"""What PayPal's reasons mean in plain words, what ends them, and who must do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.vocabulary import CaseType
from domain.words import spelled

MERCHANT, BUYER, PAYPAL, BANK = "merchant", "buyer", "PayPal", "bank"
RECEIVER = "receiver"  # of a payout of ours


@dataclass(frozen=True, slots=True)
class Step:
    """What would change something, and who must do it."""

    what: str
    who: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word of PayPal's tells, and what comes after it."""

    text: str
    steps: tuple[Step, ...] = ()


def _ended_by(text: str, *steps: tuple[str, str]) -> Meaning:
    return Meaning(text, tuple(Step(what, who) for who, what in steps))


_REVIEWED = (PAYPAL, "finish its review; it says Completed or Denied")
_ACCEPT = (MERCHANT, "accept or deny the payment in PayPal: Activity, the payment")

# Why money has not come yet (PayPal, IPN variables: pending_reason).
PENDING: Final[Mapping[str, Meaning]] = {
    "order": _ended_by(
        "the buyer agreed to be charged; no money was set aside yet",
        (MERCHANT, "authorize or capture the order in PayPal, or void it"),
    ),
    "authorization": _ended_by(
        "the money is set aside with the buyer and waits to be captured",
        (MERCHANT, "capture the authorization in PayPal before it runs out, or void it"),
    ),
    "delayed_disbursement": _ended_by(
        "PayPal has the money and hands it on later, as was agreed with the merchant",
        (PAYPAL, "disburse the money on the day that was agreed"),
    ),
    "echeck": _ended_by(
        "the buyer pays from a bank account, and the eCheck has not cleared: that takes 3 to 6 working days",
        (BANK, "clear the eCheck; until then the goods must stay"),
    ),
    "upgrade": _ended_by(
        "the payment came by credit card, or beyond a limit, and the account that was paid may not take that",
        (MERCHANT, "upgrade the account to Business, or lift its limits, in PayPal"),
    ),
    "unilateral": _ended_by(
        "it was paid to an e-mail address that no PayPal account has confirmed",
        (MERCHANT, "confirm that e-mail address in PayPal; after 30 days the money goes back"),
    ),
    "multi_currency": _ended_by("there is no balance in the currency that was paid", _ACCEPT),
    "intl": _ended_by("the account does not take payments from abroad by itself", _ACCEPT),
    "address": _ended_by("the buyer gave no confirmed address, and the account asks for one", _ACCEPT),
    "verify": _ended_by(
        "the account that was paid is not verified", (MERCHANT, "verify the account in PayPal")
    ),
    "other": _ended_by(
        "PayPal gives no reason", (MERCHANT, "ask PayPal's customer service what the payment waits for")
    ),
    "payment_review": _ended_by("PayPal looks at whether the payment is a fraud", _REVIEWED),
    "regulatory_review": _ended_by(
        "PayPal looks at whether the law allows the payment; that may take 72 hours",
        _REVIEWED,
    ),
    "fraud": _ended_by("a fraud filter of the account stopped the payment", _ACCEPT),
    "address_confirmation": _ended_by(
        "the buyer gave no confirmed address, and the account asks for one", _ACCEPT
    ),
}
# Other spellings of the same, as messages have them.
PENDING_SPELLINGS: Final = {"paymentreview": "payment_review"}

_ANSWER = (MERCHANT, "answer the case in PayPal's Resolution Center before its date")
_DECIDE = (PAYPAL, "decide the case; money that comes back is on trial until then")
_CARD = (BANK, "decide the chargeback: it is the card issuer's, and PayPal only hands on what it says")
_TRACKED = (MERCHANT, "send PayPal the tracking number, or proof of delivery")

# How far a case has gone.
CASES: Final[Mapping[CaseType, Meaning]] = {
    CaseType.DISPUTE: _ended_by(
        "the buyer complained, and PayPal has not been asked to decide",
        (
            MERCHANT,
            "come to terms with the buyer in the Resolution Center; within 20 days it may be escalated",
        ),
        (BUYER, "close the dispute, or escalate it to a claim"),
    ),
    CaseType.COMPLAINT: _ended_by("the buyer asked PayPal to decide", _ANSWER, _DECIDE),
    CaseType.CHARGEBACK: _ended_by(
        "the buyer went to the card issuer, who wants the money back", _ANSWER, _CARD
    ),
    CaseType.BANK_RETURN: _ended_by(
        "the buyer's bank took a payment back that had cleared",
        (BUYER, "pay again, by other means"),
        (MERCHANT, "ask the buyer; PayPal can do nothing against a bank's return"),
    ),
}

# Why money moved, or why a case was opened (PayPal, IPN variables: reason_code).
REASONS: Final[Mapping[str, Meaning]] = {
    "refund": _ended_by("the merchant gave money back"),
    "other": _ended_by("PayPal gives no reason"),
    "buyer_complaint": _ended_by("the buyer complained about the transaction", _ANSWER, _DECIDE),
    "chargeback": _ended_by("the buyer's card issuer took the money back", _ANSWER, _CARD),
    "guarantee": _ended_by("the buyer used the money-back guarantee", _ANSWER, _DECIDE),
    "admin_fraud_reversal": _ended_by("PayPal took the money back as a fraud", _ANSWER, _DECIDE),
    "admin_reversal": _ended_by("PayPal took the money back", _ANSWER, _DECIDE),
    "unauthorized_claim": _ended_by("the buyer says that somebody else paid", _ANSWER, _DECIDE),
    "unauthorized_spoof": _ended_by("somebody pretended to be the buyer", _ANSWER, _DECIDE),
    "chargeback_reimbursement": _ended_by("PayPal paid back what a chargeback had taken"),
    "chargeback_settlement": _ended_by("a chargeback was decided, and the money settled"),
    "adjustment_reversal": _ended_by("PayPal undid an adjustment"),
    "regulatory_block": _ended_by(
        "the law forbids the payment", (MERCHANT, "ask PayPal's customer service; the money went back")
    ),
    "regulatory_reject": _ended_by(
        "PayPal's review found that the law forbids the payment",
        (MERCHANT, "ask PayPal's customer service; the money went back"),
    ),
    "regulatory_review_exceeding_sla": _ended_by(
        "PayPal's review of the law took too long, and the payment went back", (BUYER, "pay again")
    ),
    "non_receipt": _ended_by("the buyer says that nothing arrived", _TRACKED, _DECIDE),
    "not_as_described": _ended_by(
        "the buyer says that something else arrived than was described",
        (MERCHANT, "offer the buyer a return, a part of the money, or show PayPal what was described"),
        _DECIDE,
    ),
    "unauthorized": _ended_by("the card's owner did not pay", _TRACKED, _CARD),
    "adjustment_reimburse": _ended_by("PayPal is to reimburse an adjustment", _DECIDE),
    "duplicate": _ended_by(
        "the buyer says that it was paid twice", (MERCHANT, "show that both were owed, or refund one"), _CARD
    ),
    "merchandise": _ended_by("the buyer does not accept the goods", _ANSWER, _CARD),
    "billing": _ended_by("the buyer says that the wrong amount was billed", _ANSWER, _CARD),
    "special": _ended_by("the card issuer gives a reason of its own", _ANSWER, _CARD),
    "mp_2001": _ended_by("a billing agreement was made"),
    "mp_2002": _ended_by("a billing agreement was cancelled"),
    "chargeback settlement": _ended_by("a chargeback was decided, and the money settled"),
    "admin reversal": _ended_by("PayPal took the money back", _ANSWER, _DECIDE),
    "unknown": _ended_by("PayPal gives no reason"),
}


def pending_meaning(reason: str | None) -> Meaning:
    """What a payment waits for; of an unknown word that it is unknown."""
    word = spelled(reason or "")
    known = PENDING.get(PENDING_SPELLINGS.get(word, word))
    if known is not None:
        return known
    said = "PayPal gives no reason" if word in ("", "none") else "a reason that this version does not know"
    return Meaning(said, (Step("look at the payment in PayPal: Activity says what it waits for", MERCHANT),))


def reason_meaning(reason: str | None) -> Meaning:
    """Why money moved or a case was opened; of an unknown word that it is unknown."""
    word = spelled(reason or "")
    if not word:
        return Meaning("PayPal gives no reason")
    look = (Step("look at the transaction in PayPal, or ask its customer service", MERCHANT),)
    return REASONS.get(word) or Meaning("a reason that this version does not know", look)
