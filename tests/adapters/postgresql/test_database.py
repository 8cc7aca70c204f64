"""A house on PostgreSQL: what each part's engine is, and that nothing is reached before it is opened."""

from pathlib import Path

from adapters.postgresql.database import PostgresqlDatabase
from tests.engines import database_in


def test_an_address_alone_reaches_nobody() -> None:
    house = PostgresqlDatabase("postgresql://ann:s3cret@127.0.0.1:1/shop")
    assert (house.kind, house.files, house.takes_many_workers) == ("postgresql", (), True)
    assert house.address == "postgresql://ann@127.0.0.1:1/shop"
    for made in (house.inbox(), house.book(), house.views(), house.claims()):
        assert made.place == house.address
        made.dispose()


def test_who_keeps_views_or_deliveries_waits_for_its_like_and_who_claims_for_nobody(
    on_postgresql: str, tmp_path: Path
) -> None:
    house = PostgresqlDatabase(database_in(tmp_path))
    held = {}
    for name, made in (("inbox", house.inbox()), ("views", house.views()), ("claims", house.claims())):
        with made.begin() as connection:
            asked = "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            held[name] = list(connection.exec_driver_sql(asked).scalars())
        made.dispose()
    assert held == {"inbox": [2], "views": [4], "claims": []}


def test_a_request_is_not_kept_waiting_for_longer_than_it_waits(on_postgresql: str, tmp_path: Path) -> None:
    made = PostgresqlDatabase(database_in(tmp_path)).inbox()
    with made.connect() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar_one() == "9s"
    made.dispose()
