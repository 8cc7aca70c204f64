"""Wiping: rows that were replaced go at once; what cannot be done is said in one line."""

from pathlib import Path

import psycopg

from adapters.postgresql.wiping import vacuum
from tests.engines import database_in


def dead(connection: "psycopg.Connection[tuple[int]]") -> int:
    row = connection.execute("SELECT pg_relation_size('payer_keys')").fetchone()
    assert row is not None
    return row[0]


def test_what_a_key_was_is_not_in_its_table_any_more(on_postgresql: str, tmp_path: Path) -> None:
    address = database_in(tmp_path)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO payer_keys (payer, key, made_us) SELECT 'p' || n, '\\xff'::bytea, 1"
            " FROM generate_series(1, 500) n"
        )
        for _ in range(5):
            connection.execute("UPDATE payer_keys SET key = NULL")
        before = dead(connection)
        assert vacuum(address, ["notifications"], anew=["payer_keys"]) is None
        assert dead(connection) < before / 3


def test_what_could_not_be_done_is_said_without_a_password(on_postgresql: str, tmp_path: Path) -> None:
    address = database_in(tmp_path)
    said = vacuum(address, ["no_such_table"])
    assert said is not None
    assert "no_such_table" in said
    assert said.endswith("run VACUUM, or this again")
    assert "\n" not in said
