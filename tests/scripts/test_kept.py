"""Secrets in the home folder: made once, for their owner's eyes."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from scripts.kept import kept
from scripts.settings import SettingsError


def test_the_first_makes_it_and_everybody_reads_that_one(tmp_path: Path) -> None:
    path, numbers = tmp_path / "var" / "x.secret", count()
    with ThreadPoolExecutor(12) as pool:
        found = set(pool.map(lambda _: kept(path, lambda: f"secret-{next(numbers)}", "secret"), range(24)))
    assert found == {path.read_text().strip()}
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["x.secret"]


@pytest.mark.parametrize("content", ["", "two words", "a\x00b", "Zoë"])
def test_a_file_that_holds_none_is_said(tmp_path: Path, content: str) -> None:
    (tmp_path / "x").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="holds no key"):
        kept(tmp_path / "x", lambda: "new", "key")
