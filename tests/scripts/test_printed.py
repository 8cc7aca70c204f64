"""The README's tables are the code's."""

from pathlib import Path

from domain.transitions import FOLLOWERS, TRANSITIONS
from scripts.printed import tables

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_readme_prints_the_tables_that_the_code_follows() -> None:
    assert tables() in README.read_text(encoding="utf-8"), "run `python -m scripts.printed` and put it there"


def test_every_cell_is_printed() -> None:
    rows = sum(len(table) for table in TRANSITIONS.values()) + len(FOLLOWERS)
    printed = [line for line in tables().splitlines() if line.startswith("| ") and "---" not in line]
    assert len(printed) == rows + len(TRANSITIONS) + 1
