import pytest

from adapters.simulator import payments
from adapters.simulator.lifecycles import Lifecycle
from tests.adapters.simulator.stage import number, told, values


def test_filters_are_still_listed_when_the_shop_has_decided() -> None:
    for lifecycle in (payments.fraud_filter_accepted, payments.fraud_filter_denied):
        for message in told(lifecycle):
            assert message.value("fraud_management_pending_filters_1") == "Maximum Transaction Amount"


def test_a_review_of_a_sale_names_the_fee_and_an_echeck_does_not() -> None:
    assert told(payments.payment_review_completed)[0].value("mc_fee") is not None
    pending, cleared = told(payments.echeck_completed)
    assert pending.value("mc_fee") is None
    assert cleared.value("payment_type") == pending.value("payment_type") == "echeck"


def test_a_review_that_ends_in_a_reversal_takes_all_of_it_under_an_id_of_its_own() -> None:
    pending, reversed_ = told(payments.payment_review_reversed)
    assert reversed_.value("parent_txn_id") == pending.value("txn_id") != reversed_.value("txn_id")
    for name in ("mc_gross", "mc_fee"):
        assert number(pending, name) + number(reversed_, name) == 0


def test_money_that_is_nobodys_yet_names_no_merchant() -> None:
    waiting, claimed = told(payments.unilateral)
    assert values(waiting, "receiver_id", "business") == [None, None]
    assert waiting.value("receiver_email") == "seller@example.com"
    assert claimed.value("receiver_id") == "S8XGHLYDW9T3S"


def test_money_that_nobody_claimed_goes_back_after_a_month_without_a_fee() -> None:
    waiting, returned = told(payments.unilateral_returned)
    assert values(waiting, "payment_date") == ["14:05:09 Oct 21, 2026 PDT"]
    assert values(returned, "payment_date") == ["13:05:09 Nov 20, 2026 PST"]
    assert returned.value("parent_txn_id") == waiting.value("txn_id")
    assert number(waiting, "mc_gross") + number(returned, "mc_gross") == 0
    assert values(returned, "mc_fee", "receiver_id", "business") == [None, None, None]


@pytest.mark.parametrize(
    ("lifecycle", "fee", "settled"),
    [
        (payments.multi_currency, "0.66", "USD"),
        (payments.multi_currency_kept, "0.66", None),
        (payments.multi_currency_denied, None, None),
    ],
)
def test_euros_wait_until_the_shop_says_what_becomes_of_them(
    lifecycle: Lifecycle, fee: str | None, settled: str | None
) -> None:
    pending, decided = told(lifecycle)
    assert values(pending, "mc_currency", "mc_fee", "settle_amount") == ["EUR", None, None]
    assert values(decided, "mc_currency", "mc_fee", "settle_currency") == ["EUR", fee, settled]
