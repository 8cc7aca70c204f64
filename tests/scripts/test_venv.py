"""run.sh and its venv.sh, over a Python that only pretends to install: when they do, and when not."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
TOOLS = ("bash", "cat", "chmod", "cksum", "cp", "dirname", "env", "flock", "mkdir", "rm", "touch")

# What the tests ask of a Python: to say its version, to have venv, to make one, to install with pip.
PYTHON = """#!/usr/bin/env bash
case "$*" in
    -V) echo "Python 3.11.2" ;;
    *ensurepip*) [ ! -e "$STAGE/no-ensurepip" ] ;;
    "-m pip --version") [ ! -e "$STAGE/no-pip" ] ;;
    *"-m venv"*) echo venv >>"$STAGE/calls"; rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
    *"-m pip"*)
        echo pip >>"$STAGE/calls"
        [ ! -e "$STAGE/no-index" ] || exit 1
        printf '#!/usr/bin/env bash\\nprintf "<%%s>" "$PWD" "$@"' >.venv/bin/counterfoil
        chmod +x .venv/bin/counterfoil
        ;;
    *) exit 0 ;;
esac
"""

Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    """A folder with a project, and beside it a `bin` with all that its PATH has."""
    project = tmp_path / "a project"
    (project / "scripts").mkdir(parents=True)
    for name in ("run.sh", "venv.sh"):
        shutil.copy(SCRIPTS / name, project / "scripts")
    (project / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "bin").mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found, f"{name} is missing on this machine"
        (tmp_path / "bin" / name).symlink_to(found)
    (tmp_path / "bin" / "python3").write_text(PYTHON)
    (tmp_path / "bin" / "python3").chmod(0o755)
    return tmp_path


@pytest.fixture
def start(stage: Path) -> Start:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(stage / "a project" / "scripts" / "run.sh"), *words],
            cwd=stage,
            env={"PATH": str(stage / "bin"), "STAGE": str(stage)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def calls(stage: Path) -> list[str]:
    path = stage / "calls"
    return path.read_text().split() if path.exists() else []


def test_the_first_start_installs_and_the_next_ones_do_not(stage: Path, start: Start) -> None:
    assert start().returncode == 0
    assert calls(stage) == ["venv", "pip"]
    assert start().returncode == 0
    assert calls(stage) == ["venv", "pip"]


def test_arguments_go_to_serve_which_runs_in_the_project(stage: Path, start: Start) -> None:
    assert start("--bind", "two words").stdout == f"<{stage}/a project><serve><--bind><two words>"


def test_another_pyproject_installs_again_into_the_same_environment(stage: Path, start: Start) -> None:
    start()
    (stage / "a project" / "pyproject.toml").write_text("[project]\nname = 'changed'\n")
    assert start().returncode == 0
    assert calls(stage) == ["venv", "pip", "pip"]


def test_a_moved_project_is_installed_anew(stage: Path, start: Start) -> None:
    start()
    stamp = stage / "a project" / ".venv" / "stamp-made"
    stamp.write_text("Python 3.11.2 /elsewhere\n")
    (stage / "a project" / ".venv" / "stamp-run").write_text("1 2 Python 3.11.2 /elsewhere\n")
    assert start().returncode == 0
    assert calls(stage) == ["venv", "pip", "venv", "pip"]


def test_an_installation_that_broke_off_is_made_anew(stage: Path, start: Start) -> None:
    (stage / "no-index").touch()
    broken = start()
    assert broken.returncode == 3
    assert "could not install" in broken.stderr.splitlines()[-1]
    (stage / "no-index").unlink()
    assert start().returncode == 0
    assert calls(stage) == ["venv", "pip", "venv", "pip"]


def test_without_python_one_line_says_what_is_needed(stage: Path, start: Start) -> None:
    (stage / "bin" / "python3").unlink()
    done = start()
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer" in done.stderr


def test_with_pip_alone_the_environment_gets_its_pip_from_there(stage: Path, start: Start) -> None:
    (stage / "no-ensurepip").touch()
    assert start().returncode == 0
    assert calls(stage) == ["venv", "pip", "pip"]


def test_without_either_one_line_names_the_package(stage: Path, start: Start) -> None:
    (stage / "no-ensurepip").touch()
    (stage / "no-pip").touch()
    done = start()
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "apt install python3-venv" in done.stderr


def test_two_at_once_install_once(stage: Path) -> None:
    both = [
        subprocess.Popen(
            [str(stage / "a project" / "scripts" / "run.sh")],
            env={"PATH": str(stage / "bin"), "STAGE": str(stage)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    assert calls(stage) == ["venv", "pip"]
