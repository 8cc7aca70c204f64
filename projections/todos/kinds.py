"""The kinds of to-dos, and what one of them says."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.quick import quick


class TodoKind(StrEnum):
    """What has to be done: the last four are told by deliveries, all others by transactions."""

    SHIP = "ship"
    LOOK = "look"
    ANSWER_CASE = "answer_case"
    REFUND_OWED = "refund_owed"
    ECHECK = "echeck"
    ACCEPT_CURRENCY = "accept_currency"
    UNILATERAL = "unilateral"
    CONTRADICTION = "contradiction"
    DUPLICATE_PAYMENT = "duplicate_payment"
    AUTHORIZATION_EXPIRING = "authorization_expiring"
    RECALL = "recall"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    UNMODELLED = "unmodelled"
    DRIFT = "drift"


# A delivery that became one of these waits for a person.
FROM_DELIVERIES: Final = (TodoKind.REFUSED, TodoKind.UNREADABLE, TodoKind.UNMODELLED)
FROM_TRANSACTIONS: Final = tuple(kind for kind in TodoKind if kind not in (*FROM_DELIVERIES, TodoKind.DRIFT))

# A transaction asks once for each kind, and once for each of its cases.
Key = tuple[TodoKind, str]


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """What stands to be done about a transaction, in words, and by when."""

    kind: TodoKind
    what: str
    part: str = ""  # a case's id, where there is one for each
    due: datetime | None = None
    since: datetime | None = None  # when it begins to matter, where the facts say so; it may be to come

    @property
    def key(self) -> Key:
        """What tells it from the others of its transaction."""
        return self.kind, self.part
