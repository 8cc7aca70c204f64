import asyncio
import base64
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from adapters.simulator import kept
from adapters.simulator.faults import Faults, Told
from adapters.simulator.kept import Kept, kept_of
from adapters.simulator.letters import Letter, letters
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.memory import digest
from adapters.simulator.messages import Message
from adapters.simulator.office import office_at
from adapters.simulator.serving import Reply, Request, serving
from tests.adapters.simulator.stage import NOW, told

SALE, REFUND = told(LIFECYCLES["full_refund"])
SIGNUP, *_ = told(LIFECYCLES["subscription"], seed=2)
OTHER_SIGNUP, *_ = told(LIFECYCLES["subscription"], seed=3)


class Desk:
    """A little office that lists deliveries of these messages and shows each; counts how many it showed."""

    def __init__(self, *kept_ones: Message) -> None:
        self.bodies: list[bytes | None] = [one.body for one in kept_ones]
        self.rows = [
            {
                "n": n,
                **{name: one.value(name) for name in ("txn_id", "txn_type", "payment_status")},
                "verdict": "verified",
                "outcome": "recorded",
                "reason": None,
            }
            for n, one in enumerate(kept_ones)
        ]
        self.shown = 0

    async def answer(self, request: Request) -> Reply:
        url = urlsplit(request.path)
        if url.path == "/api/notifications":
            assert parse_qs(url.query)["since"] == ["then"]
            return said({"items": self.rows, "next": None})
        body = self.bodies[int(url.path.rsplit("/", 1)[1])]
        self.shown += 1
        return said({"raw": None if body is None else base64.b64encode(body).decode()})

    def kept(self, ours: dict[bytes, Letter]) -> Kept:
        async def walk() -> Kept:
            async with (
                serving(self.answer, 0) as port,
                office_at(f"http://127.0.0.1:{port}", "secret") as office,
            ):
                return await kept_of(office, ours, "then")

        return asyncio.run(walk())


def said(found: Any) -> Reply:
    return Reply(status=HTTPStatus.OK, body=json.dumps(found).encode())


def posted(*messages: Message, faults: Faults | None = None) -> dict[bytes, Letter]:
    sent = [Told(float(n), n, 0, "full_refund", one) for n, one in enumerate(messages)]
    return letters([one for _, one in (faults or Faults()).befall(sent, NOW)], [])


def numbers(found: Kept) -> dict[bytes, list[int]]:
    return {key: [row.n for row in rows] for key, rows in found.rows.items()}


def test_each_delivery_is_found_again_by_its_bytes() -> None:
    found = Desk(SALE, REFUND, SALE).kept(posted(SALE, REFUND))
    assert numbers(found) == {digest(SALE.body): [0, 2], digest(REFUND.body): [1]}
    assert (found.seen, found.compared, found.altered) == (3, 3, [])


def test_beyond_some_only_those_are_looked_into_whose_id_leaves_a_doubt(monkeypatch: Any) -> None:
    monkeypatch.setattr(kept, "COMPARED_LEAST", 2)
    desk = Desk(SALE, SIGNUP, OTHER_SIGNUP, REFUND)
    found = desk.kept(posted(SALE, REFUND, SIGNUP, OTHER_SIGNUP))
    assert numbers(found) == {
        digest(one.body): [n] for n, one in enumerate((SALE, SIGNUP, OTHER_SIGNUP, REFUND))
    }
    assert desk.shown == found.compared == 2


def test_what_is_somebody_elses_is_left_alone() -> None:
    found = Desk(SALE, SIGNUP).kept(posted(REFUND))
    assert (numbers(found), found.altered, found.seen) == ({}, [], 2)


def test_other_bytes_under_our_id_are_found() -> None:
    desk = Desk(SALE)
    desk.bodies[0] = SALE.body + b"&memo=added"
    found = desk.kept(posted(SALE))
    assert found.altered == [f"delivery 0 ({SALE.value('txn_id')}) holds other bytes than were posted"]
    assert numbers(found) == {}


def test_a_forgery_under_the_same_id_is_told_from_the_genuine_one() -> None:
    ours = posted(SALE, faults=Faults(forged=1.0, seed=4))
    genuine, fake = (next(one for one in ours.values() if one.genuine is which) for which in (True, False))
    found = Desk(fake.message, genuine.message).kept(ours)
    assert numbers(found) == {digest(fake.message.body): [0], digest(genuine.message.body): [1]}


def test_one_whose_bytes_were_purged_is_known_by_its_id_where_that_is_enough() -> None:
    desk = Desk(SALE, SIGNUP)
    desk.bodies = [None, None]
    found = desk.kept(posted(SALE, SIGNUP, OTHER_SIGNUP))
    assert numbers(found) == {digest(SALE.body): [0]}
    assert found.compared == 0
