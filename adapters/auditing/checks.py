"""The checks of the audit, in a table, and the parts in which they are made: each part one walk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.auditing.accounts import check_accounts
from adapters.auditing.chain import check_chain
from adapters.auditing.checkpoints import check_tree
from adapters.auditing.deriving import Deriving
from adapters.auditing.findings import Findings
from adapters.auditing.outcomes import check_outcomes
from adapters.auditing.scene import Ends, Scene, Shown
from adapters.auditing.sequence import check_sequence
from adapters.auditing.views import check_views

# Every check by its name, and what it says when it finds nothing.
CHECKS: Final[dict[str, str]] = {
    "chain": "each event carries the digest of its bytes and its predecessor, and was sealed with it",
    "sequence": "seals are numbered without a gap, and deliveries and rules are as they were sealed",
    "tree": "each checkpoint is of the seals before it, and signed",
    "derivation": "each event follows from the verified bytes and the events before it",
    "views": "each row is what the book tells",
    "outcomes": "what became of each delivery is what the book and PayPal's answers say",
    "accounts": "each delivery that was acknowledged is accounted for",
}


@dataclass(frozen=True, slots=True)
class Part:
    """Checks that are made in one walk, and how long it is."""

    checks: tuple[str, ...]
    run: Callable[[Scene, Sequence[Findings], Shown], None]
    steps: Callable[[Ends], int]


def _decisions(scene: Scene, said: Sequence[Findings], shown: Shown) -> None:
    by_name = {one.check: one for one in said}
    deriving = Deriving(scene, by_name.get("derivation") or Findings("derivation"), shown)
    deriving.walk()
    if "outcomes" in by_name:
        check_outcomes(scene, deriving, by_name["outcomes"])


def _one(
    check: Callable[[Scene, Findings, Shown], None],
) -> Callable[[Scene, Sequence[Findings], Shown], None]:
    return lambda scene, said, shown: check(scene, said[0], shown)


def _events(ends: Ends) -> int:
    return ends.position


def _deliveries(ends: Ends) -> int:
    return ends.taken_in


def _seals(ends: Ends) -> int:
    return ends.seq


# The longest first: whoever is free takes the next.
PARTS: Final = (
    Part(("derivation", "outcomes"), _decisions, _events),
    Part(("views",), _one(check_views), _events),
    Part(("accounts",), _one(check_accounts), _deliveries),
    Part(("chain",), _one(check_chain), _events),
    Part(("sequence",), _one(check_sequence), _deliveries),
    Part(("tree",), _one(check_tree), _seals),
)


def parts_of(wanted: frozenset[str]) -> list[int]:
    """Which parts these checks are in, by their places."""
    return [i for i, part in enumerate(PARTS) if not wanted.isdisjoint(part.checks)]
