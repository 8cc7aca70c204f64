"""A process that uses the stores, forks, and goes on using them, as does its child; prints what each saw.

Run as a program: `python tests/forked.py DATABASE`.
"""

import json
import os
import sys
from typing import Any

from sqlalchemy import func, select

from adapters.databases import database_of
from adapters.delivered import Delivery
from adapters.engines import StoreEngine
from adapters.inbox import Inbox
from adapters.tables import deliveries


def seen(engine: StoreEngine) -> dict[str, Any]:
    """How many deliveries there are, and to which process of the server one speaks."""
    with engine.connect() as connection:
        count = connection.execute(select(func.count()).select_from(deliveries)).scalar_one()
        on_server = connection.dialect.name == "postgresql"
        backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() if on_server else None
    return {"count": count, "backend": backend}


def keep(engine: StoreEngine, word: bytes) -> None:
    Inbox(engine).keep([Delivery(received_us=1, peer="", headers=(), body=word)])


def main(address: str) -> None:
    database = database_of(address)
    database.prepare()
    engine = database.inbox()
    keep(engine, b"before")
    before = seen(engine)
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        keep(engine, b"of the child")
        told = seen(engine)
        engine.dispose()
        os.write(write, json.dumps(told).encode())
        os.close(write)
        sys.exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as said:
        of_child = json.loads(said.read())
    _, status = os.waitpid(child, 0)
    keep(engine, b"after")
    print(json.dumps({"status": status, "before": before, "child": of_child, "after": seen(engine)}))
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
