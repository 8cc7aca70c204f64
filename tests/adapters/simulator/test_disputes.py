from decimal import Decimal

from adapters.simulator import disputes
from tests.adapters.simulator.stage import column, number, told, values


def test_a_reversal_for_good_takes_all_that_was_paid() -> None:
    paid, back = told(disputes.reversal_in_full)
    assert values(back, "payment_status", "reason_code") == ["Reversed", "admin_fraud_reversal"]
    for name in ("mc_gross", "mc_fee"):
        assert number(paid, name) + number(back, name) == 0


def test_the_fee_of_a_chargeback_names_the_adjustment_before_it_and_no_gross() -> None:
    paid, case, hold, release, settled, fee = told(disputes.chargeback_fee)
    assert case.value("case_type") == "chargeback"
    assert number(hold, "mc_gross") + number(release, "mc_gross") == 0
    assert number(paid, "mc_gross") + number(settled, "mc_gross") == 0
    assert settled.value("payment_fee") is None
    assert values(fee, "mc_gross", "payment_fee") == [None, "-20.00"]
    assert fee.value("parent_txn_id") == settled.value("txn_id")


def test_a_second_chargeback_is_a_second_case_and_is_open() -> None:
    messages = told(disputes.second_chargeback)
    _, first, hold, release, second, again = messages
    assert first.value("case_id") != second.value("case_id")
    assert number(hold, "mc_gross") + number(release, "mc_gross") == 0
    assert number(again, "mc_gross") == number(hold, "mc_gross") == Decimal("-19.07")
    assert again.value("txn_id") != hold.value("txn_id")


def test_a_claim_may_be_told_after_the_chargeback_that_came_of_it() -> None:
    messages = told(disputes.chargeback_then_claim)
    assert column(messages, "case_type") == [None, None, "chargeback", "complaint"]
    assert column(messages, "payment_status") == ["Completed", "Reversed", None, None]


def test_what_a_bank_returns_had_cleared() -> None:
    pending, cleared, case, back = told(disputes.bank_return)
    assert column([pending, cleared, back], "payment_type") == ["echeck"] * 3
    assert case.value("case_type") == "bank_return"
    assert number(cleared, "mc_gross") + number(back, "mc_gross") == 0
    assert back.value("parent_txn_id") == pending.value("txn_id") == case.value("txn_id")
