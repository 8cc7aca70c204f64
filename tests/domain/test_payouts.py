"""Mass Pay: one message, many payouts, all of them or none."""

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.body import FIELDS_MAX
from domain.facts import Party, Report
from domain.money import Money
from domain.notification import Told, read
from domain.reading import Unmodelled, Unreadable
from domain.vetting import Shop
from domain.vocabulary import Kind, PaymentStatus
from domain.words import PAYOUT_STATUSES
from tests.given import MemoryBook, comparable, payment
from tests.given_streams import batch, record


def reports(one: bytes) -> tuple[Report, ...]:
    facts: tuple[Told, ...] = read(one, 1).facts
    return tuple(fact for fact in facts if isinstance(fact, Report))


def test_a_record_is_a_payout_from_us_to_its_receiver() -> None:
    (payout,) = reports(
        batch(record(1, "Unclaimed", "12.34", receiver_id="PAYEE1"), first_name="Test", last_name="Shop")
    )
    assert payout == Report(
        txn_id="M1",
        kind=Kind.PAYOUT,
        status=PaymentStatus.UNCLAIMED,
        txn_type="masspay",
        gross=Money.of("12.34", "USD"),
        fee=Money.of("0.10", "USD"),
        custom="u-1",
        payer=Party(id="SELLERID", email="seller@example.com", name="Test Shop"),
        receiver=Party(id="PAYEE1", email="payee1@example.com"),
        occurred_at=datetime(2026, 11, 20, 16, 12, 59, tzinfo=UTC),
        reading=3,
    )


STATUSES = {
    "Completed": PaymentStatus.COMPLETED,
    "Failed": PaymentStatus.FAILED,
    "Returned": PaymentStatus.RETURNED,
    "Reversed": PaymentStatus.REVERSED,
    "Unclaimed": PaymentStatus.UNCLAIMED,
    "Pending": PaymentStatus.PENDING,
    "Blocked": PaymentStatus.FAILED,
    "Denied": PaymentStatus.DENIED,
    "completed": PaymentStatus.COMPLETED,
}


@pytest.mark.parametrize("word", STATUSES)
@pytest.mark.parametrize("status", ["Processed", "Completed", "Pending", "Failed"])
def test_a_record_stands_where_it_says_whatever_the_batch_says(word: str, status: str) -> None:
    (payout,) = reports(batch(record(1, word), status=status))
    assert payout.status is STATUSES[word]


def test_every_word_of_a_record_is_known() -> None:
    assert {word.lower() for word in STATUSES} == set(PAYOUT_STATUSES)


SILENT = {
    "Processed": PaymentStatus.PENDING,
    "Pending": PaymentStatus.PENDING,
    "Completed": PaymentStatus.COMPLETED,
    "Denied": PaymentStatus.DENIED,
    "Failed": PaymentStatus.FAILED,
}


@pytest.mark.parametrize("status", SILENT)
def test_a_record_that_says_nothing_of_itself_takes_the_batchs_word(status: str) -> None:
    said, silent = reports(batch(record(1, "Returned"), record(2, ""), status=status))
    assert silent.status is SILENT[status]
    assert said.status is (PaymentStatus.DENIED if status == "Denied" else PaymentStatus.RETURNED)


@pytest.mark.parametrize("word", [*STATUSES, "Teleported", ""])
def test_a_batch_is_denied_as_a_whole(word: str) -> None:
    told = reports(batch(record(1, word), record(2), status="Denied"))
    assert [payout.status for payout in told] == [PaymentStatus.DENIED] * 2


NUMBERINGS = {
    "one": (1,),
    "three": (1, 2, 3),
    "with gaps": (2, 5, 11),
    "beginning late": (250,),
    "out of order": (3, 1, 2),
    "more than nine": tuple(range(1, 13)),
    "the last that is looked at": (99_999,),
}


@pytest.mark.parametrize("name", NUMBERINGS)
def test_records_are_found_by_their_numbers_in_order_whatever_is_left_out(name: str) -> None:
    numbers = NUMBERINGS[name]
    told = reports(batch(*(record(n, gross=f"{n % 100}.50") for n in numbers)))
    assert [payout.txn_id for payout in told] == [f"M{n}" for n in sorted(numbers)]
    assert [str(payout.gross) for payout in told] == [f"{n % 100}.50" for n in sorted(numbers)]


AMOUNTS: dict[str, tuple[dict[str, str], dict[str, str], str | None, str | None]] = {
    # name: the record's fields, the message's fields, gross, fee
    "in its own currency": (record(1, gross="7.00", mc_currency="EUR"), {}, "7.00 EUR", "0.10 EUR"),
    "in the message's currency": (
        record(1, gross="7.00", mc_currency=""), {"mc_currency": "GBP"}, "7.00 GBP", "0.10 GBP",
    ),
    "in its own, whatever the message's is": (
        record(1, gross="7.00", mc_currency="EUR"), {"mc_currency": "GBP"}, "7.00 EUR", "0.10 EUR",
    ),
    "in whole yen": (record(1, gross="700", mc_fee="14", mc_currency="JPY"), {}, "700 JPY", "14 JPY"),
    "in dollars alone, as of old": (
        record(1, gross="", mc_fee="", mc_currency="", payment_gross="7.00", payment_fee="0.14"), {},
        "7.00 USD", "0.14 USD",
    ),
    "without a fee": (record(1, gross="7.00", mc_fee=""), {}, "7.00 USD", None),
    "a failure without an amount": (record(1, "Failed", gross="", mc_fee=""), {}, None, None),
    "a denial without an amount": (record(1, "Denied", gross="", mc_fee=""), {}, None, None),
    "nothing": (record(1, gross="0.00"), {}, "0.00 USD", "0.10 USD"),
}  # fmt: skip


@pytest.mark.parametrize("name", AMOUNTS)
def test_each_record_has_an_amount_and_a_fee_in_its_currency(name: str) -> None:
    fields, more, gross, fee = AMOUNTS[name]
    (payout,) = reports(batch(fields, **more))
    assert (payout.gross.spelled() if payout.gross else None) == gross
    assert (payout.fee.spelled() if payout.fee else None) == fee


IDS = {
    # name: the record, its stream
    "PayPal's": (record(1), "M1"),
    "PayPal's alone": (record(1, unique_id=""), "M1"),
    "the sender's, where PayPal gave none": (record(1, masspay_txn_id=""), "payout:u-1"),
    "the sender's, of any characters": (
        record(1, masspay_txn_id="", unique_id="Res:7, Pay:8/ü"), "payout:Res:7, Pay:8/ü",
    ),
    "the sender's at its longest": (
        record(1, masspay_txn_id="", unique_id="u" * 64), "payout:" + "u" * 64,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", IDS)
def test_a_payout_goes_by_paypals_id_or_the_senders_in_a_room_of_its_own(name: str) -> None:
    fields, stream = IDS[name]
    (payout,) = reports(batch(fields, charset="UTF-8"))
    assert payout.txn_id == stream
    assert payout.custom == (fields.get("unique_id_1") or None)


SPOILT = {
    # name: the second record, what the sentence begins with
    "no id at all": (
        record(2, masspay_txn_id="", unique_id=""), "masspay_txn_id_2 is missing, and unique_id_2",
    ),
    "a sender's id that is too long": (
        record(2, masspay_txn_id="", unique_id="u" * 65), "masspay_txn_id_2 is missing, and unique_id_2",
    ),
    "an id that is none": (record(2, masspay_txn_id="M 2"), "masspay_txn_id_2 'M 2' is not an id"),
    "no amount": (record(2, gross=""), "mc_gross_2 is missing"),
    "a negative amount": (record(2, gross="-5.00"), "mc_gross_2 -5.00 is negative"),
    "an amount that is none": (record(2, gross="5,00"), "mc_gross_2: '5,00'"),
    "places of a yen": (record(2, mc_currency="JPY"), "mc_gross_2: '5.00'"),
    "no currency": (record(2, mc_currency=""), "mc_gross_2: ''"),
    "a currency of tomorrow": (record(2, mc_currency="XXX"), "mc_gross_2: 'XXX'"),
    "a fee that is none": (record(2, mc_fee="free"), "mc_fee_2: 'free'"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_one_record_that_cannot_be_read_spoils_the_whole_message(name: str) -> None:
    fields, sentence = SPOILT[name]
    with pytest.raises(Unreadable) as refused:
        read(batch(record(1), fields, record(3)), 1)
    assert str(refused.value).startswith(sentence)


def test_one_record_of_an_unknown_status_leaves_the_whole_message_for_later() -> None:
    with pytest.raises(Unmodelled, match=r"^status_2 'Dreaming'$"):
        read(batch(record(1), record(2, "Dreaming"), record(3)), 1)


@pytest.mark.parametrize("status", ["Refunded", "Reversed", "Voided", "Unclaimed", ""])
def test_a_batch_in_words_that_no_batch_has_is_unmodelled(status: str) -> None:
    with pytest.raises(Unmodelled, match=rf"^payment_status '{status}' of a Mass Pay batch$"):
        read(batch(record(1), status=status), 1)


@pytest.mark.parametrize("fields", [{}, {"mc_gross": "5.00", "receiver_email": "a@example.com"}])
def test_a_batch_without_a_record_is_unreadable(fields: dict[str, str]) -> None:
    with pytest.raises(Unreadable, match="without a record"):
        read(batch(**fields), 1)


TWICE = ["masspay_txn_id_1", "unique_id_1", "mc_gross_1", "mc_fee_1", "mc_currency_1", "status_1"]


@pytest.mark.parametrize("name", TWICE)
def test_a_field_of_a_record_said_twice_says_nothing_that_may_be_paid_by(name: str) -> None:
    with pytest.raises(Unreadable, match=f"^{name} is said more than once, differently$"):
        read(batch(record(1)) + f"&{name}=x".encode(), 1)


def test_a_receiver_that_is_named_twice_stops_nothing() -> None:
    (payout,) = reports(batch(record(1)) + b"&receiver_email_1=other%40example.com")
    assert payout.receiver.email == "other@example.com"


def test_a_batch_may_have_as_many_records_as_a_message_may_have_fields() -> None:
    most = (FIELDS_MAX - 20) // len(record(1))
    assert len(reports(batch(*(record(n) for n in range(1, most + 1))))) == most
    with pytest.raises(Unreadable, match=f"more than {FIELDS_MAX} fields"):
        read(batch(*(record(n) for n in range(1, most + 10))), 1)


# ---- whose it is ----


def test_a_batch_is_ours_when_we_pay() -> None:
    notification = read(batch(record(1)), 1)
    assert notification.receivers == {"seller@example.com", "sellerid"}


@pytest.mark.parametrize(
    ("names", "outcome"),
    [
        ({}, ("recorded", None)),
        ({"payer_email": "SELLER@example.com", "payer_id": ""}, ("recorded", None)),
        ({"payer_email": "mallory@example.com"}, ("refused", "receiver")),
        ({"payer_email": "", "payer_id": ""}, ("refused", "receiver")),
        # That somebody pays us by Mass Pay is told to us as a payment of its own.
        (
            {"payer_email": "mallory@example.com", "receiver_email": "seller@example.com"},
            ("refused", "receiver"),
        ),
    ],
)  # fmt: skip
def test_a_batch_that_somebody_else_pays_is_refused(
    names: dict[str, str], outcome: tuple[str, str | None]
) -> None:
    book = MemoryBook().deliver(batch(record(1), record(2), **names))
    assert book.outcomes[1] == outcome
    assert sorted(book.streams) == (["M1", "M2"] if outcome[0] == "recorded" else [])


def test_a_batch_is_ours_by_the_id_of_our_account() -> None:
    shop = Shop(receivers=frozenset({"sellerid"}))
    assert (
        MemoryBook(shop).deliver(batch(record(1), payer_email="primary@example.com")).outcome() == "recorded"
    )


# ---- what becomes of the payouts ----

LIVES: dict[str, tuple[list[str], str, bool]] = {
    # name: what one record says in message after message, where it stands, whether that cannot all be true
    "paid": (["Completed"], "completed", False),
    "claimed": (["Unclaimed", "Completed"], "completed", False),
    "nobody claimed it": (["Unclaimed", "Returned"], "returned", False),
    "waited, claimed": (["Pending", "Unclaimed", "Completed"], "completed", False),
    "taken back": (["Unclaimed", "Completed", "Reversed"], "reversed", False),
    "failed": (["Pending", "Failed"], "failed", False),
    "blocked": (["Blocked"], "failed", False),
    "denied": (["Pending", "Denied"], "denied", False),
    "completed and returned": (["Completed", "Returned"], "returned", True),
    "completed and failed": (["Completed", "Failed"], "failed", True),
    "blocked, and yet completed": (["Blocked", "Completed"], "failed", True),
    "returned and reversed": (["Returned", "Reversed"], "reversed", True),
}


@pytest.mark.parametrize("name", LIVES)
def test_a_payout_stands_at_the_highest_that_was_heard_in_any_order(name: str) -> None:
    words, status, contradicts = LIVES[name]
    bodies = [batch(record(1, word), status="Completed") for word in words]
    for shuffled in itertools.permutations(bodies):
        shown = MemoryBook().deliver(*shuffled).shown("M1")
        assert (shown["kind"], shown["status"], shown["fulfillment"]) == ("payout", status, "none")
        assert [doubt["rule"] for doubt in shown["doubts"]] == ["contradiction"] * contradicts


def test_the_records_of_a_batch_go_their_own_ways() -> None:
    book = MemoryBook().deliver(
        batch(record(1, "Completed"), record(2, "Unclaimed"), record(3, "Unclaimed")),
        batch(record(1, "Completed"), record(2, "Completed"), record(3, "Returned"), status="Completed"),
    )
    assert [book.shown(f"M{n}")["status"] for n in (1, 2, 3)] == ["completed", "completed", "returned"]
    assert [book.outcome(n) for n in (1, 2)] == ["recorded", "recorded"]
    assert [len(book.streams[f"M{n}"]) for n in (1, 2, 3)] == [1, 2, 2]


def test_of_a_batch_that_is_told_again_nothing_is_told_twice() -> None:
    raw = batch(record(1), record(2, "Unclaimed"))
    book = MemoryBook().deliver(raw, raw)
    assert book.outcome() == "duplicate"
    assert [len(entries) for entries in book.streams.values()] == [1, 1]


def test_one_record_named_twice_in_a_batch_is_one_payout() -> None:
    book = MemoryBook().deliver(batch(record(1), record(2, masspay_txn_id="M1", unique_id="u-1",
                                                        receiver_email="payee1@example.com")))  # fmt: skip
    assert (book.outcome(), list(book.streams), len(book.streams["M1"])) == ("recorded", ["M1"], 1)


def test_one_record_named_twice_with_two_amounts_is_a_contradiction() -> None:
    book = MemoryBook().deliver(batch(record(1), record(2, gross="6.00", masspay_txn_id="M1")))
    (doubt,) = book.shown("M1")["doubts"]
    assert doubt["detail"] == "PayPal reported more than one amount: 5.00 USD, 6.00 USD"


def test_a_payout_has_no_goods_and_tells_no_invoice_and_no_subscription() -> None:
    book = MemoryBook().deliver(
        batch(record(1), invoice="i", subscr_id="S-1", parent_txn_id="A1", auth_id="A1")
    )
    assert list(book.streams) == ["M1"]
    assert book.shown("M1")["doubts"] == []


def test_what_follows_a_payout_is_looked_at_by_a_person() -> None:
    refund = payment("R1", "Refunded", "-5.00", parent_txn_id="M1", mc_fee="")
    for order in itertools.permutations((batch(record(1)), refund)):
        shown = MemoryBook().deliver(*order).shown("M1")
        assert shown["status"] == "completed"
        assert [doubt["detail"] for doubt in shown["doubts"]] == [
            "refund R1 of a transaction that is completed"
        ]


def test_a_void_without_a_kind_under_a_payouts_id_is_told_of_a_payment() -> None:
    voided = payment("M1", "Voided", mc_fee="")
    ends = [comparable(MemoryBook().deliver(*told).shown("M1")) for told in (
        (batch(record(1)), voided), (voided, batch(record(1))),
    )]  # fmt: skip
    assert ends[0] == ends[1]
    assert (ends[0]["kind"], ends[0]["status"]) == ("payout", "completed")


RECORDS = st.builds(
    record, st.integers(1, 3), st.sampled_from([*STATUSES, ""]), st.sampled_from(["5.00", "6.00"])
)
BATCHES = st.builds(
    batch,
    RECORDS,
    RECORDS,
    status=st.sampled_from(["Processed", "Completed", "Denied"]),
)


@given(st.lists(BATCHES, max_size=6), st.data())
def test_any_batches_at_all_end_the_same_in_any_order(bodies: list[bytes], data: st.DataObject) -> None:
    def ends(delivered: list[bytes]) -> list[object]:
        book = MemoryBook().deliver(*delivered)
        return [comparable(book.shown(f"M{n}")) for n in (1, 2, 3)]

    repeated = bodies + data.draw(st.lists(st.sampled_from(bodies), max_size=3) if bodies else st.just([]))
    assert ends(data.draw(st.permutations(repeated))) == ends(bodies)


def test_a_record_is_read_whatever_its_number() -> None:
    strange = {name.replace("_1", end): value for end in ("_0", "_01") for name, value in record(1).items()}
    strange |= {"masspay_txn_id_0": "M0", "masspay_txn_id_01": "M01"}
    told = read(batch(strange, record(1)), 1).facts
    assert [fact.txn_id for fact in told if isinstance(fact, Report)] == ["M0", "M01", "M1"]


def test_a_copy_in_dollars_says_nothing_of_a_record_in_euros() -> None:
    euros = record(1, mc_fee="", mc_currency="EUR", payment_fee="0.10")
    (told,) = read(batch(euros), 1).facts
    assert isinstance(told, Report)
    assert (str(told.gross), told.fee) == ("5.00", None)
    with pytest.raises(Unreadable, match="mc_gross_1 is missing"):
        read(batch(record(1, gross="", mc_currency="EUR", payment_gross="5.00")), 1)


def test_money_that_left_without_an_id_of_paypals_is_shown_to_a_person() -> None:
    waits = batch(record(1, "Unclaimed", masspay_txn_id=""))
    (doubt,) = MemoryBook().deliver(waits).shown("payout:u-1")["doubts"]
    assert doubt == {
        "rule": "contradiction",
        "detail": "PayPal calls this payout unclaimed and gave it no id",
    }
    failed = batch(record(1, "Failed", masspay_txn_id=""))
    assert MemoryBook().deliver(failed).shown("payout:u-1")["doubts"] == []


def test_a_senders_id_used_again_after_a_denied_batch_is_a_contradiction() -> None:
    denied = batch(record(1, masspay_txn_id=""), status="Denied")
    again = batch(record(1, "Unclaimed", "7.00", masspay_txn_id=""))
    for told in itertools.permutations((denied, again)):
        (doubt,) = MemoryBook().deliver(*told).shown("payout:u-1")["doubts"]
        assert doubt["detail"] == "PayPal reported both denied and unclaimed"
