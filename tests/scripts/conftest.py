"""Real command lines, in a folder of their own and without the settings of whoever runs the tests."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environ() -> dict[str, str]:
    """An environment without any setting, in which `python -m scripts` is this checkout."""
    bare = {name: text for name, text in os.environ.items() if not name.startswith("COUNTERFOIL_")}
    return {**bare, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "TERM": "dumb"}


@pytest.fixture
def counterfoil(environ: dict[str, str], tmp_path: Path) -> Run:
    """`counterfoil("config", BIND="…")` runs the command to its end in an empty folder."""

    def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        given = {f"COUNTERFOIL_{name}": text for name, text in settings.items()}
        return subprocess.run(
            [sys.executable, "-m", "scripts", *words],
            cwd=tmp_path,
            env={**environ, **given},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
