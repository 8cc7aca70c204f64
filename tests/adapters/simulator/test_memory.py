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
        memory.mark_asked(b"a")
        waiting = asyncio.create_task(memory.wait_until_all_asked())
        await asyncio.sleep(0)
        assert not waiting.done()
        memory.mark_asked(b"b")
        await waiting
        assert (memory.unasked, memory.asked_back) == (0, 2)

    asyncio.run(walk())


def test_what_was_never_sent_cannot_be_asked_back() -> None:
    with pytest.raises(AssertionError):
        Memory().mark_asked(b"a")
