from decimal import Decimal

from adapters.simulator.captures import capture_refunded
from adapters.simulator.disputes import chargeback_fee
from adapters.simulator.ends import (
    AgreementEnd,
    TransactionEnd,
    agreement,
    everything,
    exactly,
    initial_payment,
    nothing,
    payment,
    payouts,
    right,
)
from adapters.simulator.givebacks import partial_refund
from adapters.simulator.payments import echeck_failed
from adapters.simulator.payouts import mass_pay_item_failed
from adapters.simulator.profile_lives import profile_initial_payment
from adapters.simulator.subscription_lives import subscription
from tests.adapters.simulator.stage import column, told


def the(ends: list[TransactionEnd | AgreementEnd]) -> TransactionEnd:
    (end,) = ends
    assert isinstance(end, TransactionEnd)
    return end


def test_parts_of_a_gross() -> None:
    gross = Decimal("19.95")
    parts = [part(gross) for part in (nothing, everything, exactly("5.00"))]
    assert parts == [Decimal("0.00"), gross, Decimal("5.00")]


def test_a_payment_stands_where_it_is_said_with_its_own_figures_and_followers() -> None:
    sale, refund = messages = told(partial_refund)
    end = the(payment(0, "partially_refunded", refunded=exactly("5.00"))(messages))
    assert (end.kind, end.status, end.refunded, end.reversed) == (
        "payment",
        "partially_refunded",
        "5.00",
        "0.00",
    )
    assert end.txn_id == sale.value("txn_id")
    assert [end.gross, end.fee] == [sale.value("mc_gross"), sale.value("mc_fee")]
    assert end.followers == (refund.value("txn_id"),)


def test_a_fee_is_known_only_where_money_came() -> None:
    assert the(payment(0, "failed")(told(echeck_failed))).fee is None


def test_what_follows_a_follower_follows_the_payment() -> None:
    messages = told(chargeback_fee)
    ids = column([one for one in messages if one.value("parent_txn_id")], "txn_id")
    assert len(ids) == 4
    assert list(the(payment(0)(messages)).followers) == sorted(map(str, ids))


def test_a_capture_follows_nothing_and_its_refund_follows_it_alone() -> None:
    messages = told(capture_refunded)
    authorization, capture = the(right(0, "authorization", "captured")(messages)), the(payment(1)(messages))
    assert (authorization.kind, authorization.followers) == ("authorization", ())
    assert capture.followers == (messages[3].value("txn_id"),)


def test_payouts_are_told_apart_by_their_ids_or_by_the_shops_own() -> None:
    (message, _) = messages = told(mass_pay_item_failed)
    paid, failed, _ = payouts("completed", "failed", "completed")(messages)
    assert isinstance(paid, TransactionEnd)
    assert isinstance(failed, TransactionEnd)
    assert (paid.txn_id, paid.fee) == (message.value("masspay_txn_id_1"), message.value("mc_fee_1"))
    assert (failed.txn_id, failed.status, failed.fee) == (
        f"payout:{message.value('unique_id_2')}",
        "failed",
        None,
    )


def test_an_agreement_has_its_payments_those_told_of_beside_it_too() -> None:
    messages = told(subscription)
    (one,) = agreement("subscr_id", "subscription", 0, "active", 1, 2, 3)(messages)
    assert isinstance(one, AgreementEnd)
    assert one.subscription_id == messages[0].value("subscr_id")
    assert list(one.payments) == sorted(map(str, column(messages[1:], "txn_id")))
    created, paid = messages = told(profile_initial_payment)
    (two,) = agreement("recurring_payment_id", "profile", 0, "active", 0, 1)(messages)
    assert isinstance(two, AgreementEnd)
    ids = (created.value("initial_payment_txn_id"), paid.value("txn_id"))
    assert set(two.payments) == set(ids)
    first = the(initial_payment(messages))
    assert (first.txn_id, first.gross, first.fee) == (ids[0], created.value("initial_payment_amount"), None)
