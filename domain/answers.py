"""Answers about a stream, each worked out once: its facts never change, and many ask the same."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar


class Remembering(Protocol):
    """What keeps the answers that were given about it; another fact makes another one, without any."""

    @property
    def answers(self) -> dict[Any, Any]:
        """By the question that was asked."""


_UNASKED: Any = object()
Asked = TypeVar("Asked", bound=Remembering)
Answer = TypeVar("Answer")


def answered_once(question: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
    """A question that remembers its answer with what it was asked about."""

    @wraps(question)
    def ask(about: Asked) -> Answer:
        known: dict[Any, Any] = about.answers
        answer: Answer = known.get(ask, _UNASKED)
        if answer is _UNASKED:
            answer = known[ask] = question(about)
        return answer

    return ask
