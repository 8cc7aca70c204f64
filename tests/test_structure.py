"""The house stands as it is drawn: rooms, mirrors, sizes, signs, and the direction of imports."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("domain", "adapters", "projections", "scripts")
LINES_MAX = 220
# Whoever checks a proof is handed this one file and nothing else.
LINES_MAX_OF = {Path("scripts/verify.py"): 600}
MODULES = sorted(path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py"))
TESTS = sorted(path.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py"))
# Those that lie in tests/ itself are of no single module.
OF_THE_WHOLE = {path for path in TESTS if len(path.parts) == 1}


def is_named(path: Path) -> bool:
    return not path.stem.startswith("__")


def test_every_module_has_its_tests() -> None:
    mirrors = {path.with_name(f"test_{path.name}") for path in MODULES if is_named(path)}
    assert sorted(map(str, mirrors - set(TESTS))) == []


def test_every_test_has_its_module() -> None:
    tested = {path.with_name(path.name.removeprefix("test_")) for path in set(TESTS) - OF_THE_WHOLE}
    shell = {path.relative_to(ROOT).with_suffix(".py") for path in (ROOT / "scripts").glob("*.sh")}
    assert sorted(map(str, tested - set(MODULES) - shell)) == []


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_fits_in_a_glance_and_has_its_sign(path: Path) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    assert len(source.splitlines()) <= LINES_MAX_OF.get(path, LINES_MAX)
    tree = ast.parse(source)
    assert ast.get_docstring(tree), "no docstring"
    if path.name == "__init__.py":
        assert len(tree.body) == 1, "a room's own file holds its sign only"


def test_tests_are_no_packages() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_every_room_is_a_package() -> None:
    folders = {path.parent for path in MODULES}
    assert [str(folder) for folder in folders if not (ROOT / folder / "__init__.py").exists()] == []


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.parts[0] in ("domain", "projections")], ids=str
)
def test_the_core_imports_the_standard_library_and_itself_only(path: Path) -> None:
    below = {"domain"} if path.parts[0] == "domain" else {"domain", "projections"}
    imported: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            imported.add((node.module or "").partition(".")[0])
    assert imported - below - sys.stdlib_module_names == set()


def test_imports_go_down_only() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
            "--no-logo",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
