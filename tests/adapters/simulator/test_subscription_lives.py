import pytest

from adapters.simulator import subscription_lives as lives
from adapters.simulator.lifecycles import Lifecycle
from tests.adapters.simulator.stage import column, told, values

ALL = [tell for name, tell in vars(lives).items() if name.startswith("subscription")]


@pytest.mark.parametrize("lifecycle", ALL)
def test_all_messages_are_about_one_subscription(lifecycle: Lifecycle) -> None:
    for seed in range(5):
        named = set(column(told(lifecycle, seed), "subscr_id"))
        assert len(named) == (2 if lifecycle is lives.subscription_replaced else 1)
        assert None not in named


def test_signup_and_first_payment_share_a_track_id_in_either_order() -> None:
    for lifecycle in (lives.subscription, lives.subscription_payment_first):
        first, second, *_ = told(lifecycle)
        assert first.value("ipn_track_id") == second.value("ipn_track_id")
        assert {first.value("txn_type"), second.value("txn_type")} == {"subscr_signup", "subscr_payment"}


def test_cycles_come_every_month_under_ids_of_their_own() -> None:
    _, *cycles = told(lives.subscription)
    assert column(cycles, "payment_date") == [
        "14:05:09 Sep 20, 2026 PDT",
        "14:05:09 Oct 20, 2026 PDT",
        "13:05:09 Nov 20, 2026 PST",
    ]
    assert len(set(column(cycles, "txn_id"))) == 3


def test_a_month_for_nothing_ends_in_a_payment() -> None:
    signup, cycle = told(lives.subscription_trial)
    assert values(signup, "mc_amount1", "period1", "subscr_date") == [
        "0.00",
        "1 M",
        "14:05:09 Oct 20, 2026 PDT",
    ]
    assert cycle.value("mc_gross") == signup.value("mc_amount3")


def test_a_failure_is_tried_again_when_it_said_so() -> None:
    _, _, first, second, cancelled, ended = told(lives.subscription_failed)
    assert first.value("retry_at") == "13:05:09 Nov 15, 2026 PST"
    assert second.value("retry_at") == cancelled.value("subscr_date")
    assert ended.value("txn_type") == "subscr_eot"


def test_new_terms_are_said_and_hold_from_a_day_on() -> None:
    signup, _, modified, cycle = told(lives.subscription_modified)
    assert values(signup, "period3") + values(modified, "period3") == ["1 M", "2 M"]
    assert modified.value("subscr_effective") == cycle.value("payment_date")


def test_a_replacement_names_what_it_replaces() -> None:
    signup, _, modified, cycle = told(lives.subscription_replaced)
    assert (signup.value("subscr_id") or "").startswith("S-")
    assert modified.value("old_subscr_id") == signup.value("subscr_id")
    assert cycle.value("subscr_id") == modified.value("subscr_id") != signup.value("subscr_id")


def test_what_was_cancelled_is_paid_for_some_weeks_yet() -> None:
    signup, cycle, cancelled = told(lives.subscription_cancelled)
    assert signup.value("subscr_date") == cycle.value("payment_date") == "13:05:09 Nov 10, 2026 PST"
    assert cancelled.value("subscr_date") == "13:05:09 Nov 20, 2026 PST"


def test_money_that_goes_back_follows_its_own_cycle() -> None:
    *_, second, back = told(lives.subscription_refunded)
    assert back.value("parent_txn_id") == second.value("txn_id")
    _, cycle, hold = told(lives.subscription_reversed)
    assert hold.value("parent_txn_id") == cycle.value("txn_id")
    assert hold.value("reason_code") == "unauthorized_claim"
