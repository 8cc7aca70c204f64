"""Command lines run inside the tests' own process, without the second that a start takes."""

import gc
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog

from scripts.cli import main
from tests.served import Run


@contextmanager
def logging_as_before() -> Iterator[None]:
    """A command turns the log to the stderr of its own test, which nobody may write to afterwards.

    And where its process would end with it, it leaves garbage be.
    """
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()
        gc.unfreeze()


def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("state", "T1", DATABASE="…")`, in an empty folder."""

    def run(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        capsys.readouterr()
        with monkeypatch.context() as patched:
            patched.chdir(tmp_path)
            patched.setattr(sys, "argv", ["counterfoil", *words])
            for name in [name for name in os.environ if name.startswith("COUNTERFOIL_")]:
                patched.delenv(name)
            for name, text in settings.items():
                patched.setenv(f"COUNTERFOIL_{name}", text)
            with pytest.raises(SystemExit) as ended, logging_as_before():
                main()
        told = capsys.readouterr()
        code = ended.value.code
        return subprocess.CompletedProcess(words, code if isinstance(code, int) else 0, told.out, told.err)

    return run
