"""Statements for every engine: compiled once for each, constants and rows bound as its driver wants."""

from typing import Any

import pytest
from sqlalchemy import select, update

from adapters.statements import Beside, Given, Statement, compiled, insert_on
from adapters.tables import notifications
from tests.adapters.workshop import Workshop

SET = Statement(
    Given.like(notifications.c.n, notifications.c.reason),
    lambda _, given: (
        update(notifications)
        .where(notifications.c.n == given.c.n)
        .values(reason=given.c.reason, urgent=False)
    ),
)


@pytest.mark.parametrize(
    ("engine", "values"), [("sqlite", [1, "x", 2, None]), ("postgresql", [[1, 2], ["x", None]])]
)
def test_all_rows_are_one_statement_in_each_drivers_own_way(engine: str, values: list[Any]) -> None:
    ((text, bound),) = Beside(SET, [(1, "x"), (2, None)]).on(engine)
    assert text.startswith("WITH ")
    assert "UPDATE notifications" in text
    assert bound == values


def test_no_rows_are_no_statement() -> None:
    assert [*Beside(SET, []).on("sqlite"), *Beside(SET, []).on("postgresql")] == []


def test_a_driver_keeps_few_texts_however_many_rows_there_are() -> None:
    texts = {text for rows in range(1, 1_200) for text, _ in Beside(SET, [(1, "x")] * rows).on("sqlite")}
    assert len(texts) == 10


@pytest.mark.parametrize("rows", [1, 3, 511, 512, 513, 1_300])
def test_what_is_filled_up_is_no_row(workshop: Workshop, rows: int) -> None:
    workshop.claim(*[b"n=%d" % n for n in range(rows)])
    with workshop.engine.begin() as connection:
        SET.run(connection, [(n, f"r{n}") for n in range(1, rows + 1)])
        found = connection.execute(select(notifications.c.n, notifications.c.reason)).all()
    assert sorted(tuple(row) for row in found) == [(n, f"r{n}") for n in range(1, rows + 1)]


def test_one_for_one_engine_is_nothing_on_others() -> None:
    only = Statement(SET.given, SET.make, only="postgresql")
    assert list(Beside(only, [(1, "x")]).on("sqlite")) == []
    assert len(list(Beside(only, [(1, "x")]).on("postgresql"))) == 1


def test_it_is_compiled_once() -> None:
    assert SET.on("sqlite") is SET.on("sqlite")


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_an_insert_fills_the_columns_that_it_is_told(engine: str) -> None:
    made = compiled(insert_on(engine, notifications), engine, ("n", "reason"))
    assert "(n, reason)" in made.text
    assert "urgent" not in made.text
    assert made.names == (["n", "reason"] if engine == "sqlite" else None)


def test_an_engine_of_others_is_none() -> None:
    with pytest.raises(KeyError):
        SET.on("oracle")
