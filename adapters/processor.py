"""The processor: one body's walk from its verdict into the book: read, vet, decide, append."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from adapters.book import Book, LostRaceError, StoreAwayError
from adapters.claims import Claimed
from adapters.engines import StoreError
from adapters.faults import place_of
from adapters.memory import Memory
from adapters.pauses import pause_seconds
from adapters.personal.guard import Guard
from adapters.readings import Read, read
from adapters.rules import RulesBook
from adapters.settling import Settled, in_turn, notice, release, remember, settle
from adapters.streams import BatchStreams
from adapters.times import to_us
from adapters.verifier import PostBack
from domain.notification import Notification
from domain.reading import Unreadable
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

    def __init__(  # noqa: PLR0913 - three things to work with, two that not every house has, and chance
        self,
        book: Book,
        shop: Shop,
        clock: Callable[[], datetime],
        draw: Callable[[], float] = random.random,
        rules: RulesBook | None = None,
        *,
        guard: Guard | None = None,
    ) -> None:
        """`draw` gives the jitter of pauses: a number from 0 up to 1.

        `rules`: where it is written down what the shop was, so that each event can be derived again.
        `guard`: who knows what was forgotten meanwhile.
        """
        self._guard = guard
        self._book = book
        self._rules = rules
        self._shop = shop
        self._clock = clock
        self._draw = draw
        self._memory = Memory()

    def settle(self, batch: Sequence[Answered]) -> list[Settled]:
        """Decide a batch in the order of arrival and write what it means; what became of each.

        A batch that fails is split until the one bad member stands alone; that one is set aside and tried
        again later. Raises StoreError or StoreAwayError when the store cannot be written just now: nothing is
        settled then.
        """
        batch = sorted(batch, key=lambda answered: answered.claimed.n)
        for _ in range(_RACES_MAX):
            try:
                return self._commit(batch)
            except LostRaceError:
                self._memory.clear()
                continue
            except (StoreAwayError, StoreError):
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
        # Before the clock is read: no outcome is older than the rules that it was decided by.
        rules = self._rules_number()
        now = self._clock()
        sealed_by = {one.claimed.n: one.claimed.sealed_by for one in batch}
        forgotten = self._guard.forgotten(sealed_by) if self._guard else set()
        # Their leases run out, and whoever claims them then says what they are.
        batch = [answered for answered in batch if answered.claimed.n not in forgotten]
        # Keys were looked at anew with the guard: what one of them had opened is not decided by any more.
        self._memory.as_of(self._book.keys.ended() if self._book.keys is not None else None)
        streams = BatchStreams(self._book, rules, self._memory)
        results: dict[int, Settled] = {}
        released: dict[int, tuple[Outcome, str | None]] = {}
        placed = []
        verified = [one.claimed for one in batch if one.verdict is Verdict.VERIFIED]
        readings = {claimed.n: read(claimed.body, claimed.n) for claimed in verified}
        streams.preload(one.said for one in readings.values() if isinstance(one.said, Notification))
        for answered in batch:
            n, reading = answered.claimed.n, readings.get(answered.claimed.n)
            if reading is None or not isinstance(reading.said, Notification):
                results[n] = self._unbooked(answered, now, reading)
                continue
            recording = Recording(streams, self._shop, now)
            recording.record(reading.said)
            added = streams.keep(recording)
            placed += added
            released |= recording.settled
            outcome, reason = recording.settled[n]
            still = outcome is Outcome.PARKED and not added
            results[n] = _result(answered, now, outcome, reason, reading.drift, still=still)
        # One that was parked by this batch may have been released by a later member of it.
        for n in released.keys() & results.keys():
            outcome, reason = released.pop(n)
            results[n] = replace(results[n], outcome=outcome, reason=reason)
        settled = list(results.values())
        guarding = self._guard.beside(results) if self._guard else []
        beside = [
            in_turn((*results, *released)),
            *guarding,
            notice(settled),
            settle(settled),
            release(released, to_us(now)),
            remember(settled),
        ]
        self._book.append(placed, beside, streams.tips)
        streams.remember()
        for n, (outcome, reason) in released.items():
            log.info("notification_released", n=n, outcome=outcome.value, reason=reason)
        return settled

    def _rules_number(self) -> int | None:
        return None if self._rules is None else self._rules.number_of(self._shop)

    def _unbooked(self, answered: Answered, now: datetime, reading: Read | None) -> Settled:
        if answered.verdict is Verdict.UNKNOWN:
            return self._later(answered, now)
        if reading is None:
            return _result(answered, now, Outcome.INVALID)
        outcome = Outcome.UNREADABLE if isinstance(reading.said, Unreadable) else Outcome.UNMODELLED
        return _result(answered, now, outcome, str(reading.said), reading.drift)

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


def _result(  # noqa: PLR0913 - what became of it has these parts
    answered: Answered,
    now: datetime,
    outcome: Outcome,
    reason: str | None = None,
    drift: tuple[tuple[str, str], ...] = (),
    *,
    still: bool = False,
) -> Settled:
    return Settled(
        n=answered.claimed.n,
        verdict=answered.verdict,
        attempts=answered.attempts,
        outcome=outcome,
        reason=reason,
        settled_us=to_us(now),
        still=still,
        drift=drift,
        post_back=answered.post_back,
    )
