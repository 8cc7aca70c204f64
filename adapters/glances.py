"""Glances: one row by one statement and no transaction, for what is asked for again and again."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from adapters.engines import StoreEngine

_MARKS: Final = {"sqlite": "?", "postgresql": "%s"}


@dataclass(frozen=True, slots=True)
class Glance:
    """A question about one row, in SQL of ours that both engines understand.

    A statement by itself sees one state, also while the views change what they are read from: so there is
    nothing to begin and nothing to end. Told as text, it is not made anew each time either.
    """

    text: str  # `?` where the value goes

    def of(self, engine: StoreEngine, value: str) -> Any | None:  # noqa: ANN401 - what its column holds
        """The first column of the row; None where there is none, or where nothing can be had so.

        Whoever gets None asks in the ordinary way: that one also says what is wrong with the store.
        """
        # What the pool or the driver stumbles over, the ordinary way meets again, and tells it.
        with suppress(SQLAlchemyError, engine.dialect.loaded_dbapi.Error):
            connection = engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute(self.text.replace("?", _MARKS[engine.dialect.name]), (value,))
                row = cursor.fetchone()
                cursor.close()
            except BaseException:
                # Whatever it was left in, nobody else is to have it.
                connection.invalidate()
                raise
            connection.close()
            return None if row is None else row[0]
        return None
