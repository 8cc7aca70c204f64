"""The events' table: what eventsourcing's own recorder of PostgreSQL would find in it."""

from pathlib import Path

import psycopg

from tests.engines import database_in


def test_the_events_lie_as_the_library_lays_them(on_postgresql: str, tmp_path: Path) -> None:
    with psycopg.connect(database_in(tmp_path)) as connection:
        columns = connection.execute(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_name = 'stored_events' ORDER BY ordinal_position"
        ).fetchall()
        keys = connection.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'stored_events' ORDER BY indexname"
        ).fetchall()
    assert columns == [
        ("originator_id", "text"),
        ("originator_version", "bigint"),
        ("topic", "text"),
        ("state", "bytea"),
        ("notification_id", "bigint"),
        ("digest", "bytea"),  # ours; the library names the columns that it wants
    ]
    told = " ".join(str(key[0]) for key in keys)
    assert "(originator_id, originator_version)" in told
    assert "UNIQUE INDEX stored_events_notification_id_idx" in told
