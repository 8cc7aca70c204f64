"""A `forget` killed at its Nth commit: `python killed_forget.py PAYER N`; it says so if it ended."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from adapters.personal import forgetting, retelling
from scripts.forget import forget
from scripts.settings import read_settings
from scripts.wiring import stores

PAYER, AT = sys.argv[1], int(sys.argv[2])
commits = 0


def committed(_: Connection) -> None:
    global commits  # noqa: PLW0603 - one process, one count
    commits += 1
    if commits == AT:
        os.kill(os.getpid(), signal.SIGKILL)


opened = stores.open_stores


@contextmanager
def counted(*given: Any, **named: Any) -> Iterator[stores.Stores]:
    """The stores, each of whose commits counts, before it and so that it is not made."""
    with opened(*given, **named) as found:
        for engine in (found.book, found.views, found.claims, found.inbox):
            event.listen(engine, "commit", committed)
        yield found


assert read_settings(os.environ).personal_data == "sealed"
sys.modules["scripts.forget"].open_stores = counted  # type: ignore[attr-defined]
forgetting._PAUSE_SECONDS = 0  # type: ignore[misc]
retelling._STREAMS_MAX = 1  # type: ignore[misc]
forget(PAYER, yes=True)
print("ended", commits)
