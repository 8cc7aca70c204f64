"""The log: one line an event whatever it says, in both forms, from whoever speaks."""

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from scripts.logs import configure, logging_config, printable

EVIL = "paid\n2026-01-01T00:00:00Z info     listener  all is well\r\x1b[2J\x7f\u2028\u202e"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Tests of the log must not leave theirs behind."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json", "worker")
    structlog.get_logger().info("recorded", n=12, custom=EVIL)
    output = capsys.readouterr()
    assert output.out == ""
    (line,) = output.err.splitlines()
    event = json.loads(line)
    assert event.pop("timestamp").endswith("Z")
    assert event == {"event": "recorded", "level": "info", "role": "worker", "n": 12, "custom": EVIL}
    assert line.isascii()
    assert line.isprintable()


def test_console_escapes_what_is_not_to_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    configure("console", "worker")
    structlog.get_logger().warning(EVIL, custom=EVIL, name="Zoë", empty="", sentence='a "b" c')
    (line,) = capsys.readouterr().err.splitlines()
    assert line.isprintable()
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z warning worker ", line)
    assert line.endswith(r'  name=Zoë  empty=""  sentence="a \"b\" c"')


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_an_exception_stays_on_its_line(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure(log_format, "worker")
    try:
        os.environ[EVIL]
    except KeyError:
        structlog.get_logger().exception("failed", n=3)
        logging.getLogger("library").exception("failed too")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all("Traceback" in line and "KeyError" in line and line.isprintable() for line in lines)
    if log_format == "json":
        assert all("KeyError" in json.loads(line)["exception"] for line in lines)


def test_the_standard_library_speaks_alike(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json", "listener")
    logging.getLogger("gunicorn.error").info("Booting worker with pid: %s", 7)
    logging.getLogger("some.library").warning(EVIL)
    logging.getLogger("some.library").info("chatter")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["event"], first["role"], first["logger"]) == (
        "Booting worker with pid: 7",
        "listener",
        "gunicorn.error",
    )
    assert (second["event"], second["level"]) == (EVIL, "warning")


def test_debug_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json", "worker")
    structlog.get_logger().debug("detail")
    assert capsys.readouterr().err == ""


@given(text=st.text())
def test_no_text_breaks_a_line(text: str) -> None:
    assert printable(text).isprintable()


def test_what_can_be_seen_is_left_as_it_is() -> None:
    assert printable("Zoë paid 12 €") == "Zoë paid 12 €"


def test_gunicorn_takes_it_as_its_configuration() -> None:
    code = f"""
from gunicorn.config import Config
from gunicorn.glogging import Logger
config = Config()
config.set("logconfig_dict", {logging_config("json", "listener")!r})
Logger(config).info("one\\ntwo")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert json.loads(done.stderr)["event"] == "one\ntwo"
