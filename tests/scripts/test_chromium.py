"""chromium.sh over an apt-get that only pretends: installed by who may, else asked for, never skipped."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
TOOLS = ("bash", "dirname", "env", "cp", "cat")
CHROMIUM = "#!/usr/bin/env bash\n"
# Installs into its own PATH; `broken` is a machine without a mirror.
APT_GET = """#!/usr/bin/env bash
echo "$*" >>"$STAGE/calls"
[ ! -e "$STAGE/broken" ] || { echo "E: no mirror" >&2; exit 100; }
case "$*" in
    *" install "*) [ -e "$STAGE/useless" ] || cp "$STAGE/chromium" "$STAGE/bin/chromium" ;;
esac
"""
ID = """#!/usr/bin/env bash
cat "$STAGE/id"
"""
DOOR = """set -euo pipefail
. scripts/venv.sh
. scripts/chromium.sh
bring_chromium
command -v chromium
"""


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    (tmp_path / "project" / "scripts").mkdir(parents=True)
    for name in ("chromium.sh", "venv.sh"):
        shutil.copy(SCRIPTS / name, tmp_path / "project" / "scripts")
    (tmp_path / "bin").mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found, f"{name} is missing on this machine"
        (tmp_path / "bin" / name).symlink_to(found)
    for name, text in (("apt-get", APT_GET), ("id", ID)):
        program(tmp_path / "bin" / name, text)
    program(tmp_path / "chromium", CHROMIUM)
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
    program(stage / "bin" / "chromium", CHROMIUM)
    done = start(stage)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{stage}/bin/chromium\n", "")
    assert calls(stage) == []


def test_who_may_installs_it_once_and_a_font_beside_it(stage: Path) -> None:
    for _ in range(2):
        done = start(stage)
        assert (done.returncode, done.stdout) == (0, f"{stage}/bin/chromium\n")
    update, install = calls(stage)
    assert update.split()[-1] == "update"
    assert install.split()[-2:] == ["chromium", "fonts-dejavu-core"]


def test_anybody_else_is_told_what_to_install(stage: Path) -> None:
    (stage / "id").write_text("1000\n")
    done = start(stage)
    assert (done.returncode, done.stdout) == (3, "")
    assert "apt install chromium fonts-dejavu-core" in done.stderr
    assert calls(stage) == []


def test_where_it_cannot_be_had_nothing_is_run(stage: Path) -> None:
    (stage / "broken").touch()
    done = start(stage)
    assert (done.returncode, done.stdout) == (3, "")
    assert "E: no mirror" in done.stderr
    assert "counterfoil: could not get chromium" in done.stderr


def test_one_that_does_not_start_is_none(stage: Path) -> None:
    (stage / "useless").touch()
    done = start(stage)
    assert (done.returncode, done.stdout) == (3, "")
    assert "counterfoil: chromium was installed and does not start" in done.stderr
