"""The table of types is whole, and a message of each type is read as the table says."""

import pytest

from domain.facts import Case, Follower, Report
from domain.notification import Told, read
from domain.reading import Unmodelled
from domain.subscription_facts import SubscriptionReport
from domain.txn_types import ADAPTIVE, ADAPTIVE_MEANING, TXN_TYPES, Reading
from domain.vocabulary import Change, Kind, SubscriptionKind
from tests.given import adjustment, body, case, follower, payment
from tests.given_streams import agreed, batch, profiled, record, subscribed

# Of PayPal's documents and of messages seen (IPN and PDT variables, and the guides of 2009 and 2012).
PROFILES = (
    "profile_created skipped failed outstanding_payment_failed suspended "
    "suspended_due_to_max_failed_payment profile_cancel expired"
)
SUBSCRIPTIONS = "signup modify failed cancel eot"
PAYMENTS = (
    "web_accept cart express_checkout pro_hosted virtual_terminal send_money invoice_payment merch_pmt "
    "auction subscr_payment recurring_payment recurring_payment_outstanding_payment"
)
# Each type with what a message of it must have.
MESSAGES: dict[str, bytes] = {
    "": payment(txn_type=""),
    "adjustment": adjustment("X1"),
    "new_case": case(),
    "masspay": batch(record(1)),
    "payout": payment(txn_type="payout"),
    "mp_signup": agreed("mp_signup"),
    "mp_cancel": agreed("mp_cancel"),
    **{txn_type: payment(txn_type=txn_type) for txn_type in PAYMENTS.split(" ")},
    **{f"subscr_{change}": subscribed(f"subscr_{change}") for change in SUBSCRIPTIONS.split(" ")},
    **{f"recurring_payment_{change}": profiled(change) for change in PROFILES.split(" ")},
}


def test_every_type_of_paypals_documents_is_in_the_table() -> None:
    assert set(TXN_TYPES) == set(MESSAGES)


READ_AS: dict[Reading, type] = {
    Reading.PAYMENT: Report,
    Reading.ADJUSTMENT: Follower,
    Reading.CASE: Case,
    Reading.PAYOUTS: Report,
    Reading.SUBSCRIPTION: SubscriptionReport,
}


@pytest.mark.parametrize("txn_type", [t for t in TXN_TYPES if TXN_TYPES[t].reading in READ_AS])
def test_a_message_of_a_type_is_read_as_the_table_says(txn_type: str) -> None:
    told = TXN_TYPES[txn_type]
    (fact,) = read(MESSAGES[txn_type], 1).facts
    assert type(fact) is READ_AS[told.reading]
    match fact:
        case SubscriptionReport():
            assert (fact.kind, fact.change, fact.txn_type) == (told.kind, told.change, txn_type)
        case Report():
            expected = Kind.PAYOUT if told.reading is Reading.PAYOUTS else Kind.PAYMENT
            assert (fact.kind, fact.txn_type) == (expected, txn_type or None)


@pytest.mark.parametrize("txn_type", [t for t in TXN_TYPES if TXN_TYPES[t].reading is Reading.UNMODELLED])
def test_a_type_is_left_out_only_by_a_decision_that_its_reason_names(txn_type: str) -> None:
    with pytest.raises(Unmodelled, match=f"^txn_type '{txn_type}', by decision$"):
        read(payment(txn_type=txn_type), 1)


def test_only_the_undocumented_payout_is_left_out() -> None:
    left_out = {txn_type for txn_type, told in TXN_TYPES.items() if told.reading is Reading.UNMODELLED}
    assert left_out == {"payout"}


@pytest.mark.parametrize("txn_type", TXN_TYPES)
def test_a_type_of_subscriptions_says_of_which_kind_and_what_changed_and_no_other_does(txn_type: str) -> None:
    told = TXN_TYPES[txn_type]
    is_subscription = told.reading is Reading.SUBSCRIPTION
    assert (told.kind is not None, told.change is not None) == (is_subscription, is_subscription)


CHANGES = {
    "subscr_signup": (SubscriptionKind.SUBSCRIPTION, Change.START),
    "subscr_modify": (SubscriptionKind.SUBSCRIPTION, Change.MODIFY),
    "subscr_failed": (SubscriptionKind.SUBSCRIPTION, Change.FAIL),
    "subscr_cancel": (SubscriptionKind.SUBSCRIPTION, Change.CANCEL),
    "subscr_eot": (SubscriptionKind.SUBSCRIPTION, Change.END),
    "recurring_payment_profile_created": (SubscriptionKind.PROFILE, Change.START),
    "recurring_payment_skipped": (SubscriptionKind.PROFILE, Change.SKIP),
    "recurring_payment_failed": (SubscriptionKind.PROFILE, Change.FAIL),
    "recurring_payment_outstanding_payment_failed": (SubscriptionKind.PROFILE, Change.FAIL),
    "recurring_payment_suspended": (SubscriptionKind.PROFILE, Change.SUSPEND),
    "recurring_payment_suspended_due_to_max_failed_payment": (SubscriptionKind.PROFILE, Change.SUSPEND),
    "recurring_payment_profile_cancel": (SubscriptionKind.PROFILE, Change.CANCEL),
    "recurring_payment_expired": (SubscriptionKind.PROFILE, Change.EXPIRE),
    "mp_signup": (SubscriptionKind.AGREEMENT, Change.START),
    "mp_cancel": (SubscriptionKind.AGREEMENT, Change.CANCEL),
}


def test_each_type_of_subscriptions_tells_the_change_that_its_name_says() -> None:
    told = {t: (it.kind, it.change) for t, it in TXN_TYPES.items() if it.reading is Reading.SUBSCRIPTION}
    assert told == CHANGES


@pytest.mark.parametrize("txn_type", [t for t in TXN_TYPES if TXN_TYPES[t].reading is Reading.PAYMENT])
@pytest.mark.parametrize("status", ["Refunded", "Reversed", "Canceled_Reversal"])
def test_where_a_type_is_read_as_a_payment_its_status_decides_first(txn_type: str, status: str) -> None:
    (fact,) = read(follower(status, "R1", txn_type=txn_type), 1).facts
    assert isinstance(fact, Follower)


@pytest.mark.parametrize("txn_type", TXN_TYPES)
def test_the_case_of_letters_in_a_type_says_nothing(txn_type: str) -> None:
    def told(one: bytes) -> tuple[Told, ...] | str:
        try:
            return read(one, 1).facts
        except Unmodelled as put_aside:
            return str(put_aside)

    written, shouted = f"txn_type={txn_type}&".encode(), f"txn_type={txn_type.upper()}&".encode()
    one = MESSAGES[txn_type] + b"&"
    first, second = told(one), told(one.replace(written, shouted))
    assert type(first) is type(second)
    assert len(first) == len(second) or isinstance(first, str)


@pytest.mark.parametrize("txn_type", TXN_TYPES)
def test_every_type_has_a_meaning_in_words(txn_type: str) -> None:
    meaning = TXN_TYPES[txn_type].meaning
    assert meaning.strip() == meaning
    assert len(meaning.split(" ")) >= 1
    assert not meaning.endswith(".")


PAY = {"transaction_type": "Adaptive Payment PAY", "status": "COMPLETED", "pay_key": "AP-1"}
ADAPTIVE_BODIES = {
    "paid": body(**PAY),
    "preapproved": body(transaction_type="Adaptive Payment Preapproval", preapproval_key="PA-1"),
    "adjusted": body(**(PAY | {"transaction_type": "Adjustment", "reason_code": "Refund"})),
    "with brackets that are not encoded": body(**PAY) + b"&transaction[0].amount=USD+2.00",
    "with brackets that are": body(**PAY) + b"&transaction%5B0%5D.amount=USD+2.00",
}


@pytest.mark.parametrize("name", ADAPTIVE_BODIES)
def test_adaptive_payments_are_left_out_by_decision(name: str) -> None:
    with pytest.raises(Unmodelled, match=f"^Adaptive Payments: {ADAPTIVE} 'Ad"):
        read(ADAPTIVE_BODIES[name], 1)
    assert ADAPTIVE_MEANING
