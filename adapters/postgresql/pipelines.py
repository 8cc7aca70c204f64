"""Pipelines: statements that a server is sent without waiting for the answer to each."""

import logging
from collections.abc import Sequence
from typing import cast

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from adapters.engines import Said
from adapters.postgresql.connection import OwnConnection
from adapters.postgresql.errors import is_lost

# A second error on the way out of a pipeline is only logged by the driver, and may quote a payer's words.
logging.getLogger("psycopg").setLevel(logging.CRITICAL)


def in_a_pipeline(connection: Connection, statements: Sequence[Said]) -> None:
    """Run them in their order; SQLAlchemy's DBAPIError for one that cannot be, and none after it is.

    The answers to all of them must come within the time of one.
    """
    driver = cast("OwnConnection", connection.connection.dbapi_connection)
    try:
        with driver.pipeline():
            for text, values in statements:
                driver.execute(text, values)
    except psycopg.Error as error:
        driver.forget_prepared()
        raise _as_sqlalchemys(error, connection, driver) from error


def _as_sqlalchemys(error: psycopg.Error, connection: Connection, driver: OwnConnection) -> BaseException:
    """The same error as it comes of a statement that SQLAlchemy runs; lost connections are used no more."""
    lost = driver.closed or is_lost(error)
    if lost:
        connection.invalidate(error)
        connection.engine.dispose()
    return DBAPIError.instance(
        None,
        None,
        error,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=connection.dialect,
    )
