"""Subscriptions, recurring profiles and billing agreements: every type, and every way that one may stand."""

from typing import Any

from tests.making.payments import payer
from tests.making.people import SHOP_FIELDS, SHOP_PARTY, SHOP_RECEIVERS
from tests.making.wire import (
    Fields,
    Made,
    Moment,
    Reading,
    fact,
    made,
    signed,
    told,
    txn_id,
    unmodelled,
    unreadable,
)

SIGNED_AT = Moment.of(2026, 2, 3, 23, 59, 1)
LATER_AT = Moment.of(2026, 8, 3, 7, 0, 0)
DUE_AT = Moment.of(2026, 3, 3, 11, 0, 0)


def closing(name: str) -> Fields:
    return {"notify_version": "3.9", "charset": "UTF-8", **signed(name), "test_ipn": "1"}


def heard(*facts: Reading, receivers: list[str] | None = None) -> Reading:
    return told(*facts, receivers=SHOP_RECEIVERS if receivers is None else receivers, sandbox=True)


# ---- subscriptions ----

SUBSCR_ID = "S-0RL49923MV117345K"
REGULAR = {
    "amount3": "9.00", "mc_amount3": "9.00", "period3": "1 M", "recurring": "1", "reattempt": "1",
    "subscr_date": SIGNED_AT.text,
}  # fmt: skip
TERMS: dict[str, Any] = {
    "amount": "9.00", "currency": "USD", "period": "1 M", "recurring": True, "reattempt": True
}  # fmt: skip


def subscription(name: str, txn_type: str, change: str, fields: Fields, **says: Any) -> Made:
    person, party = payer(name)
    wire = {
        "txn_type": txn_type, "subscr_id": SUBSCR_ID, **SHOP_FIELDS, **person, "item_name": "The Quarterly",
        "item_number": "QUART", "mc_currency": "USD", "custom": "reader 88", **fields, **closing(name),
    }  # fmt: skip
    report = {
        "subscription_id": SUBSCR_ID, "kind": "subscription", "change": change, "txn_type": txn_type,
        "terms": fact("Terms", currency="USD"), "item_name": "The Quarterly", "item_number": "QUART",
        "custom": "reader 88", "payer": party, "receiver": SHOP_PARTY,
    } | says  # fmt: skip
    return made(name, wire, heard(fact("SubscriptionReport", **report)), codec="utf-8")


def terms(**agreed: Any) -> Reading:
    return fact("Terms", **(TERMS | agreed))


def trial(amount: str | None = None, period: str | None = None) -> Reading:
    return fact("Trial", amount=amount, period=period)


SIGNUP = "subscr_signup"
FIRST = {"amount1": "0.00", "mc_amount1": "0.00", "period1": "14 D"}
SECOND = {"amount2": "4.50", "mc_amount2": "4.50", "period2": "1 M"}
SIGNED = {"dated_at": SIGNED_AT.utc}
MODIFIED = {
    "mc_amount3": "11.00",
    "period3": "3 M",
    "subscr_effective": LATER_AT.text,
    "subscr_date": SIGNED_AT.text,
}
SUBSCRIPTIONS = [
    subscription("subscr_signup", SIGNUP, "start", REGULAR, terms=terms(), **SIGNED),
    subscription(
        "subscr_signup-trial", SIGNUP, "start", REGULAR | FIRST, terms=terms(trials=[trial("0.00", "14 D")]),
        **SIGNED
    ),
    subscription(
        "subscr_signup-two_trials", SIGNUP, "start", REGULAR | FIRST | SECOND,
        terms=terms(trials=[trial("0.00", "14 D"), trial("4.50", "1 M")]), **SIGNED,
    ),
    subscription(
        "subscr_signup-limited", SIGNUP, "start", REGULAR | {"recur_times": "12", "reattempt": "0"},
        terms=terms(times=12, reattempt=False), **SIGNED,
    ),
    subscription(
        "subscr_signup-once", SIGNUP, "start", REGULAR | {"recurring": "0", "period3": "1 Y"},
        terms=terms(recurring=False, period="1 Y"), **SIGNED,
    ),
    subscription(
        "subscr_signup-yen", SIGNUP, "start",
        REGULAR | {"amount3": "", "mc_amount3": "1200", "mc_currency": "JPY"},
        terms=terms(amount="1200", currency="JPY"), **SIGNED,
    ),
    subscription(
        "subscr_signup-dollars_alone", SIGNUP, "start",
        REGULAR | {"mc_amount3": "", "amount3": "9.00", "mc_currency": ""},
        terms={key: value for key, value in terms().items() if key != "currency"}, **SIGNED,
    ),
    subscription(
        "subscr_signup-invoice", SIGNUP, "start", REGULAR | {"invoice": "Q-1", "username": "reader",
        "password": "x"},
        terms=terms(), invoice="Q-1", **SIGNED,
    ),
    subscription(
        "subscr_modify", "subscr_modify", "modify", MODIFIED, effective_at=LATER_AT.utc,
        terms=fact("Terms", amount="11.00", currency="USD", period="3 M"), **SIGNED,
    ),
    subscription(
        "subscr_modify-replaces", "subscr_modify", "modify",
        MODIFIED | {"old_subscr_id": "S-9PK20177FA880034C"},
        replaces="S-9PK20177FA880034C", effective_at=LATER_AT.utc,
        terms=fact("Terms", amount="11.00", currency="USD", period="3 M"), **SIGNED,
    ),
    subscription("subscr_failed", "subscr_failed", "fail", {"retry_at": LATER_AT.text},
    retry_at=LATER_AT.utc),
    subscription("subscr_failed-for_good", "subscr_failed", "fail", {}),
    subscription(
        "subscr_cancel", "subscr_cancel", "cancel", REGULAR | {"subscr_date": LATER_AT.text}, terms=terms(),
        dated_at=LATER_AT.utc,
    ),
    subscription("subscr_eot", "subscr_eot", "end", {}),
]  # fmt: skip


# ---- recurring profiles ----

PROFILE_ID = "I-9XHC4TDN1RKE"
FIRST_ID = txn_id("the initial payment")


def profile(
    name: str, txn_type: str, change: str, fields: Fields, initial: tuple[str, str] | None = None, **says: Any
) -> Made:
    person, party = payer(name)
    wire = {
        "txn_type": txn_type, "recurring_payment_id": PROFILE_ID, **SHOP_FIELDS, **person,
        "product_name": "Ink by post", "product_type": "1", "period_type": " Regular",
        "payment_cycle": "Monthly",
        "amount": "12.00", "amount_per_cycle": "12.00", "initial_payment_amount": "0.00",
        "outstanding_balance": "0.00", "currency_code": "USD", "profile_status": "Active",
        "time_created": SIGNED_AT.text, "next_payment_date": DUE_AT.text, "rp_invoice_id": "INK-42",
        **fields, **closing(name),
    }  # fmt: skip
    report = {
        "subscription_id": PROFILE_ID, "kind": "profile", "change": change, "txn_type": txn_type,
        "terms": fact("Terms", amount="12.00", currency="USD", period="Monthly"), "outstanding": "0.00 USD",
        "item_name": "Ink by post", "invoice": "INK-42", "payer": party, "receiver": SHOP_PARTY,
        "dated_at": SIGNED_AT.utc, "next_payment_at": DUE_AT.utc,
    } | says  # fmt: skip
    facts = [fact("SubscriptionReport", **report)]
    if initial:
        facts.append(initial_payment(party, *initial))
    return made(name, wire, heard(*facts), codec="utf-8")


def initial_payment(party: Reading, status: str, gross: str) -> Reading:
    """The payment inside the message that says that a profile began, by its own id and without a fee."""
    return fact(
        "Report", txn_id=FIRST_ID, kind="payment", status=status, txn_type=CREATED, gross=gross,
        invoice="INK-42",
        subscription=PROFILE_ID, payer=party, receiver=SHOP_PARTY, occurred_at=SIGNED_AT.utc,
        next_payment_at=DUE_AT.utc, reading=3,
    )  # fmt: skip


CREATED = "recurring_payment_profile_created"
SKIPPED = "recurring_payment_skipped"
GONE = {"next_payment_date": "N/A"}
PAID = {
    "initial_payment_amount": "5.00",
    "initial_payment_txn_id": FIRST_ID,
    "initial_payment_status": "Completed",
}
NOT_PAID = {
    "initial_payment_amount": "5.00",
    "initial_payment_status": "Failed",
    "outstanding_balance": "5.00",
}


def spoilt(name: str, fields: Fields, reading: Reading) -> Made:
    return Made(name=name, body=profile(name, CREATED, "start", fields).body, reading=reading)


PROFILES = [
    profile("profile_created", CREATED, "start", {}),
    profile("profile_created-pending", CREATED, "start", {"profile_status": "Pending"}, waits=True),
    profile("profile_created-initial_completed", CREATED, "start", PAID, initial=("completed", "5.00 USD")),
    profile("profile_created-initial_failed", CREATED, "start", NOT_PAID, outstanding="5.00 USD"),
    profile(
        "profile_created-initial_pending", CREATED, "start",
        PAID | {"initial_payment_status": "Pending"}, initial=("pending", "5.00 USD"),
    ),
    profile(
        "profile_created-initial_pending_no_id", CREATED, "start",
        PAID | {"initial_payment_status": "Pending", "initial_payment_txn_id": ""},
    ),
    profile("profile_created-cycle_of_two_months", CREATED, "start", {"payment_cycle": "every 2 Months"},
            terms=fact("Terms", amount="12.00", currency="USD", period="every 2 Months")),
    profile("profile_created-euro", CREATED, "start", {"mc_currency": "EUR", "currency_code": "EUR"},
            terms=fact("Terms", amount="12.00", currency="EUR", period="Monthly"), outstanding="0.00 EUR"),
    spoilt("profile_created-initial_without_id", PAID | {"initial_payment_txn_id": ""},
           unreadable("initial_payment_txn_id is missing or negative, and the initial payment is completed")),
    spoilt("profile_created-initial_without_amount", PAID | {"initial_payment_amount": ""},
           unreadable("initial_payment_amount is missing or negative, and the initial payment is completed")),
    spoilt("profile_created-initial_unknown", PAID | {"initial_payment_status": "Teleported"},
           unmodelled("initial_payment_status 'Teleported'")),
    spoilt("profile_created-status_unknown", {"profile_status": "Dreaming"},
           unmodelled("profile_status 'Dreaming'")),
    profile(SKIPPED, SKIPPED, "skip", {}),
    *(
        profile(f"{SKIPPED}-{status.lower()}", SKIPPED, "skip", {"profile_status": status}, also=also)
        for status, also in {"Cancelled": "cancel", "Suspended": "suspend", "Expired": "expire"}.items()
    ),
    profile("recurring_payment_failed", "recurring_payment_failed", "fail", {"outstanding_balance": "12.00"},
            outstanding="12.00 USD"),
    profile("recurring_payment_outstanding_payment_failed", "recurring_payment_outstanding_payment_failed",
    "fail",
            {"outstanding_balance": "24.00"}, outstanding="24.00 USD"),
    *(
        profile(name, name, "suspend", GONE | {"profile_status": "Suspended", "outstanding_balance": "36.00"},
                outstanding="36.00 USD", next_payment_at=None)
        for name in ("recurring_payment_suspended", "recurring_payment_suspended_due_to_max_failed_payment")
    ),
    profile("recurring_payment_profile_cancel", "recurring_payment_profile_cancel", "cancel",
            GONE | {"profile_status": "Cancelled"}, next_payment_at=None),
    profile("recurring_payment_expired", "recurring_payment_expired", "expire",
            GONE | {"profile_status": "Expired"}, next_payment_at=None),
]  # fmt: skip


# ---- billing agreements ----

MP_ID = "B-7CV55010LD381246N"


def agreement(txn_type: str, change: str, fields: Fields, **says: Any) -> Made:
    """PayPal names no receiver, and no status."""
    name = txn_type + (f"-{fields['reason_code']}" if "reason_code" in fields else "")
    person, party = payer(name)
    wire = {
        "txn_type": txn_type, "mp_id": MP_ID, "mp_status": "0", "mp_desc": "Refills as needed",
        "mp_custom": "w-12",
        "mp_currency": "EUR", "mp_cycle_start": "3", "mp_pay_type": "i", **person, **fields, **closing(name),
    }  # fmt: skip
    report = fact(
        "SubscriptionReport", subscription_id=MP_ID, kind="agreement", change=change, txn_type=txn_type,
        terms=fact("Terms", currency="EUR"), item_name="Refills as needed", custom="w-12", payer=party,
        **says,
    )  # fmt: skip
    return made(name, wire, heard(report, receivers=[]), codec="utf-8")


AGREEMENTS = [
    agreement("mp_signup", "start", {}),
    agreement("mp_cancel", "cancel", {"mp_status": "1", "reason_code": "mp_2001"}, reason="mp_2001"),
    agreement("mp_cancel", "cancel", {"mp_status": "1", "reason_code": "mp_2002"}, reason="mp_2002"),
]

PAIRS = [*SUBSCRIPTIONS, *PROFILES, *AGREEMENTS]
