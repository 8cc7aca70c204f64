"""The README and docs/: every command that they show is there, with its options, and every file they name."""

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from typer.main import get_command

from scripts.cli import COMMANDS, app

if TYPE_CHECKING:
    from typer.core import TyperGroup

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

by_name = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def calls(page: Path) -> list[list[str]]:
    """What is given to `counterfoil` in the page's blocks of shell commands."""
    found = []
    for block in re.findall(r"(?ms)^ *```sh\n(.*?)^ *```$", page.read_text()):
        for line in block.replace("\\\n", " ").splitlines():
            for command in re.split(r"&&|\|\||[|;]", line.partition("#")[0]):
                words = shlex.split(command)
                while words and (re.match(r"\w+=", words[0]) or words[0] in ("time", "sudo")):
                    words = words[3:] if words[:2] == ["sudo", "-u"] else words[1:]
                if words and Path(words[0]).name == "counterfoil":
                    found.append(words[1:])
    return found


def options(command: str) -> set[str]:
    group = cast("TyperGroup", get_command(app))
    found = group.get_command(None, command)  # type: ignore[arg-type]
    assert found is not None
    return {option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)}


@by_name
def test_every_command_is_there_with_its_options(page: Path) -> None:
    shown = calls(page)
    assert shown
    assert [words for words in shown if words[0] not in COMMANDS] == []
    unknown = {
        (words[0], word)
        for words in shown
        for word in words[1:]
        if word.startswith("--") and word.partition("=")[0] not in options(words[0])
    }
    assert unknown == set()


@by_name
def test_every_file_that_is_named_is_there(page: Path) -> None:
    named = re.findall(r"\b((?:deploy|docs|scripts)/[\w./-]*\w)", page.read_text())
    assert sorted({name for name in named if not (ROOT / name).exists()}) == []
