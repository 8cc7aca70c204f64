"""Keys of notes have one form: whatever else looks like one is turned away in words."""

import pytest

from adapters.notary.note_keys import Verifier, bytes_of, is_name
from adapters.notary.notes import Signer

VKEY = Signer("counterfoil/0123456789abcdef", bytes(range(32))).vkey
NAME, ID, KEY = VKEY.split("+", 2)


def test_a_verifier_key_is_read_as_it_is_written() -> None:
    assert Verifier.of(VKEY).text == VKEY
    assert Verifier.of(VKEY).name == NAME
    assert Verifier.of(VKEY).key_id.hex() == ID


@pytest.mark.parametrize(
    ("vkey", "why"),
    [
        ("", "a name, its id and base64"),
        ("a", "a name, its id and base64"),
        ("a+b", "a name, its id and base64"),
        (f"+{ID}+{KEY}", "a name, its id and base64"),
        (f"a b+{ID}+{KEY}", "a name, its id and base64"),
        (f"{NAME}\n+{ID}+{KEY}", "a name, its id and base64"),
        (f"{NAME}x+{ID}+{KEY}", "does not match its own id"),
        (f"{NAME}+{ID.upper()}x+{KEY}", "does not match its own id"),
        (f"{NAME}+{ID}+{KEY[:-1]}", "is not base64"),
        (f"{NAME}+{ID}+{KEY}=", "base64"),
        (f"{NAME}+{ID}+{KEY[:-4]}", "is of 33 bytes, not 30"),
        (f"{NAME}+{ID}+Ag{KEY[2:]}", "is of kind 2, and only Ed25519"),
        (f"{NAME}+{ID}+é{KEY[1:]}", "is not base64"),
    ],
)
def test_what_is_no_verifier_key_is_said_in_words(vkey: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Verifier.of(vkey)


@pytest.mark.parametrize("text", ["", "a b", "a+b", "a\u00a0b", "a\n", "a\x00", "\ud800", "a\u2028b"])
def test_a_name_has_no_blanks_and_no_plus(text: str) -> None:
    assert not is_name(text)


def test_base64_is_written_in_one_way_only() -> None:
    assert bytes_of("AA==", "it") == b"\x00"
    for text in ("AB==", "AA=", "AA", " AA==", "AA==\n", "AA=="[::-1], "A-=="):
        with pytest.raises(ValueError, match="base64"):
            bytes_of(text, "it")
