import json
from datetime import UTC, datetime
from random import Random

import pytest

from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.plans import in_turn
from adapters.simulator.player import Delivery
from scripts.simulate_report import SUBJECTS, Report, lifecycles_text, progress_line, result_line

SALE, REFUND = in_turn(["full_refund"], rng=Random(1), now=datetime(2026, 11, 20, tzinfo=UTC))
CASE = in_turn(["reversal_won"], rng=Random(1), now=datetime(2026, 11, 20, tzinfo=UTC))[1]
HEARD = Delivery(planned=SALE, posts=1, status=200)
UNHEARD = Delivery(planned=REFUND, posts=3)
REPORT = Report(
    seed=7,
    listener="http://127.0.0.1:1/ipn",
    post_back="http://127.0.0.1:2/x",
    asked_back=1,
    deliveries=(HEARD, UNHEARD),
)


def test_the_result_has_a_line_for_each_message_and_a_sum() -> None:
    sale, refund, total = REPORT.as_text().splitlines()
    assert sale.startswith("full_refund")
    assert sale.endswith("acknowledged after 1")
    assert refund.endswith("not acknowledged (no answer) after 3")
    assert total == "2 sent, 1 acknowledged, 1 asked back"


def test_the_result_as_json_says_the_same() -> None:
    said = json.loads(REPORT.as_json())
    assert (said["seed"], said["sent"], said["acknowledged"], said["asked_back"]) == (7, 2, 1, 1)
    sale, refund = said["deliveries"]
    assert (sale["payment_status"], sale["status"], sale["acknowledged"]) == ("Completed", 200, True)
    assert refund["parent_txn_id"] == sale["txn_id"]
    assert (refund["txn_type"], refund["status"], refund["posts"]) == (None, None, 3)


def test_a_resend_is_shown_as_one_and_a_case_by_its_type() -> None:
    assert progress_line(HEARD).endswith("  200")
    assert progress_line(UNHEARD).endswith("no answer (attempt 3)")
    assert " new_case " in result_line(Delivery(planned=CASE, posts=1, status=503))


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_message_is_shown_by_what_it_is_about(name: str) -> None:
    for planned in in_turn([name], rng=Random(1), now=datetime(2026, 11, 20, tzinfo=UTC)):
        shown, subject, *_ = progress_line(Delivery(planned=planned)).split()
        assert shown == name
        assert subject in [planned.message.value(field) for field in SUBJECTS]


def test_every_lifecycle_is_listed_with_what_it_is() -> None:
    assert [line.split()[0] for line in lifecycles_text(as_json=False).splitlines()] == list(LIFECYCLES)
    assert [one["name"] for one in json.loads(lifecycles_text(as_json=True))] == list(LIFECYCLES)
