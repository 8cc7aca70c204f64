"""The office under gunicorn, set up by our settings: `gunicorn -c python:scripts.office_conf`."""

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

configure(_settings.log_format, "office")

wsgi_app = "scripts.wsgi:app()"
bind = [str(_settings.office)]
workers = 1
# Threads, like gunicorn's gthread.
worker_class = "adapters.thread_worker.OfficeWorker"
# A slow connection holds a thread for a while: enough of them that a few do no harm.
threads = 32
# Engines must be opened after the fork.
preload_app = False

keepalive = 5
# A worker that shows no sign of life for so long is replaced.
timeout = 30
# Longer than a request may wait for a locked store.
graceful_timeout = 15

# An address may hold an encoded invoice or a cursor; more than this is nobody's honest question.
limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 4094

proc_name = "counterfoil office"
logconfig_dict = logging_config(_settings.log_format, "office")
accesslog = None
# The sign of life is a file; in memory it cannot be held up by a busy disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 -- gunicorn makes the name
control_socket_disable = True


def post_fork(server: Any, _worker: Any) -> None:  # noqa: ANN401 -- gunicorn brings no types
    """Let the worker end with its master, or it would hold the address after the master was killed."""
    end_with_parent(server.pid)


def worker_exit(_server: Any, _worker: Any) -> None:  # noqa: ANN401 -- gunicorn brings no types
    """Close the stores in the process that opened them."""
    # Imported only here: the master opens nothing.
    from scripts.wsgi import close  # noqa: PLC0415

    close()
