"""One commit a message: `python -m scripts.measuring.one_by_one DATABASE SECONDS` prints its rate.

One thread that keeps one message after the other, each in a commit of its own: without grouping.
"""

import sys
import time

from adapters.databases import database_of
from adapters.delivered import Delivery
from adapters.engines import prepare
from adapters.inbox import Inbox
from adapters.tables import INBOX
from scripts.measuring.bodies import message


def rate(address: str, seconds: float) -> float:
    """So many a second."""
    engine = database_of(address).inbox()
    try:
        prepare(engine, INBOX)
        inbox = Inbox(engine)
        began, kept = time.monotonic(), 0
        while (took := time.monotonic() - began) < seconds or not kept:
            inbox.keep([Delivery(received_us=0, peer="", headers=(), body=message(kept).body)])
            kept += 1
        return kept / took
    finally:
        engine.dispose()


if __name__ == "__main__":
    print(rate(sys.argv[1], float(sys.argv[2])))
