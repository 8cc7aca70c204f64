"""fuzz.sh over a Python that only pretends: what it installs, hands on, and says where it cannot."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
PYTHON = """#!/usr/bin/env bash
case "$*" in
    -V) echo "Python 3.11.2" ;;
    *"-m venv"*) rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
    *"-m pip"*) echo "$*" >>pip-calls ;;
    *"import atheris"*) [ ! -e no-atheris ] ;;
    *tests.fuzz.run*) printf '<%s>' "$@" ;;
    *) exit 0 ;;
esac
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the doors alone, and a Python that installs nothing."""
    (tmp_path / "scripts").mkdir()
    for name in ("chromium.sh", "fuzz.sh", "hledger.sh", "test.sh", "venv.sh"):
        shutil.copy(SCRIPTS / name, tmp_path / "scripts")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "bin").mkdir()
    needed = {"hledger": "#!/usr/bin/env bash\n", "chromium": "#!/usr/bin/env bash\n"}
    for name, program in {"python3": PYTHON, **needed}.items():
        (tmp_path / "bin" / name).write_text(program)
        (tmp_path / "bin" / name).chmod(0o755)
    return tmp_path


def start(project: Path, door: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(project / "scripts" / door), *words],
        env={"PATH": f"{project / 'bin'}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_seconds_go_to_the_fuzzers(project: Path) -> None:
    done = start(project, "fuzz.sh", "5")
    assert (done.returncode, done.stdout) == (0, "<-B><-m><tests.fuzz.run><5>")


def test_where_no_fuzzer_can_be_had_it_says_so_and_that_is_no_success(project: Path) -> None:
    (project / "no-atheris").touch()
    done = start(project, "fuzz.sh")
    assert (done.returncode, done.stdout) == (4, "")
    assert "cannot fuzz here: atheris has no wheel for Python 3.11.2 on Linux" in done.stderr


def test_tests_and_fuzzing_take_turns_without_installing_anew(project: Path) -> None:
    for door in ("test.sh", "fuzz.sh", "test.sh", "fuzz.sh"):
        assert start(project, door).returncode == 0
    calls = (project / "pip-calls").read_text().splitlines()
    assert [call.rpartition(" ")[2] for call in calls if "install" in call] == [".[dev]", ".[dev,fuzz]"]
