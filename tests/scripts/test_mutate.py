"""mutate.sh over a mutmut that only pretends: which modules it asks for, what it counts, and how it ends."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
PYTHON = """#!/usr/bin/env bash
case "$*" in
    -V) echo "Python 3.11.2" ;;
    *"-m venv"*) rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python; cp bin/mutmut .venv/bin ;;
    *) exit 0 ;;
esac
"""
MUTMUT = """#!/usr/bin/env bash
case "$1" in
    run) echo "$*" >"$PROJECT/asked"; pwd >"$PROJECT/where"; [ ! -e "$PROJECT/broken" ] ;;
    results) cat "$PROJECT/results" ;;
    show) printf '# %s: survived\\n--- a\\n+++ b\\n-one\\n+two\\n' "$2" ;;
esac
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with empty rooms, and a mutmut that tells what the file `results` holds."""
    for room in ("domain", "projections", "adapters", "scripts", "tests", "bin"):
        (tmp_path / room).mkdir()
    for name in ("mutate.sh", "venv.sh"):
        shutil.copy(SCRIPTS / name, tmp_path / "scripts")
    for name, source in (("python3", PYTHON), ("mutmut", MUTMUT)):
        (tmp_path / "bin" / name).write_text(source)
        (tmp_path / "bin" / name).chmod(0o755)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "domain" / "money.py").touch()
    return tmp_path


def start(
    project: Path, *words: str, killed: int = 0, survived: int = 0
) -> "subprocess.CompletedProcess[str]":
    told = [
        f"    domain.money.x_{n}: {'killed' if n < killed else 'survived'}" for n in range(killed + survived)
    ]
    (project / "results").write_text("\n".join([*told, "    domain.dates.x_1: not checked", ""]))
    return subprocess.run(
        [str(project / "scripts" / "mutate.sh"), *words],
        env={"PATH": f"{project / 'bin'}:/usr/bin:/bin", "PROJECT": str(project)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(("killed", "survived", "status"), [(9, 1, 0), (8, 1, 1), (1, 0, 0), (0, 0, 1)])
def test_nine_of_ten_must_be_killed(project: Path, killed: int, survived: int, status: int) -> None:
    assert start(project, killed=killed, survived=survived).returncode == status


def test_what_survived_is_shown_and_counted(project: Path) -> None:
    done = start(project, killed=1, survived=1)
    assert done.stdout.splitlines() == [
        "# domain.money.x_1: survived",
        "-one",
        "+two",
        "2 mutants: 1 killed, 0 never ended, 1 survived; 50.0 %",
    ]


@pytest.mark.parametrize("module", ["money", "money.py", "domain/money.py"])
def test_modules_may_be_named_as_words_or_as_files(project: Path, module: str) -> None:
    start(project, module, killed=1)
    assert (project / "asked").read_text() == "run domain.money.*\n"


def test_it_works_elsewhere_and_leaves_nothing_there(project: Path) -> None:
    start(project, killed=1)
    folder = Path((project / "where").read_text().strip())
    assert not folder.is_relative_to(project)
    assert not folder.exists()


def test_a_module_that_is_not_there_is_wrong_usage(project: Path) -> None:
    done = start(project, "mony")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no domain/mony.py" in done.stderr


def test_tests_that_fail_without_any_mutant_are_no_result(project: Path) -> None:
    (project / "broken").touch()
    done = start(project, killed=1)
    assert (done.returncode, done.stdout) == (3, "")
    assert "could not try the mutants" in done.stderr
