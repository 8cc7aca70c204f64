"""The check: it passes over a house that kept everything, and finds each way of not having done so."""

from pathlib import Path

import pytest
from sqlalchemy import Executable, text, update

from adapters.databases import database_of
from adapters.tables import deliveries
from scripts.measuring.bench_context import CheckFailedError
from scripts.measuring.bodies import RECEIVER, ROUND, body_of
from scripts.measuring.keeping import check_ended, check_kept
from tests.house import LocalPayPal, keep, settings_in, work_off

ALL = range(ROUND)


@pytest.fixture
def database(any_engine: str, tmp_path: Path) -> str:
    """A store that heard one round of messages, and settled them."""
    with LocalPayPal().running() as paypal:
        settings = settings_in(tmp_path, paypal.url, RECEIVERS=RECEIVER)
        keep(settings, map(body_of, ALL))
        work_off(settings)
    return settings.database


def change(database: str, statement: Executable, *, inbox: bool) -> None:
    store = database_of(database)
    engine = store.inbox() if inbox else store.book()
    try:
        with engine.begin() as connection:
            connection.execute(statement)
    finally:
        engine.dispose()


def test_all_is_well_where_all_was_kept(database: str) -> None:
    check_kept(database, ALL)
    check_ended(database, ALL)
    check_ended(database, ALL[:-1], others=[ROUND - 1, ROUND])


# In the order in which one hides the next: the check names what it finds first.
BROKEN: tuple[tuple[Executable, bool, str], ...] = (
    (
        text("UPDATE transactions_a SET status = 'pending' WHERE txn_id = 'BENCH000000000002'"),
        False,
        "transaction BENCH000000000002 stands at pending, expected completed",
    ),
    (
        text("UPDATE notifications SET outcome = 'duplicate' WHERE n = 3"),
        False,
        "message 2, delivery 3, ended as duplicate",
    ),
    (text("DELETE FROM notifications WHERE n = 3"), False, "message 2, delivery 3, ended as None"),
    (
        text(
            "INSERT INTO deliveries (n, received_us, peer, headers, body) "
            "SELECT 1000, received_us, peer, headers, body FROM deliveries WHERE n = 4"
        ),
        True,
        "1 messages were kept more than once, first 3",
    ),
    (text("DELETE FROM deliveries WHERE n = 3"), True, "1 acknowledged messages were not kept, first 2"),
    (update(deliveries).where(deliveries.c.n == 7).values(body=b"x"), True, "1 deliveries are none that"),
)


def test_it_finds_each_way_of_not_having_kept_it(database: str) -> None:
    for statement, inbox, words in BROKEN:
        change(database, statement, inbox=inbox)
        with pytest.raises(CheckFailedError, match=words):
            check_ended(database, ALL)


def test_it_finds_what_nobody_posted(database: str) -> None:
    with pytest.raises(CheckFailedError, match="1 messages were kept that nobody posted"):
        check_kept(database, ALL[:-1])
