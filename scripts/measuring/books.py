"""Large books for the parts that read: told once by the real domain, kept for as long as the run lasts.

Bodies go into the real inbox, are taken in, settled by the real processor with the verdict that PayPal would
give, shown and sealed: all that a worker does, without waiting for anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from adapters.claims import Claimed, Claims
from adapters.delivered import Delivery
from adapters.engines import store_errors
from adapters.follower import Follower
from adapters.notary.notary import Notary
from adapters.notary.notes import Signer
from adapters.processor import Answered, Processor
from adapters.rules import RulesBook
from adapters.tables import notifications
from adapters.times import to_us
from adapters.verifier import PostBack
from domain.vocabulary import Outcome, Verdict
from scripts.measuring.bench_context import Bench, CheckFailedError
from scripts.measuring.bodies import PAYMENTS, RECEIVER, ROUND, message
from scripts.measuring.databases import NAMES, new_database
from scripts.measuring.processes import own_environ
from scripts.notary_key import signer
from scripts.settings import PREFIX, Settings, read_settings
from scripts.wiring.stores import Stores, now, open_stores, shop_of

_BATCH: Final = 1_000
_SAID: Final = 20_000
_EVENTS_A_MESSAGE: Final = 2  # of most; of no message more
_HEADERS: Final = (("CONTENT-TYPE", "application/x-www-form-urlencoded"), ("USER-AGENT", "PayPal IPN"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A book with what is in it."""

    address: str  # as the setting DATABASE has it
    environ: Mapping[str, str]  # of commands over it
    messages: int
    events: int


# Of this run: a second part finds what the first had made.
_filled: dict[tuple[Path, str, str, int], Filled] = {}


def book_of_events(bench: Bench, engine: str, events: int) -> Filled:
    """A book of so many events, or a few more."""
    return _kept(bench, engine, "events", events)


def book_of_transactions(bench: Bench, engine: str, transactions: int) -> Filled:
    """A book of so many transactions, or a few more."""
    return _kept(bench, engine, "transactions", transactions)


def _kept(bench: Bench, engine: str, what: str, number: int) -> Filled:
    key = (bench.folder, engine, what, number)
    if key not in _filled:
        bench.say(f"making a book of {number} {what} on {NAMES[engine]}")
        folder = bench.folder / f"book-of-{number}-{what}-{engine}"
        folder.mkdir()
        address = bench.until_end.enter_context(new_database(bench, engine, folder))
        _filled[key] = _fill(bench, address, what, number)
        bench.until_end.callback(_filled.pop, key)
    return _filled[key]


def _fill(bench: Bench, address: str, what: str, number: int) -> Filled:
    given = {
        "DATABASE": address,
        "RECEIVERS": RECEIVER,
        "UNPRICED": "ship",
        "LOG_FORMAT": "json",
        "NOTARY_KEY": Signer.generate("counterfoil/of-the-bench").private,
    }
    environ = own_environ(**{f"{PREFIX}{name}": text for name, text in given.items()})
    settings = read_settings(environ)
    with open_stores(settings) as stores:
        filling = _Filling(settings, stores)
        while missing := _missing(what, number, filling.messages, stores.events.last_position()):
            filling.settle(filling.messages + min(_BATCH, missing))
            if filling.messages % _SAID == 0:
                bench.say(f"{filling.messages} messages, {stores.events.last_position()} events")
        filling.finish()
        events = stores.events.last_position()
    return Filled(address=address, environ=environ, messages=filling.messages, events=events)


def _missing(what: str, number: int, messages: int, events: int) -> int:
    """How many messages more it certainly takes; at least one until it is done."""
    if what == "events":
        return -(-(number - events) // _EVENTS_A_MESSAGE) if events < number else 0
    # All that is told of each, so that it is known where it stands.
    return -(-number // PAYMENTS) * ROUND - messages


class _Filling:
    """One book being filled: what is in it, and who works on it."""

    def __init__(self, settings: Settings, stores: Stores) -> None:
        self.messages = 0
        self._settings = settings
        self._stores = stores
        self._claims = Claims(stores.claims, stores.deliveries)
        rules = RulesBook(stores.book, now)
        self._processor = Processor(stores.events, shop_of(settings), now, rules=rules)

    def settle(self, until: int) -> None:
        """Have all messages before this one kept, taken in and settled."""
        rows = [_delivery(number) for number in range(self.messages, until)]
        numbers = self._stores.deliveries.keep(rows)
        self._claims.take_in()
        self._processor.settle([_answered(n, row) for n, row in zip(numbers, rows, strict=True)])
        self.messages = until

    def finish(self) -> None:
        """Show all of it, seal it and sign for it; CheckFailedError when a message did not end right."""
        Follower(self._stores.events, self._stores.views, now).follow()
        notary = Notary(
            self._stores.events, self._stores.inbox, self._stores.notary, signer(self._settings), now
        )
        while notary.seal(_BATCH):
            pass
        notary.checkpoint()
        recorded = self._outcomes()
        if recorded != {Outcome.RECORDED: self.messages}:
            raise CheckFailedError(f"of {self.messages} messages of a book came {recorded}")

    def _outcomes(self) -> dict[str, int]:
        row, engine = notifications.c, self._stores.book
        query = select(row.outcome, func.count()).group_by(row.outcome)
        with store_errors(engine), engine.connect() as connection:
            return {str(outcome): int(counted) for outcome, counted in connection.execute(query)}


def _delivery(number: int) -> Delivery:
    return Delivery(received_us=to_us(now()), peer="127.0.0.1", headers=_HEADERS, body=message(number).body)


def _answered(n: int, row: Delivery) -> Answered:
    claimed = Claimed(n=n, received_us=row.received_us, attempts=0, verdict=Verdict.UNKNOWN, body=row.body)
    said = PostBack(verdict=Verdict.VERIFIED, asked_at=now(), status=200, answer="VERIFIED", seconds=0.001)
    return Answered(claimed=claimed, post_back=said)
