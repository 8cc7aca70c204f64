"""`counterfoil replay --what-if`: what would be otherwise, in words and in JSON."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest

from adapters.replaying.what_if import WhatIf
from scripts.settings import Settings
from tests.adapters.replaying.story import letters
from tests.given import payment
from tests.house import LocalPayPal, environment, keep, settings_in, work_off
from tests.scripts.here import runner
from tests.scripts.test_replay_again import process
from tests.served import PATIENCE_SECONDS, Run

CATALOGUE = """
[[price]]
item_number = "BOOK-1"
amount = "{}"
currency = "USD"
"""
ESCAPE = "\x1b[2J"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def house(any_engine: str, tmp_path: Path) -> Iterator[Settings]:
    with LocalPayPal().running() as paypal:
        settings = settings_in(tmp_path, paypal.url)
        (tmp_path / "new.toml").write_text(CATALOGUE.format("25.00"))
        bodies = [
            payment(item_number="BOOK-1"),
            payment("T2", item_number=f"MUG{ESCAPE}"),
            payment("T3", receiver_email="new@example.com"),
        ]
        keep(settings, bodies)
        work_off(settings)
        yield settings


def tried(here: Run, folder: Path, *words: str, **more: str) -> "tuple[int, list[str], str]":
    given = {
        name.removeprefix("COUNTERFOIL_"): text
        for name, text in environment(folder, "http://127.0.0.1:1/").items()
    }
    done = here("replay", "--what-if", *words, **(given | more))
    return done.returncode, done.stdout.splitlines(), done.stderr


def test_nothing_would_be_otherwise(house: Settings, here: Run, tmp_path: Path) -> None:
    code, lines, errors = tried(here, tmp_path)
    assert (code, errors) == (0, "")
    assert lines[0].startswith("3 messages and 0 acts of people, 2 events, in ")
    assert lines[1].startswith("2 events by rules 1 of 20")
    assert lines[1].endswith("; as those tried")
    assert lines[2:] == ["nothing would be decided otherwise"]


def test_another_price_list_is_tried(house: Settings, here: Run, tmp_path: Path) -> None:
    code, lines, _ = tried(here, tmp_path, "--catalogue", "new.toml")
    assert code == 1
    assert lines[1].endswith("; tried were others: the price of BOOK-1")
    assert lines[2:] == [
        "transaction T1:",
        "  fulfillment: ready -> held",
        "  doubts: none -> amount: 1 of item BOOK-1 at 25.00 USD each, paid were 20.00",
        "would be otherwise: 1 transaction",
    ]


def test_other_receivers_are_tried(house: Settings, here: Run, tmp_path: Path) -> None:
    code, lines, _ = tried(here, tmp_path, "3", "--receivers", "seller@example.com,new@example.com")
    assert code == 1
    assert lines[2:] == [
        "message 3: refused (receiver) -> recorded",
        "transaction T3:",
        "  status: awaited -> completed",
        "  fulfillment: none -> ready",
        "Assets:PayPal:USD: 38.24 -> 57.36",
        "Expenses:Fees:USD: 1.76 -> 2.64",
        "Income:Sales:USD: -40.00 -> -60.00",
        "would be otherwise: 1 message, 1 transaction, 3 accounts",
    ]


def test_nothing_of_a_message_moves_a_cursor(house: Settings, here: Run, tmp_path: Path) -> None:
    code, lines, _ = tried(here, tmp_path, UNPRICED="hold")
    said = "\n".join(lines)
    assert code == 1
    assert "no price was agreed for item MUG\\x1b[2J" in said
    assert "\x1b" not in said


def test_json_says_the_same(house: Settings, here: Run, tmp_path: Path) -> None:
    _, lines, _ = tried(here, tmp_path, "--catalogue", "new.toml", "--json")
    told = json.loads("\n".join(lines))
    assert told["differs"] is True
    assert (told["decided"], told["events"], told["acts_seen"]) == (3, 2, 0)
    assert told["rules"][0]["differs"] == ["the price of BOOK-1"]
    assert told["not_decided_again"] == {"unverified": 0, "waiting": 0, "purged": 0, "unreadable": 0}
    assert (told["messages"], told["acts"], told["invoices"], told["balances"]) == ([], [], [], [])
    detail = "1 of item BOOK-1 at 25.00 USD each, paid were 20.00"
    assert told["transactions"] == [
        {
            "name": "T1",
            "changed": [
                {"field": "fulfillment", "before": "ready", "after": "held"},
                {"field": "doubts", "before": [], "after": [{"rule": "amount", "detail": detail}]},
            ],
        }
    ]


def test_whoever_stops_it_is_told_that_nothing_was_written(
    house: Settings, here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(WhatIf, "run", stop)
    code, lines, errors = tried(here, tmp_path)
    assert (code, lines) == (130, [])
    assert errors == "counterfoil: cancelled: nothing was written\n"


def test_what_is_not_there_is_named(house: Settings, here: Run, tmp_path: Path) -> None:
    code, lines, errors = tried(here, tmp_path, "2-5")
    assert (code, lines[-1]) == (1, "nothing would be decided otherwise")
    assert errors == "counterfoil: there is no verified message 4-5\n"


def test_a_price_list_that_is_none_is_one_line(house: Settings, here: Run, tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text("what is this")
    code, lines, errors = tried(here, tmp_path, "--catalogue", "new.toml")
    assert (code, lines) == (2, [])
    assert errors.startswith("counterfoil: CATALOGUE")


def test_what_several_workers_settled_at_once_differs_in_nothing(
    any_engine: str, here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bodies = letters(Random(3), 3)
    with LocalPayPal().running() as paypal:
        settings = settings_in(tmp_path, paypal.url)
        keep(settings, bodies * 2)
        with ExitStack() as stack:
            workers = [stack.enter_context(process(settings, tmp_path, "work", "--once")) for _ in range(2)]
            for worker in workers:
                worker.communicate(timeout=2 * PATIENCE_SECONDS)
        work_off(settings)
    code, lines, _ = tried(here, tmp_path)
    assert (code, lines[-1]) == (0, "nothing would be decided otherwise"), lines
    assert lines[0].startswith(f"{2 * len(bodies)} messages")
