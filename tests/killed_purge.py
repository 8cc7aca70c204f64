"""A purge killed at its Nth batch: `python killed_purge.py marked|deleted N`; a batch is of two bodies.

`marked`: between its two commits; `deleted`: after both.
"""

import os
import signal
import sys
from collections.abc import Sequence

from adapters.purging import purge
from adapters.purging.makers import Makers
from adapters.purging.purge import Purge
from adapters.purging.rules import rules
from scripts.settings import read_settings
from scripts.wiring.stores import now, open_stores

WHEN, AT = sys.argv[1], int(sys.argv[2])


class KilledPurge(Purge):
    """Ends where it was told to."""

    batches = 0

    def _let_go(self, page: Sequence[int]) -> tuple[int, int]:
        self.batches += bool(page)
        at_it = self.batches == AT
        if at_it and WHEN == "marked":
            os.kill(os.getpid(), signal.SIGKILL)
        gone = super()._let_go(page)
        if at_it:
            os.kill(os.getpid(), signal.SIGKILL)
        return gone


purge.BATCH = 2  # type: ignore[misc]
with open_stores(read_settings(os.environ), make=False) as stores:
    KilledPurge(Makers(stores.events), stores.book, stores.inbox, now).run(rules(30, 365))
