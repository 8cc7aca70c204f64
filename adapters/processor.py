"""The processor: one body's walk from its verdict into the book: read, vet, decide, append."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from adapters.book import Book, LostRaceError, StoreAwayError
from adapters.claims import Claimed
from adapters.faults import place_of
from adapters.pauses import pause_seconds
from adapters.settling import Settled, release, remember, settle
from adapters.streams import BatchStreams
from adapters.times import to_us
from adapters.verifier import PostBack
from domain.notification import Notification, read
from domain.reading import Unmodelled, Unreadable
from domain.recording import Recording
from domain.vetting import Shop
from domain.vocabulary import Outcome, Verdict

_RACES_MAX = 20
# How long a delivery that our own code stumbled over is left alone: as long as it is old, within these.
_FAULT_SECONDS_MIN, _FAULT_SECONDS_MAX = 2, 900

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A claimed delivery with PayPal's word on it; no post-back when it was verified before."""

    claimed: Claimed
    post_back: PostBack | None

    @property
    def verdict(self) -> Verdict:
        """PayPal's latest word."""
        return self.claimed.verdict if self.post_back is None else self.post_back.verdict

    @property
    def attempts(self) -> int:
        """Post-backs made so far, this one counted."""
        return self.claimed.attempts + (self.post_back is not None)


class Processor:
    """Settles batches: all events, outcomes and post-backs of a batch in one commit."""

    def __init__(
        self, book: Book, shop: Shop, clock: Callable[[], datetime], draw: Callable[[], float] = random.random
    ) -> None:
        """`draw` gives the jitter of pauses: a number from 0 up to 1."""
        self._book = book
        self._shop = shop
        self._clock = clock
        self._draw = draw

    def settle(self, batch: Sequence[Answered]) -> list[Settled]:
        """Decide a batch in the order of arrival and write what it means; what became of each.

        A batch that fails is split until the one bad member stands alone; that one is set aside and tried
        again later. Raises StoreAwayError when the store cannot be written just now: nothing is settled then.
        """
        batch = sorted(batch, key=lambda answered: answered.claimed.n)
        for _ in range(_RACES_MAX):
            try:
                return self._commit(batch)
            except LostRaceError:
                continue
            except StoreAwayError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not hold up the others
                if len(batch) == 1:
                    return self._set_aside(batch[0], error)
                log.warning("batch_split", deliveries=len(batch), fault=place_of(error))
                half = len(batch) // 2
                return self.settle(batch[:half]) + self.settle(batch[half:])
        message = f"lost the race for a stream {_RACES_MAX} times"
        raise StoreAwayError(message)

    def _commit(self, batch: Sequence[Answered]) -> list[Settled]:
        now = self._clock()
        streams = BatchStreams(self._book)
        results: dict[int, Settled] = {}
        released: dict[int, tuple[Outcome, str | None]] = {}
        placed = []
        readings = {answered.claimed.n: _read(answered) for answered in batch}
        streams.preload(reading for reading in readings.values() if isinstance(reading, Notification))
        for answered in batch:
            n, reading = answered.claimed.n, readings[answered.claimed.n]
            if not isinstance(reading, Notification):
                results[n] = self._unbooked(answered, now, reading)
                continue
            recording = Recording(streams, self._shop, now)
            recording.record(reading)
            placed += streams.keep(recording)
            released |= recording.settled
            outcome, reason = recording.settled[n]
            results[n] = self._result(answered, now, outcome, reason, reading)
        # One that was parked by this batch may have been released by a later member of it.
        for n in released.keys() & results.keys():
            outcome, reason = released.pop(n)
            results[n] = replace(results[n], outcome=outcome, reason=reason)
        settled = list(results.values())
        self._book.append(placed, [settle(settled), release(released, to_us(now)), remember(settled)])
        for n, (outcome, reason) in released.items():
            log.info("notification_released", n=n, outcome=outcome.value, reason=reason)
        return settled

    def _unbooked(self, answered: Answered, now: datetime, error: Unreadable | Unmodelled | None) -> Settled:
        if answered.verdict is Verdict.UNKNOWN:
            return self._later(answered, now)
        if answered.verdict is Verdict.INVALID:
            return self._result(answered, now, Outcome.INVALID, None)
        outcome = Outcome.UNREADABLE if isinstance(error, Unreadable) else Outcome.UNMODELLED
        return self._result(answered, now, outcome, str(error))

    def _result(
        self,
        answered: Answered,
        now: datetime,
        outcome: Outcome,
        reason: str | None,
        reading: Notification | None = None,
    ) -> Settled:
        return Settled(
            n=answered.claimed.n,
            verdict=answered.verdict,
            attempts=answered.attempts,
            outcome=outcome,
            reason=reason,
            settled_us=to_us(now),
            read=reading,
            post_back=answered.post_back,
        )

    def _later(self, answered: Answered, now: datetime) -> Settled:
        pause_us = int(pause_seconds(answered.attempts, self._draw()) * 1_000_000)
        return Settled(
            n=answered.claimed.n,
            verdict=Verdict.UNKNOWN,
            attempts=answered.attempts,
            outcome=Outcome.WAITING,
            reason=answered.post_back.answer if answered.post_back else None,
            due_us=to_us(now) + pause_us,
            post_back=answered.post_back,
        )

    def _set_aside(self, answered: Answered, error: Exception) -> list[Settled]:
        """Keep the verdict of a delivery that our own code stumbled over, and come back to it."""
        now = self._clock()
        log.error("notification_fault", n=answered.claimed.n, fault=place_of(error))
        age_seconds = (to_us(now) - answered.claimed.received_us) // 1_000_000
        pause_seconds_ = min(max(age_seconds, _FAULT_SECONDS_MIN), _FAULT_SECONDS_MAX)
        settled = Settled(
            n=answered.claimed.n,
            verdict=answered.verdict,
            attempts=answered.attempts,
            outcome=Outcome.WAITING,
            reason=f"fault: {type(error).__name__}; will be tried again",
            due_us=to_us(now) + pause_seconds_ * 1_000_000,
            post_back=answered.post_back,
        )
        self._book.append([], [settle([settled]), remember([settled])])
        return [settled]


def _read(answered: Answered) -> Notification | Unreadable | Unmodelled | None:
    """What a verified body says, or why it says nothing; None while it is not verified."""
    if answered.verdict is not Verdict.VERIFIED:
        return None
    try:
        return read(answered.claimed.body, answered.claimed.n)
    except (Unreadable, Unmodelled) as error:
        return error
