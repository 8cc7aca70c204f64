"""Places: what is noted of the rows is read again as it was noted."""

from sqlalchemy import select

from adapters.tables import positions, set_aside
from adapters.times import to_us
from adapters.views.code import digest_of
from adapters.views.making import Stumble
from adapters.views.places import (
    Place,
    begun,
    forget_aside,
    read_aside,
    read_places,
    set_streams_aside,
    write_places,
)
from adapters.views.registry import PROJECTIONS
from tests.adapters.conftest import NOON, Shelf


def test_a_place_comes_back_as_it_was(shelf: Shelf) -> None:
    first, second = Place("one", 5, "a", 1, "d"), Place("two", 7, "b", None, None)
    with shelf.book.begin() as book:
        assert read_places(book) == {}
        write_places(book, [first, second], to_us(NOON))
        assert read_places(book) == {"one": first, "two": second}
        moved = Place("one", 6, "b", 2, "e")
        write_places(book, [moved], to_us(NOON) + 1)
        assert read_places(book) == {"one": moved, "two": second}
        found = dict(book.execute(select(positions.c.projection, positions.c.moved_us)).all())
    assert found == {"one": to_us(NOON) + 1, "two": to_us(NOON)}


def test_one_that_has_told_nothing_begins_in_the_first_slot_with_todays_code() -> None:
    origins = PROJECTIONS["origins"]
    assert begun(origins) == Place("origins", 0, "a", origins.version, digest_of(origins))


def test_streams_set_aside_are_known_by_projection_and_slot(shelf: Shelf) -> None:
    with shelf.book.begin() as book:
        one, two = Stumble("T1", 5, 2, "why"), Stumble("T2", 6, 1, "why")
        set_streams_aside(book, {("p", "a"): [one, two], ("p", "b"): [one], ("q", "a"): []}, to_us(NOON))
        assert read_aside(book) == {("p", "a"): {"T1", "T2"}, ("p", "b"): {"T1"}}
        forget_aside(book, "p", "a", "T1")
        assert read_aside(book) == {("p", "a"): {"T2"}, ("p", "b"): {"T1"}}
        forget_aside(book, "p", "b")
        (left,) = book.execute(select(set_aside)).all()
    assert left == ("p", "a", "T2", 6, 1, "why", to_us(NOON))


def test_of_two_stumbles_over_a_stream_the_later_word_counts(shelf: Shelf) -> None:
    with shelf.book.begin() as book:
        unreadable, refused = Stumble("T1", 9, 3, "cannot be read"), Stumble("T1", 5, 2, "was refused")
        set_streams_aside(book, {("p", "a"): [unreadable, refused]}, to_us(NOON))
        assert book.execute(select(set_aside.c.position, set_aside.c.why)).all() == [(5, "was refused")]
