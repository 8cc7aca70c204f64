"""Make a golden store of today's layout: `python -m tests.make_store FOLDER`, once for each released layout.

What lies in `tests/stores` is never made anew: it is what an earlier version wrote.
"""

import json
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path

from adapters.acts import Acts
from adapters.follower import Follower
from adapters.todo_acts import TodoActs
from scripts.settings import Settings
from scripts.wiring.queries import queries_of
from scripts.wiring.stores import now, open_stores, shop_of
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
from tests.test_walk import STORY, honest


def make(folder: Path) -> None:
    """Write the files of a house in which the story was told, and what is to be read from them."""
    with LocalPayPal(honest).running() as paypal:
        settings = settings_in(folder, paypal.url)
        keep(settings, STORY)
        work_off(settings)
    act(settings)
    subscriptions, todos, drift = others_of(settings)
    told = {"outcomes": outcomes(settings), "views": views_of(settings)}
    told |= {"subscriptions": subscriptions, "todos": todos, "drift": drift} | office_of(settings)
    for path in settings.store.files:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
        connection.close()
    (folder / "expected.json").write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def act(settings: Settings) -> None:
    """Everything that people do, once: a claim that ran out long ago, another given back, goods sent."""
    with open_stores(settings) as stores:
        follower = Follower(stores.events, stores.views, now)
        acts = Acts(stores.events, shop_of(settings), lambda: now() - timedelta(days=1), follower.follow)
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
    make(Path(sys.argv[1]).resolve(strict=True))
