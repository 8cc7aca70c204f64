"""The document of a subscription, profile or agreement: its keys, its figures, null for what is unknown."""

import json
from typing import Any

import pytest

from domain.subscription import Subscription
from projections import subscriptions
from projections.subscriptions import document
from tests.given import MemoryBook, payment
from tests.given_streams import agreed, charged, paid, profiled, signup, subscribed

KEYS = (
    "subscription_id kind status terms payer receiver item invoice custom signed_up_at cancelled_at "
    "effective_at next_payment_at retry_at paid_until outstanding failed_cycles skipped_cycles replaces "
    "payments doubts version first_heard last_changed"
)
FEBRUARY, MARCH = "08:00:00 Feb 05, 2026 PST", "08:00:00 Mar 05, 2026 PST"


def shown(*bodies: bytes, name: str = "S-1") -> dict[str, Any]:
    """The document as a program reads it, through JSON."""
    told: dict[str, Any] = json.loads(json.dumps(document(MemoryBook().deliver(*bodies).subscription(name))))
    return told


def test_a_cancelled_subscription_reads_as_the_contract_has_it() -> None:
    told = shown(
        signup(
            mc_amount1="0.00", period1="7 D", reattempt="1", recur_times="12", invoice="abc-1", custom="xyz",
            payer_email="buyer@example.com", first_name="Test", last_name="User", residence_country="US",
            receiver_id="S8XGHLYDW9T3S", old_subscr_id="S-0",
        ),
        paid("P1", FEBRUARY),
        subscribed("subscr_failed", retry_at="08:00:00 Mar 10, 2026 PST"),
        subscribed("subscr_cancel", subscr_date="09:30:00 Mar 12, 2026 PDT"),
    )  # fmt: skip
    assert told == {
        "subscription_id": "S-1",
        "kind": "subscription",
        "status": "cancelled",
        "terms": {
            "amount": "10.00",
            "currency": "USD",
            "period": "1 M",
            "trials": [{"amount": "0.00", "period": "7 D"}],
            "recurring": True,
            "reattempt": True,
            "times": 12,
        },
        "payer": {"id": "PAYER1", "email": "buyer@example.com", "name": "Test User", "country": "US"},
        "receiver": {"id": "S8XGHLYDW9T3S", "email": "seller@example.com"},
        "item": {"number": "MAG-1", "name": "A magazine"},
        "invoice": "abc-1",
        "custom": "xyz",
        "signed_up_at": "2026-01-05T16:00:00Z",
        "cancelled_at": "2026-03-12T16:30:00Z",
        "effective_at": None,
        "next_payment_at": None,
        "retry_at": None,
        "paid_until": "2026-03-05T16:00:00Z",
        "outstanding": None,
        "failed_cycles": 1,
        "skipped_cycles": 0,
        "replaces": "S-0",
        "payments": [
            {
                "txn_id": "P1",
                "status": "completed",
                "gross": "10.00",
                "currency": "USD",
                "occurred_at": "2026-02-05T16:00:00Z",
            }
        ],
        "doubts": [],
        "version": 4,
        "first_heard": "2026-11-20T12:00:01Z",
        "last_changed": "2026-11-20T12:00:04Z",
    }


EVERY = {
    "nothing": (),
    "a signup": (signup(),),
    "a charge alone": (paid("P1", FEBRUARY),),
    "a charge that waits": (paid("P1", FEBRUARY, status="Pending", pending_reason="echeck"),),
    "a profile": (profiled("profile_created", "S-1"),),
    "an agreement": (agreed(mp_id="S-1"),),
    "its end": (subscribed("subscr_eot"),),
}


@pytest.mark.parametrize("name", EVERY)
def test_a_document_always_has_the_same_keys_in_the_same_order(name: str) -> None:
    told = shown(*EVERY[name])
    assert list(told) == KEYS.split(" ")
    assert list(told["terms"]) == [
        "amount",
        "currency",
        "period",
        "trials",
        "recurring",
        "reattempt",
        "times",
    ]
    assert list(told["payer"]) == ["id", "email", "name", "country"]
    assert list(told["receiver"]) == ["id", "email"]
    assert list(told["item"]) == ["number", "name"]
    for one in told["payments"]:
        assert list(one) == ["txn_id", "status", "gross", "currency", "occurred_at"]


def test_what_has_not_been_heard_is_null() -> None:
    told = document(Subscription(subscription_id="S-1"))
    heard = {name: value for name, value in told.items() if value is not None}
    assert heard == {
        "subscription_id": "S-1",
        "status": "awaited",
        "terms": dict.fromkeys(("amount", "currency", "period", "recurring", "reattempt", "times"))
        | {"trials": []},
        "payer": dict.fromkeys(("id", "email", "name", "country")),
        "receiver": {"id": None, "email": None},
        "item": {"number": None, "name": None},
        "failed_cycles": 0,
        "skipped_cycles": 0,
        "payments": [],
        "doubts": [],
        "version": 0,
    }


def test_of_a_charge_alone_no_kind_is_known() -> None:
    told = shown(paid("P1", FEBRUARY))
    assert (told["kind"], told["status"], told["payer"]["id"]) == (None, "active", None)
    assert [one["txn_id"] for one in told["payments"]] == ["P1"]


def test_a_profile_tells_when_it_was_made_and_what_it_owes() -> None:
    told = shown(
        profiled("profile_created", next_payment_date="02:00:00 Feb 05, 2026 PST"),
        charged("P1", FEBRUARY, due="02:00:00 Mar 05, 2026 PST"),
        profiled("skipped", outstanding_balance="10.00", next_payment_date="02:00:00 Mar 10, 2026 PST"),
        name="I-1",
    )
    assert (told["kind"], told["status"], told["terms"]["period"]) == ("profile", "active", "Monthly")
    assert (told["signed_up_at"], told["cancelled_at"]) == ("2026-01-05T16:00:00Z", None)
    assert (told["next_payment_at"], told["paid_until"]) == ("2026-03-10T10:00:00Z", "2026-03-05T10:00:00Z")
    assert (told["outstanding"], told["failed_cycles"], told["skipped_cycles"]) == ("10.00", 0, 1)


def test_a_profiles_cancellation_has_no_date_of_its_own() -> None:
    told = shown(
        profiled("profile_created"), profiled("profile_cancel", profile_status="Cancelled"), name="I-1"
    )
    assert (told["status"], told["signed_up_at"], told["cancelled_at"]) == (
        "cancelled",
        "2026-01-05T16:00:00Z",
        None,
    )


def test_an_agreement_has_its_words_and_its_charges() -> None:
    told = shown(
        agreed(mp_desc="A tab", mp_custom="c-1", mp_currency="EUR"),
        payment("P1", txn_type="merch_pmt", mp_id="B-1", payment_date=FEBRUARY),
        name="B-1",
    )
    assert (told["kind"], told["item"]["name"], told["custom"]) == ("agreement", "A tab", "c-1")
    assert told["terms"]["currency"] == "EUR"
    assert [one["gross"] for one in told["payments"]] == ["20.00"]


@pytest.mark.parametrize(("currency", "told", "amount"), [("JPY", "150", "150"), ("EUR", "9", "9.00")])
def test_amounts_are_in_the_places_of_their_currency(currency: str, told: str, amount: str) -> None:
    found = shown(signup(mc_amount3=told, mc_amount1=told, period1="1 M", mc_currency=currency))
    assert (found["terms"]["amount"], found["terms"]["trials"][0]["amount"]) == (amount, amount)


def test_payments_are_listed_by_when_they_were_made() -> None:
    told = shown(paid("B", MARCH), paid("A", FEBRUARY), paid("Z", ""))
    assert [one["txn_id"] for one in told["payments"]] == ["Z", "A", "B"]


def test_what_cannot_all_be_true_is_said() -> None:
    told = shown(signup(), signup(mc_amount3="12.00"))
    assert [doubt["rule"] for doubt in told["doubts"]] == ["contradiction"]


def test_text_from_a_message_is_shown_as_it_came() -> None:
    told = shown(signup(item_name="=1+1", custom="<script>", first_name='"; --'))
    assert (told["item"]["name"], told["custom"], told["payer"]["name"]) == ("=1+1", "<script>", '"; --')


def test_the_projection_has_a_name_and_a_version() -> None:
    assert (subscriptions.NAME, subscriptions.VERSION) == ("subscriptions", 1)
