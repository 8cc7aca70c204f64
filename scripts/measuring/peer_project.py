"""A Django project around django-paypal as its documentation says, on the database that suits it best."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REQUIREMENTS: Final = ("django-paypal==2.1", "django", "gunicorn", "psycopg[binary]")
PATH: Final = "/ipn/"
PROJECT: Final = "peer"  # the package of the project
CONFIG: Final = "gunicorn_conf.py"

# Synced like ours, and the best that Django offers beside it: WAL, the lock taken at once and waited for
# long, one connection kept by each thread.
_SQLITE: Final = """{
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": os.environ["PEER_DATABASE"],
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "timeout": 60,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    },
}"""
_POSTGRESQL: Final = """{
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": None,
    **{
        django: part
        for django, libpq in (("NAME", "dbname"), ("USER", "user"), ("PASSWORD", "password"),
                              ("HOST", "host"), ("PORT", "port"))
        if (part := conninfo_to_dict(os.environ["PEER_DATABASE"]).get(libpq))
    },
}"""
_IMPORTS: Final = {"sqlite": "", "postgresql": "from psycopg.conninfo import conninfo_to_dict\n"}
_DATABASES: Final = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
_SETTINGS: Final = """import os
{imports}
SECRET_KEY = "of a measurement"
DEBUG = False
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["paypal.standard.ipn", "{project}"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "{project}.urls"
WSGI_APPLICATION = "{project}.wsgi.application"
PAYPAL_TEST = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {{"default": {database}}}
LOGGING_CONFIG = None
"""
_URLS: Final = """from django.urls import include, path

urlpatterns = [path("{path}", include("paypal.standard.ipn.urls"))]
"""
# What its documentation has a shop do with each valid message, and no more; and PayPal is ours.
_APPS: Final = """import os

from django.apps import AppConfig


class Peer(AppConfig):
    name = "{project}"

    def ready(self):
        from paypal.standard import models
        from paypal.standard.ipn.signals import valid_ipn_received

        models.POSTBACK_ENDPOINT = models.SANDBOX_POSTBACK_ENDPOINT = os.environ["PEER_VERIFY_URL"]
        valid_ipn_received.connect(received)


def received(sender, **_):
    if sender.receiver_email and sender.receiver_email not in os.environ["PEER_RECEIVERS"].split(","):
        sender.set_flag("Not our receiver.")
        sender.save()
"""
_WSGI: Final = """import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "{project}.settings"
application = get_wsgi_application()
"""
# In a file, since what an earlier gunicorn does not know is no error there.
_GUNICORN: Final = """control_socket_disable = True
backlog = 2048
timeout = 120
worker_tmp_dir = "/dev/shm"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """One way to run it under gunicorn."""

    name: str
    words: str
    options: tuple[str, ...]
    keeps_alive: bool  # whether a connection may be used again


CONFIGURATIONS: Final = (
    Configuration(
        name="sync",
        words="2 sync workers",
        options=("--worker-class", "sync", "--workers", "2"),
        keeps_alive=False,
    ),
    Configuration(
        name="gthread",
        words="1 worker of 64 threads",
        options=("--worker-class", "gthread", "--workers", "1", "--threads", "64", "--keep-alive", "75"),
        keeps_alive=True,
    ),
)


def project(engine: str) -> Mapping[str, str]:
    """The files of the project, by their path in its folder; what differs at run time it reads by itself."""
    settings = _SETTINGS.format(project=PROJECT, database=_DATABASES[engine], imports=_IMPORTS[engine])
    return {
        CONFIG: _GUNICORN,
        f"{PROJECT}/__init__.py": "",
        f"{PROJECT}/settings.py": settings,
        f"{PROJECT}/urls.py": _URLS.format(path=PATH.removeprefix("/")),
        f"{PROJECT}/apps.py": _APPS.format(project=PROJECT),
        f"{PROJECT}/wsgi.py": _WSGI.format(project=PROJECT),
    }


def write_project(folder: Path, engine: str) -> None:
    """Write them into a folder, which is made where it is missing."""
    for name, text in project(engine).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def environment(database: str, verify_url: str, receivers: str) -> dict[str, str]:
    """What the project reads at run time; loopback is asked directly, whatever proxies there are."""
    return {
        "PEER_DATABASE": database,
        "PEER_VERIFY_URL": verify_url,
        "PEER_RECEIVERS": receivers,
        "DJANGO_SETTINGS_MODULE": f"{PROJECT}.settings",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "PYTHONWARNINGS": "ignore",
    }
