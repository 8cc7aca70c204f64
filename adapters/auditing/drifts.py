"""Drift: what was noted of each delivery stands in it, and the table counts what was noted."""

import json
from collections import Counter
from typing import Any, Final

from sqlalchemy import Connection, select

from adapters.auditing.findings import Findings
from adapters.readings import Drift
from adapters.tables import DRIFT_EXAMPLES_MAX, drift, notifications

TABLE: Final = "drift"


def check_noted(row: Any, new: Drift, said: Findings, *, earlier: bool) -> None:  # noqa: ANN401 - a row
    """Hold what was noted of a delivery against what is new in its body; `earlier`: by another version."""
    noted = _read(row.drift)
    if noted is None:
        said.found("notifications", {"n": row.n}, "what was new in it cannot be read")
    elif set(noted) != set(new):
        # An upgrade learns words; what an earlier version did not know stays noted.
        if earlier or set(new) <= set(noted):
            said.count("deliveries of which other things were new to an earlier version")
        else:
            said.found("notifications", {"n": row.n}, "what is new in its body was not noted")


def check_drift(connection: Connection, said: Findings) -> None:
    """Count again what was noted, in the transaction that reads the table."""
    counted, first = _recount(connection)
    kinds = Counter(what for what, _ in counted)
    kept: Counter[str] = Counter()
    row = drift.c
    query = select(row.what, row.example, row.n, row.first_us, row.count)
    for what, example, n, first_us, count in connection.execute(query):
        key, one = {"what": what, "example": example}, (what, example)
        if one not in counted:
            said.found(TABLE, key, "no delivery is noted to have said so")
            continue
        kept[what] += 1
        if (n, first_us) != first[one]:
            was = f"delivery {first[one][0]} was the first that said so, not {n}, or at another time"
            said.found(TABLE, key, was)
        if count != counted[one]:
            said.found(TABLE, key, f"{counted[one]} deliveries said so, {count} are counted")
    for what, many in sorted(kinds.items()):
        if kept[what] != min(many, DRIFT_EXAMPLES_MAX):
            said.found(TABLE, {"what": what}, f"{many} examples were noted, {kept[what]} are kept")
    said.count("news", sum(kept.values()))


_Said = tuple[str, str]


def _recount(connection: Connection) -> tuple[Counter[_Said], dict[_Said, tuple[int, int]]]:
    counted: Counter[_Said] = Counter()
    first: dict[_Said, tuple[int, int]] = {}
    row = notifications.c
    query = select(row.n, row.received_us, row.drift).where(row.drift.is_not(None)).order_by(row.n)
    for n, received_us, text in connection.execute(query):
        for one in set(_read(text) or ()):
            counted[one] += 1
            first.setdefault(one, (n, received_us))
    return counted, first


def _read(text: str | None) -> Drift | None:
    if text is None:
        return ()
    try:
        return tuple((str(what), str(example)) for what, example in json.loads(text))
    except (ValueError, TypeError):
        return None
