from decimal import Decimal
from urllib.parse import parse_qsl

import pytest

from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.messages import Message
from domain.dates import read_date
from tests.adapters.simulator.stage import NOW, number, told

ADAPTIVE = {"adaptive_payment", "adaptive_refund"}
FOLLOWERS = {"Refunded", "Reversed", "Canceled_Reversal"}
SEEDS = range(10)


def in_short(message: Message) -> str:
    reason = message.value("pending_reason") if message.value("payment_status") == "Pending" else None
    kind = message.value("txn_type") or message.value("transaction_type")
    return " ".join(filter(None, [kind or "-", message.value("payment_status") or "-", reason]))


SEQUENCES = {
    "completed": ["web_accept Completed"],
    "cart_completed": ["cart Completed"],
    "echeck_completed": ["web_accept Pending echeck", "web_accept Completed"],
    "echeck_failed": ["web_accept Pending echeck", "web_accept Failed"],
    "echeck_denied": ["web_accept Pending echeck", "web_accept Denied"],
    "payment_review_completed": ["web_accept Pending paymentreview", "web_accept Completed"],
    "payment_review_denied": ["web_accept Pending paymentreview", "web_accept Denied"],
    "fraud_filter_accepted": ["web_accept Pending address", "web_accept Completed"],
    "fraud_filter_denied": ["web_accept Pending address", "web_accept Denied"],
    "order_authorization_captures": [
        "express_checkout Pending order",
        "express_checkout Pending authorization",
        "express_checkout Completed",
        "express_checkout Completed",
        "express_checkout Completed",
    ],
    "authorization_voided": ["express_checkout Pending authorization", "express_checkout Voided"],
    "authorization_expired": ["express_checkout Pending authorization", "express_checkout Expired"],
    "partial_refund": ["web_accept Completed", "- Refunded"],
    "full_refund": ["web_accept Completed", "- Refunded"],
    "two_partial_refunds": ["web_accept Completed", "- Refunded", "- Refunded"],
    "reversal_won": ["web_accept Completed", "new_case -", "- Reversed", "- Canceled_Reversal"],
    "reversal_lost": [
        "web_accept Completed",
        "new_case -",
        "- Reversed",
        "- Canceled_Reversal",
        "- Refunded",
    ],
    "chargeback_adjustment": [
        "web_accept Completed",
        "new_case -",
        "- Reversed",
        "- Canceled_Reversal",
        "adjustment Completed",
    ],
    "dispute_then_claim": ["web_accept Completed", "new_case -", "new_case -", "- Reversed"],
    "unilateral": ["web_accept Pending unilateral", "web_accept Completed"],
    "multi_currency": ["web_accept Pending multi_currency", "web_accept Completed"],
    "multi_currency_kept": ["web_accept Pending multi_currency", "web_accept Completed"],
    "multi_currency_denied": ["web_accept Pending multi_currency", "web_accept Denied"],
    "unilateral_returned": ["web_accept Pending unilateral", "- Refunded"],
    "payment_review_reversed": ["web_accept Pending paymentreview", "- Reversed"],
    "authorization_review": [
        "express_checkout Pending paymentreview",
        "express_checkout Pending authorization",
        "express_checkout Completed",
        "express_checkout Completed",
    ],
    "authorization_voided_in_part": [
        "express_checkout Pending authorization",
        "express_checkout Completed",
        "express_checkout Voided",
    ],
    "reauthorization": [
        "express_checkout Pending authorization",
        "express_checkout Pending authorization",
        "express_checkout Completed",
    ],
    "capture_denied": [
        "express_checkout Pending authorization",
        "express_checkout Pending multi_currency",
        "express_checkout Denied",
    ],
    "capture_refunded": [
        "express_checkout Pending authorization",
        "express_checkout Completed",
        "express_checkout Completed",
        "- Refunded",
    ],
    "refund_with_part_of_fee": ["web_accept Completed", "- Refunded", "- Refunded"],
    "refund_with_whole_fee": ["web_accept Completed", "- Refunded"],
    "over_refund": ["web_accept Completed", "- Refunded", "- Refunded"],
    "reversal_in_full": ["web_accept Completed", "- Reversed"],
    "chargeback_fee": [
        "web_accept Completed",
        "new_case -",
        "- Reversed",
        "- Canceled_Reversal",
        "adjustment Completed",
        "adjustment Completed",
    ],
    "second_chargeback": [
        "web_accept Completed",
        "new_case -",
        "- Reversed",
        "- Canceled_Reversal",
        "new_case -",
        "- Reversed",
    ],
    "chargeback_then_claim": ["web_accept Completed", "- Reversed", "new_case -", "new_case -"],
    "bank_return": ["web_accept Pending echeck", "web_accept Completed", "new_case -", "- Reversed"],
    "express_checkout": ["express_checkout Completed"],
    "pro_hosted": ["pro_hosted Completed"],
    "virtual_terminal": ["virtual_terminal Pending address", "virtual_terminal Completed"],
    "send_money": ["send_money Completed"],
    "invoice_payment": ["invoice_payment Completed"],
    "auction_item": ["web_accept Completed"],
    "auction_two_items": ["web_accept Completed", "web_accept Completed"],
    "cart_with_extras": ["cart Completed"],
    "cart_converted": ["cart Completed"],
    "subscription": [
        "subscr_signup -",
        "subscr_payment Completed",
        "subscr_payment Completed",
        "subscr_payment Completed",
    ],
    "subscription_payment_first": ["subscr_payment Completed", "subscr_signup -"],
    "subscription_trial": ["subscr_signup -", "subscr_payment Completed"],
    "subscription_echeck": ["subscr_signup -", "subscr_payment Pending echeck", "subscr_payment Completed"],
    "subscription_failed": [
        "subscr_signup -",
        "subscr_payment Completed",
        "subscr_failed -",
        "subscr_failed -",
        "subscr_cancel -",
        "subscr_eot -",
    ],
    "subscription_modified": [
        "subscr_signup -",
        "subscr_payment Completed",
        "subscr_modify -",
        "subscr_payment Completed",
    ],
    "subscription_replaced": [
        "subscr_signup -",
        "subscr_payment Completed",
        "subscr_modify -",
        "subscr_payment Completed",
    ],
    "subscription_cancelled": ["subscr_signup -", "subscr_payment Completed", "subscr_cancel -"],
    "subscription_ended": [
        "subscr_signup -",
        "subscr_payment Completed",
        "subscr_payment Completed",
        "subscr_cancel -",
        "subscr_eot -",
    ],
    "subscription_refunded": [
        "subscr_signup -",
        "subscr_payment Completed",
        "subscr_payment Completed",
        "- Refunded",
    ],
    "subscription_reversed": ["subscr_signup -", "subscr_payment Completed", "- Reversed"],
    "profile_cycles": [
        "recurring_payment_profile_created -",
        "recurring_payment Completed",
        "recurring_payment Completed",
        "recurring_payment Completed",
    ],
    "profile_initial_payment": ["recurring_payment_profile_created -", "recurring_payment Completed"],
    "profile_initial_payment_told_twice": [
        "recurring_payment_profile_created -",
        "recurring_payment Completed",
    ],
    "profile_initial_payment_pending": ["recurring_payment_profile_created -", "recurring_payment Completed"],
    "profile_initial_payment_failed": ["recurring_payment_profile_created -", "recurring_payment Completed"],
    "profile_payment_review": [
        "recurring_payment_profile_created -",
        "recurring_payment Pending paymentreview",
        "recurring_payment Completed",
    ],
    "profile_skipped": [
        "recurring_payment_profile_created -",
        "recurring_payment Completed",
        "recurring_payment_skipped -",
        "recurring_payment Completed",
    ],
    "profile_failed": [
        "recurring_payment_profile_created -",
        "recurring_payment Completed",
        "recurring_payment_skipped -",
        "recurring_payment_skipped -",
        "recurring_payment_skipped -",
        "recurring_payment_failed -",
    ],
    "profile_suspended_then_paid": [
        "recurring_payment_profile_created -",
        "recurring_payment Completed",
        "recurring_payment_failed -",
        "recurring_payment_failed -",
        "recurring_payment_suspended_due_to_max_failed_payment -",
        "recurring_payment Completed",
    ],
    "profile_suspended": [
        "recurring_payment_profile_created -",
        "recurring_payment Completed",
        "recurring_payment_suspended -",
    ],
    "profile_cancelled": [
        "recurring_payment_profile_created -",
        "recurring_payment Completed",
        "recurring_payment_profile_cancel -",
    ],
    "profile_expired": [
        "recurring_payment_profile_created -",
        "recurring_payment Completed",
        "recurring_payment Completed",
        "recurring_payment_expired -",
    ],
    "profile_outstanding_paid": [
        "recurring_payment_profile_created -",
        "recurring_payment Completed",
        "recurring_payment_failed -",
        "recurring_payment_outstanding_payment_failed -",
        "recurring_payment_outstanding_payment Completed",
    ],
    "profile_refunded": ["recurring_payment_profile_created -", "recurring_payment Completed", "- Refunded"],
    "mass_pay": ["masspay Processed", "masspay Completed"],
    "mass_pay_item_failed": ["masspay Processed", "masspay Completed"],
    "mass_pay_item_reversed": ["masspay Processed", "masspay Completed"],
    "mass_pay_denied": ["masspay Denied"],
    "billing_agreement": ["mp_signup -", "merch_pmt Completed", "merch_pmt Completed", "mp_cancel -"],
    "billing_agreement_charge_denied": ["mp_signup -", "merch_pmt Pending paymentreview", "merch_pmt Denied"],
    "billing_agreement_charge_refunded": ["mp_signup -", "merch_pmt Completed", "- Refunded"],
    "adaptive_payment": ["Adaptive Payment PAY -"],
    "adaptive_refund": ["Adaptive Payment PAY -", "Adjustment -"],
}


def test_every_lifecycle_is_in_the_table_of_this_test() -> None:
    assert list(SEQUENCES) == list(LIFECYCLES)


@pytest.mark.parametrize(("name", "sequence"), SEQUENCES.items(), ids=SEQUENCES.keys())
def test_a_lifecycle_says_what_paypal_would(name: str, sequence: list[str]) -> None:
    assert [in_short(message) for message in told(LIFECYCLES[name])] == sequence


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_lifecycle_is_repeatable_and_its_messages_all_differ(name: str) -> None:
    bodies = [message.body for message in told(LIFECYCLES[name])]
    assert bodies == [message.body for message in told(LIFECYCLES[name])]
    assert bodies != [message.body for message in told(LIFECYCLES[name], seed=2)]
    assert len(set(bodies)) == len(bodies)


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_lifecycle_says_in_a_line_what_it_is(name: str) -> None:
    what = LIFECYCLES[name].__doc__ or ""
    assert what.endswith(".")
    assert "\n" not in what


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_parent_was_told_before(name: str) -> None:
    for seed in SEEDS:
        known = set()
        for message in told(LIFECYCLES[name], seed):
            named = message.value("parent_txn_id")
            if message.value("txn_type") == "new_case":
                named = message.value("txn_id")
            assert not named or named in known
            known.add(message.value("txn_id"))


@pytest.mark.parametrize("name", LIFECYCLES)
def test_the_bytes_say_what_the_fields_say(name: str) -> None:
    for seed in SEEDS:
        for message in told(LIFECYCLES[name], seed):
            names = [field for field, _ in message.fields]
            assert len(set(names)) == len(names)
            charset = message.value("charset") or ""
            body = message.body.decode("ascii")
            pairs = parse_qsl(
                body, keep_blank_values=True, strict_parsing=True, encoding=charset, errors="strict"
            )
            assert tuple(pairs) == message.fields


@pytest.mark.parametrize("name", LIFECYCLES)
def test_only_followers_have_no_type(name: str) -> None:
    for message in told(LIFECYCLES[name]):
        typed = message.value("txn_type") or (name in ADAPTIVE and message.value("transaction_type"))
        assert bool(typed) != (message.value("payment_status") in FOLLOWERS)


@pytest.mark.parametrize("name", LIFECYCLES)
def test_an_amount_is_written_exactly_and_dollars_twice(name: str) -> None:
    for seed in SEEDS:
        for message in told(LIFECYCLES[name], seed):
            for field in ("mc_gross", "mc_fee"):
                text = message.value(field)
                assert text is None or text == str(Decimal(text).quantize(Decimal("0.01")))
            if message.value("mc_gross") is not None and message.value("txn_type") != "adjustment":
                usd = message.value("mc_currency") == "USD"
                assert message.value("payment_gross") == (message.value("mc_gross") if usd else "")
                fee = message.value("mc_fee")
                assert message.value("payment_fee") == (fee if usd or fee is None else "")


@pytest.mark.parametrize("name", LIFECYCLES)
def test_lines_with_what_comes_on_top_make_what_was_paid(name: str) -> None:
    for seed in SEEDS:
        for message in told(LIFECYCLES[name], seed):
            lines = [field for field, _ in message.fields if field.startswith("mc_gross_")]
            if message.value("txn_type") == "masspay" or not lines or number(message, "mc_gross") < 0:
                continue
            total = sum(number(message, field) for field in (*lines, "tax", "mc_shipping", "mc_handling"))
            assert total - number(message, "discount") == number(message, "mc_gross")


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_conversion_can_be_reckoned(name: str) -> None:
    for message in told(LIFECYCLES[name]):
        if message.value("settle_amount"):
            left = number(message, "mc_gross") - number(message, "mc_fee")
            assert round(left * number(message, "exchange_rate"), 2) == number(message, "settle_amount")
            assert message.value("settle_currency") != message.value("mc_currency")


@pytest.mark.parametrize("name", LIFECYCLES)
def test_what_is_told_later_happened_later_and_nothing_lies_ahead(name: str) -> None:
    for seed in SEEDS:
        seen: set[str | None] = {None}
        latest = None
        for message in told(LIFECYCLES[name], seed):
            date = read_date(message.value("payment_date") or "")
            if message.value("txn_id") in seen:
                continue
            seen.add(message.value("txn_id"))
            assert date is not None
            assert latest is None or latest <= date
            assert date <= NOW
            latest = date


def test_every_type_of_message_is_played() -> None:
    played = {
        message.value("txn_type") for lifecycle in LIFECYCLES.values() for message in told(lifecycle)
    } - {None}
    assert played == {
        "web_accept", "cart", "express_checkout", "pro_hosted", "virtual_terminal", "send_money",
        "invoice_payment", "masspay", "merch_pmt", "mp_signup", "mp_cancel", "adjustment", "new_case",
        "subscr_signup", "subscr_payment", "subscr_modify", "subscr_cancel", "subscr_eot", "subscr_failed",
        "recurring_payment_profile_created", "recurring_payment", "recurring_payment_skipped",
        "recurring_payment_failed", "recurring_payment_suspended",
        "recurring_payment_suspended_due_to_max_failed_payment", "recurring_payment_profile_cancel",
        "recurring_payment_expired", "recurring_payment_outstanding_payment",
        "recurring_payment_outstanding_payment_failed",
    }  # fmt: skip
