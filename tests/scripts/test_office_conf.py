"""The office's gunicorn, as our settings set it up."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

SHOW = """
import json, sys
import scripts.office_conf as conf
shown = {name: value for name, value in vars(conf).items() if isinstance(value, str | int | list | None)}
json.dump(shown | {"opened": [name for name in sys.modules if name.startswith("adapters")]}, sys.stdout)
"""


def configured(environ: dict[str, str], folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    given = {f"COUNTERFOIL_{name}": text for name, text in settings.items()}
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=folder,
        env={**environ, **given},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_one_process_of_many_threads_answers_at_the_office_s_address(
    environ: dict[str, str], tmp_path: Path
) -> None:
    done = configured(environ, tmp_path, OFFICE="[::1]:8123")
    assert done.returncode == 0, done.stderr
    conf = json.loads(done.stdout)
    assert conf["bind"] == ["[::1]:8123"]
    assert (conf["worker_class"], conf["workers"], conf["threads"]) == (
        "adapters.thread_worker.OfficeWorker",
        1,
        32,
    )
    assert conf["wsgi_app"] == "scripts.wsgi:app()"
    assert conf["accesslog"] is None
    assert conf["proc_name"] == "counterfoil office"
    assert (conf["control_socket_disable"], conf["preload_app"]) == (True, False)
    assert list(tmp_path.iterdir()) == []


def test_the_master_loads_nothing_that_a_worker_opens(environ: dict[str, str], tmp_path: Path) -> None:
    assert json.loads(configured(environ, tmp_path).stdout)["opened"] == []


def test_it_gives_a_locked_store_its_time(environ: dict[str, str], tmp_path: Path) -> None:
    conf = json.loads(configured(environ, tmp_path).stdout)
    assert conf["timeout"] > conf["graceful_timeout"] > 10


@pytest.mark.parametrize("settings", [{"OFFICE": "nowhere"}, {"PAYPAL": "other"}])
def test_a_wrong_setting_ends_it_with_one_line(
    environ: dict[str, str], tmp_path: Path, settings: dict[str, str]
) -> None:
    done = configured(environ, tmp_path, **settings)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert next(iter(settings)) in done.stderr


def test_the_tests_are_of_this_checkout(environ: dict[str, str]) -> None:
    assert environ["PYTHONPATH"] == str(ROOT)
