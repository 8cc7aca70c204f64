"""`counterfoil checkpoint`: the newest one, the key for it, and that it extends what was kept elsewhere."""

import json
from pathlib import Path

import pytest

from adapters.notary.notes import verify
from tests.given import payment
from tests.house import LocalPayPal, keep, settings_in, work_off
from tests.scripts.here import runner
from tests.sealed import SIGNER
from tests.served import Run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def database(any_engine: str, tmp_path: Path) -> str:
    return worked_off(tmp_path, payment())


def worked_off(folder: Path, *bodies: bytes, **more: str) -> str:
    with LocalPayPal().running() as paypal:
        settings = settings_in(folder, paypal.url, NOTARY_KEY=SIGNER.private, **more)
        keep(settings, bodies)
        work_off(settings)
    return settings.database


def test_the_newest_is_printed_and_its_key(here: Run, database: str) -> None:
    note, vkey = here("checkpoint", DATABASE=database), here("checkpoint", "--key", DATABASE=database)
    assert (note.returncode, note.stderr, vkey.returncode, vkey.stderr) == (0, "", 0, "")
    assert vkey.stdout == f"{SIGNER.vkey}\n"
    assert verify(note.stdout, [vkey.stdout.strip()]).size > 0
    both = json.loads(here("checkpoint", "--json", DATABASE=database).stdout)
    assert both == {
        "size": verify(note.stdout, [SIGNER.vkey]).size, "note": note.stdout, "verifier_keys": [SIGNER.vkey],
    }  # fmt: skip


def test_it_extends_what_was_kept_elsewhere(here: Run, database: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text(here("checkpoint", DATABASE=database).stdout, encoding="utf-8")
    worked_off(tmp_path, payment("T2"))
    done = here("checkpoint", "--since", str(kept), DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    shown = json.loads(done.stdout)
    assert shown["consistency"]["checkpoint"] == kept.read_text(encoding="utf-8")
    assert shown["consistency"]["proof"]
    assert shown["checkpoint"] == here("checkpoint", DATABASE=database).stdout


def test_before_the_first_there_is_none(here: Run, any_engine: str, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, "http://127.0.0.1:1/")
    keep(settings, [])
    done = here("checkpoint", DATABASE=settings.database)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no checkpoint was made yet" in done.stderr


@pytest.mark.parametrize("text", ["", "nonsense\n", "a\n1\nAA==\n\n\N{EM DASH} a AAAA\n"])
def test_what_is_no_checkpoint_of_ours_is_wrong_usage(
    here: Run, database: str, tmp_path: Path, text: str
) -> None:
    (tmp_path / "kept").write_text(text, encoding="utf-8")
    done = here("checkpoint", "--since", "kept", DATABASE=database)
    assert (done.returncode, done.stdout) == (2, "")
    assert "expected a checkpoint of this book" in done.stderr


def test_a_file_that_is_not_there_is_wrong_usage(here: Run, database: str) -> None:
    done = here("checkpoint", "--since", "nowhere", DATABASE=database)
    assert done.returncode == 2
    assert "'nowhere' cannot be read as a checkpoint: no such file" in done.stderr
    assert here("checkpoint", "--key", "--since", "nowhere", DATABASE=database).returncode == 2


def test_a_worker_sends_it_where_it_is_told_to(here: Run, any_engine: str, tmp_path: Path) -> None:
    place = f"file://{tmp_path}/kept"
    database = worked_off(tmp_path, payment(), CHECKPOINTS_TO=place)
    newest = here("checkpoint", DATABASE=database).stdout
    assert (tmp_path / "kept").read_text(encoding="utf-8") == newest
    worked_off(tmp_path, payment("T2"), CHECKPOINTS_TO=place)
    newer = here("checkpoint", DATABASE=database).stdout
    assert (tmp_path / "kept").read_text(encoding="utf-8") == newest + newer
