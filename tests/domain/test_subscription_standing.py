"""Where a subscription stands: a function of the set of what was told, whatever order it was told in."""

import itertools
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cycles import Period
from domain.subscription_facts import Terms, Trial
from domain.subscription_standing import (
    cycles,
    doubts_of,
    first_told,
    kind_of,
    next_payment_at,
    outstanding,
    paid_cycles,
    paid_until,
    period,
    reports,
    retry_at,
    status_of,
    terms,
    times_told,
)
from domain.vocabulary import Change, PaymentStatus, SubscriptionKind, SubscriptionStatus
from tests.given import MemoryBook, follower, payment
from tests.given_streams import (
    SIGNED_UP,
    agreed,
    charged,
    paid,
    profiled,
    signup,
    subscribed,
    subscription_shown,
    without_hearing,
)
from tests.subscription_lives import CANCELLED, DUE_APR, DUE_MAR, FEB, JAN, LIFECYCLES, MAR


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_subscription_ends_where_it_should(name: str) -> None:
    bodies, subscription_id, expected = LIFECYCLES[name]
    shown = subscription_shown(bodies, subscription_id)
    assert {key: shown[key] for key in expected} == expected
    assert expected.get("doubts", []) == shown["doubts"]


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_order_of_a_subscriptions_messages_gives_one_document(name: str) -> None:
    bodies, subscription_id, _ = LIFECYCLES[name]
    expected = subscription_shown(bodies, subscription_id)
    for shuffled in itertools.permutations(bodies):
        assert subscription_shown(shuffled, subscription_id) == expected


@pytest.mark.parametrize("name", LIFECYCLES)
def test_messages_that_come_again_add_nothing_at_all(name: str) -> None:
    bodies, subscription_id, _ = LIFECYCLES[name]
    book = MemoryBook().deliver(*bodies)
    before = book.shown_subscription(subscription_id)
    book.deliver(*bodies, *reversed(bodies))
    assert book.shown_subscription(subscription_id) == before
    assert {book.outcome(n) for n in range(len(bodies) + 1, book.n + 1)} <= {"duplicate", "stale"}


POOL = sorted({one for bodies, *_ in LIFECYCLES.values() for one in bodies})
IDS = ("S-1", "I-1", "B-1", "X-1")


@settings(max_examples=200)
@given(st.lists(st.sampled_from(POOL), max_size=9), st.data())
def test_any_messages_at_all_give_one_document_in_any_order(bodies: list[bytes], data: st.DataObject) -> None:
    def ends(delivered: list[bytes]) -> list[dict[str, Any]]:
        book = MemoryBook().deliver(*delivered)
        return [without_hearing(book.shown_subscription(name)) for name in IDS]

    repeated = bodies + data.draw(st.lists(st.sampled_from(bodies), max_size=3) if bodies else st.just([]))
    assert ends(data.draw(st.permutations(repeated))) == ends(bodies)


@given(st.lists(st.sampled_from(POOL), max_size=9), st.sampled_from(POOL))
def test_what_has_ended_is_never_revived(bodies: list[bytes], more: bytes) -> None:
    ladder = list(SubscriptionStatus)
    book = MemoryBook().deliver(*bodies)
    before = {name: book.shown_subscription(name)["status"] for name in IDS}
    book.deliver(more)
    for name, status in before.items():
        if status in ("cancelled", "expired", "ended"):
            assert ladder.index(book.shown_subscription(name)["status"]) >= ladder.index(status)


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DATES = st.builds("08:00:00 {} {:02}, {} PST".format, st.sampled_from(MONTHS), st.integers(1, 28),
                  st.integers(2026, 2030))  # fmt: skip


CHARGES = st.tuples(DATES, st.sampled_from(["Completed", "Pending", "Denied"]))


@given(st.lists(CHARGES, min_size=1, max_size=6))
def test_more_payments_never_shorten_what_is_paid_for(charges: list[tuple[str, str]]) -> None:
    book, before = MemoryBook().deliver(signup()), ""
    for n, (date, status) in enumerate(charges):
        book.deliver(paid(f"T{n}", date, status=status, mc_fee=""))
        after = book.shown_subscription("S-1")["paid_until"] or ""
        assert before <= after
        assert status == "Completed" or before == after
        before = after


# ---- the questions one by one ----


def heard(*bodies: bytes, name: str = "S-1") -> Any:
    return MemoryBook().deliver(*bodies).subscription(name)


def test_of_what_was_never_heard_nothing_is_known() -> None:
    nothing = heard()
    assert (status_of(nothing), kind_of(nothing)) == (SubscriptionStatus.AWAITED, None)
    assert (terms(nothing), period(nothing)) == (Terms(), None)
    assert (paid_until(nothing), next_payment_at(nothing), retry_at(nothing)) == (None, None, None)
    assert (outstanding(nothing), list(doubts_of(nothing)), cycles(nothing)) == (None, [], ())
    assert times_told(nothing, Change.FAIL) == 0


def test_it_is_described_by_its_newest_terms_then_its_signup_then_the_rest() -> None:
    modified = subscribed("subscr_modify", subscr_effective="00:00:00 Mar 01, 2026 PST")
    later = subscribed("subscr_modify", subscr_effective="00:00:00 May 01, 2026 PDT")
    for shuffled in itertools.permutations((signup(), modified, CANCELLED, later, signup())):
        told = reports(heard(*shuffled))
        assert [report.change for report in told] == [
            Change.MODIFY, Change.MODIFY, Change.START, Change.CANCEL,
        ]  # fmt: skip
        assert told[0].effective_at == datetime(2026, 5, 1, 7, tzinfo=UTC)


def test_where_the_newest_terms_are_silent_the_older_ones_hold() -> None:
    subscription = heard(
        signup(mc_amount1="1.00", period1="7 D", recur_times="6", reattempt="1"),
        subscribed("subscr_modify", mc_amount3="12.00"),
    )
    assert terms(subscription) == Terms(
        amount=Decimal("12.00"),
        currency="USD",
        period="1 M",
        trials=(Trial(amount=Decimal("1.00"), period="7 D"),),
        recurring=True,
        reattempt=True,
        times=6,
    )
    assert period(subscription) == Period(months=1)


def test_a_payment_is_shown_once_as_its_furthest_report_tells_of_it() -> None:
    waits = paid("T1", JAN, status="Pending", pending_reason="echeck", mc_fee="")
    for shuffled in itertools.permutations(
        (waits, paid("T1", JAN), paid("T2", FEB, status="Denied", mc_fee=""))
    ):
        subscription = heard(*shuffled)
        told = [(cycle.txn_id, cycle.status) for cycle in cycles(subscription)]
        assert told == [("T1", PaymentStatus.COMPLETED), ("T2", PaymentStatus.DENIED)]
        assert [cycle.txn_id for cycle in paid_cycles(subscription)] == ["T1"]


def test_payments_are_shown_by_their_dates_and_those_without_one_first() -> None:
    subscription = heard(paid("T3", JAN), paid("T1", MAR), paid("T4", ""), paid("T2", JAN))
    assert [cycle.txn_id for cycle in cycles(subscription)] == ["T4", "T2", "T3", "T1"]


def test_a_refund_changes_nothing_in_the_subscription() -> None:
    bodies = [signup(), paid("T1", JAN)]
    refund = follower("Refunded", "R1", gross="-10.00", subscr_id="S-1")
    assert subscription_shown([*bodies, refund]) == subscription_shown(bodies)


def test_an_unpaid_cycle_pays_for_nothing() -> None:
    subscription = heard(signup(), paid("T1", JAN, status="Failed", mc_fee=""))
    assert (paid_until(subscription), status_of(subscription)) == (None, SubscriptionStatus.ACTIVE)


def test_of_two_cycles_the_later_end_counts_whatever_their_order() -> None:
    subscription = heard(signup(), paid("T1", MAR), paid("T2", JAN), paid("T3", ""))
    assert paid_until(subscription) == datetime(2026, 4, 5, 16, tzinfo=UTC)


def test_a_retry_is_over_once_it_was_paid_or_nothing_will_be_charged() -> None:
    first, second = (
        subscribed("subscr_failed", retry_at=f"08:00:00 Feb {day}, 2026 PST") for day in ("08", "11")
    )
    assert retry_at(heard(first, second)) == datetime(2026, 2, 11, 16, tzinfo=UTC)
    assert retry_at(heard(first, second, paid("T1", "08:00:00 Feb 08, 2026 PST"))) is not None
    assert retry_at(heard(first, second, paid("T1", "08:00:00 Feb 11, 2026 PST"))) is None
    assert retry_at(heard(first, CANCELLED)) is None


def test_the_first_that_was_told_answers_for_all() -> None:
    subscription = heard(signup(item_name="New"), subscribed("subscr_eot", item_name="Old", custom="c"))
    assert first_told(subscription, lambda report: report.item_name) == "New"
    assert first_told(subscription, lambda report: report.custom) == "c"
    assert first_told(subscription, lambda report: report.reason) is None


def test_failures_are_counted_by_what_they_say_and_copies_once() -> None:
    first = profiled("failed", next_payment_date=DUE_MAR)
    second = profiled("failed", next_payment_date=DUE_APR)
    told = heard(first, second, first, profiled("skipped"), name="I-1")
    assert (times_told(told, Change.FAIL), times_told(told, Change.SKIP)) == (2, 1)


def test_what_it_owes_is_as_the_latest_message_said_and_a_stop_is_the_latest_of_all() -> None:
    early = profiled("failed", next_payment_date=DUE_MAR, outstanding_balance="10.00")
    late = profiled("failed", next_payment_date=DUE_APR, outstanding_balance="20.00")
    for shuffled in itertools.permutations((early, late)):
        assert str(outstanding(heard(*shuffled, name="I-1"))) == "20.00"
    stopped = profiled("profile_cancel", outstanding_balance="5.00", next_payment_date="N/A")
    assert str(outstanding(heard(stopped, early, late, name="I-1"))) == "5.00"


def test_an_agreement_and_a_profile_are_told_of_the_payment_that_names_both() -> None:
    book = MemoryBook().deliver(payment("T1", recurring_payment_id="I-1", mp_id="B-1"))
    assert [len(book.subscription(name).cycles) for name in ("I-1", "B-1")] == [1, 1]


def test_kinds_are_told_by_its_messages_alone() -> None:
    assert kind_of(heard(agreed(), name="B-1")) is SubscriptionKind.AGREEMENT
    assert kind_of(heard(profiled("skipped"), name="I-1")) is SubscriptionKind.PROFILE
    assert kind_of(heard(paid("T1", JAN))) is None


def test_a_paid_trial_runs_for_the_trials_time() -> None:
    trial = signup(mc_amount1="1.00", period1="1 W")
    first = payment("T1", gross="1.00", txn_type="subscr_payment", subscr_id="S-1", payment_date=SIGNED_UP)
    assert subscription_shown([trial, first])["paid_until"] == "2026-01-12T16:00:00Z"
    regular = paid("T2", "08:00:00 Jan 12, 2026 PST")
    assert subscription_shown([trial, first, regular])["paid_until"] == "2026-02-12T16:00:00Z"


def test_what_was_owed_and_is_collected_is_no_cycle_and_ends_no_suspension() -> None:
    story = [
        profiled("profile_created", next_payment_date="03:00:00 Jan 05, 2026 PST"),
        charged("T1", "03:00:00 Jan 05, 2026 PST", "03:00:00 Feb 05, 2026 PST"),
        charged("T2", "03:00:00 Feb 20, 2026 PST", txn_type="recurring_payment_outstanding_payment"),
        profiled("suspended", profile_status="Suspended", next_payment_date="N/A"),
    ]
    shown = subscription_shown(story, "I-1")
    assert (shown["status"], shown["paid_until"]) == ("suspended", "2026-02-05T11:00:00Z")


def test_a_second_suspension_needs_a_second_gap() -> None:
    suspended = profiled("suspended", profile_status="Suspended", outstanding_balance="10.00")
    again = profiled("suspended", profile_status="Suspended", outstanding_balance="30.00")
    story = [
        charged("T1", "03:00:00 Jan 05, 2026 PST"),
        suspended,
        charged("T2", "03:00:00 Mar 05, 2026 PST"),
    ]
    assert subscription_shown(story, "I-1")["status"] == "active"
    story.append(again)
    assert subscription_shown(story, "I-1")["status"] == "suspended"
    story.append(charged("T3", "03:00:00 May 05, 2026 PDT"))
    assert subscription_shown(story, "I-1")["status"] == "active"
