import json
from datetime import UTC, datetime
from random import Random

import pytest

from adapters.simulator.checking import Checked
from adapters.simulator.delivery import Answer
from adapters.simulator.letters import SUBJECTS
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.mailing import Mark
from adapters.simulator.memory import Memory
from adapters.simulator.plans import in_turn
from adapters.simulator.player import Delivery, Player
from adapters.simulator.schedule import schedule
from adapters.simulator.troubles import NO_TROUBLE
from scripts.simulate_options import Play
from scripts.simulate_report import Report, latencies, lifecycles_text, progress_line, result_line

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PLAN = in_turn(["full_refund"], rng=Random(1), now=NOW)
SALE, REFUND = PLAN
CASE = in_turn(["reversal_won"], rng=Random(1), now=NOW)[1]


def delivery(nth: int = 0, *statuses: int | None, **more: int) -> Delivery:
    one = Delivery(planned=PLAN[nth], **more)  # type: ignore[arg-type]
    for n, status in enumerate(statuses, start=1):
        one.take(Answer(status, n / 10))
    return one


async def nothing(_: bytes) -> Answer:
    return Answer(200)


def a_report(*deliveries: Delivery, rate: float | None = None, checked: Checked | None = None) -> Report:
    memory = Memory()
    memory.remember(SALE.message.body)
    for answer in ("500", "VERIFIED"):
        memory.note(SALE.message.body, answer)
    player = Player(
        post=nothing,
        memory=memory,
        schedule=schedule(),
        tell=lambda _: None,
        deliveries=list(deliveries),
        begun=10.0,
        sent=10.5,
    )
    play = Play(
        plan=PLAN,
        listener="http://127.0.0.1:1/ipn",
        port=0,
        seed=7,
        now=NOW,
        rate=rate,
        schedule=player.schedule,
        troubles=NO_TROUBLE,
        keep_alive=False,
        stay=False,
        linger_seconds=1.0,
        asking=None,
    )
    return Report(
        play=play,
        post_back="http://127.0.0.1:2/x",
        memory=memory,
        player=player,
        seconds=1.5,
        checked=checked,
    )


HEARD = delivery(0, 200)
UNHEARD = delivery(1, None, None, None)
REPORT = a_report(HEARD, UNHEARD)


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


def test_the_json_says_how_often_and_how_each_was_posted_answered_and_asked_back() -> None:
    said = json.loads(REPORT.as_json())
    assert (said["posts"], said["answers"], said["genuine"]) == (4, {"200": 1, "none": 3}, 2)
    assert said["post_backs"] == {"asked": 2, "answered": {"500": 1, "VERIFIED": 1}}
    assert (said["verified"], said["now"], said["check"]) == (1, "2026-11-20T00:00:00+00:00", None)
    assert said["rate"] == {"asked": None, "reached": 2.0}
    assert said["lifecycles"] == {"full_refund": 1}
    sale, refund = said["deliveries"]
    assert (sale["mark"], sale["answers"], sale["verdict"]) == ("genuine", {"200": 1}, "VERIFIED")
    assert (refund["answers"], refund["verdict"], refund["post_backs"]["asked"]) == ({"none": 3}, None, 0)


def test_a_load_is_summed_up_and_its_messages_are_in_the_json_alone() -> None:
    text = a_report(HEARD, UNHEARD, rate=50.0).as_text()
    assert "full_refund" not in text
    assert text.splitlines() == [
        "2 genuine",
        "answers {'200': 1, 'none': 3}, post-backs {'asked': 2, 'answered': {'500': 1, 'VERIFIED': 1}}",
        "2.0 a second of 50, acknowledged in median 0.1 s, p99 0.1 s, max 0.1 s",
        "2 sent, 1 acknowledged, 1 asked back",
    ]
    assert len(json.loads(a_report(HEARD, UNHEARD, rate=50.0).as_json())["deliveries"]) == 2


def test_what_the_check_found_is_a_line_each() -> None:
    checked = Checked(found=["one thing", "another"], deliveries=5, letters=4, ends=3)
    report = a_report(HEARD, checked=checked)
    assert report.as_text().splitlines()[-4:-1] == [
        "found: one thing",
        "found: another",
        "2 found; 5 deliveries, 4 messages and 3 ends looked at",
    ]
    assert json.loads(report.as_json())["check"]["found"] == ["one thing", "another"]


def test_latencies_are_of_acknowledgements_alone() -> None:
    assert latencies([delivery(0, 503, None, 200), delivery(1, 200)]) == {
        "median": 0.2,
        "p99": 0.3,
        "max": 0.3,
    }
    assert latencies([UNHEARD]) == {"median": None, "p99": None, "max": None}
    many = [delivery(0)]
    many[0].seconds = [n / 1000 for n in range(1, 1001)]
    assert latencies(many) == {"median": 0.5005, "p99": 0.99, "max": 1.0}


def test_a_resend_is_shown_as_one_and_a_case_by_its_type_and_a_copy_as_such() -> None:
    assert progress_line(HEARD).endswith("  200")
    assert progress_line(UNHEARD).endswith("no answer (attempt 3)")
    assert " new_case " in result_line(Delivery(planned=CASE))
    copy = Delivery(planned=in_turn(["completed"], rng=Random(1), now=NOW)[0])
    assert str(Mark.FORGED) not in progress_line(copy)


def test_one_that_was_never_posted_reached_no_rate() -> None:
    report = a_report()
    report.player.begun = None
    assert report.rate is None


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_message_is_shown_by_what_it_is_about(name: str) -> None:
    for planned in in_turn([name], rng=Random(1), now=NOW):
        shown, subject, *_ = progress_line(Delivery(planned=planned)).split()
        assert shown == name
        assert subject in [planned.message.value(field) for field in SUBJECTS]


def test_every_lifecycle_is_listed_with_what_it_is() -> None:
    assert [line.split()[0] for line in lifecycles_text(as_json=False).splitlines()] == list(LIFECYCLES)
    assert [one["name"] for one in json.loads(lifecycles_text(as_json=True))] == list(LIFECYCLES)
