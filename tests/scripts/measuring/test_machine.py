"""The machine is told as far as it can be found out."""

from pathlib import Path

from scripts.measuring.machine import machine, sync_ms
from tests.scripts.measuring.trial import trial


def test_it_is_told_by_name(tmp_path: Path) -> None:
    told = machine(trial(tmp_path, sync_ms=5.0))
    assert list(told) == [
        "date", "processor", "cores", "memory", "kernel", "python", "sqlite", "fdatasync", "syncs",
    ]  # fmt: skip
    assert all(told.values())
    assert told["syncs"] == "5 ms longer, by a shim"


def test_a_sync_takes_some_time(tmp_path: Path) -> None:
    assert sync_ms(tmp_path) > 0
    assert list(tmp_path.iterdir()) == []
