"""Addresses as libpq reads them: shown without secrets, completed with our limits, refused in one line."""

from pathlib import Path

import pytest

from adapters.postgresql.connecting import checked_address, connecting, shown_address
from tests.engines import database_in


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://ann:s3cret@db.example.com:5433/shop", "postgresql://ann@db.example.com:5433/shop"),
        ("postgresql://ann@db/shop?password=s3cret&sslmode=require", "postgresql://ann@db/shop"),
        ("postgresql:///shop?host=/run/postgresql&user=ann", "postgresql://ann@/run/postgresql/shop"),
        ("postgresql://ann:s3cret@one:5432,two:5433/shop", "postgresql://ann@one:5432,two:5433/shop"),
        ("postgresql://one,two/shop?port=5432", "postgresql://one:5432,two:5432/shop"),
        ("postgres://db/shop", "postgresql://db/shop"),
    ],
)
def test_an_address_is_shown_without_its_secrets(address: str, shown: str) -> None:
    assert shown_address(address) == shown


@pytest.mark.parametrize(
    "address", ["postgresql://db:port/shop?nonsense=1", "postgresql://[::1/shop", "postgresql://db/shop?x"]
)
def test_an_address_that_is_none_is_refused_in_one_line(address: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        checked_address(address)


def said(address: str, name: str, **session: object) -> str:
    with connecting(address, session)() as connection:
        (shown,) = connection.execute(f"SHOW {name}").fetchall()
    return str(shown[0])


def test_a_connection_has_limits_of_ours(on_postgresql: str, tmp_path: Path) -> None:
    address = database_in(tmp_path)
    assert said(address, "statement_timeout", statement_timeout="9000") == "9s"
    assert said(address, "idle_in_transaction_session_timeout") == "1min"
    assert said(address, "timezone") == "UTC"
    assert said(address, "plan_cache_mode") == "force_custom_plan"
    assert said(address, "application_name") == "counterfoil"


def test_what_the_address_says_besides_is_kept(on_postgresql: str, tmp_path: Path) -> None:
    mark = "&" if "?" in database_in(tmp_path) else "?"
    address = f"{database_in(tmp_path)}{mark}application_name=till&options=-c%20work_mem%3D5MB"
    assert said(address, "application_name") == "till"
    assert said(address, "work_mem", statement_timeout="9000") == "5MB"
    assert said(address, "statement_timeout", statement_timeout="9000") == "9s"


def test_texts_are_utf8_whatever_the_address_or_the_environment_says(
    on_postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    assert said(database_in(tmp_path), "client_encoding") == "UTF8"
    mark = "&" if "?" in database_in(tmp_path) else "?"
    address = f"{database_in(tmp_path)}{mark}client_encoding=LATIN1"
    assert said(address, "client_encoding") == "UTF8"
    with connecting(address, {})() as connection:
        assert connection.execute("SELECT %s::text[]", [["é€"]]).fetchone() == (["é€"],)
