"""Verdicts: what each delivery is held for is what PayPal answered last, in exactly its word."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from sqlalchemy import Connection, select

from adapters.auditing.findings import Findings
from adapters.tables import notifications, post_backs
from domain.vocabulary import Outcome, Verdict

TABLE: Final = "notifications"
POST_BACKS: Final = "post_backs"
_WORDS: Final = {"VERIFIED": Verdict.VERIFIED, "INVALID": Verdict.INVALID}
# White space around the word is kept in an answer as it is written in Python.
_SPACE: Final = r"(?: |\\[tnr]|\\x0b|\\x0c)*"
_WORD: Final = re.compile(f"{_SPACE}(VERIFIED|INVALID){_SPACE}")

Answers = Sequence[Any]  # rows of `post_backs`, by attempt


def read_answers(connection: Connection, after: int, until: int) -> dict[int, list[Any]]:
    """The answers about the deliveries between two numbers, the latter too."""
    row = post_backs.c
    columns = (row.n, row.attempt, row.status, row.answer, row.verdict)
    query = select(*columns).where(row.n > after, row.n <= until).order_by(row.n, row.attempt)
    found: dict[int, list[Any]] = {}
    for one in connection.execute(query):
        found.setdefault(one.n, []).append(one)
    return found


def check_orphans(connection: Connection, said: Findings, until: int) -> None:
    """Answers about deliveries that nobody knows."""
    row = post_backs.c
    known = select(notifications.c.n).where(notifications.c.n == row.n).exists()
    for n, attempt in connection.execute(
        select(row.n, row.attempt).where(~known).order_by(row.n, row.attempt)
    ):
        if n <= until:
            said.found(POST_BACKS, {"n": n, "attempt": attempt}, "is about a delivery that has no row")


def check_verdict(row: Any, answers: Answers, said: Findings) -> None:  # noqa: ANN401 - a row
    """Hold a row of `notifications` against what PayPal answered."""
    for expected, one in enumerate(answers, start=1):
        key = {"n": one.n, "attempt": one.attempt}
        if one.attempt != expected:
            said.found(POST_BACKS, key, f"attempt {expected} is missing")
            break
    for one in answers:
        if (word := _disagrees(one)) is not None:
            said.found(POST_BACKS, {"n": one.n, "attempt": one.attempt}, word)
    key = {"n": row.n}
    if row.attempts != len(answers):
        what = f"{row.attempts} post-backs are counted, {len(answers)} are kept"
        said.found(TABLE, key, what)
    expected_verdict = _verdict_of(answers)
    if row.verdict != expected_verdict:
        what = f"it is held for {_known(row.verdict)}; by what PayPal answered it is {expected_verdict}"
        said.found(TABLE, key, what)
    if row.outcome == Outcome.WAITING and row.verdict == Verdict.UNKNOWN:
        _reason(row, answers, said)


def _reason(row: Any, answers: Answers, said: Findings) -> None:  # noqa: ANN401 - a row
    last = answers[-1].answer if answers else None
    if row.reason != last and not (row.reason or "").startswith("fault: "):
        said.found(TABLE, {"n": row.n}, "the reason why it waits is not PayPal's last answer")


def _verdict_of(answers: Answers) -> Verdict:
    """What was verified once stays so; else the last answer counts."""
    if any(one.verdict == Verdict.VERIFIED for one in answers):
        return Verdict.VERIFIED
    known = {verdict.value: verdict for verdict in Verdict}
    return known.get(answers[-1].verdict, Verdict.UNKNOWN) if answers else Verdict.UNKNOWN


def _disagrees(one: Any) -> str | None:  # noqa: ANN401 - a row
    found = _WORD.fullmatch(one.answer) if one.status == HTTPStatus.OK else None
    if one.verdict in (Verdict.VERIFIED, Verdict.INVALID):
        if found is None or _WORDS[found[1]] != one.verdict:
            return f"is taken for {one.verdict}, and the answer does not say so"
    elif one.verdict != Verdict.UNKNOWN:
        return "is taken for a verdict that there is not"
    elif found is not None and one.answer in _WORDS:
        return f"is taken for unknown, and the answer says {one.answer}"
    return None


def _known(verdict: str) -> str:
    return verdict if verdict in set(Verdict) else "no verdict that there is"
