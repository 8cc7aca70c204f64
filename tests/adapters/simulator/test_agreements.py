from adapters.simulator import agreements
from tests.adapters.simulator.stage import column, number, told, values


def test_an_agreement_names_no_receiver_no_date_and_no_money() -> None:
    signup, *_, cancel = told(agreements.billing_agreement)
    assert values(signup, "txn_type", "mp_status", "reason_code", "mp_pay_type") == [
        "mp_signup",
        "0",
        "mp_2001",
        "instant",
    ]
    assert values(cancel, "txn_type", "mp_status", "reason_code", "mp_pay_type") == [
        "mp_cancel",
        "1",
        "mp_2002",
        None,
    ]
    for message in (signup, cancel):
        for absent in ("receiver_email", "receiver_id", "business", "payment_date", "txn_id", "mc_gross"):
            assert message.value(absent) is None


def test_charges_name_the_agreement_and_are_carts_of_one() -> None:
    for seed in range(5):
        messages = told(agreements.billing_agreement, seed)
        assert len(set(column(messages, "mp_id"))) == 1
        assert len(set(column(messages, "payer_id"))) == 1
        _, first, second, _ = messages
        assert first.value("txn_id") != second.value("txn_id")
        assert first.value("invoice") != second.value("invoice")
        for charge in (first, second):
            assert values(charge, "txn_type", "num_cart_items", "mp_status") == ["merch_pmt", "1", "0"]
            assert charge.value("mc_gross_1") == charge.value("mc_gross")


def test_a_charge_may_be_looked_at_and_denied() -> None:
    _, pending, denied = told(agreements.billing_agreement_charge_denied)
    assert values(pending, "pending_reason", "payment_status") == ["paymentreview", "Pending"]
    assert number(pending, "mc_fee") > 0
    assert values(denied, "payment_status", "mc_fee") == ["Denied", None]
    assert denied.value("txn_id") == pending.value("txn_id")


def test_a_refund_of_a_charge_keeps_the_agreements_words() -> None:
    signup, charge, refund = told(agreements.billing_agreement_charge_refunded)
    assert values(refund, "txn_type", "mc_gross", "parent_txn_id") == [None, "-2.50", charge.value("txn_id")]
    for name in ("mp_id", "mp_desc", "mp_currency", "mp_cycle_start"):
        assert refund.value(name) == signup.value(name)
    assert refund.value("mc_gross_1") == charge.value("mc_gross_1")
