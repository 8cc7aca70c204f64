"""The locks: apart from each other and from others', waited for or asked for."""

from pathlib import Path

import psycopg

from adapters.postgresql.locks import Lock, asking_for, silence, waiting_for
from tests.engines import database_in


def test_who_asks_is_answered_and_who_waits_gives_up(on_postgresql: str, tmp_path: Path) -> None:
    address = database_in(tmp_path)
    with psycopg.connect(address) as holder, psycopg.connect(address) as other:
        holder.execute(waiting_for(Lock.BOOK))
        assert other.execute(asking_for(Lock.BOOK)).fetchone() == (False,)
        assert other.execute(asking_for(Lock.VIEWS)).fetchone() == (True,)
        holder.commit()
        assert other.execute(asking_for(Lock.BOOK)).fetchone() == (True,)


def test_who_falls_silent_is_ended_sooner_where_requests_wait(on_postgresql: str, tmp_path: Path) -> None:
    told = {}
    with psycopg.connect(database_in(tmp_path)) as connection:
        for lock, seconds in ((Lock.INBOX, None), (Lock.BOOK, None), (None, None), (None, 600)):
            connection.execute(silence(lock, seconds))
            row = connection.execute("SHOW idle_in_transaction_session_timeout").fetchone()
            assert row is not None
            told[lock, seconds] = row[0]
    assert list(told.values()) == ["4s", "15s", "15s", "10min"]
