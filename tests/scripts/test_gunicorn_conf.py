import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adapters import uvicorn_worker
from adapters.waiting import Limits

SHOWN = (
    "import json, scripts.gunicorn_conf as conf;"
    "print(json.dumps({k: v for k, v in vars(conf).items() if isinstance(v, (str, int, list, type(None)))}))"
)


def python(environ: dict[str, str], folder: Path, *words: str, **settings: str) -> Any:
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**environ, **{f"COUNTERFOIL_{name}": text for name, text in settings.items()}},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def conf(environ: dict[str, str], tmp_path: Path) -> dict[str, Any]:
    return dict(json.loads(python(environ, tmp_path, "-c", SHOWN, BIND="127.0.0.1:18080").stdout))


def test_the_address_is_the_one_of_the_settings(conf: dict[str, Any]) -> None:
    assert conf["bind"] == ["127.0.0.1:18080"]


def test_one_process_writes_and_it_loads_after_the_fork(conf: dict[str, Any]) -> None:
    assert (conf["workers"], conf["preload_app"]) == (1, False)


def test_what_is_in_hand_has_time_to_end(conf: dict[str, Any]) -> None:
    assert conf["graceful_timeout"] > uvicorn_worker.GRACE_SECONDS > Limits().wait_seconds
    assert conf["timeout"] > Limits().wait_seconds


def test_nothing_is_opened_beside_the_address(conf: dict[str, Any]) -> None:
    assert conf["control_socket_disable"] is True
    assert conf["accesslog"] is None


def test_gunicorn_understands_all_of_it(environ: dict[str, str], tmp_path: Path) -> None:
    done = python(environ, tmp_path, "-m", "gunicorn", "-c", "python:scripts.gunicorn_conf", "--check-config")
    assert (done.returncode, done.stdout) == (0, "")
    # Reading the configuration touches no file.
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_setting_ends_it_with_one_line_and_2(environ: dict[str, str], tmp_path: Path) -> None:
    done = python(
        environ, tmp_path, "-m", "gunicorn", "-c", "python:scripts.gunicorn_conf", BODY_MAX="plenty"
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "BODY_MAX" in done.stderr
    assert "plenty" in done.stderr


def test_what_is_loaded_is_never_looked_through_for_garbage(environ: dict[str, str], tmp_path: Path) -> None:
    told = (
        "import gc, scripts.gunicorn_conf as conf; conf.post_worker_init(None);"
        "print(gc.get_freeze_count() > 10_000, gc.get_threshold()[0] > 10_000, gc.isenabled())"
    )
    assert python(environ, tmp_path, "-c", told).stdout.split() == ["True", "True", "True"]
