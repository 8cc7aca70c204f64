from typing import Any

import pytest

from adapters.desk.health import BAD, GOOD, WARN, Sign, signs
from adapters.readiness import Check, Readiness, Report
from tests.adapters.conftest import NOON, Shelf, later

SEALING: dict[str, Any] = {"checkpoint": None, "behind": 0, "sent": []}


def found(report: Report, **sealing: Any) -> dict[str, Sign]:
    return {sign.name: sign for sign in signs(report, SEALING | sealing)}


def one(name: str, *, ok: bool, **detail: Any) -> Sign:
    return next(iter(found(Report((Check(name, ok=ok, detail=detail),), {})).values()))


def test_a_house_at_work_has_nothing_bad_to_say(shelf: Shelf) -> None:
    shelf.healthy()
    told = found(Readiness(shelf.queries).report(), checkpoint={"size": 1, "made_at": "2026-11-20T12:00:00Z"})
    assert {sign.state for sign in told.values()} == {GOOD}
    assert list(told) == ["Store", "Worker", "Backlog", "Pages", "PayPal", "Last message", "Notary"]
    assert (told["Last message"].at, told["Notary"].said) == ("2026-11-20T12:00:00Z", "signed for 1 entry")


def test_an_empty_house_says_what_to_start(shelf: Shelf) -> None:
    told = found(Readiness(shelf.queries).report())
    assert told["Worker"].state == BAD
    assert "start counterfoil serve" in told["Worker"].said
    assert (told["Last message"].said, told["Last message"].at) == ("none has come yet", None)
    assert (told["Notary"].state, told["Notary"].said) == (WARN, "has signed nothing yet")


def test_what_is_late_is_told_with_its_figures(shelf: Shelf) -> None:
    shelf.beat(NOON, state="open")
    shelf.tail.recorded.extend([NOON, NOON])
    shelf.project("transactions", 1)
    shelf.project("origins", 2)
    shelf.take_in(shelf.deliver())
    shelf.take_in(shelf.deliver(), outcome="parked", verdict="verified")
    shelf.put_aside("origins", "61E", 1)
    shelf.now = later(hours=2)
    told = found(Readiness(shelf.queries).report())
    assert {name: (sign.state, sign.said) for name, sign in told.items() if sign.state != GOOD} == {
        "Worker": (
            BAD,
            (
                "was last heard of 2 h 0 min ago. Nothing is verified until it runs: start counterfoil serve,"
                " or counterfoil work."
            ),
        ),
        "Backlog": (BAD, "1 to be verified, the oldest for 2 h 0 min"),
        "Pages": (
            BAD,
            "are 1 event behind the book, 2 h 0 min (transactions). They show what was before.",
        ),
        "Set aside": (
            BAD,
            "not all is shown of some transactions (1 in origins): counterfoil rebuild tells why",
        ),
        "Parked": (WARN, "1 came before what it follows"),
        "Notary": (WARN, "has signed nothing yet"),
    }
    assert told["Backlog"].to == "/desk/notifications?outcome=waiting"
    assert told["Parked"].to == "/desk/notifications?outcome=parked"


def test_a_paypal_that_does_not_answer_is_told_for_as_long_as_the_worker_asks_it(shelf: Shelf) -> None:
    shelf.beat(NOON, state="open")
    told = found(Readiness(shelf.queries).report())["PayPal"]
    said = "does not answer. Messages are kept, and asked about as soon as it does."
    assert (told.state, told.said) == (BAD, said)
    shelf.now = later(hours=2)
    assert "PayPal" not in found(Readiness(shelf.queries).report())


@pytest.mark.parametrize("name", ["worker_heartbeat", "oldest_unverified", "projection_lag", "of_tomorrow"])
def test_a_store_that_cannot_be_read_is_told_in_its_own_words(name: str) -> None:
    sign = one(name, ok=False, error="disk I/O error")
    assert (sign.state, sign.said) == (BAD, "disk I/O error")


def test_a_store_that_cannot_be_written_to_is_told_with_what_becomes_of_messages() -> None:
    sign = one("store_writable", ok=False, book="ok", inbox="database or disk is full")
    assert sign.state == BAD
    assert sign.said.startswith("cannot be written to (inbox: database or disk is full).")


def test_pages_a_little_behind_are_nothing_bad() -> None:
    lag = {"lag_events": 3, "lag_seconds": 2.0, "set_aside": 0}
    sign = one("projection_lag", ok=True, todos=lag)
    assert (sign.state, sign.said) == (GOOD, "are 3 events behind the book, under a minute")


def test_a_check_of_tomorrow_is_shown_all_the_same() -> None:
    assert one("of_tomorrow", ok=True).said == "is as it should be"
    assert one("of_tomorrow", ok=False).said == "is not as it should be"


def test_the_notary_tells_what_is_not_sealed_and_where_it_could_not_send() -> None:
    sent = [{"target": "file:/copies", "size": 1, "sent_at": None, "error": "no such directory"}]
    made = {"size": 12, "made_at": "2026-11-20T12:00:00Z"}
    told = found(Report((), {}), checkpoint=made, behind=2, sent=sent)
    assert told["Notary"].said == "signed for 12 entries; 2 events are not sealed yet"
    assert told["Copy at file:/copies"].said == "the last checkpoint did not arrive: no such directory"
