"""A to-do that no transaction tells of: of a delivery, or of news in messages; a stream once it is closed."""

from dataclasses import dataclass, replace

from domain.act_events import TodoDone
from domain.events import Entry

STREAM_PREFIX = "todo:"  # no id of PayPal's has a colon


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """A to-do, and who closed it with which note, if anybody did."""

    id: str
    closed_by: str | None = None
    note: str | None = None
    version: int = 0


def stream_of(todo_id: str) -> str:
    """The name of a to-do's stream."""
    return STREAM_PREFIX + todo_id


def evolve_todo(todo: Todo, entry: Entry) -> Todo:
    """Fold one event in."""
    match entry.event:
        case TodoDone(note=note):
            return replace(todo, closed_by=entry.by, note=note, version=todo.version + 1)
        case _:
            message = f"{type(entry.event).__name__} does not happen to a to-do"
            raise AssertionError(message)
