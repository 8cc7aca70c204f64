import pytest

from adapters.simulator import profile_lives as lives
from adapters.simulator.lifecycles import Lifecycle
from domain.dates import read_date
from tests.adapters.simulator.stage import column, number, told, values

ALL = [tell for name, tell in vars(lives).items() if name.startswith("profile_")]


@pytest.mark.parametrize("lifecycle", ALL)
def test_all_messages_are_about_one_profile_that_was_created_before(lifecycle: Lifecycle) -> None:
    for seed in range(5):
        messages = told(lifecycle, seed)
        assert len(set(column(messages, "recurring_payment_id"))) == 1
        assert messages[0].value("txn_type") == "recurring_payment_profile_created"
        created = {read_date(text or "") for text in column(messages, "time_created")}
        assert len(created) == 1
        first_due = read_date(messages[0].value("next_payment_date") or "")
        assert first_due is not None
        assert first_due > (created.pop() or first_due)


@pytest.mark.parametrize("lifecycle", ALL)
def test_a_cycle_that_is_paid_falls_due_again_within_a_month_or_so(lifecycle: Lifecycle) -> None:
    for message in told(lifecycle):
        paid, due = (read_date(message.value(n) or "") for n in ("payment_date", "next_payment_date"))
        if paid and due and not message.value("parent_txn_id"):
            assert 20 < (due - paid).days < 32


def test_three_cycles_are_a_month_apart() -> None:
    _, *cycles = told(lives.profile_cycles)
    assert column(cycles, "next_payment_date") == [
        "03:00:00 Oct 20, 2026 PDT",
        "02:00:00 Nov 20, 2026 PST",
        "02:00:00 Dec 20, 2026 PST",
    ]
    assert len(set(column(cycles, "txn_id"))) == 3


def test_a_payment_at_once_is_told_inside_and_perhaps_beside() -> None:
    inside, cycle = told(lives.profile_initial_payment)
    assert inside.value("initial_payment_txn_id") != cycle.value("txn_id")
    inside, beside = told(lives.profile_initial_payment_told_twice)
    assert inside.value("initial_payment_txn_id") == beside.value("txn_id")
    assert inside.value("initial_payment_amount") == beside.value("mc_gross")


def test_a_payment_at_once_that_did_not_come_has_no_id() -> None:
    failed, cycle = told(lives.profile_initial_payment_failed)
    assert values(failed, "initial_payment_status", "initial_payment_txn_id", "profile_status") == [
        "Failed",
        None,
        "Active",
    ]
    assert number(failed, "outstanding_balance") == number(failed, "initial_payment_amount") > 0
    assert cycle.value("outstanding_balance") == failed.value("outstanding_balance")
    pending, _ = told(lives.profile_initial_payment_pending)
    assert values(pending, "initial_payment_status", "initial_payment_txn_id", "profile_status") == [
        "Pending",
        None,
        "Pending",
    ]


def test_a_review_of_a_cycle_names_the_fee() -> None:
    _, pending, completed = told(lives.profile_payment_review)
    assert pending.value("mc_fee") == completed.value("mc_fee")
    assert pending.value("txn_id") == completed.value("txn_id")


def test_a_skipped_cycle_is_paid_on_the_day_it_was_put_off_to() -> None:
    _, first, skipped, second = told(lives.profile_skipped)
    retry, paid = (
        read_date(text or "") for text in (skipped.value("next_payment_date"), second.value("payment_date"))
    )
    assert retry is not None
    assert paid is not None
    assert retry.date() == paid.date()
    assert first.value("next_payment_date") == "02:00:00 Nov 15, 2026 PST"
    # The day of the month stays what it was.
    assert second.value("next_payment_date") == "02:00:00 Dec 15, 2026 PST"


def test_what_is_owed_grows_and_is_collected() -> None:
    *_, failed = told(lives.profile_failed)
    assert number(failed, "outstanding_balance") == number(failed, "amount")
    _, _, owed, still, collected = told(lives.profile_outstanding_paid)
    assert number(owed, "outstanding_balance") == number(still, "outstanding_balance")
    assert number(collected, "outstanding_balance") == 0
    assert number(collected, "mc_gross") == number(owed, "outstanding_balance")


def test_a_suspended_profile_goes_on_long_after_it_was_due() -> None:
    _, paid, once, twice, suspended, again = told(lives.profile_suspended_then_paid)
    assert values(suspended, "txn_type", "profile_status", "next_payment_date") == [
        "recurring_payment_suspended_due_to_max_failed_payment",
        "Suspended",
        "N/A",
    ]
    assert number(twice, "outstanding_balance") == 2 * number(once, "outstanding_balance")
    due, came = (
        read_date(paid.value("next_payment_date") or ""),
        read_date(again.value("payment_date") or ""),
    )
    assert due is not None
    assert came is not None
    assert (came - due).days > 62


@pytest.mark.parametrize(
    ("lifecycle", "status"),
    [
        (lives.profile_suspended, "Suspended"),
        (lives.profile_cancelled, "Cancelled"),
        (lives.profile_expired, "Expired"),
    ],
)
def test_how_a_profile_stands_is_said_last(lifecycle: Lifecycle, status: str) -> None:
    *before, last = told(lifecycle)
    assert set(column(before, "profile_status")) == {"Active"}
    assert last.value("profile_status") == status


def test_a_cycle_may_be_given_back() -> None:
    _, cycle, back = told(lives.profile_refunded)
    assert back.value("parent_txn_id") == cycle.value("txn_id")
    assert number(cycle, "mc_gross") + number(back, "mc_gross") == 0
