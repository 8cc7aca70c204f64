"""The listener under gunicorn, set up by our settings: `gunicorn -c python:scripts.gunicorn_conf`."""

import gc
import os
import sys
from pathlib import Path
from typing import Any

from scripts.lifeline import end_with_parent
from scripts.logs import configure, logging_config
from scripts.settings import SettingsError, read_settings

try:
    _settings = read_settings(os.environ)
except SettingsError as error:
    # gunicorn would print a traceback, and end with 1.
    print(error, file=sys.stderr)
    raise SystemExit(2) from None

configure(_settings.log_format, "listener")

wsgi_app = "scripts.asgi:app"
bind = [str(_settings.bind)]
# One process writes the file; a second one would only wait for the first.
workers = 1
worker_class = "adapters.uvicorn_worker.ListenerWorker"
preload_app = False

keepalive = 5
# A worker that shows no sign of life for so long is replaced.
timeout = 30
# Longer than a request may wait for its commit, and than what uvicorn gives it at the end.
graceful_timeout = 15

proc_name = "counterfoil listener"
logconfig_dict = logging_config(_settings.log_format, "listener")
accesslog = None
# The sign of life is a file; in memory it cannot be held up by a busy disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 -- gunicorn makes the name
control_socket_disable = True

# Requests leave nothing in circles: looking for it among all that is loaded held one in a hundred up 50 ms.
_COLLECT_AFTER = 50_000


def post_fork(server: Any, _worker: Any) -> None:  # noqa: ANN401 -- gunicorn brings no types
    """Let the worker end with its master, or it would hold the address after the master was killed."""
    end_with_parent(server.pid)


def post_worker_init(_worker: Any) -> None:  # noqa: ANN401 -- gunicorn brings no types
    """Look for garbage seldom, and never among what is loaded by now."""
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
