"""The demo's own folder and settings."""

import re
from pathlib import Path

import pytest

from scripts import demo
from scripts.checks import CannotStartError
from scripts.cli import COMMANDS
from scripts.settings import read_settings


def test_its_settings_are_complete_and_right(tmp_path: Path) -> None:
    settings = read_settings(
        {"COUNTERFOIL_DATABASE": "sqlite:///real.db"}, demo.settings_of_demo(tmp_path, 9)
    )
    assert settings.home == tmp_path
    assert (settings.paypal, settings.receivers) == ("sandbox", (demo.SELLER,))
    assert settings.verify_url == "http://127.0.0.1:9/cgi-bin/webscr"
    assert settings.catalogue is not None
    assert 'item_number = "MUG-1"' in settings.catalogue.read_text(encoding="utf-8")


def test_it_begins_afresh_and_touches_nothing_else(tmp_path: Path) -> None:
    ours = [
        "counterfoil.db",
        "counterfoil.db-wal",
        "counterfoil.inbox.db",
        "counterfoil.inbox.db-shm",
        "viewer.token",
    ]
    for name in (*ours, "notes.txt"):
        (tmp_path / name).touch()
    demo.sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStartError, match="cannot write in the folder of the demo"):
        demo.settings_of_demo(tmp_path / "file" / "demo", 9)


def test_hints_can_be_copied(tmp_path: Path) -> None:
    settings = read_settings({}, demo.settings_of_demo(tmp_path, 9))
    shown = demo.hints(settings, "t0ken")
    assert 'curl -s -H "Authorization: Bearer t0ken" http://127.0.0.1:8001/api/transactions' in shown
    (parts,) = re.findall(r"for part in ([a-z ]+); do", shown)
    assert {*parts.split(), *re.findall(r"-m scripts ([a-z]+) TXN", shown)} <= set(COMMANDS)


def test_the_local_paypal_posts_to_the_listener(tmp_path: Path) -> None:
    settings = read_settings({"COUNTERFOIL_BIND": "0.0.0.0:8100"}, demo.settings_of_demo(tmp_path, 9))
    command = demo.paypal_command(settings, 9)
    assert command[-4:] == ("--listener", "http://127.0.0.1:8100/ipn", "--port", "9")
