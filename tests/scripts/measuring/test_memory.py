"""Memory under load: a figure for each process of the service, and whether it stays flat."""

import os

from scripts.measuring.memory import Memory


def test_it_looks_at_listener_and_worker() -> None:
    memory = Memory({"listener": os.getpid(), "office": os.getpid(), "worker": os.getpid()})
    memory.look()
    assert [figure.name for figure in memory.figures("sqlite")] == [
        "memory.sqlite.listener",
        "memory.sqlite.worker",
    ]
    assert min(figure.value for figure in memory.figures("sqlite")) > 1


def test_the_first_quarter_stands_beside_the_last() -> None:
    memory = Memory({"worker": os.getpid()})
    memory.samples["worker"] = [10.0, 11.0, 12.0, 50.0, 50.0, 90.0, 300.0, 302.0]
    (figure,) = memory.figures("postgresql")
    assert (figure.value, figure.holds) == (301.0, False)
    assert figure.more == {"first_mb": 10.5, "last_mb": 301.0, "max_mb": 302.0}


def test_one_that_is_gone_has_no_figure() -> None:
    assert list(Memory({"worker": 2**22 + 1}).figures("sqlite")) == []
