"""The drawing: every status of the kind once, the path with its numbers, and where it stands."""

from adapters.desk.machine import WIDTH, Machine, machine, steps_of
from adapters.office_book import OfficeBook
from domain.vocabulary import Status
from tests.adapters.workshop import Workshop
from tests.given import authorization, capture, case, follower, payment, pending


def drawn(workshop: Workshop, stream: str = "T1") -> Machine:
    story = OfficeBook(workshop.book, workshop.shop).story(stream, workshop.clock())
    assert story is not None
    return machine(story)


def test_the_path_is_numbered_and_ends_where_it_stands(workshop: Workshop) -> None:
    for one in (pending(), payment(), case(), follower("Reversed", "V1")):
        workshop.deliver(one)
    it = drawn(workshop)
    path = [(step.number, step.before.value, step.after.value) for step in it.steps]
    assert path == [
        (1, "awaited", "pending"),
        (2, "pending", "completed"),
        (3, "completed", "disputed"),
        (4, "disputed", "reversed"),
    ]
    assert [arc.number for arc in it.taken] == [1, 2, 3, 4]
    assert [node.status for node in it.nodes if node.is_here] == [Status.REVERSED] == [it.here]
    assert {node.status.value for node in it.nodes if node.was} == {
        *("awaited", "pending", "completed", "disputed", "reversed")
    }
    assert len({node.y for node in it.nodes}) == len(it.nodes)
    assert it.coming
    assert it.possible
    assert all(0 < arc.x < WIDTH and 0 < arc.y < it.height for arc in (*it.taken, *it.coming, *it.possible))


def test_an_authorization_has_statuses_of_its_own(workshop: Workshop) -> None:
    workshop.deliver(authorization(gross="20.00"))
    workshop.deliver(capture("C1", gross="5.00"))
    it = drawn(workshop, "A1")
    assert it.here is Status.PARTIALLY_CAPTURED
    assert Status.COMPLETED not in [node.status for node in it.nodes]


def test_the_numbers_of_moves_made_again_stand_apart(workshop: Workshop) -> None:
    workshop.deliver(payment())
    for i in range(3):
        workshop.deliver(follower("Reversed", f"V{i}"))
        workshop.deliver(follower("Canceled_Reversal", f"X{i}", gross="20.00"))
    numbers = [(arc.x, arc.y) for arc in drawn(workshop).taken]
    assert len(numbers) > 3
    assert len(set(numbers)) == len(numbers)


def test_events_that_are_left_out_leave_one_move_without_an_event(workshop: Workshop) -> None:
    for one in (pending(), payment(), case()):
        workshop.deliver(one)
    story = OfficeBook(workshop.book, workshop.shop).story("T1", workshop.clock())
    assert story is not None
    first, _, last = story.happenings
    moves = [(step.before.value, step.after.value, step.happening) for step in steps_of((first, last))]
    assert moves == [
        ("awaited", "pending", first),
        ("pending", "completed", None),
        ("completed", "disputed", last),
    ]
