"""Fates: what cannot be said of a delivery, whatever its body and the book are."""

from typing import Any

from adapters.personal.guard import FORGOTTEN
from domain.vocabulary import Outcome, Verdict


def impossible(row: Any, recorded_us: int | None) -> str | None:  # noqa: ANN401 - a row
    """Why a row contradicts itself; `recorded_us`: since when the book has events of it."""
    if row.outcome not in set(Outcome):
        return "of its outcome nobody has heard"
    if row.outcome == Outcome.WAITING:
        return _waits(row, made=recorded_us is not None)
    if row.settled_us is None:
        return f"it is {row.outcome}, and nobody says since when"
    if row.reason == FORGOTTEN and row.outcome == Outcome.UNREADABLE:
        return None  # whatever PayPal would have said of it
    if (row.outcome == Outcome.INVALID) != (row.verdict == Verdict.INVALID) or row.verdict == Verdict.UNKNOWN:
        return f"it is {row.outcome}, and PayPal did not say so"
    return _settled(row, recorded_us)


def _waits(row: Any, *, made: bool) -> str | None:  # noqa: ANN401 - a row
    # Our own code stumbled over it, perhaps again: then it waits, whatever came of it before.
    fault = (row.reason or "").startswith("fault: ")
    wrong = {
        "it waits, and is never to be looked at again": row.due_us is None,
        "it waits, and PayPal disowned it": row.verdict == Verdict.INVALID and not fault,
        "it waits, and the book has events of it": made and not fault,
        "it waits, and no reason for it can be": row.verdict == Verdict.VERIFIED
        and not fault
        and row.reason is not None,
    }
    return next((what for what, is_so in wrong.items() if is_so), None)


def _settled(row: Any, recorded_us: int | None) -> str | None:  # noqa: ANN401 - a row
    if row.outcome == Outcome.INVALID and (recorded_us is not None or row.reason is not None):
        return "PayPal disowned it, and something came of it"
    if recorded_us is not None and row.settled_us < recorded_us:
        return "it was settled before what came of it was recorded"
    return None
