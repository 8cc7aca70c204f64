"""Digests: the same for ever, and of nothing else than what is stored."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.notary.digests import DIGEST_BYTES, NOTHING, delivery_digest, event_digest, rules_digest

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS["events"])
def test_an_event_is_hashed_as_it_always_was(vector: dict[str, Any]) -> None:
    given = (bytes.fromhex(vector["previous"]), vector["stream"], vector["version"], vector["topic"])
    assert event_digest(*given, vector["state"].encode()).hex() == vector["digest"]
    assert "01" + sha256(bytes.fromhex(vector["hashed"])).hexdigest() == vector["digest"]


@pytest.mark.parametrize("vector", VECTORS["deliveries"])
def test_a_delivery_is_hashed_as_it_always_was(vector: dict[str, Any]) -> None:
    told = (vector["n"], vector["received_us"], vector["peer"], vector["headers"])
    digest = delivery_digest(*told, bytes.fromhex(vector["body"]), vector["sealed_by"])
    assert digest.hex() == vector["digest"]
    assert "01" + sha256(bytes.fromhex(vector["hashed"])).hexdigest() == vector["digest"]


@pytest.mark.parametrize("vector", VECTORS["rules"])
def test_rules_are_hashed_as_they_always_were(vector: dict[str, Any]) -> None:
    digest = rules_digest(vector["number"], vector["adopted_us"], vector["document"])
    assert digest.hex() == vector["digest"]
    assert "01" + sha256(bytes.fromhex(vector["hashed"])).hexdigest() == vector["digest"]


def test_there_are_vectors_of_each_kind() -> None:
    assert all(len(VECTORS[kind]) >= 2 for kind in ("events", "deliveries", "rules"))


def test_the_first_of_a_stream_has_nothing_before_it() -> None:
    assert bytes(DIGEST_BYTES) == NOTHING
    assert len(event_digest(NOTHING, "T1", 1, "t:1", b"{}")) == DIGEST_BYTES


@given(
    st.lists(
        st.tuples(
            st.binary(min_size=33, max_size=33), st.text(max_size=3), st.integers(1, 3), st.text(max_size=3),
            st.binary(max_size=3),
        ),
        min_size=2, max_size=6, unique=True,
    )
)  # fmt: skip
def test_no_two_events_are_hashed_alike(events: list[tuple[bytes, str, int, str, bytes]]) -> None:
    assert len({event_digest(*event) for event in events}) == len(events)


@given(st.lists(st.tuples(st.text(max_size=2), st.text(max_size=2), st.binary(max_size=2)), unique=True))
def test_no_two_deliveries_are_hashed_alike(told: list[tuple[str, str, bytes]]) -> None:
    assert len({delivery_digest(1, 2, *one, None) for one in told}) == len(told)


def test_a_sealed_body_is_another() -> None:
    assert len({delivery_digest(1, 2, "p", "[]", b"x", by) for by in (None, "", "K1")}) == 3
