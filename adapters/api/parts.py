"""What the office is made of; whoever wires the house fills it in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from prometheus_client import CollectorRegistry

from adapters.api.downloads import Downloads
from adapters.queries.reader import Queries
from adapters.readiness import Report
from adapters.story import Story
from domain.acting import Acting


class BookReader(Protocol):
    """The book, as far as the office reads it; `stream` is the id that `Queries.lead` names."""

    def as_of(self, stream: str, moment: datetime) -> Mapping[str, Any] | None:
        """Give the document as the events recorded up to `moment` make it; None without any."""
        ...

    def history(self, stream: str) -> Sequence[Mapping[str, Any]]:
        """List the events in order, each with what its list has columns for; none for an unknown stream."""
        ...

    def subscription_history(self, subscription_id: str) -> Sequence[Mapping[str, Any]]:
        """The same of a subscription, profile or agreement."""
        ...

    def lead(self, txn_id: str) -> str | None:
        """Name the transaction that an id leads to, by the book and not by the views."""
        ...

    def goods(self, stream: str, moment: datetime) -> Mapping[str, Any] | None:
        """Show the queue's row as of a moment; None where there were no goods to speak of."""
        ...

    def explain(self, stream: str, moment: datetime) -> Mapping[str, Any] | None:
        """Explain the transaction as of a moment; None when nothing was known of it."""
        ...

    def changes(self, stream: str, since: datetime, until: datetime) -> Mapping[str, Any] | None:
        """Show what changed between two times; None when nothing was known by the later one."""
        ...

    def story(
        self, stream: str, now: datetime, /, *, as_of: datetime | None = None, whole: bool = False
    ) -> Story | None:
        """Tell how it came to what is known, or was; without its middle, if it is long and not `whole`."""
        ...


class Acts(Protocol):
    """What people do, in the book."""

    def act(self, by: str, decide: Callable[[Acting], None]) -> object:
        """Record an act of somebody's; raises what `decide` raises."""
        ...


class Orders(Protocol):
    """The agreed prices."""

    def agree(
        self,
        invoice: str,
        amount: str,
        currency: str,
        items: Sequence[Mapping[str, str]] | None,
        by: str,
    ) -> Mapping[str, Any]:
        """Record what was agreed and show it; ValueError says in a sentence what is wrong with it."""
        ...

    def agreed(self, invoice: str) -> Mapping[str, Any] | None:
        """Show what was agreed; None when nothing was."""
        ...


class Todos(Protocol):
    """The list of to-dos, as people work it off."""

    def close(
        self, todo_id: str, by: str, note: str | None, is_meant: Callable[[str], bool] = ...
    ) -> Mapping[str, Any]:
        """Close a to-do and show it; raises UnknownTodoError and TodoClosedError of `adapters.todo_acts`.

        ActRefusedError, where what it says by now `is_meant` no more.
        """
        ...


class Tokens(Protocol):
    """What opens the office: the operator acts, the viewer reads."""

    @property
    def operator(self) -> str: ...

    @property
    def viewer(self) -> str: ...


class ReportsReadiness(Protocol):
    """Says whether the house is ready."""

    def report(self, *, waits: bool = True) -> Report:
        """Check now, waiting for locks or not; raises nothing for a store that cannot be used."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that the office needs; it opens and closes nothing itself."""

    queries: Queries
    book: BookReader
    orders: Orders
    acts: Acts
    todos: Todos
    # Whether there is such a delivery; it is due now, whatever became of it before.
    retry: Callable[[int], bool]
    # The same of many; how many there are that can be asked about.
    retry_all: Callable[[Sequence[int]], int]
    tokens: Tokens
    readiness: ReportsReadiness
    metrics: CollectorRegistry
    clock: Callable[[], datetime]
    version: str
    downloads: Downloads = field(default_factory=Downloads)
