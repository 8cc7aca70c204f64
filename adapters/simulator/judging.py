"""The judgement: what was kept of each letter against what PayPal wrote, where each thing stands."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.simulator.endings import REFUSED, UNMODELLED
from adapters.simulator.ends import AgreementEnd, End, TransactionEnd
from adapters.simulator.kept import Row
from adapters.simulator.letters import Letter

# Of what is told once at most one delivery is any of these, the others are copies of it.
FACT = ("recorded", "refused", "parked")
# Copies; stale ones came when what they tell had been overtaken.
COPIES = ("duplicate", "stale")


def judge_letter(letter: Letter, rows: Sequence[Row], *, complete: bool) -> Iterator[str]:
    """What is wrong with the deliveries of one letter; `complete`: all of its lifecycle was kept."""
    if not letter.genuine:
        yield from (
            f"{letter}: delivery {row.n} is {row.outcome}, not invalid"
            for row in rows
            if (row.verdict, row.outcome) != ("invalid", "invalid")
        )
        return
    if len(rows) < letter.acknowledgements:
        yield f"{letter}: acknowledged {_times(letter.acknowledgements)}, kept {_times(len(rows))}"
    if len(rows) > letter.posts:
        yield f"{letter}: posted {_times(letter.posts)}, kept {_times(len(rows))}"
    allowed = _allowed(letter, complete=complete)
    for row in rows:
        if row.outcome not in allowed:
            yield f"{letter}: delivery {row.n} is {row.outcome}{_because(row)}"


def judge_fact(letter: Letter, rows: Sequence[Row]) -> Iterator[str]:
    """What is wrong with all deliveries of what one letter tells, in whichever bytes they came."""
    outcomes = Counter(row.outcome for row in rows)
    if sum(outcomes[outcome] for outcome in FACT) > 1:
        numbers = ", ".join(str(row.n) for row in rows if row.outcome in FACT)
        yield f"{letter}: recorded more than once, by the deliveries {numbers}"
    if rows and outcomes["duplicate"] == len(rows):
        yield f"{letter}: never recorded, its deliveries are all duplicates"


def judge_end(life: str, end: End, document: Mapping[str, Any] | None) -> Iterator[str]:
    """What is wrong with where a transaction or agreement stands."""
    name = end.txn_id if isinstance(end, TransactionEnd) else end.subscription_id
    if document is None:
        yield f"{life} {name}: is not there"
        return
    expected = _transaction(end) if isinstance(end, TransactionEnd) else _agreement(end)
    shown = _shown_agreement(document) if isinstance(end, AgreementEnd) else _shown_transaction(document)
    for part, should in expected.items():
        if shown[part] != should:
            yield f"{life} {name}: {part} is {_told(shown[part])}, not {_told(should)}"


def _allowed(letter: Letter, *, complete: bool) -> set[str]:
    if letter.lifecycle in UNMODELLED:
        return {"unmodelled"}
    # What it waits for may never have arrived.
    waits = set() if complete else {"parked"}
    refused = {"refused"} if letter.lifecycle in REFUSED else set()
    return {"recorded", *COPIES} | waits | refused


def _because(row: Row) -> str:
    return f": {row.reason}" if row.reason else ""


def _transaction(end: TransactionEnd) -> dict[str, object]:
    return {
        "kind": end.kind,
        "status": end.status,
        "currency": end.currency,
        "gross": end.gross,
        **({} if end.fee is None else {"fee": end.fee}),
        "refunded": end.refunded,
        "reversed": end.reversed,
        "followers": end.followers,
        "cases": end.cases,
    }


def _shown_transaction(document: Mapping[str, Any]) -> dict[str, object]:
    return {
        **{part: document[part] for part in ("kind", "status", "currency", "gross", "fee")},
        **{part: document[part] for part in ("refunded", "reversed")},
        "followers": tuple(sorted(one["txn_id"] for one in document["followers"])),
        "cases": tuple(sorted((one["type"], one["open"]) for one in document["cases"])),
    }


def _agreement(end: AgreementEnd) -> dict[str, object]:
    return {"kind": end.kind, "status": end.status, "payments": end.payments}


def _shown_agreement(document: Mapping[str, Any]) -> dict[str, object]:
    paid = tuple(sorted(one["txn_id"] for one in document["payments"]))
    return {"kind": document["kind"], "status": document["status"], "payments": paid}


def _told(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(_told, value)) or "none"
    return "nothing" if value is None else str(value)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
