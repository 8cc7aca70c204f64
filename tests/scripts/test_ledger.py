"""`counterfoil ledger`: balances for people and programs, and the whole for other programs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.exports.formats import FORMATS, pieces
from scripts.settings import read_settings
from scripts.wiring.queries import open_queries
from tests.given import follower, payment
from tests.house import LocalPayPal, keep, settings_in, work_off
from tests.ledgers import HOSTILE
from tests.scripts.here import runner
from tests.served import Run

STORY = [
    payment(),
    follower("Refunded", "R1", gross="-5.00"),
    payment("T2", gross="2000", mc_fee="88", mc_currency="JPY"),
    *(
        payment(f"E{number}", first_name=text, item_name=text, custom=text, charset="utf-8")
        for number, text in enumerate(HOSTILE)
    ),
]
PAID = len(HOSTILE) + 1


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="module")
def database(any_engine: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("house")
    with LocalPayPal().running() as paypal:
        settings = settings_in(folder, paypal.url)
        keep(settings, STORY)
        work_off(settings)
    return settings.database


def items(here: Run, database: str, *words: str) -> list[dict[str, str]]:
    done = here("ledger", *words, "--json", DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    found: list[dict[str, str]] = json.loads(done.stdout)["items"]
    return found


def test_balances_as_the_api_answers_them(here: Run, database: str) -> None:
    assert items(here, database)[:2] == [
        {"account": "Assets:PayPal:JPY", "currency": "JPY", "balance": "1912"},
        {"account": "Assets:PayPal:USD", "currency": "USD", "balance": f"{PAID * 1912 / 100 - 5:.2f}"},
    ]


def test_balances_in_words_with_their_figures_under_each_other(here: Run, database: str) -> None:
    done = here("ledger", DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["account", "balance", "currency"]
    assert lines[1] == "Assets:PayPal:JPY      1912  JPY"
    assert len({line.rindex("  ") for line in lines}) == 1
    assert len(lines) == 1 + len(items(here, database))


def test_balances_before_anything_was_recorded(here: Run, database: str) -> None:
    assert items(here, database, "--at", "2020-01-01T00:00:00Z") == []
    done = here("ledger", "--at", "2020-01-01T00:00:00Z", DATABASE=database)
    assert (done.returncode, done.stdout) == (0, "account  balance  currency\n")


def test_what_changed_since(here: Run, database: str) -> None:
    since = ("--since", "2020-01-01T00:00:00Z")
    changed = items(here, database, *since)
    assert [(one["before"], one["difference"]) for one in changed[:1]] == [("0", "1912")]
    assert {one["account"]: one["after"] for one in changed} == {
        one["account"]: one["balance"] for one in items(here, database)
    }
    lines = here("ledger", *since, DATABASE=database).stdout.splitlines()
    assert lines[0].split() == ["account", "before", "after", "difference", "currency"]
    assert lines[1].split() == ["Assets:PayPal:JPY", "0", "1912", "1912", "JPY"]
    nothing = items(here, database, *since, "--at", "2020-02-01T00:00:00Z")
    assert nothing == []


def run(environ: dict[str, str], database: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "scripts", "ledger", *words],
        env={**environ, "COUNTERFOIL_DATABASE": database, "LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("form", ["beancount", "hledger", "csv"])
def test_the_whole_is_what_the_api_sends_in_any_country(
    environ: dict[str, str], database: str, form: str
) -> None:
    done = run(environ, database, "--format", form)
    assert (done.returncode, done.stderr) == (0, b"")
    with (
        open_queries(read_settings({"COUNTERFOIL_DATABASE": database})) as queries,
        queries.ledger(None) as book,
    ):
        assert b"".join(pieces(FORMATS[form].write, book)) == done.stdout


def test_a_ledger_as_of_a_time_is_empty_before_the_first_entry(
    environ: dict[str, str], database: str
) -> None:
    done = run(environ, database, "--format", "hledger", "--at", "2020-01-01T00:00:00Z")
    assert (done.returncode, done.stdout) == (0, b"; Counterfoil\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--at", "yesterday"], "--at is 'yesterday'; expected a time"),
        (["--since", "2026-11-20"], "--since is '2026-11-20'; expected a time"),
        (["--format", "pdf"], "--format is 'pdf'; expected one of: beancount, hledger, csv"),
        (["--format", "csv", "--json"], "--format writes the whole ledger"),
        (["--format", "csv", "--since", "2026-11-20T00:00:00Z"], "--format writes the whole ledger"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(
    environ: dict[str, str], database: str, words: list[str], said: str
) -> None:
    done = run(environ, database, *words)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith(f"counterfoil: {said}")


def test_a_reader_that_goes_away_is_no_trouble(environ: dict[str, str], database: str) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "scripts", "ledger", "--format", "csv"],
        env={**environ, "COUNTERFOIL_DATABASE": database},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.close()
    said = program.stderr.read()
    program.stderr.close()
    program.wait(60)
    assert said == b""
