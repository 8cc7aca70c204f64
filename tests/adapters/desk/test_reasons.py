import pytest

from adapters.desk.reasons import reason_in_words


@pytest.mark.parametrize(
    ("outcome", "reason", "words"),
    [
        ("recorded", None, ""),
        ("parked", "waits for T1", "waits for T1"),
        ("refused", "receiver", "names no receiver of ours"),
        ("refused", "environment", "sandbox where live is expected, or the other way round"),
        (
            "refused",
            "transition: more refunded than paid",
            "contradicts what was told before: more refunded than paid",
        ),
        ("refused", "something new", "something new"),
        ("unreadable", "receiver", "receiver"),
    ],
)
def test_why_it_is_so_is_said_in_words(outcome: str, reason: str | None, words: str) -> None:
    assert reason_in_words(outcome, reason) == words
