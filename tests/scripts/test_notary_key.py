"""The notary's key: made at the first start, the same after, and what is set wins."""

import os
from pathlib import Path

import pytest

from adapters.notary.notes import Signer
from scripts.notary_key import signer
from scripts.settings import Settings, SettingsError, read_settings

KEY = Signer("counterfoil/test", bytes(range(32)))


def settings_in(home: Path, **more: str) -> Settings:
    given = {f"COUNTERFOIL_{name}": text for name, text in more.items()}
    return read_settings({"COUNTERFOIL_DATABASE": f"sqlite:///{home}/counterfoil.db", **given})


def test_the_first_start_makes_it_and_the_next_reads_it(tmp_path: Path) -> None:
    made = signer(settings_in(tmp_path))
    assert made.name.startswith("counterfoil/")
    assert signer(settings_in(tmp_path)).vkey == made.vkey
    assert (tmp_path / "notary.key").read_text().strip() == made.private
    assert signer(settings_in(tmp_path / "other")).vkey != made.vkey


def test_what_is_set_wins_and_nothing_is_written(tmp_path: Path) -> None:
    assert signer(settings_in(tmp_path / "var", NOTARY_KEY=KEY.private)).vkey == KEY.vkey
    assert not (tmp_path / "var").exists()
    (tmp_path / "key").write_text(f"{KEY.private}\n")
    assert signer(settings_in(tmp_path / "var", NOTARY_KEY_FILE=str(tmp_path / "key"))).vkey == KEY.vkey


def test_what_is_no_key_is_said_without_a_part_of_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"NOTARY_KEY is hidden .*notary\.key") as caught:
        settings_in(tmp_path, NOTARY_KEY=KEY.private[:-6])
    assert KEY.private[30:50] not in str(caught.value)
    (tmp_path / "notary.key").write_text("PRIVATE+KEY+x\n")
    with pytest.raises(SettingsError, match=r"notary\.key"):
        signer(settings_in(tmp_path))


def test_a_folder_that_takes_no_key_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be kept"):
        signer(settings_in(tmp_path / "file"))
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208 - names alone
