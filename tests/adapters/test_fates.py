"""Fates: what is said of each, and what is not."""

import pytest
from structlog.testing import capture_logs

from adapters.fates import say_fates
from adapters.settling import Settled
from domain.vocabulary import Outcome, Verdict

HOSTILE = "<b>Ann</b>"


@pytest.mark.parametrize("outcome", Outcome)
def test_a_reason_is_said_where_its_words_are_ours(outcome: Outcome) -> None:
    settled = Settled(n=7, verdict=Verdict.VERIFIED, attempts=2, outcome=outcome, reason=HOSTILE)
    with capture_logs() as logs:
        say_fates([settled])
    ours = outcome in {Outcome.PARKED, Outcome.REFUSED, Outcome.STALE}
    assert logs == [
        {
            "event": "notification_waits" if outcome is Outcome.WAITING else "notification_settled",
            "n": 7,
            "verdict": "verified",
            "attempts": 2,
            "outcome": outcome.value,
            "reason": HOSTILE if ours else None,
            "status": None,
            "log_level": "info",
        }
    ]
