"""Proofs hold what a transaction is made of, and say plainly what no checkpoint covers yet."""

import base64
import json
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from sqlalchemy import LargeBinary, bindparam, delete, text, update

from adapters.notary.notes import NoteError, Signer
from adapters.notary.proofs import Proofs
from adapters.notary.signed_tree import ProofError
from adapters.tables import deliveries
from tests.adapters.workshop import Workshop
from tests.given import follower, payment
from tests.sealed import SIGNER, proofs_of, sealed

BODY = payment(invoice="inv-1", custom="caf\xe9")


@pytest.fixture
def told(workshop: Workshop) -> Workshop:
    workshop.deliver(BODY, follower("Refunded", "R1", gross="-5.00"), payment("T2"))
    return workshop


def made(workshop: Workshop, txn_id: str = "T1", since: str | None = None) -> dict[str, Any]:
    found = proofs_of(workshop).of(txn_id, since)
    assert found is not None
    assert json.loads(json.dumps(found)) == found
    return found


def test_it_has_the_events_the_messages_and_the_checkpoint(told: Workshop) -> None:
    note = sealed(told)
    found = made(told, "R1")
    assert (found["format"], found["version"], found["covered"]) == ("counterfoil proof", 1, True)
    assert (found["checkpoint"], found["verifier_key"]) == (note, SIGNER.vkey)
    assert [(one["stream"], one["events"]) for one in found["streams"]] == [
        ("T1", 2), ("R1", 1), ("invoice:inv-1", 1)
    ]  # fmt: skip
    assert [one["n"] for one in found["messages"]] == [1, 2]
    assert base64.b64decode(found["messages"][0]["body"]) == BODY
    assert [(one["stream"], one["type"]) for one in found["derived"]["events"]] == [
        ("T1", "PaymentCompleted"), ("T1", "PaymentRefunded"), ("R1", "FollowerIdentified"),
        ("invoice:inv-1", "InvoicePaid"),
    ]  # fmt: skip
    assert "consistency" not in found


def test_it_has_the_rules_that_its_events_name(told: Workshop) -> None:
    numbers = {json.loads(base64.b64decode(one["state"])).get("rules") for one in made(told)["events"]}
    assert [one["number"] for one in made(told)["rules"]] == sorted(numbers - {None})


def test_of_what_was_never_heard_of_there_is_none(told: Workshop) -> None:
    assert proofs_of(told).of("T7") is None


def test_without_a_checkpoint_nothing_is_covered(told: Workshop) -> None:
    found = made(told)
    assert (found["checkpoint"], found["verifier_key"], found["covered"]) == (None, None, False)
    assert all(one["proof"] is None for one in found["events"] + found["messages"])


def test_what_came_after_the_checkpoint_is_not_covered(told: Workshop) -> None:
    sealed(told)
    told.deliver(follower("Refunded", "R2", gross="-1.00"))
    found = made(told)
    assert found["covered"] is False
    assert [one["seq"] is None for one in found["events"] if one["stream"] == "T1"] == [False, False, True]
    assert [one["seq"] is None for one in found["messages"]] == [False, False, True]


def test_a_message_that_is_gone_is_known_by_its_digest(told: Workshop) -> None:
    sealed(told)
    whole = made(told)
    with told.inbox_engine.begin() as connection:
        connection.execute(delete(deliveries).where(deliveries.c.n == 1))
    gone = made(told)["messages"][0]
    assert gone == {"n": 1, "gone": True} | {
        name: whole["messages"][0][name] for name in ("digest", "seq", "proof")
    }


def test_a_message_that_was_changed_is_not_proved(told: Workshop) -> None:
    sealed(told)
    with told.inbox_engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.n == 2).values(body=b"another"))
    with pytest.raises(ProofError, match="delivery 2 is not as it was sealed"):
        proofs_of(told).of("T1")


CHANGES = {
    "its version": "originator_version = 7",
    "its stream": "originator_id = 'R2'",
    "its topic": "topic = 'GoodsApproved:1'",
}


@pytest.mark.parametrize("what", CHANGES)
def test_an_event_that_was_changed_is_not_proved(told: Workshop, what: str) -> None:
    sealed(told)
    with told.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE stored_events SET {CHANGES[what]} WHERE originator_id = 'invoice:inv-1'"  # noqa: S608 - ours
        )
    found = None
    with suppress(ProofError, AssertionError, msgspec.ValidationError):
        found = proofs_of(told).of("T1")
    assert found is None or "invoice:inv-1" not in [one["stream"] for one in found["streams"]]


def test_an_event_that_is_a_ruin_is_said_to_be_one(told: Workshop) -> None:
    sealed(told)
    state = b'{"at":"2026-11-20T12:00:03Z","event":{"txn_id":"T1","party":"T1"},"n":1}'
    with told.engine.begin() as connection:
        connection.execute(
            text("UPDATE stored_events SET state = :state WHERE originator_id = 'invoice:inv-1'").bindparams(
                bindparam("state", state, LargeBinary)
            )
        )
    with pytest.raises(ProofError, match=r"event \d is not as it was sealed"):
        proofs_of(told).of("T1")


def test_it_extends_an_older_checkpoint(told: Workshop) -> None:
    old = sealed(told)
    told.deliver(payment("T3"))
    new = sealed(told)
    found = made(told, since=old)
    assert (found["checkpoint"], found["consistency"]["checkpoint"]) == (new, old)
    alone = proofs_of(told).extended(old)
    assert alone == {name: found[name] for name in alone}
    assert made(told, since=new)["consistency"]["proof"] == []


def test_nothing_is_extended_where_nothing_was_signed(told: Workshop) -> None:
    with pytest.raises(ProofError, match="no checkpoint was made here yet"):
        proofs_of(told).of("T1", "a note")
    sealed(told)
    with pytest.raises(NoteError):
        proofs_of(told).of("T1", "a note")
    with pytest.raises(NoteError):
        proofs_of(told).extended(Signer("x", bytes(32)).sign("x\n1\n"))


def test_keys_are_handed_on_only_of_what_is_sealed(told: Workshop) -> None:
    sealed(told)
    asked: list[tuple[int, str]] = []

    def body_key(n: int, by: str) -> bytes:
        asked.append((n, by))
        return b"k" * 32

    found = Proofs(told.book, told.inbox_engine, told.engine, body_key).of("T1")
    assert found is not None
    assert asked == []
    assert all("key" not in one for one in found["messages"])
