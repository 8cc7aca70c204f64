"""`counterfoil replay`: what may be asked for, and one line for what makes no sense."""

from pathlib import Path

import pytest

from tests.scripts.here import runner
from tests.served import Run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


NUMBER = "is no message's number; expected one such as 12, or 12-40"
OUTCOMES = "waiting, recorded, duplicate, stale, parked, refused, unreadable, unmodelled, invalid"
TRIED = "--catalogue and --receivers are only tried: expected --what-if with them"
WAITS = "--what-if changes nothing and waits for nobody: leave out --dry-run and --wait"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "expected numbers such as `12` or `12-40`, or --outcome; or --what-if"),
        (["0"], f"'0' {NUMBER}"),
        (["x1"], f"'x1' {NUMBER}"),
        (["1", "40-12"], f"'40-12' {NUMBER}"),
        (["9223372036854775808"], f"'9223372036854775808' {NUMBER}"),
        (["\u0661"], f"'\u0661' {NUMBER}"),
        (["--outcome", "lost"], f"--outcome is 'lost'; expected one of {OUTCOMES}"),
        (["1", "--receivers", "a@b.c"], TRIED),
        (["--what-if", "--dry-run"], WAITS),
        (["--what-if", "--wait", "3"], WAITS),
    ],
)
def test_what_makes_no_sense_is_one_line(here: Run, words: list[str], said: str) -> None:
    done = here("replay", *words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"counterfoil: {said}\n")


def test_hostile_words_move_no_cursor(here: Run) -> None:
    done = here("replay", "\x1b[2J12")
    assert done.returncode == 2
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize("words", [["1"], ["--what-if"]])
def test_where_there_is_no_store_none_is_made(
    on_sqlite: str, here: Run, tmp_path: Path, words: list[str]
) -> None:
    done = here("replay", *words)
    assert done.returncode == 3
    assert "there is no such file" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_says_what_it_can_do(here: Run) -> None:
    assert "--what-if" in here("replay", "--help").stdout
