"""A step: one event of the book as savers are told of it, with what its stream was before and is after."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Connection, Table

from domain.events import Entry
from domain.streams import Aggregate


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the book with what its stream was before it and is after it."""

    position: int
    stream: str
    version: int
    entry: Entry
    before: Aggregate
    after: Aggregate


# The tables of a projection by their plain names: those of the slot that is written.
Tables: TypeAlias = Mapping[str, Table]
# Writes what steps say into those tables. They come in the order of the book, each once.
Save: TypeAlias = Callable[[Connection, Tables, Sequence[Step]], None]
