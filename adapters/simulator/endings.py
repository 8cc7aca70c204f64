"""The endings of the lifecycles, by their names: what each has come to when all of it was heard."""

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType

from adapters.simulator.ends import (
    End,
    Ending,
    Messages,
    agreement,
    everything,
    exactly,
    initial_payment,
    payment,
    payouts,
    right,
)

OPEN, CLOSED = True, False
_subscription = partial(agreement, "subscr_id", "subscription")
_profile = partial(agreement, "recurring_payment_id", "profile")
_billing = partial(agreement, "mp_id", "agreement")
_paid = (payment(0),)
_refunded = partial(payment, status="refunded", refunded=everything)
_reversed = partial(payment, status="reversed", reversed_=everything)

ENDINGS: Mapping[str, Sequence[Ending]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                *("completed", "cart_completed", "echeck_completed", "payment_review_completed"),
                *("fraud_filter_accepted", "unilateral", "multi_currency", "multi_currency_kept"),
                *("express_checkout", "pro_hosted", "virtual_terminal", "send_money", "invoice_payment"),
                *("auction_item", "auction_two_items", "cart_with_extras", "cart_converted"),
            ),
            _paid,
        ),
        "echeck_failed": (payment(0, "failed"),),
        **dict.fromkeys(
            ("echeck_denied", "payment_review_denied", "fraud_filter_denied", "multi_currency_denied"),
            (payment(0, "denied"),),
        ),
        "payment_review_reversed": (_reversed(0),),
        "unilateral_returned": (_refunded(0),),
        # Rights, and what was captured of them.
        "order_authorization_captures": (
            right(0, "order", "captured"),
            right(1, "authorization", "captured"),
            payment(2),
            payment(3),
        ),
        "authorization_voided": (right(0, "authorization", "voided"),),
        "authorization_expired": (right(0, "authorization", "expired"),),
        "authorization_review": (right(0, "authorization", "captured"), payment(2)),
        "authorization_voided_in_part": (right(0, "authorization", "partially_captured"), payment(1)),
        "reauthorization": (
            right(0, "authorization", "captured"),
            right(1, "authorization", "captured"),
            payment(2),
        ),
        "capture_denied": (right(0, "authorization", "authorized"), payment(1, "denied")),
        "capture_refunded": (
            right(0, "authorization", "captured"),
            payment(1, "partially_refunded", refunded=exactly("3.00")),
        ),
        # What went back.
        "partial_refund": (payment(0, "partially_refunded", refunded=exactly("5.00")),),
        "two_partial_refunds": (payment(0, "partially_refunded", refunded=exactly("7.50")),),
        **dict.fromkeys(("full_refund", "refund_with_part_of_fee", "refund_with_whole_fee"), (_refunded(0),)),
        "over_refund": (payment(0, "refunded", refunded=lambda gross: gross + 2),),
        "reversal_won": (payment(0, cases=(("complaint", CLOSED),)),),
        "reversal_lost": (_refunded(0, cases=(("complaint", CLOSED),)),),
        "dispute_then_claim": (_reversed(0, cases=(("complaint", OPEN),)),),
        "reversal_in_full": (_reversed(0),),
        **dict.fromkeys(
            ("chargeback_adjustment", "chargeback_fee"), (payment(0, cases=(("chargeback", CLOSED),)),)
        ),
        "second_chargeback": (_reversed(0, cases=(("chargeback", CLOSED), ("chargeback", OPEN))),),
        "chargeback_then_claim": (_reversed(0, cases=(("chargeback", OPEN), ("complaint", OPEN))),),
        "bank_return": (_reversed(0, cases=(("bank_return", OPEN),)),),
        # Subscriptions.
        "subscription": (_subscription(0, "active", 1, 2, 3), payment(1), payment(2), payment(3)),
        "subscription_payment_first": (_subscription(1, "active", 0), payment(0)),
        "subscription_trial": (_subscription(0, "active", 1), payment(1)),
        "subscription_echeck": (_subscription(0, "active", 1), payment(1)),
        "subscription_failed": (_subscription(0, "ended", 1), payment(1)),
        "subscription_modified": (_subscription(0, "active", 1, 3), payment(1), payment(3)),
        "subscription_replaced": (
            _subscription(0, "active", 1),
            _subscription(2, "active", 3),
            payment(1),
            payment(3),
        ),
        "subscription_cancelled": (_subscription(0, "cancelled", 1), payment(1)),
        "subscription_ended": (_subscription(0, "ended", 1, 2), payment(1), payment(2)),
        "subscription_refunded": (_subscription(0, "active", 1, 2), payment(1), _refunded(2)),
        "subscription_reversed": (_subscription(0, "active", 1), _reversed(1)),
        # Profiles.
        "profile_cycles": (_profile(0, "active", 1, 2, 3), payment(1), payment(2), payment(3)),
        "profile_initial_payment": (_profile(0, "active", 0, 1), initial_payment, payment(1)),
        "profile_initial_payment_told_twice": (_profile(0, "active", 0, 1), initial_payment),
        "profile_initial_payment_pending": (_profile(0, "active", 1), payment(1)),
        "profile_initial_payment_failed": (_profile(0, "active", 1), payment(1)),
        "profile_payment_review": (_profile(0, "active", 1), payment(1)),
        "profile_skipped": (_profile(0, "active", 1, 3), payment(1), payment(3)),
        "profile_failed": (_profile(0, "active", 1), payment(1)),
        "profile_suspended_then_paid": (_profile(0, "active", 1, 5), payment(1), payment(5)),
        "profile_suspended": (_profile(0, "suspended", 1), payment(1)),
        "profile_cancelled": (_profile(0, "cancelled", 1), payment(1)),
        "profile_expired": (_profile(0, "expired", 1, 2), payment(1), payment(2)),
        "profile_outstanding_paid": (_profile(0, "active", 1, 4), payment(1), payment(4)),
        "profile_refunded": (_profile(0, "active", 1), _refunded(1)),
        # Payouts, agreements, and what no version reads yet.
        "mass_pay": (payouts("completed", "returned", "completed"),),
        "mass_pay_item_failed": (payouts("completed", "failed", "completed"),),
        "mass_pay_item_reversed": (payouts("completed", "reversed", "completed"),),
        "mass_pay_denied": (payouts("denied", "denied", "denied"),),
        "billing_agreement": (_billing(0, "cancelled", 1, 2), payment(1), payment(2)),
        "billing_agreement_charge_denied": (_billing(0, "active", 1), payment(1, "denied")),
        "billing_agreement_charge_refunded": (
            _billing(0, "active", 1),
            payment(1, "partially_refunded", refunded=exactly("2.50")),
        ),
        "adaptive_payment": (),
        "adaptive_refund": (),
    }
)
# Of these no message becomes more than evidence,
UNMODELLED = frozenset(("adaptive_payment", "adaptive_refund"))
# and of these one contradicts the others: whichever comes last is for a person to look at.
REFUSED = frozenset(("over_refund",))


def ends_of(lifecycle: str, messages: Messages) -> list[End]:
    """Where everything stands that the messages of a lifecycle, in its own order, tell of."""
    return [end for part in ENDINGS[lifecycle] for end in part(messages)]
