import asyncio

import pytest

from adapters.simulator.memory import Memory


def test_only_what_was_sent_is_recalled_byte_for_byte() -> None:
    memory = Memory()
    memory.remember(b"a=J%F6rg")
    assert memory.recall(b"a=J%F6rg")
    assert not memory.recall(b"a=J%f6rg")
    assert not memory.recall(b"")


def test_all_is_asked_when_each_different_body_was() -> None:
    async def walk() -> None:
        memory = Memory()
        await memory.wait_until_all_asked()
        for body in (b"a", b"a", b"b"):
            memory.remember(body)
        assert memory.unasked == 2
        memory.note(b"a", "VERIFIED")
        memory.note(b"b", "500")
        waiting = asyncio.create_task(memory.wait_until_all_asked())
        await asyncio.sleep(0)
        assert not waiting.done()
        memory.note(b"b", "VERIFIED")
        await waiting
        assert (memory.unasked, memory.asked_back) == (0, 2)

    asyncio.run(walk())


def test_every_answer_is_counted_and_the_last_of_paypals_words_is_the_verdict() -> None:
    memory = Memory()
    memory.remember(b"a")
    for answer in ("500", "VERIFIED", "html"):
        memory.note(b"a", answer)
    memory.note(b"forged", "INVALID")
    asked = memory.asked(b"a")
    assert (dict(asked.answers), asked.verdict) == ({"500": 1, "VERIFIED": 1, "html": 1}, "VERIFIED")
    assert memory.asked(b"forged").verdict == "INVALID"
    assert memory.asked(b"unheard of").verdict is None
    assert memory.answers.total() == 4


def test_what_was_never_sent_cannot_be_verified() -> None:
    with pytest.raises(AssertionError):
        Memory().note(b"a", "VERIFIED")
