"""`counterfoil proof`: a file that verify.py says yes to, or plainly what is missing in it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from adapters.tables import deliveries
from scripts.wiring.stores import open_stores
from tests.adapters.workshop import open_workshop
from tests.given import follower, payment
from tests.house import LocalPayPal, keep, settings_in, work_off
from tests.scripts.here import runner
from tests.sealed import SIGNER, sealed
from tests.served import Run

VERIFY = Path(__file__).resolve().parents[2] / "scripts" / "verify.py"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def database(any_engine: str, tmp_path: Path) -> str:
    return worked_off(tmp_path, payment(), follower("Refunded", "R1", gross="-5.00"), payment("T2", "x"))


def worked_off(folder: Path, *bodies: bytes, **more: str) -> str:
    with LocalPayPal().running() as paypal:
        settings = settings_in(folder, paypal.url, NOTARY_KEY=SIGNER.private, **more)
        keep(settings, bodies)
        work_off(settings)
    return settings.database


def verified(*words: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(VERIFY), *words, "--key", SIGNER.vkey],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("asked", ["T1", "R1"])
def test_what_it_writes_is_verified(here: Run, database: str, tmp_path: Path, asked: str) -> None:
    done = here("proof", asked, "--out", "proof.json", DATABASE=database)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    said = verified("proof.json", folder=tmp_path)
    assert (said.returncode, said.stderr) == (0, ""), said.stdout
    assert "event T1 2 PaymentRefunded:1" in said.stdout
    assert "the rules that the events name" in said.stdout
    printed = here("proof", asked, DATABASE=database)
    assert json.loads(printed.stdout) == json.loads((tmp_path / "proof.json").read_text(encoding="ascii"))
    assert [path.name for path in tmp_path.iterdir() if "proof.json" in path.name] == ["proof.json"]


def test_what_is_no_plain_file_is_not_written_over(here: Run, database: str, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("elsewhere")
    done = here("proof", "T1", "--out", "link", DATABASE=database)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "counterfoil: link is no plain file: name another\n"
    assert (tmp_path / "link").is_symlink()


def test_it_names_the_rules_that_were_decided_by(here: Run, database: str) -> None:
    made = json.loads(here("proof", "T1", DATABASE=database).stdout)
    assert [json.loads(one["document"])["ship_unpriced"] for one in made["rules"]] == [True]


def test_it_shows_that_an_older_checkpoint_is_extended(here: Run, database: str, tmp_path: Path) -> None:
    (tmp_path / "old").write_text(here("checkpoint", DATABASE=database).stdout, encoding="utf-8")
    worked_off(tmp_path, payment("T3"))
    done = here("proof", "T1", "--since", "old", "--out", "p", DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    said = verified("p", "--checkpoint", "old", folder=tmp_path)
    assert said.returncode == 0, said.stdout
    assert "begin with the" in said.stdout


def test_nothing_is_proved_of_what_was_never_heard_of(here: Run, database: str, tmp_path: Path) -> None:
    done = here("proof", "T7", "--out", "p", DATABASE=database)
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing was heard of T7" in done.stderr
    assert not (tmp_path / "p").exists()
    assert "notification 3 names it" in here("proof", "T2", DATABASE=database).stderr


def test_what_no_checkpoint_covers_is_said(here: Run, any_engine: str, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, "http://127.0.0.1:1/")
    with open_workshop(tmp_path) as workshop:
        workshop.deliver(payment())
        early = here("proof", "T1", DATABASE=settings.database)
        sealed(workshop)
        workshop.deliver(follower("Refunded", "R1", gross="-5.00"))
        later = here("proof", "T1", DATABASE=settings.database)
    assert (early.returncode, json.loads(early.stdout)["covered"]) == (1, False)
    assert "no checkpoint was made yet" in early.stderr
    assert (later.returncode, json.loads(later.stdout)["covered"]) == (1, False)
    assert "does not cover event R1 1" in later.stderr


def test_what_was_changed_is_not_proved(here: Run, database: str, tmp_path: Path) -> None:
    with open_stores(settings_in(tmp_path, "http://127.0.0.1:1/")) as stores, stores.inbox.begin() as inbox:
        inbox.execute(update(deliveries).values(peer="1.2.3.4"))
    done = here("proof", "T1", DATABASE=database)
    assert (done.returncode, done.stdout) == (1, "")
    assert "delivery 1 is not as it was sealed" in done.stderr


def test_a_message_that_is_not_there_any_more_is_missed(here: Run, database: str, tmp_path: Path) -> None:
    with open_stores(settings_in(tmp_path, "http://127.0.0.1:1/")) as stores, stores.inbox.begin() as inbox:
        inbox.execute(delete(deliveries).where(deliveries.c.n == 2))
    done = here("proof", "T1", "--out", "p", DATABASE=database)
    assert done.returncode == 1
    assert "the inbox lacks message 2" in done.stderr
    said = verified("p", folder=tmp_path)
    assert said.returncode == 1
    [wrong] = [line for line in said.stdout.splitlines() if line.startswith("WRONG")]
    assert "its bytes are not kept any more, only its digest" in wrong
    assert "not in the tree" not in wrong


def test_a_file_that_cannot_be_written_is_said(here: Run, database: str, tmp_path: Path) -> None:
    done = here("proof", "T1", "--out", "no/such/folder", DATABASE=database)
    assert (done.returncode, done.stdout) == (3, "")
    assert "no/such/folder cannot be written: no such file" in done.stderr
    (tmp_path / "folder").mkdir()
    assert here("proof", "T1", "--out", "folder", DATABASE=database).returncode == 3
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("folder")] == ["folder"]


def test_what_is_no_checkpoint_is_wrong_usage(here: Run, database: str, tmp_path: Path) -> None:
    (tmp_path / "old").write_text("nonsense", encoding="utf-8")
    done = here("proof", "T1", "--since", "old", DATABASE=database)
    assert (done.returncode, done.stdout) == (2, "")
    assert "expected a checkpoint of this book" in done.stderr


def test_sealed_data_are_handed_on_with_their_keys_only(here: Run, any_engine: str, tmp_path: Path) -> None:
    body = payment(payer_email="jane@example.com", first_name="Jane", last_name="Doe")
    given = {"PERSONAL_DATA": "sealed", "DATABASE": worked_off(tmp_path, body, PERSONAL_DATA="sealed")}
    done = here("proof", "T1", "--out", "closed", **given)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Jane" not in (tmp_path / "closed").read_text(encoding="ascii")
    said = verified("closed", folder=tmp_path)
    assert said.returncode == 0, said.stdout
    assert "not to be read without its key" in said.stdout
    assert here("proof", "T1", "--out", "open", "--with-keys", **given).returncode == 0
    assert "Jane Doe" in (tmp_path / "open").read_text(encoding="ascii")
    said = verified("open", folder=tmp_path)
    assert said.returncode == 0, said.stdout
    assert f"{len(body)} bytes with its key" in said.stdout


def test_what_was_forgotten_is_proved_all_the_same(
    here: Run, counterfoil: Run, any_engine: str, tmp_path: Path
) -> None:
    body = payment(payer_email="jane@example.com", first_name="Jane", last_name="Doe")
    given = {"PERSONAL_DATA": "sealed", "DATABASE": worked_off(tmp_path, body, PERSONAL_DATA="sealed")}
    before = json.loads(here("proof", "T1", **given).stdout)
    assert counterfoil("forget", "PAYER1", "--yes", **given).returncode == 0
    done = here("proof", "T1", "--out", "p", "--with-keys", **given)
    assert (done.returncode, done.stderr) == (0, "")
    text = (tmp_path / "p").read_text(encoding="ascii")
    assert "Jane" not in text
    assert [one["digest"] for one in json.loads(text)["messages"]] == [
        one["digest"] for one in before["messages"]
    ]
    said = verified("p", folder=tmp_path)
    assert said.returncode == 0, said.stdout
    assert "not to be read without its key" in said.stdout
