"""Sealing: any bytes come back as they were, by their own key alone, and nothing that was changed does."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from adapters.personal.sealing import (
    KEY_BYTES,
    SealError,
    about_body,
    about_event,
    body_key,
    event_key,
    new_key,
    seal,
    unseal,
)

KEY = bytes(range(32))
NUMBER = st.integers(0, 2**63 - 1)


@given(st.binary(max_size=3000), st.binary(max_size=100))
def test_any_bytes_come_back_as_they_were(plain: bytes, about: bytes) -> None:
    sealed = seal(KEY, plain, about)
    assert unseal(KEY, sealed, about) == plain
    assert len(sealed) == len(plain) + 29


@given(st.binary(max_size=60), st.data())
def test_one_changed_byte_is_an_error_in_words(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, plain, b"about"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealError, match=r"changed|no form that this version knows"):
        unseal(KEY, bytes(sealed), b"about")


@pytest.mark.parametrize("left", [0, 1, 12, 28])
def test_what_was_cut_is_an_error_in_words(left: int) -> None:
    with pytest.raises(SealError, match="is cut"):
        unseal(KEY, seal(KEY, b"", b"")[:left], b"")


def test_nothing_is_opened_in_the_place_of_another() -> None:
    sealed = seal(body_key(KEY, 1), b"mine", about_body(1))
    for key, about in ((body_key(KEY, 2), about_body(1)), (body_key(KEY, 1), about_body(2))):
        with pytest.raises(SealError, match="another key"):
            unseal(key, sealed, about)


@given(NUMBER, NUMBER)
def test_every_message_has_a_key_of_its_own(one: int, other: int) -> None:
    assert (body_key(KEY, one) == body_key(KEY, other)) == (one == other)
    assert body_key(KEY, one) != event_key(KEY, "", one)


@given(NUMBER, st.text(max_size=20), st.integers(1, 2**31))
def test_keys_are_those_of_hkdf(n: int, stream: str, version: int) -> None:
    """As whoever has nothing of ours derives them."""

    def expanded(info: bytes) -> bytes:
        return HKDFExpand(hashes.SHA256(), KEY_BYTES, info).derive(KEY)

    assert body_key(KEY, n) == expanded(b"counterfoil body 1\n" + n.to_bytes(8, "big"))
    assert event_key(KEY, stream, version) == expanded(
        b"counterfoil event 1\n" + version.to_bytes(8, "big") + stream.encode()
    )


def test_a_message_can_be_opened_by_whoever_is_shown_its_key_alone() -> None:
    sealed = seal(body_key(KEY, 7), b"txn_id=T1", about_body(7))
    shown = body_key(KEY, 7)
    assert AESGCM(shown).decrypt(sealed[1:13], sealed[13:], b"counterfoil body 1\n" + bytes(7) + b"\x07") == (
        b"txn_id=T1"
    )


def test_an_event_is_bound_to_what_is_not_sealed_of_it() -> None:
    assert about_event("PaymentCompleted:1", b"{}") == b"PaymentCompleted:1\n{}"


def test_keys_are_long_and_never_the_same() -> None:
    assert len({new_key() for _ in range(100)}) == 100
    assert len(new_key()) == KEY_BYTES
