"""Make a golden store of today's layout: `python -m tests.make_store FOLDER`, once for each released layout.

With `postgresql` behind the folder it is one of a server, as a script that makes it again, and with `sealed`
one whose personal data are sealed. What lies in `tests/stores` and `tests/sealed_stores` is never made anew:
it is what an earlier version wrote.
"""

import json
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from adapters.acts import Acts
from adapters.follower import Follower
from adapters.purging.makers import Makers
from adapters.purging.purge import Purge
from adapters.purging.rules import rules
from adapters.rules import RulesBook
from adapters.todo_acts import TodoActs
from scripts.settings import Settings
from scripts.wiring.queries import queries_of
from scripts.wiring.stores import now, open_stores, shop_of
from tests.engines import BOOK_FILE, adopt, store_in
from tests.house import (
    LocalPayPal,
    keep,
    office_of,
    others_of,
    outcomes,
    settings_in,
    views_of,
    work_off,
)
from tests.postgres import running
from tests.test_walk import STORY, honest

SCRIPT = "house.sql"
# Something to seal: who pays, and where the goods go.
PERSON = (
    b"&first_name=Jane&last_name=Doe&payer_email=jane.doe%40example.org"
    b"&address_name=Jane+Doe&address_street=1+Golden+Street&address_city=Sealville&address_zip=12345"
)


def make(folder: Path, personal_data: str = "open") -> None:
    """Let the story happen in a house, and write down what is to be read from it."""
    with LocalPayPal(honest).running() as paypal:
        settings = settings_in(folder, paypal.url, PERSONAL_DATA=personal_data)
        keep(settings, [one + PERSON for one in STORY] if personal_data == "sealed" else STORY)
        work_off(settings)
        act(settings)
        purge(settings)
        work_off(settings)  # and have the notary seal and sign for what people did
    subscriptions, todos, drift = others_of(settings)
    told = {"outcomes": outcomes(settings), "views": views_of(settings)}
    told |= {"subscriptions": subscriptions, "todos": todos, "drift": drift} | office_of(settings)
    (folder / "expected.json").write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def make_files(folder: Path, personal_data: str = "open") -> None:
    """A store on SQLite."""
    adopt(folder, f"sqlite:///{folder}/{BOOK_FILE}")
    make(folder, personal_data)
    for path in store_in(folder).files:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
        connection.close()


def make_script(folder: Path) -> None:
    """A store on PostgreSQL: statements that any supported server understands."""
    with running() as server:
        address = server.url(server.create())
        adopt(folder, address)
        make(folder)
        words = [str(server.bin / "pg_dump"), "--inserts", "--no-owner", "--no-privileges", address]
        said = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout
    # What begins so is for psql alone, or for newer servers alone; the rest is the same everywhere.
    script = [line for line in said.splitlines() if not line.startswith(("\\", "SET transaction_timeout"))]
    (folder / SCRIPT).write_text("\n".join(script) + "\n", encoding="utf-8")


def purge(settings: Settings) -> None:
    """Let the body go that PayPal disowned, as after a month."""
    with open_stores(settings) as stores:
        later = timedelta(days=31)
        Purge(Makers(stores.events), stores.book, stores.inbox, lambda: now() + later).run(rules(30, 365))


def act(settings: Settings) -> None:
    """Everything that people do, once: a claim that ran out long ago, another given back, goods sent."""
    with open_stores(settings) as stores:
        follower = Follower(stores.events, stores.views, now)
        rules = RulesBook(stores.book, now)
        acts = Acts(
            stores.events, shop_of(settings), lambda: now() - timedelta(days=1), follower.follow, rules
        )
        todos = TodoActs(stores.events, acts, queries_of(stores).todo)
        acts.act("Zoë", lambda acting: acting.claim("C1", 60))
        acts.act("Zoë", lambda acting: acting.claim("T8", 60))
        acts.act("Zoë", lambda acting: acting.release("T8", "wrong shelf"))
        acts.act("Ann", lambda acting: acting.approve("T5", "the buyer rang"))
        acts.act("Ann", lambda acting: acting.fulfill("T5", "parcel 42"))
        acts.act("Ann", lambda acting: acting.close_case("T1", "PP-1", "settled by telephone"))
        todos.close("refused:7", "Ann", "not ours")
        todos.close("refund_owed:T6", "Ann", "refunded in PayPal")


if __name__ == "__main__":
    place = Path(sys.argv[1]).resolve(strict=True)
    match sys.argv[2:]:
        case ["postgresql"]:
            make_script(place)
        case ["sealed"]:
            make_files(place, "sealed")
        case _:
            make_files(place)
