"""The statements over deliveries: how the engines go about them."""

from adapters.delivering import NEXT
from adapters.statements import compiled
from tests.adapters.workshop import Workshop

ASKED = {"after": 0, "limit": 3, "bytes_max": 10}


def test_the_next_ones_are_found_by_their_numbers_on_sqlite(workshop: Workshop, on_sqlite: str) -> None:
    made = compiled(NEXT.statement, "sqlite")
    with workshop.inbox_engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {made.text}", made.bound(ASKED))
        plan = [str(row[3]) for row in rows]
    assert sum("SEARCH deliveries USING INTEGER PRIMARY KEY" in step for step in plan) == 2
    assert not any(step.startswith("SCAN deliveries") for step in plan)


def test_and_on_postgresql_however_many_there_are(workshop: Workshop, on_postgresql: str) -> None:
    workshop.keep(*[b"n=%d" % n + b"&memo=" + b"x" * 900 for n in range(3_000)])
    made = compiled(NEXT.statement, "postgresql")
    with workshop.inbox_engine.connect() as connection:
        for analyzed in (False, True):
            if analyzed:
                with workshop.inbox_engine.begin() as writing:
                    writing.exec_driver_sql("ANALYZE deliveries")
            rows = connection.exec_driver_sql(f"EXPLAIN {made.text}", made.bound(ASKED))
            plan = "\n".join(str(row[0]) for row in rows)
            assert "Seq Scan" not in plan, plan
            connection.rollback()
