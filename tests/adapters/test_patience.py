from structlog.testing import capture_logs

from adapters.patience import Patience


def test_a_line_at_once_and_one_now_and_then() -> None:
    patience = Patience()
    with capture_logs() as logs:
        for _ in range(61):
            patience.say(OSError("away"))
    assert [line["tries"] for line in logs] == [1, 31, 61]
    assert logs[0] == {
        "event": "store_away", "log_level": "error", "error": "away", "tries": 1, "retry_seconds": 1.0,
    }  # fmt: skip
