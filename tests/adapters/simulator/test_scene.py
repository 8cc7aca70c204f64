import re
from datetime import UTC, datetime
from random import Random

from adapters.simulator.scene import Scene

NOW = datetime(2026, 11, 20, 21, 5, 9, tzinfo=UTC)


def test_ids_look_like_paypals_and_are_not_given_twice() -> None:
    scene = Scene(Random(1), NOW)
    ids = {scene.new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch(r"[0-9A-Z]{17}", given) for given in ids)
    assert re.fullmatch(r"PP(-\d{3}){4}", scene.new_case_id())
    assert re.fullmatch(r"\d{4}(-\d{4}){3}", scene.new_receipt_id())
    assert re.fullmatch(r"[0-9A-Z]{12}", scene.new_code(12))


def test_days_ago_are_counted_back_from_now() -> None:
    scene = Scene(Random(1), NOW)
    assert scene.date() == "13:05:09 Nov 20, 2026 PST"
    assert scene.date(0.5) == "01:05:09 Nov 20, 2026 PST"
    assert scene.date(30) == "14:05:09 Oct 21, 2026 PDT"


def test_months_ago_are_counted_in_days_and_may_be_yet_to_come() -> None:
    scene = Scene(Random(1), NOW)
    assert scene.months(1) == 31
    assert scene.months(1, 5) == 36
    assert scene.months(-1) == -30
    assert scene.date(scene.months(2)) == "14:05:09 Sep 20, 2026 PDT"


def test_cycles_fall_due_early_in_the_morning_and_not_after_the_moment() -> None:
    scene = Scene(Random(1), NOW)
    assert scene.billing_date(0) == "02:00:00 Nov 20, 2026 PST"
    assert scene.billing_date(scene.months(4)) == "03:00:00 Jul 20, 2026 PDT"
    assert Scene(Random(1), NOW.replace(hour=9)).billing_date(0) == "02:00:00 Nov 19, 2026 PST"


def test_adaptive_payments_have_dates_of_their_own() -> None:
    assert Scene(Random(1), NOW).adaptive_date(1) == "Thu Nov 19 13:05:09 PST 2026"
