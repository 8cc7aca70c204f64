"""The verifier: send the body back to PayPal, byte for byte, and hear its word on it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version

from adapters.post_back_transport import ANSWER_BYTES_MAX, Answer, NoAnswerError, PostBackTransport
from domain.quick import quick
from domain.vocabulary import Verdict

PREFIX = b"cmd=_notify-validate&"
ANSWER_CHARACTERS_MAX = 200
# At once. At 2,000 messages a second and an answer after 0.3 s, 600 are under way. Each has a connection, and
# so a descriptor, of its own: this many leave some of the 1,024 that a process usually may open.
POST_BACKS_MAX = 800
# The store, the log and connections that are just being closed want descriptors too.
_DESCRIPTORS_KEPT = 192
_TURNED_AWAY = 4  # hundred


_WORDS = {b"VERIFIED": Verdict.VERIFIED, b"INVALID": Verdict.INVALID}


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class PostBack:
    """One attempt and what came of it."""

    verdict: Verdict
    asked_at: datetime
    status: int | None  # of HTTP; None when no answer came
    answer: str  # the beginning of the answer, control characters escaped; or what went wrong, in words
    seconds: float

    @property
    def was_answered(self) -> bool:
        """Whether PayPal is there: it gave its word, or turned this one body away (4xx, but for 429)."""
        if self.verdict is not Verdict.UNKNOWN:
            return True
        turned_away = self.status is not None and self.status // 100 == _TURNED_AWAY
        return turned_away and self.status != HTTPStatus.TOO_MANY_REQUESTS


class Verifier:
    """Asks the one configured endpoint. Nothing in a body, an answer or the environment leads elsewhere."""

    def __init__(  # noqa: PLR0913 — limits have names
        self,
        url: str,
        *,
        clock: Callable[[], datetime],
        concurrency: int = POST_BACKS_MAX,
        connect_seconds: float = 5.0,
        read_seconds: float = 15.0,
        total_seconds: float = 30.0,
        user_agent: str | None = None,
    ) -> None:
        """`concurrency` post-backs at most run at once; the seconds limit each of them.

        Raises:
            ValueError: `url` is neither https nor plain http to loopback, or `user_agent` is blank.
        """
        agent = default_user_agent() if user_agent is None else user_agent
        if not agent.strip() or not agent.isascii() or not agent.isprintable():
            # PayPal's balancer has answered 403 to requests without one.
            message = f"user agent {agent!r}: expected some printable ASCII"
            raise ValueError(message)
        self._transport = PostBackTransport(
            url, user_agent=agent, connect_seconds=connect_seconds, read_seconds=read_seconds
        )
        self._free = asyncio.Semaphore(concurrency)
        self._total_seconds = total_seconds
        self._clock = clock

    async def ask(self, body: bytes) -> PostBack:
        """Post `body` back and say what came of it. Raises nothing but cancellation."""
        await self._free.acquire()
        try:
            asked_at, begun = self._clock(), time.perf_counter()
            verdict, status = Verdict.UNKNOWN, None
            try:
                async with asyncio.timeout(self._total_seconds):
                    heard = await self._transport.post(PREFIX + body)
                verdict, status, answer = verdict_of(heard), heard.status, in_short(heard.body)
            except TimeoutError:
                answer = f"no answer within {self._total_seconds:g} s"
            except NoAnswerError as error:
                answer = in_short(str(error).encode())
            except Exception as error:  # noqa: BLE001 — whatever failed outside is asked again later, never a verdict
                answer = in_short(f"{type(error).__name__}: {error}".encode())
            seconds = time.perf_counter() - begun
        finally:
            self._free.release()
        return PostBack(verdict=verdict, asked_at=asked_at, status=status, answer=answer, seconds=seconds)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()


def post_backs_max(descriptors: int) -> int:
    """How many post-backs may run at once where a process may open so many descriptors.

    Where they ran out, every post-back would fail, and PayPal be taken to be down.
    """
    return max(1, min(POST_BACKS_MAX, descriptors - _DESCRIPTORS_KEPT))


def verdict_of(answer: Answer) -> Verdict:
    """A verdict only from status 200 and exactly one of the two words, white space at the ends aside."""
    if answer.status != HTTPStatus.OK or len(answer.body) > ANSWER_BYTES_MAX:
        return Verdict.UNKNOWN
    return _WORDS.get(answer.body.strip(), Verdict.UNKNOWN)


def in_short(answer: bytes) -> str:
    """The beginning of an answer as one inert line of at most 200 characters."""
    text = answer[:ANSWER_BYTES_MAX].decode("utf-8", "backslashreplace")[:ANSWER_CHARACTERS_MAX]
    if text.isprintable():
        return text
    escaped = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return escaped[:ANSWER_CHARACTERS_MAX]


def default_user_agent() -> str:
    """`counterfoil/VERSION (+IPN listener)`."""
    try:
        number = version("counterfoil")
    except PackageNotFoundError:
        number = "0"  # run from a checkout that was not installed
    return f"counterfoil/{number} (+IPN listener)"
