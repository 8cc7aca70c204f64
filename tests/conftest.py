"""What all tests share: how long hypothesis searches, the samples of real messages, and real processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from scripts.checks import free_port
from tests.chromium import chromium, one_chromium
from tests.engines import (
    any_engine,
    database_in,
    engine_now,
    on_postgresql,
    on_sqlite,
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_fixture_setup,
    pytest_generate_tests,
    pytest_runtest_protocol,
    pytest_sessionfinish,
)
from tests.served import PATIENCE_SECONDS, House, Run, Serve

__all__ = [
    "any_engine",
    "chromium",
    "on_postgresql",
    "on_sqlite",
    "one_chromium",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_fixture_setup",
    "pytest_generate_tests",
    "pytest_runtest_protocol",
    "pytest_sessionfinish",
]

ROOT = Path(__file__).resolve().parents[1]

# COUNTERFOIL_CAMPAIGN=1 (`./scripts/test.sh --campaign`) searches for long; otherwise everybody's run stays
# short and finds the same each time on the same code.
settings.register_profile(
    "ordinary", max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "campaign", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# COUNTERFOIL_MUTATION=1 (`./scripts/mutate.sh`) runs the tests once for every mutant.
settings.register_profile(
    "mutation", settings.get_profile("ordinary"), max_examples=10, phases=[Phase.explicit, Phase.generate]
)
if os.environ.get("COUNTERFOIL_MUTATION"):
    settings.load_profile("mutation")
else:
    settings.load_profile("campaign" if os.environ.get("COUNTERFOIL_CAMPAIGN") else "ordinary")


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real messages; they are not ours to hand on, so it is named from outside."""
    named = os.environ.get("COUNTERFOIL_IPN_SAMPLES")
    if not named:
        pytest.skip("COUNTERFOIL_IPN_SAMPLES names no folder of sample messages")
    return Path(named).resolve(strict=True)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment without any setting but where a server keeps all, where one does.

    `python -m scripts` is this checkout in it.
    """
    bare = {name: text for name, text in os.environ.items() if not name.startswith(("COUNTERFOIL_", "PG"))}
    if engine_now() == "postgresql":
        bare["COUNTERFOIL_DATABASE"] = database_in(tmp_path)
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


@pytest.fixture
def serve(any_engine: str, environ: dict[str, str], tmp_path: Path) -> Iterator[Serve]:
    """`serve()` starts the whole house in an empty folder, on whatever engine the test is on."""
    houses: list[House] = []

    def run(*words: str, **settings: str) -> House:
        given = {f"COUNTERFOIL_{name}": text for name, text in settings.items()}
        doors = ("--bind", f"127.0.0.1:{free_port()}", "--office", f"127.0.0.1:{free_port()}")
        log = tmp_path / f"log.{len(houses)}"
        with log.open("w") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "scripts", "serve", *doors, *words],
                cwd=tmp_path,
                env={**environ, "COUNTERFOIL_LOG_FORMAT": "json", **given},
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        houses.append(House(process, log))
        return houses[-1]

    yield run
    for house in houses:
        house.process.terminate()
        try:
            house.process.communicate(timeout=PATIENCE_SECONDS)
        finally:
            house.process.kill()
