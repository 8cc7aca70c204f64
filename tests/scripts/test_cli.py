"""The command line: one line and a code for every trouble, and nothing imported that is not asked for."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from scripts.checks import CannotStartError
from scripts.cli import COMMANDS, EXITS, exit_code
from scripts.settings import SettingsError
from tests.served import Run


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, counterfoil: Run) -> None:
    done = counterfoil(command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: ")


def test_help_lists_every_command(counterfoil: Run) -> None:
    done = counterfoil("--help")
    assert done.returncode == 0
    listed = re.findall(r"^  ([a-z]+)  ", done.stdout, flags=re.MULTILINE)
    assert [name for name in listed if name in COMMANDS] == list(COMMANDS)


def test_the_version(counterfoil: Run) -> None:
    done = counterfoil("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("counterfoil ")


@pytest.mark.parametrize(
    "words", [["nonsense"], ["config", "--nonsense"], ["serve", "--workers", "many"], []]
)
def test_wrong_usage_is_exit_2_without_a_traceback(words: list[str], counterfoil: Run) -> None:
    done = counterfoil(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("name", "code"), EXITS.items())
def test_every_known_error_exists_and_has_its_code(name: str, code: int) -> None:
    module, _, kind = name.rpartition(".")
    assert exit_code(getattr(import_module(module), kind)("why")) == code


def test_errors_that_nobody_knows_have_no_code() -> None:
    assert exit_code(ValueError()) is None
    assert (exit_code(SettingsError()), exit_code(CannotStartError())) == (2, 3)


def test_a_reader_that_has_gone_is_no_trouble(environ: dict[str, str], tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "scripts", "config"],
        env=environ,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    program.stdout.close()
    assert program.stderr is not None
    with program.stderr as stderr:
        assert stderr.read() == ""
    program.wait(60)


def test_a_simple_command_imports_no_server_and_no_database(environ: dict[str, str], tmp_path: Path) -> None:
    code = """
import sys
sys.argv = ["counterfoil", "config"]
from scripts.cli import main
try:
    main()
except SystemExit:
    print("loaded:", {"sqlalchemy", "falcon", "httpx", "structlog", "rich"} & set(sys.modules))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.endswith("loaded: set()\n")
