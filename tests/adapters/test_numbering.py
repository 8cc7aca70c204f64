"""Numbers of deliveries: one after the other, in the order of their commits, never given again."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, select

from adapters.numbering import Row, numbering
from adapters.tables import deliveries
from tests.engines import Parts, open_parts


@pytest.fixture
def parts(any_engine: str, tmp_path: Path) -> Iterator[Parts]:
    with open_parts(tmp_path) as opened:
        yield opened


def row(body: bytes = b"x") -> Row:
    return (1, "::1", "[]", body)


def keep(parts: Parts, *rows: Row) -> list[int]:
    with parts.inbox.begin() as connection:
        return numbering(connection).keep(connection, rows)


def test_rows_are_numbered_as_they_were_handed_over(parts: Parts) -> None:
    bodies = [bytes([n % 256]) * (n % 7 + 1) for n in range(500)]
    numbers = keep(parts, *(row(body) for body in bodies))
    assert numbers == list(range(1, 501))
    with parts.inbox.connect() as connection:
        found = connection.execute(select(deliveries.c.body).order_by(deliveries.c.n)).scalars().all()
    assert [bytes(body) for body in found] == bodies


def test_a_number_is_not_given_again(parts: Parts) -> None:
    assert keep(parts, row(), row()) == [1, 2]
    with parts.inbox.begin() as connection:
        connection.execute(delete(deliveries))
        assert numbering(connection).last_given(connection) == 2
    assert keep(parts, row()) == [3]


def test_numbers_go_on_after_one_that_was_given_elsewhere(parts: Parts) -> None:
    with parts.inbox.begin() as connection:
        assert numbering(connection).last_given(connection) == 0
        numbering(connection).continue_after(connection, 41)
        assert numbering(connection).last_given(connection) == 41
    assert keep(parts, row()) == [42]
    with parts.inbox.begin() as connection:
        numbering(connection).continue_after(connection, 99)
    assert keep(parts, row()) == [100]


def test_who_looks_for_what_is_new_never_sees_a_later_number_before_an_earlier(parts: Parts) -> None:
    keepers, rounds, seen = 4, 30, 0
    barrier, found = Barrier(keepers + 1), list[int]()

    def keep_many() -> None:
        barrier.wait(30)
        for _ in range(rounds):
            keep(parts, row(), row())

    threads = [Thread(target=keep_many) for _ in range(keepers)]
    for thread in threads:
        thread.start()
    barrier.wait(30)
    is_over = False
    while not is_over:
        is_over = not any(thread.is_alive() for thread in threads)
        with parts.inbox.connect() as connection:
            query = select(deliveries.c.n).where(deliveries.c.n > seen).order_by(deliveries.c.n)
            new = list(connection.execute(query).scalars())
        found += new
        seen = max(new, default=seen)
    for thread in threads:
        thread.join(30)
    assert len(found) == keepers * rounds * 2
    with parts.inbox.connect() as connection:
        assert found == list(connection.execute(select(deliveries.c.n).order_by(deliveries.c.n)).scalars())
