"""The office with everything that it works with; it never posts back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from adapters.acts import Acts
from adapters.agreed_orders import AgreedOrders
from adapters.api.parts import Parts
from adapters.claims import Claims
from adapters.follower import Follower
from adapters.metrics import registry_of
from adapters.office_book import OfficeBook
from adapters.readiness import Readiness
from adapters.rules import RulesBook
from adapters.times import to_us
from adapters.todo_acts import TodoActs
from scripts.cli import version_text
from scripts.settings import Settings
from scripts.tokens import tokens
from scripts.wiring.queries import queries_of
from scripts.wiring.stores import now, open_stores, shop_of

# Whoever acted waits for the views that far; a worker that is behind brings them forward in its own time.
_SHOWN_EVENTS_MAX: Final = 1_000


@contextmanager
def open_office(settings: Settings) -> Iterator[Parts]:
    """What the office's pages and calls work with."""
    # Who brings the views forward has connections of its own: holding the views' lock it reads the book, and
    # must not stand behind somebody who waits for that lock.
    with open_stores(settings) as stores, stores.database.events() as followed:
        queries = queries_of(stores)
        claims = Claims(stores.claims, stores.deliveries)
        follower = Follower(followed, stores.views, now)
        shop = shop_of(settings)
        rules = RulesBook(stores.book, now)
        acts = Acts(stores.events, shop, now, lambda: follower.follow(_SHOWN_EVENTS_MAX), rules)
        yield Parts(
            queries=queries,
            book=OfficeBook(stores.events, shop),
            orders=AgreedOrders(stores.events, acts),
            acts=acts,
            todos=TodoActs(stores.events, acts, queries.todo),
            retry=lambda n: claims.ask_again(n, to_us(now())),
            retry_all=lambda ns: claims.ask_all_again(ns, to_us(now())),
            tokens=tokens(settings),
            readiness=Readiness(queries),
            metrics=registry_of(queries, version_text()),
            clock=now,
            version=version_text(),
        )
