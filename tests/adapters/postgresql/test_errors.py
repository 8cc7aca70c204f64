"""The server's errors by their codes: what to do, who is to blame, which connections are of no use."""

import psycopg
import pytest
from psycopg import errors

from adapters.postgresql.errors import advice, blames_statement, code_of, is_away, is_locked, is_lost

UNREACHED = psycopg.OperationalError("connection refused")
REFUSED = psycopg.OperationalError("connection to server failed: FATAL:  sorry, too many clients already")
READ_ONLY = psycopg.OperationalError("connection to server failed: session is read-only")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.DiskFull(), "disk is full"),
        (errors.ReadOnlySqlTransaction(), "only be read"),
        (errors.InvalidPassword(), "user and password"),
        (errors.InvalidCatalogName(), "createdb"),
        (errors.InvalidSchemaName(), "CREATE SCHEMA"),
        (errors.InsufficientPrivilege(), "right to"),
        (errors.TooManyConnections(), "max_connections"),
        (errors.QueryCanceled(), "statement_timeout"),
        (errors.CannotConnectNow(), "starting"),
        (errors.DataCorrupted(), "backup"),
        (errors.UndefinedTable(), "tables are missing"),
        (errors.UndefinedFunction(), "failed"),
        (REFUSED, "does not let us in"),
        (READ_ONLY, "only be read"),
        (UNREACHED, "cannot be reached"),
    ],
)
def test_each_says_what_to_do(error: psycopg.Error, words: str) -> None:
    assert words in advice(error)


def test_which_is_whose() -> None:
    facts = {
        type(error).__name__: (is_locked(error), is_lost(error), is_away(error), blames_statement(error))
        for error in (
            errors.LockNotAvailable(),
            errors.ReadOnlySqlTransaction(),
            errors.AdminShutdown(),
            errors.ConnectionFailure(),
            errors.UniqueViolation(),
            errors.UntranslatableCharacter(),
            errors.ProgramLimitExceeded(),
            errors.UndefinedTable(),
            errors.UndefinedFunction(),
            errors.InsufficientPrivilege(),
            errors.QueryCanceled(),
            psycopg.DataError("a NUL"),
            UNREACHED,
        )
    }
    locked, lost, away, statement = range(4)
    assert {name for name, told in facts.items() if told[locked]} == {"LockNotAvailable"}
    assert {name for name, told in facts.items() if told[lost]} == {"ReadOnlySqlTransaction", "AdminShutdown"}
    assert {name for name, told in facts.items() if told[away]} == {
        "AdminShutdown", "ConnectionFailure", "OperationalError", "QueryCanceled", "ReadOnlySqlTransaction",
    }  # fmt: skip
    assert {name for name, told in facts.items() if told[statement]} == {
        "UniqueViolation", "UntranslatableCharacter", "ProgramLimitExceeded", "UndefinedFunction",
        "DataError",
    }  # fmt: skip


def test_what_is_no_error_of_a_servers_has_no_code() -> None:
    assert code_of(None) is code_of(ValueError()) is code_of(UNREACHED) is None
