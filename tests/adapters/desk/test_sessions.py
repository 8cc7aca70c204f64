import base64
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.api.access import Role
from adapters.desk.sessions import SESSION_SECONDS, News, Sessions
from tests.adapters.api.conftest import Tokens
from tests.given import NOON


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def sessions(hand: Hand) -> Sessions:
    return Sessions(Tokens(), hand)


def test_a_session_is_read_as_it_was_written_until_it_ends(sessions: Sessions, hand: Hand) -> None:
    session = sessions.renamed(sessions.begin(Role.OPERATOR), "Ånn 学")
    text = sessions.write(session)
    assert text.isascii()
    assert sessions.read(text) == session
    hand.at = NOON + timedelta(seconds=SESSION_SECONDS - 1)
    assert sessions.read(text) == session
    hand.at = NOON + timedelta(seconds=SESSION_SECONDS)
    assert sessions.read(text) is None


def test_a_new_name_makes_no_session_longer(sessions: Sessions, hand: Hand) -> None:
    session = sessions.begin(Role.OPERATOR)
    hand.at += timedelta(hours=11)
    assert sessions.renamed(session, "Ann").ends == session.ends


def test_the_operator_acts_and_the_viewer_does_not(sessions: Sessions) -> None:
    assert sessions.begin(Role.OPERATOR).acts
    assert not sessions.begin(Role.VIEWER).acts


@pytest.mark.parametrize("tokens", [Tokens(operator="new"), Tokens(viewer="new")])
def test_new_tokens_end_every_session(sessions: Sessions, hand: Hand, tokens: Tokens) -> None:
    text = sessions.write(sessions.begin(Role.OPERATOR))
    others = Sessions(tokens, hand)
    assert others.read(text) is None


def test_tokens_cannot_be_mixed_up_at_their_seam(hand: Hand) -> None:
    one, other = Sessions(Tokens("ab", "c"), hand), Sessions(Tokens("a", "bc"), hand)
    assert other.read(one.write(one.begin(Role.OPERATOR))) is None


def test_a_viewer_cannot_make_an_operator_of_itself(sessions: Sessions) -> None:
    session = sessions.begin(Role.VIEWER)
    packed, _, seal = sessions.write(session).partition(".")
    told = msgspec.json.decode(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    assert told[0] == "viewer"
    forged = base64.urlsafe_b64encode(msgspec.json.encode(["operator", *told[1:]])).rstrip(b"=").decode()
    assert sessions.read(f"{forged}.{seal}") is None
    assert sessions.read(f"{forged}.{'0' * 64}") is None
    assert sessions.read(f"{packed}.{seal}") == session


@given(st.data())
def test_one_changed_character_is_enough(data: st.DataObject) -> None:
    sessions = Sessions(Tokens(), lambda: NOON)
    session = sessions.begin(Role.OPERATOR)
    text = sessions.write(session)
    at = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(st.characters().filter(lambda one: one != text[at]))
    # Of the last character before the seal some bits say nothing.
    assert sessions.read(text[:at] + new + text[at + 1 :]) in (None, session)


@given(st.text())
def test_no_other_text_is_a_session_or_news(text: str) -> None:
    sessions = Sessions(Tokens(), lambda: NOON)
    session = sessions.begin(Role.OPERATOR)
    assert sessions.read(text) is None
    assert sessions.read(f"{text}.{'0' * 64}") is None
    assert sessions.read_news(session, text) is None
    assert not sessions.is_own(session, text.encode("utf-8", "replace").decode())


def test_what_is_sealed_for_one_purpose_serves_no_other(sessions: Sessions) -> None:
    session = sessions.begin(Role.OPERATOR)
    assert sessions.read(sessions.write_news(session, News("done", "x"))) is None
    assert sessions.read_news(session, sessions.write(session)) is None
    assert sessions.read(f"{session.nonce}.{sessions.csrf(session)}") is None


def test_forms_belong_to_one_session(sessions: Sessions) -> None:
    one, other = sessions.begin(Role.OPERATOR), sessions.begin(Role.OPERATOR)
    assert sessions.is_own(one, sessions.csrf(one))
    assert sessions.is_own(replace(one, name="Ann"), sessions.csrf(one)), "a new name breaks no open page"
    assert not sessions.is_own(one, sessions.csrf(other))
    assert not sessions.is_own(one, "")
    assert not sessions.is_own(one, "é" * 64)


def test_news_are_told_to_the_session_that_they_are_for(sessions: Sessions) -> None:
    one, other = sessions.begin(Role.OPERATOR), sessions.begin(Role.OPERATOR)
    text = sessions.write_news(one, News("refused", "Ånn holds it."))
    assert sessions.read_news(one, text) == News("refused", "Ånn holds it.")
    assert sessions.read_news(other, text) is None
