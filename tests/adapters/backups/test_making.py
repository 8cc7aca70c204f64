"""A folder that is there whole or not at all."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.backups.making import made_whole, new_file
from adapters.engines import StoreError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_takes_its_name_when_all_is_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "of today" / "backup"
    before = os.umask(0)
    try:
        with made_whole(folder) as being_made:
            new_file(being_made / "file")
            assert not folder.exists()
    finally:
        os.umask(before)
    assert [path.name for path in folder.parent.iterdir()] == ["backup"]
    assert (mode(folder), mode(folder / "file"), mode(folder.parent)) == (0o700, 0o600, 0o700)


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, Path.touch, lambda folder: folder.symlink_to("nowhere")],
    ids=["folder", "file", "link"],
)
def test_what_is_there_already_is_not_written_over(tmp_path: Path, make: Callable[[Path], None]) -> None:
    folder = tmp_path / "backup"
    make(folder)
    with pytest.raises(StoreError, match="there is something already"), made_whole(folder):
        raise AssertionError("it was begun")
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]


def test_one_that_comes_there_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "backup"

    def make() -> None:
        with made_whole(folder):
            folder.mkdir()
            (folder / "of somebody else").touch()

    with pytest.raises(StoreError, match="cannot be written"):
        make()
    assert [path.name for path in folder.iterdir()] == ["of somebody else"]
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]


@pytest.mark.parametrize("error", [StoreError("why"), KeyboardInterrupt()])
def test_what_goes_wrong_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    def make() -> None:
        with made_whole(tmp_path / "backup") as being_made:
            new_file(being_made / "file")
            raise error

    with pytest.raises(type(error)):
        make()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(StoreError, match=r"file/backup: it cannot be written \(.*/file: File exists\)"),
        made_whole(tmp_path / "file" / "backup"),
    ):
        raise AssertionError("it was begun")


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    new_file(tmp_path / "file")
    with pytest.raises(FileExistsError):
        new_file(tmp_path / "file")
