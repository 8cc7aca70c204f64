"""A number that two processes share through a file."""

from pathlib import Path

from scripts.measuring.arrived import Arrived


def test_what_one_says_the_other_reads(tmp_path: Path) -> None:
    mine = Arrived.new(tmp_path / "arrived")
    other = Arrived(tmp_path / "arrived")
    assert (other.count, other.over) == (0, False)
    mine.count = 1_234_567
    assert (other.count, other.over) == (1_234_567, False)
    mine.end()
    assert (other.count, other.over) == (1_234_567, True)
