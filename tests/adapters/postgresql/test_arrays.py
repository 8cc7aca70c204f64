"""Arrays: whatever a list holds, the server has the same."""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.postgresql.arrays import ArrayDumper
from adapters.postgresql.connecting import connecting
from adapters.postgresql.connection import OwnConnection
from tests.postgres import running


class Colour(StrEnum):
    RED = "re\\d"


@pytest.fixture(scope="module")
def connection() -> Iterator[OwnConnection]:
    with running(fast=True) as server, connecting(server.url(), {}, answer_seconds=5.0)() as made:
        yield made


def read_back(connection: OwnConnection, kind: str, values: list[Any]) -> list[Any]:
    row = connection.execute(f"SELECT %s::{kind}[]", [values], prepare=True).fetchone()
    assert row is not None
    found: list[Any] = row[0]
    return found


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(
    values=st.lists(
        st.none() | TEXTS | st.sampled_from(["NULL", "null", "", " ", "{}", ",", '"', "\\", "\\x00"])
    )
)
def test_texts(connection: OwnConnection, values: list[str | None]) -> None:
    assert read_back(connection, "text", values) == values


@given(values=st.lists(st.none() | st.binary()))
def test_bytes(connection: OwnConnection, values: list[bytes | None]) -> None:
    assert read_back(connection, "bytea", values) == values


@given(values=st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)))
def test_integers(connection: OwnConnection, values: list[int | None]) -> None:
    assert read_back(connection, "bigint", values) == values


@given(values=st.lists(st.none() | st.floats(allow_nan=False)))
def test_floats(connection: OwnConnection, values: list[float | None]) -> None:
    assert read_back(connection, "double precision", values) == values


@given(values=st.lists(st.none() | st.booleans()))
def test_truths(connection: OwnConnection, values: list[bool | None]) -> None:
    assert read_back(connection, "boolean", values) == values


def test_a_member_of_a_vocabulary_is_its_text(connection: OwnConnection) -> None:
    assert read_back(connection, "text", [Colour.RED]) == ["re\\d"]


def test_a_null_character_is_refused_and_nothing_is_cut_off() -> None:
    with pytest.raises(psycopg.DataError, match="null character"):
        ArrayDumper(list).dump(["a", "b\0c"])


def test_what_no_array_of_ours_holds_is_named() -> None:
    with pytest.raises(TypeError, match="holds no datetime"):
        ArrayDumper(list).dump([datetime.now(UTC)])
