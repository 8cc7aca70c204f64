"""The README's tables are the code's."""

from pathlib import Path

from domain.transitions import FOLLOWERS, TRANSITIONS
from domain.txn_types import TXN_TYPES
from domain.vocabulary import SubscriptionStatus
from scripts.printed import tables, types

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_readme_prints_the_tables_that_the_code_follows() -> None:
    readme = README.read_text(encoding="utf-8")
    for printed in (types(), tables()):
        assert printed in readme, "run `python -m scripts.printed` and put it there"


def test_every_cell_is_printed() -> None:
    rows = sum(len(table) for table in TRANSITIONS.values()) + len(FOLLOWERS) + len(SubscriptionStatus)
    printed = [line for line in tables().splitlines() if line.startswith("| ") and "---" not in line]
    assert len(printed) == rows + len(TRANSITIONS) + 2


def test_every_type_is_printed_with_what_it_is_read_as() -> None:
    rows = types().splitlines()[2:]
    assert len(rows) == len(TXN_TYPES) + 1
    assert all(len(row.split(" | ")) == 3 for row in rows)
