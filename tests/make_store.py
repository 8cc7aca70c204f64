"""Make a golden store of today's layout: `python -m tests.make_store FOLDER`, once for each released layout.

What lies in `tests/stores` is never made anew: it is what an earlier version wrote.
"""

import json
import sqlite3
import sys
from pathlib import Path

from tests.house import LocalPayPal, keep, others_of, outcomes, settings_in, views_of, work_off
from tests.test_walk import STORY, honest


def make(folder: Path) -> None:
    """Write the files of a house in which the story was told, and what is to be read from them."""
    with LocalPayPal(honest).running() as paypal:
        settings = settings_in(folder, paypal.url)
        keep(settings, STORY)
        work_off(settings)
    subscriptions, todos, drift = others_of(settings)
    told = {"outcomes": outcomes(settings), "views": views_of(settings)}
    told |= {"subscriptions": subscriptions, "todos": todos, "drift": drift}
    for path in (settings.book_path, settings.inbox_path):
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
        connection.close()
    (folder / "expected.json").write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]).resolve(strict=True))
