"""`counterfoil state`: people's words or the API's JSON, an exit code for each answer."""

import json
from pathlib import Path

import pytest

from adapters.queries.reader import Queries
from scripts.wiring.queries import open_queries
from tests.engines import database_in
from tests.given import adjustment, case, follower, payment
from tests.given_streams import paid, signup, subscribed
from tests.house import LocalPayPal, keep, settings_in, work_off
from tests.scripts.here import runner
from tests.served import Run

EVIL = "Jörg \x1b[2J\u202eevil\x9b31m\r\n\x00<b>"
STORY = [
    payment(first_name=EVIL, custom=EVIL, item_name=EVIL, item_number="B", charset="utf-8"),
    follower("Refunded", "R1", gross="-5.00"), follower("Reversed", "V1", gross="-2.00"),
    adjustment("X1", "V1"), case(), follower("Refunded", "R9", "T9"),
    signup(mc_amount1="0.00", period1="7 D", custom=EVIL, charset="utf-8"),
    paid("P1", "08:00:00 Feb 05, 2026 PST"), subscribed("subscr_cancel"),
    payment("T7", settle_amount="18.00", settle_currency="EUR", exchange_rate="0.9", item_name="A shirt",
            option_name1="Size", option_selection1=EVIL, charset="utf-8"),
]  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="module")
def house(any_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    with LocalPayPal().running() as paypal:
        settings = settings_in(folder, paypal.url)
        keep(settings, STORY)
        work_off(settings)
    return folder


@pytest.fixture
def database(house: Path) -> str:
    return database_in(house)


def document(house: Path, txn_id: str) -> object:
    with open_queries(settings_in(house, "http://127.0.0.1:1/")) as queries:
        assert isinstance(queries, Queries)
        return json.loads(queries.transaction(txn_id) or b"null")


def test_a_transaction_in_words(counterfoil: Run, database: str) -> None:
    done = counterfoil("state", "T1", DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    facts = dict(line.split(None, 1) for line in lines if ": " not in line)
    for name, value in {"txn_id": "T1", "status": "disputed", "gross": "20.00", "refunded": "5.00"}.items():
        assert facts[name] == value
    assert any(line.startswith("followers: txn_id R1, kind refund") for line in lines)
    assert len([line for line in lines if line.startswith("followers: ")]) == 3
    assert any(line.startswith("cases: case_id PP-1, type dispute") for line in lines)
    assert any(line.startswith("doubts: rule refund, detail 5.00 of 20.00 USD") for line in lines)
    assert any(line.startswith("payer: PAYER1, ") for line in lines)


def test_a_subscription_in_words(here: Run, database: str) -> None:
    done = here("state", "S-1", DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    facts = dict(line.split(None, 1) for line in lines if ": " not in line)
    expected = {"subscription_id": "S-1", "status": "cancelled", "paid_until": "2026-03-05T16:00:00Z"}
    assert {name: facts[name] for name in expected} == expected
    assert (
        "terms: amount 10.00, currency USD, period 1 M, trials (amount 0.00, period 7 D), recurring True"
        in lines
    )
    assert "item: number MAG-1, name A magazine" in lines
    assert any(line.startswith("payments: txn_id P1, status completed, gross 10.00") for line in lines)


def test_a_subscriptions_json_is_the_apis(here: Run, database: str, house: Path) -> None:
    done = here("state", "S-1", "--json", DATABASE=database)
    with open_queries(settings_in(house, "http://127.0.0.1:1/")) as queries:
        assert json.loads(done.stdout) == json.loads(queries.subscription("S-1") or b"")


def test_options_and_conversions_are_told(here: Run, database: str) -> None:
    lines = here("state", "T7", DATABASE=database).stdout.splitlines()
    assert "conversion: amount 18.00, currency EUR, rate 0.9" in lines
    (item,) = (line for line in lines if line.startswith("items: "))
    assert item.startswith("items: name A shirt, gross 20.00, options (name Size, selection ")


def test_a_letter_that_the_terminal_does_not_have_is_escaped(
    environ: dict[str, str], counterfoil: Run, database: str
) -> None:
    environ["PYTHONIOENCODING"] = "ascii"
    done = counterfoil("state", "T1", DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    assert r"J\xf6rg" in done.stdout


@pytest.mark.parametrize("how", [(), ("--json",)])
@pytest.mark.parametrize("name", ["T1", "T7", "S-1"])
def test_nothing_in_a_message_moves_the_cursor(
    name: str, how: tuple[str, ...], here: Run, database: str
) -> None:
    done = here("state", name, *how, DATABASE=database)
    assert done.returncode == 0
    assert set(done.stdout.replace("\n", "")) & set("\x1b\u202e\x9b\r\x00") == set()
    assert r"\u202eevil" in done.stdout


def test_json_is_the_apis(here: Run, database: str, house: Path) -> None:
    done = here("state", "T1", "--json", DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert json.loads(done.stdout) == document(house, "T1")


@pytest.mark.parametrize("txn_id", ["R1", "V1", "X1"])
def test_the_id_of_a_follower_answers_with_what_it_follows(txn_id: str, here: Run, database: str) -> None:
    done = here("state", txn_id, "--json", DATABASE=database)
    assert done.returncode == 0
    assert json.loads(done.stdout)["txn_id"] == "T1"


def test_one_that_is_awaited_shows_what_waits(here: Run, database: str) -> None:
    done = here("state", "T9", DATABASE=database)
    assert done.returncode == 0
    assert "status        awaited" in done.stdout
    assert "parked: notification 6, kind refund, waits_for T9" in done.stdout


@pytest.mark.parametrize("how", [(), ("--json",)])
def test_one_that_was_never_heard_of_is_exit_1(how: tuple[str, ...], here: Run, database: str) -> None:
    done = here("state", "T\x1b[2J", *how, DATABASE=database)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "counterfoil: nothing was heard of T\\x1b[2J\n"


def test_a_missing_database_is_one_line_and_stays_missing(
    counterfoil: Run, here: Run, tmp_path: Path
) -> None:
    for command in (("state", "T1"), ("history",), ("history", "T1", "--json")):
        run = counterfoil if command[0] == "state" else here
        done = run(*command, DATABASE="sqlite:///var/nothing.db")
        assert (done.returncode, done.stdout) == (3, "")
        assert done.stderr.startswith("counterfoil: ")
        assert "var/nothing.db: there is no such file" in done.stderr
        assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_half_a_database_is_missing_too(here: Run, tmp_path: Path) -> None:
    (tmp_path / "half.db").touch()
    done = here("state", "T1", DATABASE="sqlite:///half.db")
    assert done.returncode == 3
    assert "half.inbox.db: there is no such file" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["half.db"]
    assert (tmp_path / "half.db").stat().st_size == 0


def test_a_wrong_setting_is_exit_2(here: Run) -> None:
    done = here("state", "T1", DATABASE="mysql://x/y")
    assert done.returncode == 2
    assert done.stderr.startswith("counterfoil: DATABASE is ")
    assert done.stderr.count("\n") == 1


def test_wrong_usage_is_exit_2(here: Run) -> None:
    assert here("state").returncode == 2
