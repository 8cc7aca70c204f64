"""Statements for every engine: compiled once for each, constants and rows bound as its driver wants."""

from typing import Any

import pytest
from sqlalchemy import bindparam, update

from adapters.statements import Beside, Statement
from adapters.tables import notifications

SET = Statement(
    lambda _: (
        update(notifications)
        .where(notifications.c.n == bindparam("_n"))
        .values(reason=bindparam("_reason"), urgent=False)
    )
)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_row_is_bound_beside_what_the_statement_says_itself(engine: str) -> None:
    text, rows = Beside(SET, [{"_n": 1, "_reason": "x"}, {"_n": 2, "_reason": None}]).on(engine)
    assert "UPDATE notifications" in text
    told: list[Any] = [set(row.values()) if isinstance(row, dict) else set(row) for row in rows]
    assert told == [{1, "x", False}, {2, None, False}]


def test_each_driver_is_told_in_its_own_way() -> None:
    row = [{"_n": 1, "_reason": "x"}]
    text, bound = Beside(SET, row).on("sqlite")
    assert "?" in text
    assert isinstance(bound[0], tuple)
    text, bound = Beside(SET, row).on("postgresql")
    assert "%(_n)s" in text
    assert bound[0]["_n"] == 1


def test_it_is_compiled_once() -> None:
    assert SET.on("sqlite") is SET.on("sqlite")


def test_an_engine_of_others_is_none() -> None:
    with pytest.raises(KeyError):
        SET.on("oracle")
