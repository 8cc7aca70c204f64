"""hledger.sh over an apt-get that only pretends: installed by who may, else unpacked, never skipped."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
TOOLS = ("bash", "dirname", "env", "mkdir", "mktemp", "mv", "rm", "cp", "chmod", "cat")
HLEDGER = "#!/usr/bin/env bash\n"
# Installs into its own PATH, downloads into the current folder; `broken` is a machine without a mirror.
APT_GET = """#!/usr/bin/env bash
echo "$*" >>"$STAGE/calls"
[ ! -e "$STAGE/broken" ] || { echo "E: no mirror" >&2; exit 100; }
case "$*" in
    *" install "*) [ -e "$STAGE/useless" ] || cp "$STAGE/hledger" "$STAGE/bin/hledger" ;;
    *" download "*) cp "$STAGE/hledger" hledger_1_amd64.deb ;;
esac
"""
DPKG = """#!/usr/bin/env bash
mkdir -p "$3/usr/bin" && cp "$2" "$3/usr/bin/hledger"
"""
ID = """#!/usr/bin/env bash
cat "$STAGE/id"
"""
DOOR = """set -euo pipefail
. scripts/venv.sh
. scripts/hledger.sh
bring_hledger
command -v hledger
"""


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    (tmp_path / "project" / "scripts").mkdir(parents=True)
    (tmp_path / "project" / ".venv").mkdir()
    for name in ("hledger.sh", "venv.sh"):
        shutil.copy(SCRIPTS / name, tmp_path / "project" / "scripts")
    (tmp_path / "bin").mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found, f"{name} is missing on this machine"
        (tmp_path / "bin" / name).symlink_to(found)
    for name, text in (("apt-get", APT_GET), ("dpkg", DPKG), ("id", ID)):
        program(tmp_path / "bin" / name, text)
    program(tmp_path / "hledger", HLEDGER)
    (tmp_path / "id").write_text("0\n")
    return tmp_path


def program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def start(stage: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(stage / "bin" / "bash"), "-c", DOOR],
        cwd=stage / "project",
        env={"PATH": str(stage / "bin"), "STAGE": str(stage)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def calls(stage: Path) -> list[str]:
    path = stage / "calls"
    return path.read_text().splitlines() if path.exists() else []


def test_where_it_is_nothing_is_fetched(stage: Path) -> None:
    program(stage / "bin" / "hledger", HLEDGER)
    done = start(stage)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{stage}/bin/hledger\n", "")
    assert calls(stage) == []


def test_who_may_installs_it_once(stage: Path) -> None:
    for _ in range(2):
        done = start(stage)
        assert (done.returncode, done.stdout) == (0, f"{stage}/bin/hledger\n")
    assert [call.split()[-1] for call in calls(stage)] == ["update", "hledger"]


def test_anybody_else_unpacks_it_once_into_the_environment(stage: Path) -> None:
    (stage / "id").write_text("1000\n")
    for _ in range(2):
        done = start(stage)
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"{stage}/project/.venv/hledger/usr/bin/hledger\n"
    assert [call.split()[-1] for call in calls(stage)] == ["update", "hledger"]
    assert [path.name for path in (stage / "project" / ".venv").iterdir()] == ["hledger"]


@pytest.mark.parametrize("user", ["0", "1000"])
def test_where_it_cannot_be_had_nothing_is_run(stage: Path, user: str) -> None:
    (stage / "id").write_text(f"{user}\n")
    (stage / "broken").touch()
    done = start(stage)
    assert (done.returncode, done.stdout) == (3, "")
    assert "E: no mirror" in done.stderr
    assert "counterfoil: could not get hledger" in done.stderr
    assert list((stage / "project" / ".venv").iterdir()) == []


def test_one_that_does_not_start_is_none(stage: Path) -> None:
    (stage / "useless").touch()
    done = start(stage)
    assert (done.returncode, done.stdout) == (3, "")
    assert "counterfoil: hledger was installed and does not start" in done.stderr
