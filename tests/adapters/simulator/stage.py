"""Lifecycles told on a fixed day, and what tests ask of their messages."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from adapters.simulator.messages import Message
from adapters.simulator.scene import Scene

NOW = datetime(2026, 11, 20, 21, 5, 9, tzinfo=UTC)


def a_scene(seed: int = 1) -> Scene:
    return Scene(Random(seed), NOW)


def told(lifecycle: Callable[[Scene], list[Message]], seed: int = 1) -> list[Message]:
    return lifecycle(a_scene(seed))


def values(message: Message, *names: str) -> list[str | None]:
    return [message.value(name) for name in names]


def number(message: Message, name: str) -> Decimal:
    return Decimal(message.value(name) or "0.00")


def column(messages: list[Message], name: str) -> list[str | None]:
    return [message.value(name) for message in messages]
