from decimal import Decimal

import pytest

from adapters.simulator import givebacks
from adapters.simulator.messages import Message
from tests.adapters.simulator.stage import number, told


def gross(message: Message) -> Decimal:
    return Decimal(message.value("mc_gross") or "0.00")


@pytest.mark.parametrize("seed", range(5))
def test_full_refunds_return_all_and_partial_ones_less(seed: int) -> None:
    assert sum(map(gross, told(givebacks.full_refund, seed))) == 0
    assert sum(map(gross, told(givebacks.partial_refund, seed))) > 0
    assert sum(map(gross, told(givebacks.two_partial_refunds, seed))) > 0


@pytest.mark.parametrize("seed", range(5))
def test_a_case_that_is_won_costs_nothing_and_one_that_is_lost_costs_the_fee(seed: int) -> None:
    for lifecycle, kept in ((givebacks.reversal_won, True), (givebacks.reversal_lost, False)):
        paid, *rest = told(lifecycle, seed)
        fee = Decimal(paid.value("mc_fee") or "")
        # The movement of every follower here is its gross: holds are written net of fee, releases have none.
        net = gross(paid) - fee + sum(map(gross, rest))
        assert net == (gross(paid) - fee if kept else -fee)


def test_a_chargeback_that_is_lost_ends_in_an_adjustment_with_a_fee() -> None:
    paid, case, *_, last = told(givebacks.chargeback_adjustment)
    assert case.value("case_type") == "chargeback"
    assert gross(last) == -gross(paid)
    assert last.value("payment_fee") == "-20.00"


def test_a_dispute_and_its_claim_are_one_case() -> None:
    _, dispute, claim, _ = told(givebacks.dispute_then_claim)
    assert dispute.value("case_id") == claim.value("case_id")
    assert [dispute.value("case_type"), claim.value("case_type")] == ["dispute", "complaint"]


@pytest.mark.parametrize("seed", range(5))
def test_a_fee_comes_back_whole_or_without_what_is_fixed_in_it(seed: int) -> None:
    paid, refund = told(givebacks.refund_with_whole_fee, seed)
    assert number(paid, "mc_fee") + number(refund, "mc_fee") == 0
    paid, *parts = told(givebacks.refund_with_part_of_fee, seed)
    assert sum(map(gross, (paid, *parts))) == 0
    assert number(paid, "mc_fee") + sum(number(part, "mc_fee") for part in parts) == Decimal("0.30")


@pytest.mark.parametrize("seed", range(5))
def test_an_over_refund_gives_back_more_than_was_paid(seed: int) -> None:
    paid, first, second = told(givebacks.over_refund, seed)
    assert gross(paid) + gross(first) == 2
    assert gross(second) == -4
