"""The newest checkpoint over HTTP: as it was signed, or a plain word that there is none."""

from adapters.notary.notes import verify
from tests.adapters.api.conftest import VIEWER, Living
from tests.given import payment
from tests.sealed import SIGNER, sealed


def test_a_viewer_is_given_the_newest_one(living: Living) -> None:
    living.workshop.deliver(payment())
    first = sealed(living.workshop)
    assert living.get("/api/checkpoint", token=VIEWER).text == first
    living.workshop.deliver(payment("T2"))
    second = sealed(living.workshop)
    answer = living.get("/api/checkpoint", token=VIEWER)
    assert (answer.status_code, answer.text) == (200, second)
    assert answer.headers["content-type"].startswith("text/plain")
    assert verify(answer.text, [SIGNER.vkey]).size > verify(first, [SIGNER.vkey]).size


def test_while_there_is_none_it_is_not_found(living: Living) -> None:
    living.workshop.deliver(payment())
    answer = living.get("/api/checkpoint")
    assert answer.status_code == 404
    assert "None was made yet" in answer.json["description"]


def test_nobody_reads_it_without_a_token_and_nobody_asks_for_more(living: Living) -> None:
    assert living.get("/api/checkpoint", token=None).status_code == 401
    assert living.get("/api/checkpoint?size=1").status_code == 400
