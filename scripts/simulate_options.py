"""The options of `counterfoil simulate`, read and checked together: what is to be played, and how."""

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar

from adapters.simulator.delivery import checked_loopback
from adapters.simulator.faults import Faults
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.mailing import Planned
from adapters.simulator.mixes import drawn, read_mix
from adapters.simulator.plans import in_turn, mixed, shop_day
from adapters.simulator.schedule import Schedule
from adapters.simulator.troubles import KINDS, Away, Troubles
from scripts.moments import UsageError
from scripts.settings import read_settings

DEFAULT_RATE = 10.0
AT_ONCE_MAX = 400
MESSAGES_MAX = 1_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Which office is asked in the end, and by which token."""

    office: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """What to play to whom, how it fails, and how long to stay."""

    plan: Sequence[Planned]
    listener: str
    port: int
    seed: int
    now: datetime
    rate: float | None  # messages a second; None keeps the order of the plan, one after the other
    schedule: Schedule
    troubles: Troubles
    keep_alive: bool
    stay: bool
    linger_seconds: float
    asking: Asking | None

    @property
    def at_once_max(self) -> int:
        return 1 if self.rate is None else AT_ONCE_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class What:
    """Which lifecycles, how many of them, in which order and at which rate."""

    names: Sequence[str]
    mix: str | None
    rate: float | None
    count: int | None
    seconds: float | None
    day: bool
    pause: float
    shuffle: bool

    def planned(self, seed: int, now: datetime, faults: Faults) -> list[Planned]:
        """The mail. UsageError when the options do not go together."""
        rng = Random(seed)  # noqa: S311 — repeatable, not secret
        if self.day:
            self._refuse(self.names or self.is_load, "--day plays all lifecycles: name none beside it")
            return shop_day(rng=rng, now=now, faults=faults)
        if not self.is_load:
            return in_turn(
                self._named, rng=rng, now=now, pause_seconds=self.pause, shuffle=self.shuffle, faults=faults
            )
        self._refuse(self.names and self.mix, "--mix says what is played: name no lifecycle beside it")
        self._refuse(self.pause, "--pause goes with lifecycles in turn; use --rate")
        self._refuse(self.count and self.seconds, "--count and --seconds both say how much: give one")
        mix: Mapping[str, float] = _read("--mix", self.mix, read_mix) if self.mix else Counter(self._named)
        messages = self.per_second * (self.seconds or 0.0)
        self._refuse(messages > MESSAGES_MAX, f"that makes more than {MESSAGES_MAX} messages")
        return mixed(
            drawn(mix, rng),
            rng=rng,
            now=now,
            rate=self.per_second,
            lives=None if self.seconds else self.count or len(mix),
            messages=messages,
            shuffle=self.shuffle,
            faults=faults,
        )

    @property
    def is_load(self) -> bool:
        return any(given is not None for given in (self.mix, self.rate, self.count, self.seconds))

    @property
    def per_second(self) -> float:
        return self.rate or DEFAULT_RATE

    @property
    def _named(self) -> Sequence[str]:
        for name in self.names:
            self._refuse(
                name not in LIFECYCLES,
                f"{name!r} is no lifecycle; `counterfoil simulate --list` prints them",
            )
        return self.names or ["completed"]

    def _refuse(self, wrong: object, why: str) -> None:
        if wrong:
            raise UsageError(why)


def checked_listener(url: str) -> str:
    """The listener's address. UsageError when it is not on loopback."""
    return _read("--listener", url, checked_loopback)


def new_seed() -> int:
    """One that nobody chose."""
    return secrets.randbelow(10**9)


def read_troubles(post_backs: str, slow: float, away: Sequence[str], seed: int) -> Troubles:
    """How post-backs fail. UsageError when a share or a span is none."""
    shares = _read("--post-backs", post_backs, _shares) if post_backs else {}
    spans = tuple(_read("--away", text, _away) for text in away)
    return Troubles(seed=seed, shares=shares, slow_seconds=slow, away=spans)


def read_asking(office: str | None, token_file: Path | None, environ: Mapping[str, str]) -> Asking:
    """Where to ask, and the token: that of the file, else as the settings say. UsageError without one."""
    settings = read_settings(environ)
    url = _read("--office", office or f"http://{settings.office.reachable}", checked_loopback)
    if token_file is None:
        token = settings.operator_token or settings.viewer_token
        token_file = settings.home / "operator.token"
    else:
        token = None
    try:
        token = token or token_file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"--check wants a token, and {token_file} holds none that can be read ({type(error).__name__});"
            " name one by --token-file or COUNTERFOIL_VIEWER_TOKEN"
        ) from None
    return Asking(office=url, token=token)


def _read(option: str, text: str, reader: Callable[[str], T]) -> T:
    try:
        return reader(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None


def _shares(text: str) -> dict[str, float]:
    shares: dict[str, float] = {}
    for part in text.split(","):
        kind, _, share = (piece.strip() for piece in part.partition("="))
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no trouble; expected {', '.join(KINDS)}, such as 500=.1")
        shares[kind] = _number(share, f"{kind}=.1, a share from 0 to 1")
    if sum(shares.values()) > 1.0 or min(shares.values()) < 0.0:
        raise ValueError(f"{text!r} are no shares; together they are from 0 to 1")
    return shares


def _away(text: str) -> Away:
    begins, _, lasts = text.partition("+")
    read = partial(_number, expected="2+3, away from the second second on for three")
    span = Away(read(begins), read(lasts))
    if span.begins < 0.0 or span.lasts < 0.0:
        raise ValueError(f"{text!r} is no span of time")
    return span


def _number(text: str, expected: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number; expected such as {expected}") from None
