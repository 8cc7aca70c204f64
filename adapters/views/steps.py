"""A step: one event of the book as savers are told of it, with what its stream was before it and is after."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import FrozenInstanceError, dataclass
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar

import msgspec
from sqlalchemy import Connection, Table

from domain.events import Entry
from domain.streams import Aggregate

Rows = TypeVar("Rows")


class Step(msgspec.Struct, gc=False):
    """One event of the book with what its stream was before it and is after it."""

    position: int
    stream: str
    version: int
    entry: Entry
    before: Aggregate
    after: Aggregate

    def __setattr__(self, name: str, _value: object) -> NoReturn:
        """Nothing is changed, as in any other frozen value; only that one of so many is made in no time."""
        raise FrozenInstanceError(name)


# The tables of a projection by their plain names: those of the slot that is written.
Tables: TypeAlias = Mapping[str, Table]
# Writes what steps say into those tables. They come in the order of the book, each once.
Save: TypeAlias = Callable[[Connection, Tables, Sequence[Step]], None]
# What is left of a saving when its steps are known.
Saving: TypeAlias = Callable[[Connection, Tables], None]


@dataclass(frozen=True, slots=True)
class Halves(Generic[Rows]):
    """A save in two halves: what is computed before the lock is taken, and what is written inside it.

    `make` needs no store and keeps nothing; what it makes is written once, or never.
    """

    make: Callable[[Sequence[Step]], Rows]
    write: Callable[[Connection, Tables, Rows], None]

    def __call__(self, connection: Connection, tables: Tables, steps: Sequence[Step]) -> None:
        """Both, one after the other."""
        self.write(connection, tables, self.make(steps))


def saving(save: Save, steps: Sequence[Step]) -> Saving:
    """A save of these steps, as much of it done as needs no store. Raises whatever an event brings about."""
    if not isinstance(save, Halves):
        return lambda connection, tables: save(connection, tables, steps)
    made: Any = save.make(steps)
    return lambda connection, tables: save.write(connection, tables, made)


def module_of(save: Save) -> str:
    """The name of the module that a save is written in."""
    return str((save.make if isinstance(save, Halves) else save).__module__)
