"""Changes that somebody with the database makes: one stored value, one row, two swapped, one too many."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError

from adapters import slots
from adapters.auditing.scene import PLACE
from adapters.engines import StoreEngine
from adapters.keys import Key
from adapters.tables import (
    BOOK,
    checkpoints,
    deliveries,
    drift,
    notary_keys,
    notifications,
    positions,
    post_backs,
    rules,
    seals,
)
from adapters.view_tables import VIEWS

Row = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """A table that is tampered with: what names a row, and the columns whose change means something."""

    name: str
    made: Table
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    removable: bool = True
    insertable: bool = True
    inbox: bool = False

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.made.columns)


def targets(dialect: str) -> list[Target]:
    """All of them. What is left out of `columns` means nothing for the history, each for its reason."""
    place = PLACE[dialect]
    # On SQLite the library made it, and the place is no column of its own.
    events = Table(
        "stored_events",
        MetaData(),
        Column(place, Integer, primary_key=True),
        Column("originator_id", Text, nullable=False),
        Column("originator_version", Integer, nullable=False),
        Column("topic", Text),
        Column("state", LargeBinary),
        Column("digest", LargeBinary),
    )
    found = [
        Target("stored_events", events, (place,), tuple(one.name for one in events.columns)),
        # One more at the end is a message that came just now.
        Target("deliveries", deliveries, ("n",), _but(deliveries), insertable=False, inbox=True),
        # Leases and when it is to be looked at again are the worker's own; a settled one may have been
        # processed again, so when it was settled last is held from below only. That a body may go is said by
        # a purge, and by nobody else: where it may, nothing tells who said it.
        Target(
            "notifications",
            notifications,
            ("n",),
            _but(notifications, "due_us", "urgent", "lease_until_us", "lease_by", "settled_us", "purged_us"),
        ),
        # When and how long was asked decides nothing; nor does what gave no verdict say anything.
        Target(
            "post_backs",
            post_backs,
            ("n", "attempt"),
            _but(post_backs, "asked_us", "seconds", "status", "answer"),
        ),
        Target("seals", seals, ("seq",), _but(seals)),
        # What a checkpoint said, the next one says too; the last of them is the end of the log, see below.
        Target("checkpoints", checkpoints, ("size",), _but(checkpoints), removable=False),
        Target("notary_keys", notary_keys, ("vkey",), _but(notary_keys)),
        # Further rules are some that nobody decided by yet.
        Target("rules", rules, ("number",), _but(rules), insertable=False),
        Target("drift", drift, ("what", "example"), _but(drift)),
        # By which code rows were told only says whether they are to be told anew.
        Target("positions", positions, ("projection",), ("projection", "position", "slot"), insertable=False),
    ]
    for name in VIEWS.tables:
        made = slots.table(name, slots.FIRST)
        keys = tuple(one.name for one in made.primary_key)
        found.append(Target(name, made, keys, _but(made)))
    return found


def _but(made: Table, *names: str) -> tuple[str, ...]:
    return tuple(one.name for one in made.columns if one.name not in names)


@dataclass(frozen=True)
class Change:
    """What was done: in words, and which rows it is about."""

    what: str
    target: Target
    rows: Sequence[Row]

    def is_named_by(self, name: str, key: Mapping[str, Any]) -> bool:
        """Whether a finding is about one of these rows: of its table, or of what stands for it."""
        said = [str(value) for value in key.values()]
        return name in _BESIDE.get(self.target.name, {self.target.name}) and any(
            value == str(row[one]) or (one == "vkey" and str(row[one]).startswith(value))
            for row in self.rows
            for one in row
            for value in said
        )


# A row is also known by what is held against it.
_BESIDE: Final = {
    "stored_events": {"stored_events", "seals"},
    "deliveries": {"deliveries", "notifications", "seals"},
    "notifications": {"notifications", "deliveries", "drift", "stored_events", "post_backs"},
    "post_backs": {"post_backs", "notifications"},
    "seals": {"seals", "stored_events", "deliveries", "rules", "checkpoints"},
    "checkpoints": {"checkpoints", "seals", "notary_keys"},
    "notary_keys": {"notary_keys", "checkpoints"},
    "rules": {"rules", "seals", "stored_events"},
    "drift": {"drift"},
}


@dataclass
class Tampering:
    """Somebody's changes to one store, each undone before the next."""

    book: StoreEngine
    inbox: StoreEngine
    dice: random.Random
    whole: dict[str, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for target in self.targets:
            with self._engine(target).connect() as connection:
                self.whole[target.name] = _rows(connection, target)

    @property
    def targets(self) -> list[Target]:
        return targets(self.book.dialect.name)

    def changes(self) -> Iterator[Change]:
        """One after the other, each of another kind; the store is as it was after each."""
        while True:
            target = self.dice.choice(self.targets)
            if not self.whole[target.name]:
                continue
            change = self._change(target)
            if change is None:
                continue
            try:
                yield change
            finally:
                self._undo(target)

    def _engine(self, target: Target) -> StoreEngine:
        return self.inbox if target.inbox else self.book

    def _change(self, target: Target) -> Change | None:
        """Make one; None when the store does not take it, or it was none."""
        kinds = ["change", "change", "change", "swap"]
        kinds += ["remove"] if target.removable else []
        kinds += ["insert"] if target.insertable else []
        kind = self.dice.choice(kinds)
        kinds_: dict[str, Callable[[Connection, Target], Change | None]] = {
            "change": self._bend,
            "swap": self._swap,
            "remove": self._remove,
            "insert": self._insert,
        }
        try:
            with self._engine(target).begin() as connection:
                done = kinds_[kind](connection, target)
        except (DBAPIError, OverflowError):
            return None
        return done

    def _undo(self, target: Target) -> None:
        with self._engine(target).begin() as connection:
            connection.execute(delete(target.made))
            rows = self.whole[target.name]
            for start in range(0, len(rows), 500):
                connection.execute(_insert(target), rows[start : start + 500])

    # ---- kinds of changes ----

    def _set(self, connection: Connection, target: Target, row: Row, name: str, value: object) -> Row:
        connection.execute(update(target.made).where(*_is(target, row)).values({name: value}))
        return row | {name: value}

    def _swap(self, connection: Connection, target: Target) -> Change | None:
        rows = self.whole[target.name]
        name = self.dice.choice([one for one in target.columns if one not in target.keys] or ["none"])
        if len(rows) < 2 or name == "none":
            return None
        one, other = self.dice.sample(rows, 2)
        if one[name] == other[name]:
            return None
        self._set(connection, target, one, name, other[name])
        self._set(connection, target, other, name, one[name])
        return Change(f"{name} of two rows swapped", target, [one, other])

    def _remove(self, connection: Connection, target: Target) -> Change:
        row = self.dice.choice(self.whole[target.name])
        connection.execute(delete(target.made).where(*_is(target, row)))
        return Change("a row removed", target, [row])

    def _insert(self, connection: Connection, target: Target) -> Change:
        row = dict(self.dice.choice(self.whole[target.name]))
        if target.name == "stored_events":
            stream = [one for one in self.whole[target.name] if one["originator_id"] == row["originator_id"]]
            row["originator_version"] = 1 + max(one["originator_version"] for one in stream)
            row[target.keys[0]] = 1 + max(one[target.keys[0]] for one in self.whole[target.name])
        else:
            name = self.dice.choice(target.keys)
            row[name] = self._other(row[name], target, name)
        connection.execute(_insert(target), [row])
        return Change("a row more", target, [row])

    def _other(self, value: Any, target: Target, name: str) -> Any:
        """Something else that the column takes."""
        if name == "position" and target.name == "positions":
            # One event back is where it may be anyway, if that is of another's stream.
            return self.dice.choice((0, value + self.dice.randint(1, 1_000)))
        made = target.made.columns[name]
        if isinstance(value, bool):
            return not value
        if value is None:
            kinds = ((LargeBinary, b"x"), ((Text, Key), "x"))
            return next((one for kind, one in kinds if isinstance(made.type, kind)), 1)
        if made.nullable and name not in target.keys and self.dice.random() < 0.15:
            return None
        return self._another(value)

    def _another(self, value: Any) -> Any:
        if isinstance(value, int):
            return value + self.dice.choice((1, -1, 1 << self.dice.randrange(20)))
        if isinstance(value, bytes):
            return self._bent(value, lambda: bytes([self.dice.randrange(256)]))
        return self._bent(value, lambda: self.dice.choice("abcXYZ019 .:-"))

    def _bent(self, value: Any, one: Any) -> Any:
        """A byte or letter of it changed, removed, put in, doubled, or two beside each other swapped."""
        at = self.dice.randrange(len(value) + 1)
        before, rest = value[:at], value[at:]
        ways = (
            before + one() + rest[1:],
            before + rest[1:],
            before + one() + rest,
            before + rest[:1] + rest,
            before + rest[1:2] + rest[:1] + rest[2:],
        )
        return self.dice.choice(ways)

    def _bend(self, connection: Connection, target: Target) -> Change | None:
        row = self.dice.choice(self.whole[target.name])
        name = self.dice.choice(target.columns)
        value = self._other(row[name], target, name)
        if value == row[name]:
            return None
        new = self._set(connection, target, row, name, value)
        return Change(f"{name} changed", target, [row, new])


def _rows(connection: Connection, target: Target) -> list[Row]:
    columns = [target.made.columns[name] for name in target.all]
    return [dict(row) for row in connection.execute(select(*columns)).mappings()]


def _is(target: Target, row: Row) -> list[Any]:
    return [target.made.columns[name] == row[name] for name in target.keys]


def _insert(target: Target) -> Any:
    return insert(target.made)


class Whole:
    """All that a store holds, to be put back: what came after it was cut off, in every table alike."""

    def __init__(self, book: StoreEngine, inbox: StoreEngine) -> None:
        self._engines = {True: inbox, False: book}
        events = targets(book.dialect.name)[0].made
        # Where the inbox is another file, it has no other table.
        self._tables = [(False, made) for made in (events, *BOOK.sorted_tables)] + [(True, deliveries)]
        self._rows: dict[str, list[Row]] = {}
        for inbox_too, made in self._tables:
            with self._engines[inbox_too].connect() as connection:
                self._rows[made.name] = [dict(row) for row in connection.execute(select(made)).mappings()]

    def put_back(self) -> None:
        for inbox_too, made in self._tables:
            with self._engines[inbox_too].begin() as connection:
                connection.execute(delete(made))
                if self._rows[made.name]:
                    connection.execute(insert(made), self._rows[made.name])
