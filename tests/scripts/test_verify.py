"""verify.py alone in an empty folder: it says yes to what is so, and no to whatever was changed."""

import base64
import copy
import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from adapters.notary.digests import delivery_digest
from adapters.notary.notes import Checkpoint, Signer, last_note
from adapters.notary.tree import Tree, leaf_hash
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import follower, payment
from tests.sealed import SIGNER, proofs_of, sealed

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "verify.py"
CHANGES = 400
FIXED = Path(__file__).resolve().parents[1] / "adapters" / "notary"
VECTORS = json.loads((FIXED / "vectors.json").read_text(encoding="utf-8"))
NOTES = json.loads((FIXED / "notes.json").read_text(encoding="utf-8"))

Say = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def told(any_engine: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A proof with a consistency proof in it, and the checkpoints of both."""
    with open_workshop(tmp_path_factory.mktemp("house")) as workshop:
        workshop.deliver(payment(invoice="inv-1", custom="\x1b[2J"), payment("T2"))
        old = sealed(workshop)
        workshop.deliver(follower("Refunded", "R1", gross="-5.00"), payment("T3"))
        new = sealed(workshop)
        found = proofs_of(workshop).of("T1", old)
        later = _later(workshop)
    assert found is not None
    return {"proof": found, "old": old, "new": new, **later}


def _later(workshop: Workshop) -> dict[str, Any]:
    workshop.deliver(follower("Refunded", "R2", gross="-1.00"))
    uncovered = proofs_of(workshop).of("T1")
    sealed(workshop)
    return {"uncovered": uncovered, "newest": sealed(workshop)}


@pytest.fixture
def say(tmp_path: Path) -> Say:
    """Run a copy of the file where there is nothing else, with nothing of ours to be imported."""
    shutil.copy(SCRIPT, tmp_path / "verify.py")

    def run(*words: str, **files: str) -> "subprocess.CompletedProcess[str]":
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8", errors="surrogatepass")
        return subprocess.run(
            [sys.executable, "-P", "verify.py", *words],
            cwd=tmp_path,
            env={"PYTHONPATH": "", "PYTHONWARNINGS": "error"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@cache
def loaded() -> ModuleType:
    """The same file in this process: for many changes that are looked at one after another."""
    spec = importlib.util.spec_from_file_location("verify_alone", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_it_imports_nothing_of_ours() -> None:
    source = SCRIPT.read_text(encoding="utf-8")
    rooms = ("adapters", "domain", "projections", "scripts", "tests")
    assert not [
        line for line in source.splitlines() if line.startswith(tuple(f"from {room}" for room in rooms))
    ]
    assert not [
        line for line in source.splitlines() if line.startswith(tuple(f"import {room}" for room in rooms))
    ]


def test_a_proof_holds_by_the_key_that_is_known(say: Say, told: dict[str, Any]) -> None:
    done = say("p.json", "--key", SIGNER.vkey, **{"p.json": json.dumps(told["proof"])})
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[-1] == "VALID"
    assert {line.split()[0] for line in lines[:-1]} == {"holds"}
    assert any("event T1 2 PaymentRefunded:1, entry" in line for line in lines)
    assert "\x1b" not in done.stdout


def test_without_a_key_it_says_loudly_whose_key_that_is(say: Say, told: dict[str, Any]) -> None:
    done = say("p.json", **{"p.json": json.dumps(told["proof"])})
    assert done.returncode == 0
    assert done.stdout.count("BEWARE") == 3
    assert done.stdout.splitlines()[-1] == "VALID by the key in the file only"


def test_another_key_than_that_of_the_file_is_no_proof(say: Say, told: dict[str, Any]) -> None:
    other = Signer(SIGNER.name, bytes(32))
    done = say("p.json", "--key", other.vkey, **{"p.json": json.dumps(told["proof"])})
    assert done.returncode == 1
    forged = told["proof"] | {"verifier_key": other.vkey}
    done = say("p.json", "--key", other.vkey, **{"p.json": json.dumps(forged)})
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "NOT VALID")


@pytest.mark.parametrize(
    ("kept", "code", "why"),
    [
        ("new", 0, "goes with the file"),
        ("old", 0, "goes with the file"),
        ("newest", 1, "have the file made with --since"),
    ],
)
def test_a_checkpoint_that_was_kept_elsewhere(
    say: Say, told: dict[str, Any], kept: str, code: int, why: str
) -> None:
    files = {"p.json": json.dumps(told["proof"]), "c": told["old"] + told[kept]}
    done = say("p.json", "--key", SIGNER.vkey, "--checkpoint", "c", **files)
    assert done.returncode == code
    assert why in done.stdout


def test_two_histories_of_one_size_do_not_go_together(say: Say, told: dict[str, Any]) -> None:
    size = int(told["new"].split("\n")[1])
    another = SIGNER.sign(Checkpoint(SIGNER.name, size, bytes(32)).text())
    done = say(
        "p.json",
        "--key",
        SIGNER.vkey,
        "--checkpoint",
        "c",
        **{"p.json": json.dumps(told["proof"]), "c": another},
    )
    assert done.returncode == 1
    assert "another history of the same size" in done.stdout


def test_one_checkpoint_extends_another(say: Say, told: dict[str, Any]) -> None:
    files = {"p.json": json.dumps(told["proof"]), "old": told["old"], "new": told["new"]}
    words = ("--extends", "old", "new", "--proof", "p.json", "--key", SIGNER.vkey)
    assert say(*words, **files).returncode == 0
    alone = {
        name: told["proof"][name]
        for name in ("format", "version", "checkpoint", "verifier_key", "consistency")
    }
    assert say(*words, **(files | {"p.json": json.dumps(alone)})).returncode == 0
    for turned in (
        {"old": told["new"], "new": told["old"]},
        {"new": told["newest"]},
        {"old": told["newest"]},
    ):
        done = say(*words, **(files | turned))
        assert done.returncode == 1, done.stdout
    del alone["consistency"]
    done = say(*words, **(files | {"p.json": json.dumps(alone)}))
    assert done.returncode == 1
    assert "have it made with --since" in done.stdout


def test_what_is_not_covered_is_said_and_the_rest_is_checked(say: Say, told: dict[str, Any]) -> None:
    done = say("p.json", "--key", SIGNER.vkey, **{"p.json": json.dumps(told["uncovered"])})
    assert done.returncode == 1
    wrong = [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
    assert all("not covered by the checkpoint" in line for line in wrong)
    assert any("event T1 3" in line for line in wrong)
    assert any("message 5" in line for line in wrong)
    assert "holds  event T1 1" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("p.json", "--extends", "old", "new"),
        ("--extends", "old", "new"),
        ("p.json", "--proof", "p.json"),
        ("--extends", "old", "new", "--proof", "p.json", "--checkpoint", "new"),
        ("p.json", "--key", "nonsense"),
        ("p.json", "--key", SIGNER.vkey[:-4]),
        ("p.json", "--what"),
    ],
)
def test_who_asks_wrongly_is_told_so(say: Say, words: tuple[str, ...]) -> None:
    done = say(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_what_cannot_be_read_is_another_thing_than_what_is_wrong(say: Say, told: dict[str, Any]) -> None:
    done = say("nowhere.json", "--key", SIGNER.vkey)
    assert (done.returncode, done.stdout) == (3, "")
    assert "nowhere.json cannot be read" in done.stderr
    assert say(".", "--key", SIGNER.vkey).returncode == 3
    assert say("a\x00b".replace("\x00", ""), "--key", SIGNER.vkey).returncode == 3
    files = {"p.json": json.dumps(told["proof"])}
    assert say("p.json", "--key", SIGNER.vkey, "--checkpoint", "none", **files).returncode == 3


DEEP = "[" * 200_000
HOSTILE = {
    "nothing": "",
    "no JSON": "{",
    "a list": "[]",
    "a number": "1",
    "null": "null",
    "nested deeply": DEEP,
    "nested deeply in a field": '{"format": ' + DEEP,
    "a huge number": '{"version": 1' + "0" * 10_000 + "}",
    "NaN": '{"version": NaN}',
    "a name twice": '{"version": 1, "version": 1}',
    "a surrogate": '{"format": "\\ud800", "version": 1, "checkpoint": null, "verifier_key": null}',
    "a name of a surrogate": '{"\\ud800": 1}',
    "another format": '{"format": "x", "version": 1, "checkpoint": null, "verifier_key": null}',
    "a null": '{"format": "x\\u0000", "version": 1, "checkpoint": "\\u0000", "verifier_key": "\\u001b[2J"}',
}


@pytest.mark.parametrize("what", HOSTILE)
def test_no_text_makes_it_stumble(say: Say, what: str) -> None:
    for words in (("p.json",), ("p.json", "--key", SIGNER.vkey)):
        done = say(*words, **{"p.json": HOSTILE[what]})
        assert done.returncode in {1, 3}, done.stdout
        assert "Traceback" not in done.stderr
        assert "\x1b" not in done.stdout + done.stderr


ODD: list[Any] = [
    None, True, False, 0, 1, -1, 1.5, 2**63, 10**30, 1e308, "", "x", "\x1b[2J", "\ud800", "AA==",
    [], [[]], {}, {"a": 1},
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document but those that are marked as derived."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        if path or name != "derived":
            yield (*path, name)
            yield from places(one, (*path, name))


def change(draw: Random, proof: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The proof with one change at random, and what it was."""
    changed = copy.deepcopy(proof)
    # Without what it says of an older checkpoint it is a proof that says less.
    *path, last = draw.choice([place for place in places(changed) if place != ("consistency",)])
    inside: Any = changed
    for name in path:
        inside = inside[name]
    value = inside[last]
    how = draw.choice(("odd", "bit", "gone", "twice", "swap", "more"))
    if how == "gone":
        del inside[last]
    elif how == "twice" and isinstance(inside, list):
        inside.insert(last, value)
    elif how == "swap" and isinstance(inside, list) and len(inside) > 1:
        other = draw.choice([at for at in range(len(inside)) if at != last])
        inside[last], inside[other] = inside[other], inside[last]
    elif how == "more" and isinstance(value, dict):
        value[draw.choice(("x", "key", "gone"))] = draw.choice(ODD)
    elif how == "bit" and isinstance(value, str) and value:
        at = draw.randrange(len(value))
        inside[last] = value[:at] + chr(ord(value[at]) ^ 1 << draw.randrange(7)) + value[at + 1 :]
    elif how == "bit" and type(value) is int:
        inside[last] = value ^ 1 << draw.randrange(40)
    else:
        inside[last] = draw.choice(ODD)
    return f"{how} {[*path, last]}", changed


def asked(path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code, of the same code in this process."""
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    monkeypatch.setattr(sys, "argv", ["verify.py", str(path), "--key", SIGNER.vkey])
    code: int = loaded().main()
    return code


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_changed_in_a_proof_it_is_no_proof_any_more(
    seed: int, told: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw, proof = Random(seed), told["proof"]
    assert asked(tmp_path / "p", json.dumps(proof), monkeypatch) == 0
    for _ in range(CHANGES // 4):
        what, changed = change(draw, proof)
        if changed != proof or json.dumps(changed) != json.dumps(proof):
            assert asked(tmp_path / "p", json.dumps(changed), monkeypatch) in {1, 3}, what


@pytest.mark.parametrize("seed", range(4))
def test_whatever_byte_of_the_file_is_changed_it_is_no_proof_any_more(
    seed: int, told: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = Random(seed)
    text = json.dumps(told["proof"] | {"derived": None}, indent=1)
    for _ in range(CHANGES // 4):
        at, bit = draw.randrange(len(text)), draw.randrange(7)
        changed = text[:at] + chr(ord(text[at]) ^ 1 << bit) + text[at + 1 :]
        try:
            same = json.dumps(json.loads(changed)) == json.dumps(json.loads(text))
        except ValueError:
            same = False
        if not same and "derived" in changed:
            code = asked(tmp_path / "p", changed, monkeypatch)
            assert code in {1, 3} or json.loads(changed)["derived"] is not None, changed[at - 40 : at + 40]


def test_what_is_marked_as_derived_is_nobodys_word(say: Say, told: dict[str, Any]) -> None:
    changed = told["proof"] | {"derived": {"anything": [1.5, None]}}
    assert say("p.json", "--key", SIGNER.vkey, **{"p.json": json.dumps(changed)}).returncode == 0


@given(
    st.lists(st.sampled_from(["\N{EM DASH} a AAAA", "a", "b", "", "\N{EM DASH} b AAAA AA", "\N{EM DASH} "]))
)
def test_it_finds_the_last_note_as_the_commands_do(lines: list[str]) -> None:
    assert loaded().last_note("\n".join(lines)) == last_note("\n".join(lines))


@pytest.mark.parametrize("vector", VECTORS["events"])
def test_it_hashes_events_as_the_vectors_say(vector: dict[str, Any]) -> None:
    event = vector | {"state": vector["state"].encode()}
    assert loaded().event_digest(event, bytes.fromhex(vector["previous"])).hex() == vector["digest"]


@pytest.mark.parametrize("vector", VECTORS["deliveries"])
def test_it_hashes_messages_as_the_vectors_say(vector: dict[str, Any]) -> None:
    message = vector | {"body": bytes.fromhex(vector["body"])}
    assert loaded().message_digest(message).hex() == vector["digest"]


@pytest.mark.parametrize("vector", VECTORS["rules"])
def test_it_hashes_rules_as_the_vectors_say(vector: dict[str, Any]) -> None:
    assert loaded().rules_digest(vector).hex() == vector["digest"]


@pytest.mark.parametrize("vector", NOTES, ids=lambda one: str(one["what"]))
def test_it_reads_notes_as_the_vectors_say(vector: dict[str, str]) -> None:
    found = loaded().checked_note(vector["note"], vector["vkey"])
    assert (str(found.size), found.root.hex()) == (vector["size"], vector["root"])


@given(size=st.integers(1, 70), other=st.integers(0, 70))
def test_it_checks_trees_as_the_commands_do(size: int, other: int) -> None:
    leaves = [leaf_hash(bytes([n])) for n in range(size)]
    tree, old = Tree(leaves), min(size, other)
    whole = loaded().Checkpoint(size, tree.root(), ())
    before = loaded().Checkpoint(old, Tree(leaves[:old]).root(), ())
    assert loaded().is_extended(before, whole, tree.consistency(old))
    assert loaded().is_in_tree(bytes([old % size]), old % size, tree.inclusion(old % size), whole)
    assert not loaded().is_in_tree(b"another", old % size, tree.inclusion(old % size), whole)
    assert not loaded().is_extended(before, whole, [*tree.consistency(old), whole.root])


@pytest.mark.parametrize("by", ["", None, "x"])
def test_no_two_ways_of_saying_that_nothing_is_sealed(say: Say, told: dict[str, Any], by: str | None) -> None:
    changed = copy.deepcopy(told["proof"])
    changed["messages"][0]["sealed_by"] = by
    done = say("p.json", "--key", SIGNER.vkey, **{"p.json": json.dumps(changed)})
    assert done.returncode == (0 if by is None else 1)


def sealed_message(key: bytes | None, *, by: str = "payer-1", n: int = 1) -> dict[str, Any]:
    """A proof of one message alone, its body sealed, and an event that names it."""
    place = b"counterfoil body 1\n" + n.to_bytes(8, "big")
    body = b"\x01" + b"n" * 12 + AESGCM(b"k" * 32).encrypt(b"n" * 12, b"txn_id=T1", place)
    row: dict[str, Any] = {"n": n, "received_us": 5, "peer": "p", "headers": "[]", "sealed_by": by}
    digest = delivery_digest(**row, body=body)
    tree = Tree([leaf_hash(digest)])
    note = SIGNER.sign(Checkpoint(SIGNER.name, 1, tree.root()).text())
    message = row | {"body": in_base64(body), "digest": in_base64(digest), "seq": 1, "proof": []}
    return {
        "format": "counterfoil proof", "version": 1, "checkpoint": note, "verifier_key": SIGNER.vkey,
        "covered": True, "streams": [], "events": [], "rules": [], "derived": None,
        "messages": [message | ({} if key is None else {"key": in_base64(key)})],
    }  # fmt: skip


def in_base64(these: bytes) -> str:
    return base64.b64encode(these).decode()


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (None, "holds  message 1, 38 bytes, sealed by payer-1, not to be read without its key"),
        (b"k" * 32, "holds  message 1, 38 bytes, sealed by payer-1, 9 bytes with its key"),
        (b"x" * 32, "the key in the file does not open it"),
        (b"k" * 16, "the key in the file does not open it"),
        (b"", "the key in the file does not open it"),
    ],
)
def test_a_sealed_message_is_what_was_sealed_with_or_without_its_key(
    say: Say, key: bytes | None, said: str
) -> None:
    done = say("p.json", "--key", SIGNER.vkey, **{"p.json": json.dumps(sealed_message(key))})
    assert said in done.stdout
    # No event names it: that is the one thing that is wrong with it.
    assert "the messages that the events name: [] are named, [1] are there" in done.stdout
