"""Chains: a digest vouches for its event and all before it in the stream."""

import pytest
from eventsourcing.persistence import StoredEvent

from adapters.chains import chained, digest_of, goes_on
from adapters.notary.digests import NOTHING

A1, A2, B1, B2 = (StoredEvent(name, version, "t", b"{}") for name in "ab" for version in (1, 2))


def test_each_follows_the_one_before_in_its_stream() -> None:
    digests, tips = chained([A1, B1, A2, B2], {})
    first_a, first_b = digest_of(A1, NOTHING), digest_of(B1, NOTHING)
    assert digests == [first_a, first_b, digest_of(A2, first_a), digest_of(B2, first_b)]
    assert tips == {"a": digests[2], "b": digests[3]}


def test_what_goes_on_follows_what_stands() -> None:
    assert chained([A2], {"a": b"x" * 33, "b": b"y" * 33})[0] == [digest_of(A2, b"x" * 33)]
    with pytest.raises(AssertionError):
        chained([A2], {})


def test_a_beginning_follows_nothing_whatever_is_thought_to_stand() -> None:
    assert chained([A1], {"a": b"x" * 33})[0] == [digest_of(A1, NOTHING)]


def test_streams_that_are_begun_here_need_nothing_from_before() -> None:
    assert goes_on([A1, A2, B2]) == {"b"}
    assert goes_on([]) == set()
