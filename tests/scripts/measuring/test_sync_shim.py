"""Syncs that take longer, by a shim; where no compiler is, that is said."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.checks import CannotStartError
from scripts.measuring import sync_shim
from scripts.measuring.sync_shim import built, preloading, variables
from tests.scripts.measuring.trial import trial

TIMED = """
import os, sys, time
with open(sys.argv[1], "wb") as file:
    file.write(b"x")
    for sync in (os.fsync, os.fdatasync):
        began = time.monotonic()
        sync(file.fileno())
        print((time.monotonic() - began) * 1000)
"""


def test_each_sync_takes_so_much_longer(tmp_path: Path) -> None:
    slow = variables(built(tmp_path), 30.0)
    words = [sys.executable, "-c", TIMED, str(tmp_path / "file")]
    done = subprocess.run(words, env={**os.environ, **slow}, capture_output=True, text=True, check=True)
    took = list(map(float, done.stdout.split()))
    assert len(took) == 2
    assert min(took) >= 30.0


def test_it_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sync_shim.so").touch()
    monkeypatch.setenv("PATH", "")
    assert built(tmp_path) == tmp_path / "sync_shim.so"


def test_without_a_compiler_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotStartError, match="no C compiler"):
        built(tmp_path)


def test_what_does_not_compile_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.c").write_text("int main(")
    monkeypatch.setattr(sync_shim, "SOURCE", tmp_path / "broken.c")
    with pytest.raises(CannotStartError, match=r"cannot be made slower: .*broken.c"):
        built(tmp_path)


def test_one_that_has_no_effect_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a folder that is mounted noexec: the loader goes on without it."""
    (tmp_path / "idle.c").write_text("int idle;")
    monkeypatch.setattr(sync_shim, "SOURCE", tmp_path / "idle.c")
    with pytest.raises(CannotStartError, match="the shim has no effect in"):
        built(tmp_path)
    assert not (tmp_path / "sync_shim.so").exists()


def test_a_house_is_slowed_only_where_that_was_asked_for(tmp_path: Path) -> None:
    assert preloading(trial(tmp_path)) == {}
    (tmp_path / "sync_shim.so").touch()
    assert preloading(trial(tmp_path, sync_ms=2.5)) == {
        "LD_PRELOAD": str(tmp_path / "sync_shim.so"),
        "BENCH_SYNC_US": "2500",
    }
