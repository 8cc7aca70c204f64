"""Messages about subscriptions, profiles and agreements: what they tell, and what they lack."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.facts import Party, Report
from domain.money import Money
from domain.notification import read
from domain.reading import Unmodelled, Unreadable
from domain.subscription_facts import SubscriptionReport, Terms, Trial
from domain.vocabulary import Change, Kind, PaymentStatus, SubscriptionKind
from tests.given import SELLER, fact_of
from tests.given_streams import agreed, profiled, signup, subscribed

JANUARY = datetime(2026, 1, 5, 16, tzinfo=UTC)


def reported(one: bytes) -> SubscriptionReport:
    fact = read(one, 1).facts[0]
    assert isinstance(fact, SubscriptionReport)
    return fact


def test_a_signup_tells_all_that_was_agreed() -> None:
    raw = signup(
        mc_amount1="0.00", period1="7 D", mc_amount2="5.00", period2="1 M", mc_amount3="10.00", period3="3 M",
        reattempt="0", recur_times="12", first_name="Test", last_name="User", residence_country="DE",
        receiver_id="SELLERID", invoice="order-7", custom="abc", payer_email="buyer@example.com",
        subscr_effective="08:00:00 Jan 12, 2026 PST",
    )  # fmt: skip
    assert fact_of(raw, SubscriptionReport) == SubscriptionReport(
        subscription_id="S-1",
        kind=SubscriptionKind.SUBSCRIPTION,
        change=Change.START,
        txn_type="subscr_signup",
        terms=Terms(
            amount=Decimal("10.00"),
            currency="USD",
            period="3 M",
            trials=(
                Trial(amount=Decimal("0.00"), period="7 D"),
                Trial(amount=Decimal("5.00"), period="1 M"),
            ),
            recurring=True,
            reattempt=False,
            times=12,
        ),
        item_number="MAG-1",
        item_name="A magazine",
        invoice="order-7",
        custom="abc",
        payer=Party(id="PAYER1", email="buyer@example.com", name="Test User", country="DE"),
        receiver=Party(id="SELLERID", email=SELLER),
        dated_at=JANUARY,
        effective_at=datetime(2026, 1, 12, 16, tzinfo=UTC),
    )


TERMS: dict[str, tuple[bytes, Terms]] = {
    "in dollars alone, as of old": (
        subscribed("subscr_signup", mc_currency="", amount3="9.95", period3="1 Y"),
        Terms(amount=Decimal("9.95"), period="1 Y"),
    ),
    "the message's currency goes before the dollars": (
        subscribed("subscr_signup", mc_currency="EUR", amount3="9.95", mc_amount3="8.50"),
        Terms(amount=Decimal("8.50"), currency="EUR"),
    ),
    "in a currency of whole numbers": (
        subscribed("subscr_signup", mc_currency="JPY", mc_amount3="1500", period3="1 M"),
        Terms(amount=Decimal(1500), currency="JPY", period="1 M"),
    ),
    "one trial, the second": (
        subscribed("subscr_signup", mc_amount2="1.00", period2="1 W", mc_amount3="2.00", period3="1 M"),
        Terms(
            amount=Decimal("2.00"),
            currency="USD",
            period="1 M",
            trials=(Trial(amount=Decimal("1.00"), period="1 W"),),
        ),
    ),
    "a trial for nothing": (
        subscribed("subscr_signup", period1="1 M", mc_amount3="2.00", period3="1 M"),
        Terms(amount=Decimal("2.00"), currency="USD", period="1 M", trials=(Trial(period="1 M"),)),
    ),
    "not recurring": (
        subscribed("subscr_signup", recurring="0", reattempt="1"),
        Terms(currency="USD", recurring=False, reattempt=True),
    ),
    "flags that are none": (
        subscribed("subscr_signup", recurring="yes", reattempt="2", recur_times="often"),
        Terms(currency="USD"),
    ),
    "an end that says no terms": (subscribed("subscr_eot"), Terms(currency="USD")),
    "a profile": (
        profiled("profile_created"),
        Terms(amount=Decimal("10.00"), currency="USD", period="Monthly"),
    ),
    "a profile in the message's currency": (
        profiled("profile_created", mc_currency="EUR", payment_cycle="every 2 Months"),
        Terms(amount=Decimal("10.00"), currency="EUR", period="every 2 Months"),
    ),
    "a profile whose amount of a cycle differs": (
        profiled("skipped", amount="25.00"),
        Terms(amount=Decimal("10.00"), currency="USD", period="Monthly"),
    ),
    "a profile of an amount alone": (
        profiled("skipped", amount_per_cycle=""),
        Terms(amount=Decimal("10.00"), currency="USD", period="Monthly"),
    ),
    "an agreement": (agreed(mp_currency="AUD"), Terms(currency="AUD")),
    "an agreement in no currency": (agreed(), Terms()),
}  # fmt: skip


@pytest.mark.parametrize("name", TERMS)
def test_terms_are_read_with_the_places_of_their_currency(name: str) -> None:
    raw, terms = TERMS[name]
    assert reported(raw).terms == terms
    assert str(reported(raw).terms.amount) == str(terms.amount)


DATED = {
    # name: body, which date, when
    "a signup": (signup(), "dated_at", JANUARY),
    "a cancellation": (
        subscribed("subscr_cancel", subscr_date="09:00:00 Jul 01, 2026 PDT"),
        "dated_at",
        datetime(2026, 7, 1, 16, tzinfo=UTC),
    ),
    "an end": (subscribed("subscr_eot"), "dated_at", None),
    "a change ahead": (
        subscribed("subscr_modify", subscr_effective="00:00:00 Aug 01, 2026 PDT"),
        "effective_at",
        datetime(2026, 8, 1, 7, tzinfo=UTC),
    ),
    "a failure": (
        subscribed("subscr_failed", retry_at="10:00:00 Feb 08, 2026 PST"),
        "retry_at",
        datetime(2026, 2, 8, 18, tzinfo=UTC),
    ),
    "a profile": (profiled("skipped"), "dated_at", JANUARY),
    "a profile's next charge": (
        profiled("skipped", next_payment_date="02:00:00 Feb 10, 2026 PST"),
        "next_payment_at",
        datetime(2026, 2, 10, 10, tzinfo=UTC),
    ),
    "a profile that will not be charged": (
        profiled("suspended", next_payment_date="N/A"),
        "next_payment_at",
        None,
    ),
    "a date that cannot be read": (signup(subscr_date="14 => 51 => 55 Feb 14, 2013 PST"), "dated_at", None),
}  # fmt: skip


@pytest.mark.parametrize("name", DATED)
def test_dates_are_those_of_what_changed(name: str) -> None:
    raw, field, moment = DATED[name]
    assert getattr(reported(raw), field) == moment


@pytest.mark.parametrize(
    ("status", "also", "waits"),
    [
        ("Active", None, False),
        ("Pending", None, True),
        ("Suspended", Change.SUSPEND, False),
        ("Cancelled", Change.CANCEL, False),
        ("Canceled", Change.CANCEL, False),
        ("Expired", Change.EXPIRE, False),
        ("EXPIRED", Change.EXPIRE, False),
        ("", None, False),
    ],
)
def test_a_profile_says_beside_the_change_where_it_stands(
    status: str,
    also: Change | None,
    waits: bool,  # noqa: FBT001
) -> None:
    report = reported(profiled("skipped", profile_status=status))
    assert (report.change, report.also, report.waits) == (Change.SKIP, also, waits)


def test_what_the_profile_says_of_itself_is_not_said_twice() -> None:
    assert reported(profiled("suspended", profile_status="Suspended")).also is None
    assert reported(profiled("profile_cancel", profile_status="Cancelled")).also is None


def test_what_is_owed_is_in_the_profiles_currency() -> None:
    raw = profiled("failed", outstanding_balance="30.00", currency_code="EUR")
    assert reported(raw).outstanding == Money.of("30.00", "EUR")


def test_an_agreement_tells_its_words_and_why_it_ended() -> None:
    report = reported(agreed("mp_cancel", mp_desc="Rides", mp_custom="u-7", reason_code="mp_2001"))
    assert (report.kind, report.change) == (SubscriptionKind.AGREEMENT, Change.CANCEL)
    assert (report.item_name, report.custom, report.reason) == ("Rides", "u-7", "mp_2001")


def test_a_changed_subscription_names_the_one_that_it_replaces() -> None:
    assert reported(subscribed("subscr_modify", "S-2", old_subscr_id="S-1")).replaces == "S-1"


UNREADABLE = {
    # name: body, what the sentence begins with
    "no id": (subscribed("subscr_signup", ""), "subscr_id is missing"),
    "an id that is none": (subscribed("subscr_signup", "S 1"), "subscr_id 'S 1' is not an id"),
    "no id of a profile": (profiled("skipped", ""), "recurring_payment_id is missing"),
    "no id of an agreement": (agreed(mp_id=""), "mp_id is missing"),
    "an amount that is none": (signup(mc_amount3="ten"), "mc_amount3: 'ten'"),
    "a trial's amount that is none": (signup(mc_amount1="1e1"), "mc_amount1: '1e1'"),
    "places of a yen": (signup(mc_currency="JPY"), "mc_amount3: '10.00'"),
    "an unknown currency": (signup(mc_currency="XXX"), "mc_amount3: 'XXX'"),
    "a debt that is none": (profiled("failed", outstanding_balance="much"), "outstanding_balance: 'much'"),
    "an id said twice": (signup() + b"&subscr_id=S-2", "subscr_id is said more than once"),
    "a profile's status said twice": (
        profiled("skipped") + b"&profile_status=Cancelled", "profile_status is said more than once",
    ),
    "an old id that is none": (
        subscribed("subscr_modify", old_subscr_id="S/1"), "old_subscr_id 'S/1' is not an id",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_exactly_is_unreadable_and_names_the_field(name: str) -> None:
    raw, sentence = UNREADABLE[name]
    with pytest.raises(Unreadable) as refused:
        read(raw, 1)
    assert str(refused.value).startswith(sentence)


# ---- the initial payment inside a new profile's message ----

FIRST = {
    "initial_payment_txn_id": "T9",
    "initial_payment_amount": "3.50",
    "initial_payment_status": "Completed",
}


def test_a_completed_initial_payment_is_a_payment_by_its_own_id() -> None:
    raw = profiled(
        "profile_created", **FIRST, rp_invoice_id="order-7", next_payment_date="02:00:00 Feb 05, 2026 PST"
    )
    profile, first = read(raw, 1).facts
    assert isinstance(profile, SubscriptionReport)
    assert first == Report(
        txn_id="T9",
        kind=Kind.PAYMENT,
        status=PaymentStatus.COMPLETED,
        txn_type="recurring_payment_profile_created",
        gross=Money.of("3.50", "USD"),
        invoice="order-7",
        subscription="I-1",
        payer=profile.payer,
        receiver=profile.receiver,
        occurred_at=JANUARY,
        next_payment_at=datetime(2026, 2, 5, 10, tzinfo=UTC),
        reading=3,
    )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"initial_payment_status": "Failed", "initial_payment_amount": "3.50"}, []),
        ({"initial_payment_status": "Pending", "initial_payment_amount": "3.50"}, []),
        ({"initial_payment_status": ""}, []),
        ({}, []),
        (FIRST | {"initial_payment_status": "Pending"}, [PaymentStatus.PENDING]),
        (FIRST | {"initial_payment_status": "Failed"}, [PaymentStatus.FAILED]),
        (FIRST, [PaymentStatus.COMPLETED]),
        (FIRST | {"initial_payment_amount": "0.00"}, [PaymentStatus.COMPLETED]),
        ({"initial_payment_status": "Completed", "initial_payment_amount": "0.00"}, []),
    ],
)
def test_an_initial_payment_is_told_where_it_has_an_id(
    fields: dict[str, str], told: list[PaymentStatus]
) -> None:
    _, *payments = read(profiled("profile_created", **fields), 1).facts
    assert [one.status for one in payments if isinstance(one, Report)] == told


@pytest.mark.parametrize(
    ("lacks", "sentence"),
    [
        ({"initial_payment_txn_id": ""}, "initial_payment_txn_id is missing"),
        ({"initial_payment_amount": ""}, "initial_payment_amount is missing"),
        ({"initial_payment_amount": "-3.50"}, "initial_payment_amount is missing or negative"),
        ({"initial_payment_amount": "3,50"}, "initial_payment_amount: '3,50'"),
        ({"initial_payment_txn_id": "T 9"}, "initial_payment_txn_id 'T 9' is not an id"),
    ],
)
def test_an_initial_payment_that_lacks_what_money_needs_makes_the_message_unreadable(
    lacks: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        read(profiled("profile_created", **(FIRST | lacks)), 1)
    assert str(refused.value).startswith(sentence)


def test_only_the_beginning_of_a_profile_tells_of_its_initial_payment() -> None:
    assert len(read(profiled("skipped", **FIRST), 1).facts) == 1


# ---- any fields at all ----

NAMES = (
    "subscr_id mc_amount1 mc_amount3 amount3 period1 period3 recurring reattempt recur_times subscr_date "
    "subscr_effective retry_at mc_currency currency_code outstanding_balance profile_status payment_cycle "
    "next_payment_date initial_payment_status initial_payment_txn_id initial_payment_amount charset"
)
WORDS = (
    "S-1 I-1 10.00 -10.00 1500 NaN USD JPY XXX 1 0 9999 Active Suspended Pending Completed Failed "
    "Monthly N/A Shift_JIS T9"
)
VALUES = st.one_of(st.text(max_size=12), st.sampled_from(WORDS.split(" ")))


@given(
    st.dictionaries(st.sampled_from(NAMES.split(" ")), VALUES), st.sampled_from([signup, profiled, agreed])
)
def test_any_fields_at_all_are_read_or_put_aside(fields: dict[str, str], made: object) -> None:
    change = {} if made is not profiled else {"change": "profile_created"}
    try:
        report = reported(made(**(change | fields)))  # type: ignore[operator]
    except (Unreadable, Unmodelled):
        return
    assert report.subscription_id
    assert report.outstanding is None or report.outstanding.currency


@pytest.mark.parametrize("name", ["mc_currency", "currency_code", "mp_currency"])
def test_no_more_of_a_currency_is_kept_than_of_any_text(name: str) -> None:
    raw = b"txn_type=subscr_signup&subscr_id=S-1&recurring=1&%s=%s" % (name.encode(), b"x" * 2_000)
    assert reported(raw).terms.currency == "x" * 1_024
