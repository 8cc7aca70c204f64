"""The laws of the readers over what fuzzing begins with, and what fuzzing says when one of them is broken."""

from pathlib import Path

import pytest

from tests.fuzz.run import account
from tests.fuzz.seeds import HARD, seeds_of
from tests.fuzz.targets import GROWN, TARGETS, drift, notification


@pytest.mark.parametrize("target", sorted(TARGETS.keys() - {"large"}))
def test_every_law_holds_for_what_fuzzing_begins_with(target: str) -> None:
    seeds = seeds_of(target)
    assert len(seeds) > 5
    for seed in seeds:
        TARGETS[target](seed)


@pytest.mark.parametrize(
    "value", [*HARD, b"x" * 5_000, b"%25" * 1_500, b"9" * 5_000], ids=lambda v: str(v[:9])
)
def test_any_field_may_hold_what_is_hard_to_read_and_the_laws_hold(value: bytes) -> None:
    for head in GROWN:
        notification(head + value)
        drift(head + value)


def test_the_largest_bodies_keep_the_laws_too() -> None:
    for seed in seeds_of("large")[::3]:
        TARGETS["large"](seed)


def test_what_broke_a_law_is_told_ready_for_a_test(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("INFO: starting\n#1 NEW cov: 3\n === Uncaught\nAssertionError: lost\n")
    (tmp_path / "found-crash-1").write_bytes(b"a=\x00")
    told = account("body", 77, tmp_path).splitlines()
    assert told == [
        " === Uncaught",
        "AssertionError: lost",
        "body: BROKEN, exit status 77",
        'found-crash-1: TARGETS["body"](bytes.fromhex("613d00"))',
    ]


def test_a_fuzzer_that_could_not_start_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("No module named 'atheris'\n")
    assert account("date", 1, tmp_path).splitlines() == [
        "No module named 'atheris'",
        "date: BROKEN, exit status 1",
        "no input was kept",
    ]


def test_how_much_was_tried_is_told_where_nothing_was_found(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("#8 cov: 3\n#90 DONE cov: 25\nstat::number_of_executed_units: 12345\n")
    assert account("date", 0, tmp_path) == "date: 12,345 inputs, 25 branches, no law broken"
