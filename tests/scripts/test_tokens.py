"""Tokens: made once, kept for their owner's eyes, and the settings win."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts.settings import Settings, SettingsError, read_settings
from scripts.tokens import tokens


def settings_in(home: Path, **more: str) -> Settings:
    given = {f"COUNTERFOIL_{name}": text for name, text in more.items()}
    return read_settings({"COUNTERFOIL_DATABASE": f"sqlite:///{home}/counterfoil.db", **given})


def test_the_first_start_makes_both_and_the_next_reads_them(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "var")
    made = tokens(settings)
    assert made.operator != made.viewer
    assert min(len(made.operator), len(made.viewer)) >= 128 / 6
    assert tokens(settings) == made


def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    tokens(settings_in(tmp_path / "var"))
    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == ["operator.token", "viewer.token"]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "var").iterdir()} == {0o600}


def test_what_is_set_wins_and_nothing_is_written(tmp_path: Path) -> None:
    given = tokens(settings_in(tmp_path / "var", OPERATOR_TOKEN="one", VIEWER_TOKEN="two"))
    assert (given.operator, given.viewer) == ("one", "two")
    assert not (tmp_path / "var").exists()


def test_twenty_that_start_at_once_agree(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "var")
    with ThreadPoolExecutor(20) as pool:
        assert len({tokens(one).operator for one in pool.map(lambda _: settings, range(20))}) == 1
        assert len(set(pool.map(lambda _: tokens(settings_in(tmp_path / "other")).viewer, range(20)))) == 1


@pytest.mark.parametrize("content", [b"", b"\n", b"two words", b"\xff"])
def test_a_file_without_a_token_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "operator.token").write_bytes(content)
    with pytest.raises(SettingsError, match=r"operator\.token holds no token; remove it"):
        tokens(settings_in(tmp_path))


def test_tokens_do_not_show_in_their_representation(tmp_path: Path) -> None:
    made = tokens(settings_in(tmp_path))
    assert made.operator not in repr(made)
