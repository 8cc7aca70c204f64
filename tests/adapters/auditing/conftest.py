"""A small store with a bit of everything, and one check of the audit made of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, Table, bindparam, text, update

from adapters.auditing.checks import PARTS
from adapters.auditing.findings import Finding, Findings
from adapters.auditing.running import run_part
from adapters.auditing.scene import PLACE, Scene, open_scene
from domain.vocabulary import Verdict
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import case, follower, payment, pending
from tests.histories import OURS, SHOPS, History, order_of

# By their numbers: a payment with news, its copy, its refund; one that waits for its payment, one that PayPal
# disowned, one without an answer, one for somebody else, one without an amount, one of no known status.
MAIL = (
    payment("T1", invoice="I-1", odd_field="1"),
    payment("T1", invoice="I-1", odd_field="1"),
    follower("Refunded", "R1", "T1", "-5.00"),
    follower("Refunded", "R2", "T2"),
    payment("T3"),
    payment("T4"),
    payment("T5", receiver_email="somebody@example.com"),
    payment("T6", gross="1_0"),
    payment("T7", "Wondered"),
    pending("T8"),
    case("PP-1", "T1"),
)
COPY, DISOWNED, UNANSWERED, STRANGER, UNREADABLE, UNMODELLED = 2, 5, 6, 7, 8, 9


@dataclass
class Store:
    """What the audit is made of, and who may spoil it."""

    workshop: Workshop
    history: History

    def check(self, *names: str, since: bool = False) -> list[Finding]:
        """What the check of this name finds; with `since` only after the last checkpoint that left."""
        return [one for said in self.said(*names, since=since) for one in said.first]

    def said(self, *names: str, since: bool = False) -> list[Findings]:
        with self.scene(since=since) as scene:
            part = next(i for i, part in enumerate(PARTS) if set(names) <= set(part.checks))
            return run_part(scene, part, frozenset(names), lambda _: None)

    @contextmanager
    def scene(self, *, since: bool = False) -> Iterator[Scene]:
        order = order_of(self.history, self.history.left[-1] if since else None)
        with open_scene(order) as scene:
            yield scene

    def change(self, table: Table, values: dict[str, Any], **key: Any) -> None:
        """Change a row of a table."""
        engine = self.workshop.inbox_engine if table.name == "deliveries" else self.workshop.engine
        with engine.begin() as connection:
            wanted = (table.c[name] == value for name, value in key.items())
            assert connection.execute(update(table).where(*wanted).values(values)).rowcount >= 1

    def execute(self, statement: str, **values: Any) -> None:
        """Change the book; `{place}` in the statement is where an event stands."""
        with self.workshop.engine.begin() as connection:
            place = PLACE[connection.dialect.name]
            bytes_ = (bindparam(k, type_=LargeBinary) for k, v in values.items() if isinstance(v, bytes))
            connection.execute(text(statement.format(place=place)).bindparams(*bytes_), values)

    def positions(self) -> list[int]:
        return [position for position, _ in self.workshop.book.stored_between(0, 10_000, 10_000)]


def lived(workshop: Workshop) -> History:
    """All of that, told to the views, sealed and signed for."""
    history = History(workshop, 1)
    workshop.shop = SHOPS[0]
    answered = workshop.answer(workshop.claim(*MAIL))
    words = {DISOWNED: Verdict.INVALID, UNANSWERED: Verdict.UNKNOWN}
    for one in answered:
        verdict = words.get(one.claimed.n, Verdict.VERIFIED)
        batch = workshop.answer([one.claimed], verdict)
        workshop.processor(rules=history.rules).settle(batch)
    history.acts().act("ann", lambda acting: acting.approve("T1", "the buyer rang"))
    history.acts().act("ann", lambda acting: acting.claim("T1", 600))
    history.acts().act("ann", lambda acting: acting.fulfill("T1", "parcel 1"))
    workshop.follower.follow()
    history.seal()
    return history


@pytest.fixture
def store(any_engine: str, tmp_path: Path) -> Iterator[Store]:
    with open_workshop(tmp_path) as workshop:
        made = Store(workshop, lived(workshop))
        assert OURS
        yield made


def where(found: list[Finding]) -> list[tuple[str, dict[str, Any]]]:
    """Table and key of each."""
    return [(one.table, dict(one.key)) for one in found]
