from dataclasses import replace
from decimal import Decimal

import pytest

from adapters.simulator.followers import refunded
from adapters.simulator.payers import PAYERS
from adapters.simulator.subscriptions import Subscription, new_subscription
from tests.adapters.simulator.stage import a_scene, values


def one(**more: str) -> Subscription:
    """A book a month for somebody with an address, in dollars."""
    return Subscription(
        scene=a_scene(),
        payer=PAYERS[1],
        line=new_subscription(a_scene()).line,
        currency="USD",
        subscr_id="I-1",
        button="7",
        invoice=more.get("invoice", ""),
        custom="c",
    )


def test_a_signup_says_the_terms_and_no_money() -> None:
    message = one().signed_up(2)
    amount = str(one().line.gross)
    assert values(message, "txn_type", "subscr_id", "subscr_date", "recurring", "reattempt", "period3") == [
        "subscr_signup",
        "I-1",
        "13:05:09 Nov 18, 2026 PST",
        "1",
        "1",
        "1 M",
    ]
    assert values(message, "amount3", "mc_amount3") == [amount, amount]
    for absent in ("txn_id", "payment_status", "mc_gross", "receiver_id", "amount1", "old_subscr_id"):
        assert message.value(absent) is None


def test_a_trial_has_a_price_and_a_period_of_its_own() -> None:
    message = replace(one(), trial=(Decimal("0.00"), "2 W")).signed_up(0)
    assert values(message, "amount1", "mc_amount1", "period1") == ["0.00", "0.00", "2 W"]


def test_only_dollars_are_said_twice() -> None:
    message = replace(one(), currency="EUR").signed_up(0)
    assert values(message, "amount3", "mc_currency") == [None, "EUR"]
    assert message.value("mc_amount3")


def test_a_failure_says_when_it_is_tried_again_and_not_when_it_was() -> None:
    message = one().failed(5)
    assert values(message, "txn_type", "retry_at", "subscr_date") == [
        "subscr_failed",
        "13:05:09 Nov 20, 2026 PST",
        None,
    ]


def test_a_modification_says_from_when_on_and_what_it_replaces() -> None:
    message = replace(one(), old_id="S-0").modified(3, effective_days_ago=-1)
    assert values(message, "txn_type", "subscr_date", "subscr_effective", "old_subscr_id") == [
        "subscr_modify",
        "13:05:09 Nov 17, 2026 PST",
        "13:05:09 Nov 21, 2026 PST",
        "S-0",
    ]


def test_a_cancellation_is_dated_and_an_end_is_not() -> None:
    cancelled, ended = one().cancelled(1), one().ended()
    assert values(cancelled, "txn_type", "subscr_date") == ["subscr_cancel", "13:05:09 Nov 19, 2026 PST"]
    assert ended.value("txn_type") == "subscr_eot"
    for absent in ("subscr_date", "mc_amount3", "period3", "recurring", "address_street"):
        assert ended.value(absent) is None


def test_a_cycle_is_a_payment_that_names_its_subscription_and_so_does_its_refund() -> None:
    cycle = one().paid(1)
    paid, back = cycle.completed(), refunded(cycle, cycle.gross)
    assert values(paid, "txn_type", "subscr_id", "payment_status") == ["subscr_payment", "I-1", "Completed"]
    assert values(back, "txn_type", "subscr_id", "payment_status") == [None, "I-1", "Refunded"]
    for absent in ("quantity", "shipping", "tax", "invoice"):
        assert paid.value(absent) is None
    assert one(invoice="abo-1").paid(1).completed().value("invoice") == "abo-1"


@pytest.mark.parametrize(("street", "first"), [("here", "mc_gross"), ("", "transaction_subject")])
def test_an_address_makes_it_another_order(street: str, first: str) -> None:
    cycle = replace(one(), payer=replace(PAYERS[0], street=street)).paid(0)
    assert cycle.completed().fields[0][0] == first


def test_some_subscriptions_have_an_invoice() -> None:
    made = [new_subscription(a_scene(seed)) for seed in range(20)]
    assert {bool(one.invoice) for one in made} == {True, False}
    assert {one.currency for one in made} == {"USD", "EUR"}
