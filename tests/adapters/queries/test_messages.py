"""The messages behind a transaction: by number, and by the ids that they name."""

from domain.vocabulary import Verdict
from tests.adapters.workshop import Workshop
from tests.given import follower, payment


def numbers(workshop: Workshop, ids: list[str], told: list[int], limit: int = 50) -> list[int]:
    return [each["n"] for each in workshop.queries.messages_behind(ids, told, limit)]


def test_messages_are_found_by_number_by_id_and_by_parent(workshop: Workshop) -> None:
    workshop.deliver(
        payment("T1"), payment("T2"), follower("Refunded", "R1"), follower("Refunded", "R2", "R1")
    )
    assert numbers(workshop, ["T1"], []) == [1, 3]
    assert numbers(workshop, ["T1", "R1"], []) == [1, 3, 4]
    assert numbers(workshop, ["T1"], [2]) == [1, 2, 3]
    assert numbers(workshop, [], []) == []


def test_of_those_that_only_name_an_id_the_newest_are_shown(workshop: Workshop) -> None:
    workshop.deliver(*[payment("T1")] * 5)
    assert numbers(workshop, ["T1"], [1], limit=2) == [1, 4, 5]


def test_each_brings_what_paypal_answered_about_it(workshop: Workshop) -> None:
    workshop.deliver(payment("T1"))
    workshop.deliver(payment("T2"), verdict=Verdict.INVALID)
    one, other = workshop.queries.messages_behind(["T1", "T2"], [], 50)
    assert [each["answer"] for each in one["post_backs"]] == ["VERIFIED"]
    assert [each["verdict"] for each in other["post_backs"]] == ["invalid"]
    assert one["outcome"] == "recorded"
    assert one["settled_at"] is not None
