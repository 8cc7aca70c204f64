"""Each part that the command names is there, and measures."""

import pytest

from scripts.bench import Part, Peer
from scripts.measuring.parts import ALL, PARTS, PEERS, measures

MODULES = ["ack", "flow", "drain", "rebuild", "ask", "audit"]


def modules(names: list[str], against: str | None = None) -> list[str]:
    return [measure.__module__.rpartition(".")[2] for measure in measures(names, against)]


@pytest.mark.parametrize(
    ("names", "expected"),
    [([], MODULES), ([ALL], MODULES), (["audit", "ack"], ["ack", "audit"]), (["flow"], MODULES[1:3])],
)
def test_parts_come_in_the_order_of_the_table(names: list[str], expected: list[str]) -> None:
    assert modules(names) == expected


def test_a_peer_comes_last() -> None:
    assert modules(["ack"], "django-paypal") == ["ack", "peer"]


def test_the_command_names_all_of_them() -> None:
    assert {*Part} == {*PARTS, ALL}
    assert {*Peer} == {*PEERS}
