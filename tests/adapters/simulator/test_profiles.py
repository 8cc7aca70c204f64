from dataclasses import replace
from decimal import Decimal

from adapters.simulator.followers import refunded
from adapters.simulator.messages import Message
from adapters.simulator.profiles import new_profile
from tests.adapters.simulator.stage import a_scene, values

SCENE = a_scene()
PROFILE = new_profile(SCENE, 31)
OWING = replace(PROFILE, owed=Decimal("39.90"))


def test_a_profile_says_its_terms_and_no_money() -> None:
    message = PROFILE.created(30)
    names = ("txn_type", "profile_status", "period_type", "payment_cycle", "outstanding_balance")
    assert values(message, *names) == [
        "recurring_payment_profile_created",
        "Active",
        " Regular",
        "Monthly",
        "0.00",
    ]
    assert values(message, "time_created", "next_payment_date") == [
        "14:05:09 Oct 20, 2026 PDT",
        "03:00:00 Oct 21, 2026 PDT",
    ]
    assert b"&period_type=+Regular&" in message.body
    assert message.value("amount") == message.value("amount_per_cycle") == str(PROFILE.line.gross)
    for absent in (
        "txn_id",
        "payment_status",
        "mc_gross",
        "mc_currency",
        "business",
        "receiver_id",
        "invoice",
    ):
        assert message.value(absent) is None


def test_a_payment_at_once_is_told_in_its_message() -> None:
    profile = new_profile(SCENE, 1, initial=True)
    message = profile.created(0, initial_payment_status="Completed", initial_payment_txn_id="T-1")
    assert values(message, "initial_payment_status", "initial_payment_txn_id") == ["Completed", "T-1"]
    assert message.value("initial_payment_amount") == str(profile.line.gross)


def test_what_fails_says_when_and_how_much() -> None:
    def due(message: Message) -> list[str | None]:
        return values(message, "txn_type", "next_payment_date", "outstanding_balance", "profile_status")

    when = "02:00:00 Nov 15, 2026 PST"
    assert due(PROFILE.skipped(5)) == ["recurring_payment_skipped", when, "0.00", "Active"]
    assert due(OWING.failed(5)) == ["recurring_payment_failed", when, "39.90", "Active"]
    assert due(OWING.could_not_collect(5)) == [
        "recurring_payment_outstanding_payment_failed",
        when,
        "39.90",
        "Active",
    ]


def test_what_stops_or_ends_says_so_and_names_no_date() -> None:
    for message, word, status in (
        (PROFILE.suspended(), "suspended", "Suspended"),
        (PROFILE.suspended("_why"), "suspended_why", "Suspended"),
        (PROFILE.cancelled(), "profile_cancel", "Cancelled"),
        (PROFILE.expired(), "expired", "Expired"),
    ):
        assert values(message, "txn_type", "profile_status", "next_payment_date") == [
            f"recurring_payment_{word}",
            status,
            "N/A",
        ]


def test_a_cycle_is_a_payment_with_the_profiles_words_and_so_is_its_refund() -> None:
    cycle = PROFILE.paid(0, SCENE.months(-1))
    paid, back = cycle.completed(), refunded(cycle, cycle.gross)
    assert values(paid, "txn_type", "payment_status") == ["recurring_payment", "Completed"]
    assert values(back, "txn_type", "payment_status") == [None, "Refunded"]
    for message in (paid, back):
        assert message.value("recurring_payment_id") == PROFILE.profile_id
        assert message.value("next_payment_date") == "02:00:00 Dec 20, 2026 PST"
        assert message.value("rp_invoice_id") == PROFILE.invoice
        assert message.value("product_name") == message.value("transaction_subject")
        for absent in ("invoice", "custom", "item_name", "item_number", "quantity"):
            assert message.value(absent) is None
    assert paid.value("currency_code") == paid.value("mc_currency")


def test_the_last_cycle_has_none_after_it_and_a_late_one_another_type() -> None:
    last = PROFILE.paid(0, None, "recurring_payment_outstanding_payment").completed()
    assert values(last, "txn_type", "next_payment_date") == ["recurring_payment_outstanding_payment", "N/A"]
