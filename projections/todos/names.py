"""Names of to-dos: ids that stand in an address as they are, and what they lead back to."""

import re
from typing import Final

from domain.spelling import UNRESERVED, in_url
from projections.todos.kinds import TodoKind

_PLAIN: Final = UNRESERVED | {":"}
_IN_PARTS: Final = (TodoKind.ANSWER_CASE, TodoKind.DRIFT)
_NAME: Final = re.compile(r"(?:[A-Za-z0-9._:-]|~[0-9A-F]{2})*", re.ASCII)
_ESCAPED: Final = re.compile(r"~([0-9A-F]{2})", re.ASCII)


def todo_id(kind: TodoKind, *parts: str) -> str:
    """An id that stands in a URL as it is: the kind, what it is about, and perhaps which of its parts.

    A transaction's id may hold a colon, and so may an example of news; a case's is written without any, and
    a field of PayPal's has none. So each id is one thing's.
    """
    told = [in_url(part, _PLAIN) for part in parts]
    if kind is TodoKind.ANSWER_CASE:
        told[-1] = told[-1].replace(":", "~3A")
    return ":".join((kind.value, *told))


def read_todo_id(text: str) -> tuple[TodoKind, tuple[str, ...]] | None:
    """The kind and the parts that make this id; None when there are none."""
    word, colon, rest = text.partition(":")
    if not colon or word not in set(TodoKind) or _NAME.fullmatch(rest) is None:
        return None
    kind = TodoKind(word)
    try:
        parts = tuple(_from_url(part) for part in _split(kind, rest))
    except UnicodeDecodeError:
        return None
    # What could be written otherwise is no id: each thing has one.
    is_whole = len(parts) == 1 + (kind in _IN_PARTS)
    return (kind, parts) if is_whole and todo_id(kind, *parts) == text else None


def _split(kind: TodoKind, rest: str) -> list[str]:
    if kind is TodoKind.ANSWER_CASE:
        return rest.rsplit(":", 1)
    return rest.split(":", 1) if kind is TodoKind.DRIFT else [rest]


def _from_url(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).encode("latin-1").decode()
