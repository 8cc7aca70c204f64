"""Ledgers to export, and the real programs that read what was written."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.queries.ledger_book import BookedEntry, LedgerBook
from projections.ledger import About

DAY = datetime(2026, 11, 20, 16, 12, 59, tzinfo=UTC)
SALE = BookedEntry(
    id="T1:1",
    transaction="T1",
    txn_id="T1",
    n=1,
    kind="sale",
    occurred_at=DAY,
    recorded_at=DAY + timedelta(hours=1),
    about=About(name="Test User", email="b@example.com", invoice="abc-1", custom="xyz", items=("A book",)),
    postings=[("Assets:PayPal:USD", 1912), ("Expenses:Fees:USD", 88), ("Income:Sales:USD", -2000)],
)
YEN = replace(
    SALE,
    id="T2:1",
    txn_id="T2",
    transaction="T2",
    postings=[("Assets:PayPal:JPY", 5), ("Income:Sales:JPY", -5)],
)
REFUND = replace(
    SALE,
    id="T1:2",
    txn_id="R1",
    n=None,
    kind="refund",
    occurred_at=None,
    recorded_at=DAY + timedelta(days=2),
    about=About(),
    postings=[("Assets:PayPal:USD", -500), ("Income:Refunds:USD", 500)],
)


def saying(text: str, **changed: Any) -> BookedEntry:
    """A sale of which everything that a message can say is this text."""
    about = About(name=text, email=text, invoice=text, custom=text, items=(text, text))
    return replace(SALE, about=about, **changed)


def bound(entries: Sequence[BookedEntry]) -> LedgerBook:
    """These entries between two covers."""
    balances: Counter[str] = Counter()
    for entry in entries:
        for account, units in entry.postings:
            balances[account] += units
    dates = [entry.dated_at for entry in entries]
    return LedgerBook(
        first=min(dates, default=None),
        last=max(dates, default=None),
        balances=dict(sorted(balances.items())),
        entries=iter(sorted(entries, key=lambda entry: entry.dated_at)),
    )


# Every letter that there is, and all that is none, some at a time: planes beyond these have nothing new.
CODES = [*range(0xD800), *range(0xE000, 0x11000), *range(0x1F000, 0x20000), *range(0xE0000, 0xE0200)]
EVERY_LETTER = ["a" + "".join(map(chr, CODES[i : i + 250])) + "z" for i in range(0, len(CODES), 250)]


class Program:
    """A program that the tests cannot do without: that it is missing is a failure, never a reason to skip."""

    def __init__(self, name: str, folder: Path) -> None:
        beside = Path(sys.executable).parent
        places = (beside, beside.parent / "hledger/usr/bin", os.environ["PATH"])
        found = shutil.which(name, path=os.pathsep.join(map(str, places)))
        assert found is not None, f"{name} is missing: ./scripts/test.sh brings it"
        self._program = found
        self._folder = folder

    def file(self, text: str) -> Path:
        path = self._folder / "ledger.txt"
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def __call__(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        # In any country: files are in UTF-8 whatever the terminal is.
        return subprocess.run(
            [self._program, *map(str, words)],
            capture_output=True,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": str(self._folder)},
            encoding="utf-8",
            timeout=120,
            check=False,
        )


@pytest.fixture
def bean_check(tmp_path: Path) -> Callable[[str], str]:
    """What `bean-check` has against a text: nothing, or its words."""
    program = Program("bean-check", tmp_path)

    def check(text: str) -> str:
        done = program(program.file(text))
        assert (done.returncode == 0) == (done.stdout + done.stderr == ""), done
        return done.stdout + done.stderr

    return check


@pytest.fixture
def hledger(tmp_path: Path) -> Callable[..., str]:
    """What `hledger` answers when it is asked about a text; its complaints if it has any."""
    program = Program("hledger", tmp_path)

    def ask(text: str, *words: str) -> str:
        done = program("-f", program.file(text), *words)
        return done.stdout if done.returncode == 0 else f"refused: {done.stderr}"

    return ask
