"""Lives of subscriptions, profiles and agreements, and how each is shown in the end."""

from typing import Any

from tests.given import payment
from tests.given_streams import agreed, charged, paid, profiled, signup, subscribed

JAN, FEB, MAR, APR, JUN = (f"08:00:00 {month} 05, 2026 PST" for month in ("Jan", "Feb", "Mar", "Apr", "Jun"))
DUE_FEB, DUE_MAR, DUE_APR, DUE_MAY = (
    f"02:00:00 {month} 05, 2026 PST" for month in ("Feb", "Mar", "Apr", "May")
)
CREATED = profiled("profile_created", next_payment_date=DUE_FEB)
SUSPENDED = profiled(
    "suspended", profile_status="Suspended", next_payment_date="N/A", outstanding_balance="10.00"
)
CANCELLED = subscribed("subscr_cancel", subscr_date="08:00:00 Mar 10, 2026 PDT")

LIFECYCLES: dict[str, tuple[list[bytes], str, dict[str, Any]]] = {
    # name: messages in PayPal's order, the subscription, what is shown in the end
    # -- subscriptions by buttons
    "signed up": ([signup()], "S-1", {"status": "active", "kind": "subscription", "paid_until": None}),
    "signed up and paid": (
        [signup(), paid("T1", JAN)], "S-1", {"status": "active", "paid_until": "2026-02-05T16:00:00Z"},
    ),
    "paid, its signup lost": (
        [paid("T1", JAN)], "S-1", {"status": "active", "kind": None, "paid_until": None},
    ),
    "a charge that waits, its signup lost": (
        [paid("T1", JAN, status="Pending", pending_reason="echeck", mc_fee="")], "S-1",
        {"status": "awaited", "kind": None},
    ),
    "a charge that was denied, its signup lost": (
        [paid("T1", JAN, status="Denied", mc_fee="")], "S-1", {"status": "awaited"},
    ),
    "an eCheck that cleared": (
        [signup(), paid("T1", JAN, status="Pending", pending_reason="echeck", mc_fee=""),
         paid("T1", JAN)], "S-1",
        {"status": "active", "paid_until": "2026-02-05T16:00:00Z"},
    ),
    "three cycles": (
        [signup(), paid("T1", JAN), paid("T2", FEB), paid("T3", MAR)], "S-1",
        {"status": "active", "paid_until": "2026-04-05T16:00:00Z"},
    ),
    "a trial for nothing": (
        [signup(mc_amount1="0.00", period1="1 M")], "S-1", {"status": "active", "payments": []},
    ),
    "a charge failed and is tried again": (
        [signup(), paid("T1", JAN), subscribed("subscr_failed", retry_at="08:00:00 Feb 08, 2026 PST")], "S-1",
        {"status": "active", "failed_cycles": 1, "retry_at": "2026-02-08T16:00:00Z"},
    ),
    "a charge failed, and was paid when tried again": (
        [signup(), paid("T1", JAN), subscribed("subscr_failed", retry_at="08:00:00 Feb 08, 2026 PST"),
         paid("T2", "08:00:00 Feb 08, 2026 PST")], "S-1",
        {"status": "active", "failed_cycles": 1, "retry_at": None},
    ),
    "cancelled, and paid until": (
        [signup(), paid("T1", JAN), CANCELLED], "S-1",
        {"status": "cancelled", "paid_until": "2026-02-05T16:00:00Z", "cancelled_at": "2026-03-10T15:00:00Z"},
    ),
    "a charge beside the cancellation": (
        [signup(), paid("T1", JAN), CANCELLED, paid("T2", FEB)], "S-1",
        {"status": "cancelled", "paid_until": "2026-03-05T16:00:00Z"},
    ),
    "cancelled, and at its end": (
        [signup(), paid("T1", JAN), CANCELLED, subscribed("subscr_eot")], "S-1",
        {"status": "ended", "paid_until": "2026-02-05T16:00:00Z"},
    ),
    "a charge after the end": (
        [signup(), paid("T1", JAN), subscribed("subscr_eot"), paid("T2", JUN)], "S-1",
        {"status": "ended", "paid_until": "2026-07-05T16:00:00Z"},
    ),
    "its terms changed": (
        [signup(), subscribed("subscr_modify", mc_amount3="12.00", period3="1 M",
                              subscr_effective="00:00:00 Mar 01, 2026 PST"), paid("T1", JAN)], "S-1",
        {"status": "active", "effective_at": "2026-03-01T08:00:00Z",
         "terms": {"amount": "12.00", "currency": "USD", "period": "1 M", "trials": [], "recurring": True,
                   "reattempt": None, "times": None}},
    ),
    "the newest of two changes": (
        [subscribed("subscr_modify", mc_amount3="12.00", subscr_effective="00:00:00 Mar 01, 2026 PST"),
         subscribed("subscr_modify", mc_amount3="14.00", subscr_effective="00:00:00 May 01, 2026 PDT"),
         signup()], "S-1",
        {"terms": {"amount": "14.00", "currency": "USD", "period": "1 M", "trials": [], "recurring": True,
                   "reattempt": None, "times": None}},
    ),
    "by the year, from a leap day": (
        [signup(period3="1 Y"), paid("T1", "08:00:00 Feb 29, 2028 PST")], "S-1",
        {"paid_until": "2029-02-28T16:00:00Z"},
    ),
    "by the month, from the end of one": (
        [signup(), paid("T1", "08:00:00 Jan 31, 2026 PST")], "S-1", {"paid_until": "2026-02-28T16:00:00Z"},
    ),
    # -- recurring profiles
    "created": (
        [CREATED], "I-1",
        {"status": "active", "kind": "profile", "next_payment_at": "2026-02-05T10:00:00Z"},
    ),
    "created, and pending": (
        [profiled("profile_created", profile_status="Pending")], "I-1",
        {"status": "pending", "kind": "profile"},
    ),
    "created pending, then paid": (
        [profiled("profile_created", profile_status="Pending"), charged("T1", FEB, DUE_MAR)], "I-1",
        {"status": "active"},
    ),
    "created pending, then skipped": (
        [profiled("profile_created", profile_status="Pending"), profiled("skipped")], "I-1",
        {"status": "active"},
    ),
    "created pending, then cancelled": (
        [profiled("profile_created", profile_status="Pending"),
         profiled("profile_cancel", profile_status="Cancelled")], "I-1", {"status": "cancelled"},
    ),
    "two cycles": (
        [CREATED, charged("T1", FEB, DUE_MAR), charged("T2", MAR, DUE_APR)], "I-1",
        {"status": "active", "paid_until": "2026-04-05T10:00:00Z", "next_payment_at": "2026-04-05T10:00:00Z"},
    ),
    "skipped, then failed": (
        [CREATED, profiled("skipped", next_payment_date=DUE_FEB),
         profiled("failed", next_payment_date=DUE_MAR, outstanding_balance="10.00")], "I-1",
        {"status": "active", "skipped_cycles": 1, "failed_cycles": 1, "outstanding": "10.00",
         "next_payment_at": "2026-03-05T10:00:00Z"},
    ),
    "suspended": (
        [CREATED, charged("T1", FEB, DUE_MAR), SUSPENDED], "I-1",
        {"status": "suspended", "next_payment_at": None, "outstanding": "10.00",
         "paid_until": "2026-03-05T10:00:00Z"},
    ),
    "suspended after too many failures": (
        [CREATED, profiled("failed", next_payment_date=DUE_MAR, outstanding_balance="10.00"),
         profiled("failed", next_payment_date=DUE_APR, outstanding_balance="20.00"),
         profiled("suspended_due_to_max_failed_payment", profile_status="Suspended", next_payment_date="N/A",
                  outstanding_balance="30.00")], "I-1",
        {"status": "suspended", "failed_cycles": 2, "outstanding": "30.00"},
    ),
    "suspended, and going on after a gap": (
        [CREATED, charged("T1", FEB, DUE_MAR), SUSPENDED,
         charged("T2", JUN, "02:00:00 Jul 05, 2026 PDT")], "I-1",
        {"status": "active", "next_payment_at": "2026-07-05T09:00:00Z"},
    ),
    "suspended after its last payment in time": (
        [CREATED, charged("T1", FEB, DUE_MAR), charged("T2", MAR, DUE_APR), SUSPENDED], "I-1",
        {"status": "suspended"},
    ),
    "a cycle that failed is no pause": (
        [CREATED, charged("T1", FEB, DUE_MAR), profiled("failed", next_payment_date=DUE_APR),
         charged("T2", APR, DUE_MAY), SUSPENDED], "I-1", {"status": "suspended"},
    ),
    "a cycle that was denied is no pause": (
        [CREATED, charged("T1", FEB, DUE_MAR), charged("T2", MAR, DUE_APR, "Denied", mc_fee=""),
         charged("T3", APR, DUE_MAY), SUSPENDED], "I-1", {"status": "suspended"},
    ),
    "going on after a gap, then cancelled": (
        [CREATED, charged("T1", FEB, DUE_MAR), SUSPENDED, charged("T2", JUN, ""),
         profiled("profile_cancel", profile_status="Cancelled")], "I-1", {"status": "cancelled"},
    ),
    "cancelled, said by the profile alone": (
        [CREATED, profiled("skipped", profile_status="Cancelled")], "I-1", {"status": "cancelled"},
    ),
    "expired": (
        [CREATED, charged("T1", FEB, "N/A"), profiled("expired", profile_status="Expired")], "I-1",
        {"status": "expired", "next_payment_at": None},
    ),
    "expired, and cancelled too": (
        [CREATED, profiled("profile_cancel", profile_status="Cancelled"),
         profiled("expired", profile_status="Expired")], "I-1", {"status": "expired"},
    ),
    "what it owed was collected": (
        [CREATED, profiled("failed", next_payment_date=DUE_MAR, outstanding_balance="10.00"),
         charged("T1", FEB, DUE_MAR, txn_type="recurring_payment_outstanding_payment")], "I-1",
        {"status": "active", "failed_cycles": 1},
    ),
    "an initial payment": (
        [profiled("profile_created", next_payment_date=DUE_FEB, initial_payment_status="Completed",
                  initial_payment_txn_id="T0", initial_payment_amount="3.00")], "I-1",
        {"status": "active", "paid_until": "2026-02-05T10:00:00Z"},
    ),
    "an initial payment, and its own message": (
        [profiled("profile_created", next_payment_date=DUE_FEB, initial_payment_status="Completed",
                  initial_payment_txn_id="T0", initial_payment_amount="10.00"),
         charged("T0", JAN, DUE_FEB, txn_type="express_checkout")], "I-1",
        {"status": "active", "paid_until": "2026-02-05T10:00:00Z"},
    ),
    # -- billing agreements
    "an agreement": ([agreed()], "B-1", {"status": "active", "kind": "agreement"}),
    "an agreement that is charged": (
        [agreed(), payment("T1", txn_type="merch_pmt", mp_id="B-1"),
         payment("T2", "Pending", txn_type="merch_pmt", mp_id="B-1", pending_reason="paymentreview")], "B-1",
        {"status": "active", "paid_until": None},
    ),
    "an agreement that was cancelled": (
        [agreed(), agreed("mp_cancel", mp_status="1", reason_code="mp_2001")], "B-1", {"status": "cancelled"},
    ),
    "charged under an agreement that was never heard of": (
        [payment("T1", txn_type="merch_pmt", mp_id="B-1")], "B-1", {"status": "active", "kind": None},
    ),
    # -- what cannot all be true
    "one id of two kinds": (
        [signup("X-1"), profiled("profile_created", "X-1", amount_per_cycle="10.00")], "X-1",
        {"kind": "subscription",
         "doubts": [{"rule": "contradiction", "detail": "PayPal calls it profile and subscription"}]},
    ),
    "two prices for one beginning": (
        [signup(), signup(mc_amount3="1.00")], "S-1",
        {"doubts": [{"rule": "contradiction",
                     "detail": "PayPal told more than one price for its beginning: 1.00 USD, 10.00 USD"}]},
    ),
}  # fmt: skip
