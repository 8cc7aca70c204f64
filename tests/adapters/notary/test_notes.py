"""A signed note says one thing in one way: what was changed, cut or signed by another does not pass."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.notary.note_keys import ID_BYTES
from adapters.notary.notes import (
    SIGNATURES_MAX,
    Checkpoint,
    NoteError,
    Signer,
    checkpoint_of,
    last_note,
    verify,
)

VECTORS = json.loads((Path(__file__).parent / "notes.json").read_text(encoding="utf-8"))
NAME = "counterfoil/0123456789abcdef"
SIGNER = Signer(NAME, bytes(range(32)))
CHECKPOINT = Checkpoint(NAME, 7, bytes(range(100, 132)), ("time: 2026-11-21T13:00:00Z", "taken over: 5"))
NOTE = SIGNER.sign(CHECKPOINT.text())
TEXT, _, SIGNATURE = NOTE.rpartition("\n\n")
TEXT += "\n"


def resigned(text: str, by: Signer = SIGNER) -> str:
    """A note whose signature is right, whatever it says."""
    return by.sign(text)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: str(one["what"]))
def test_the_vectors_hold(vector: dict[str, str]) -> None:
    signer = Signer(vector["name"], bytes.fromhex(vector["seed"]))
    assert (signer.vkey, signer.private) == (vector["vkey"], vector["private"])
    assert signer.sign(vector["text"]) == vector["note"]
    checkpoint = verify(vector["note"], [vector["vkey"]])
    assert checkpoint.text() == vector["text"]
    assert (checkpoint.size, checkpoint.root.hex()) == (int(vector["size"]), vector["root"])


def test_a_note_is_read_as_it_was_written() -> None:
    assert verify(NOTE, [SIGNER.vkey]) == CHECKPOINT == checkpoint_of(CHECKPOINT.text())
    assert CHECKPOINT.line("taken over") == "5"
    assert CHECKPOINT.line("taken") is None


def test_a_signer_comes_back_from_its_text() -> None:
    made = Signer.generate(NAME)
    again = Signer.from_text(made.private)
    assert (again.vkey, again.private, again.name) == (made.vkey, made.private, NAME)
    assert verify(again.sign(CHECKPOINT.text()), [made.vkey]) == CHECKPOINT
    assert Signer.generate(NAME).vkey != made.vkey


@pytest.mark.parametrize(
    ("private", "why"),
    [
        ("", "begins with"),
        (SIGNER.vkey, "begins with"),
        (f"{SIGNER.private[:-1]}", "is not base64"),
        (SIGNER.private.replace("+AQABAg", "+AQABBg"), "does not match its own id"),
        ("PRIVATE+KEY+a", "a name, its id and base64"),
    ],
)
def test_what_is_no_signing_key_is_said_without_showing_it(private: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as raised:
        Signer.from_text(private)
    assert SIGNER.private[-40:-2] not in str(raised.value)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb"])
def test_a_signers_name_is_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="no blanks and no plus"):
        Signer(name, bytes(32))


def test_only_ended_text_is_signed() -> None:
    with pytest.raises(ValueError, match="end of a line"):
        SIGNER.sign("a")


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("", "its text, an empty line and signatures"),
        (TEXT, "its text, an empty line and signatures"),
        (TEXT + SIGNATURE, "its text, an empty line and signatures"),
        (NOTE[:-1], "and nothing after them"),
        (NOTE + "x", "and nothing after them"),
        (NOTE + "\n", "and nothing after them|a signature's line"),
        (NOTE + "x\n", "a signature's line"),
        (TEXT + "\n", "its text, an empty line|a signature's line|and nothing after them"),
        (NOTE + SIGNATURE, "one key signed twice"),
        (NOTE * 2, "cannot be printed|none empty|one key signed"),
        (NOTE.replace("\n", "\r\n"), "its text, an empty line"),
        (NOTE.replace("\N{EM DASH}", "-"), "a signature's line"),
        (NOTE.replace("13:00:00Z", "13:00:01Z"), "not over this text"),
        (NOTE.replace("\n7\n", "\n8\n"), "not over this text"),
        (NOTE.replace(f"{NAME}\n7", f"{NAME}\n07"), "a size is a plain number"),
        (NOTE + SIGNATURE * SIGNATURES_MAX, "up to 16 signatures"),
        (NOTE + "\N{EM DASH} other AA==" + "A" * 20_000 + "\n", "longer than any of ours"),
        ("\ud800" + NOTE, "cannot be printed"),
        (NOTE.replace(" 2026", "\x002026"), "cannot be printed"),
    ],
)
def test_what_is_no_note_of_ours_is_said_in_words(note: str, why: str) -> None:
    with pytest.raises(NoteError, match=why):
        verify(note, [SIGNER.vkey])


@pytest.mark.parametrize(
    "size", ["01", "-1", "+1", " 1", "1 ", "1_0", "", "x", "\u0661", "1.0", str(2**63), "9" * 5000]
)
def test_a_size_is_a_plain_number_even_when_it_is_signed(size: str) -> None:
    with pytest.raises(NoteError, match=r"a size is a plain number|none empty"):
        verify(resigned(TEXT.replace("\n7\n", f"\n{size}\n")), [SIGNER.vkey])


@pytest.mark.parametrize(
    "root", ["AA==", "A" * 43, "A" * 44, "A" * 42 + "B=", "A" * 43 + "=\n", "A" * 42 + "-=", ""]
)
def test_a_root_is_32_bytes_in_one_way_even_when_it_is_signed(root: str) -> None:
    text = f"{NAME}\n7\n{root}\n"
    with pytest.raises(NoteError, match=r"the root|none empty|three lines"):
        verify(resigned(text), [SIGNER.vkey])


def test_a_note_counts_only_by_a_key_that_counts() -> None:
    other = Signer(NAME, bytes(32))
    with pytest.raises(NoteError, match=f"signed by {NAME}.* none of the keys that count"):
        verify(NOTE, [other.vkey])
    with pytest.raises(NoteError, match="none of the keys that count"):
        verify(NOTE, [])
    with pytest.raises(NoteError, match="a verifier key is a name"):
        verify(NOTE, ["nonsense"])
    assert verify(NOTE, [other.vkey, SIGNER.vkey]) == CHECKPOINT


def test_a_key_signs_checkpoints_of_its_own_name_only() -> None:
    with pytest.raises(NoteError, match="signed a checkpoint of another"):
        verify(resigned(TEXT, Signer("somebody", bytes(32))), [Signer("somebody", bytes(32)).vkey])


def test_a_witness_may_sign_beside_us() -> None:
    witness = Signer("witness.example", bytes(32))
    line = witness.sign(TEXT).rpartition("\n\n")[2]
    assert verify(NOTE + line, [SIGNER.vkey]) == CHECKPOINT
    # Of another kind, with a time in it, as witnesses have.
    assert verify(NOTE + "\N{EM DASH} w AAAAAAAAAAAA\n", [SIGNER.vkey]) == CHECKPOINT


@given(at=st.integers(0, len(NOTE.encode()) - 1), bit=st.integers(0, 7))
def test_no_bit_of_a_note_can_be_changed(at: int, bit: int) -> None:
    changed = bytearray(NOTE.encode())
    changed[at] ^= 1 << bit
    with pytest.raises((NoteError, UnicodeDecodeError)):
        verify(changed.decode(), [SIGNER.vkey])


@given(st.text())
def test_no_text_at_all_does_worse_than_being_turned_away(text: str) -> None:
    for note in (text, f"{TEXT}\n{text}", f"{text}\n{SIGNATURE}", f"{TEXT}\n\N{EM DASH} {text}\n"):
        with pytest.raises(NoteError):
            verify(note, [SIGNER.vkey])


def test_a_signature_carries_the_id_of_its_key() -> None:
    assert len(SIGNER.vkey.split("+")[1]) == 2 * ID_BYTES


@pytest.mark.parametrize("before", ["", "half a no", "half a no\n", f"{NAME}\n6\nAA", f"{TEXT}\n"])
@pytest.mark.parametrize("after", ["", "\n", "half a no", f"{NAME}\n8\n"])
def test_the_last_whole_note_of_a_file_is_found_whatever_stands_around_it(before: str, after: str) -> None:
    other = SIGNER.sign(Checkpoint(NAME, 6, bytes(32)).text())
    for text in (NOTE, other + NOTE, before + "\n" + NOTE, other + before + "\n" + NOTE):
        assert last_note(text + after) == NOTE


@given(st.text())
def test_a_text_without_a_note_stays_as_it_is(text: str) -> None:
    assert last_note(text) in {text, *(f"{line}\n" for line in text.split("\n"))} or "\N{EM DASH}" in text


def test_a_note_with_a_witness_is_found_whole() -> None:
    witness = Signer("witness.example", bytes(32)).sign(TEXT).rpartition("\n\n")[2]
    assert last_note(NOTE + NOTE + witness) == NOTE + witness
