"""Quick values: made in another way, and in nothing else different from any frozen dataclass."""

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import Any

import msgspec
import pytest

from domain.facts import READING, Party, Report
from domain.quick import quick
from domain.state import HeardReport, Transaction
from domain.vocabulary import Kind, PaymentStatus


@quick
@dataclass(frozen=True, slots=True)
class Pair:
    """Two by position, one by name, one that nobody tells."""

    one: int
    other: str = "other"
    by_name: int = field(default=3, kw_only=True)
    kept: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)


def test_a_quick_value_is_made_as_its_fields_say() -> None:
    assert repr(Pair(1)) == "Pair(one=1, other='other', by_name=3)"
    assert Pair(1, "2", by_name=4) == Pair(one=1, other="2", by_name=4) != Pair(1, "2")
    assert Pair(1).kept == {}
    assert Pair(1).kept is not Pair(1).kept


@pytest.mark.parametrize("wrong", [{}, {"one": 1, "kept": {}}, {"one": 1, "two": 2}])
def test_what_no_field_is_named_makes_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Pair(**wrong)


def test_it_is_frozen_once_it_is_made() -> None:
    value: Any = Pair(1)
    with pytest.raises(FrozenInstanceError):
        value.one = 2
    with pytest.raises(FrozenInstanceError):
        del value.one
    with pytest.raises((AttributeError, TypeError)):
        value.more = 1
    assert type(value) is Pair
    assert value.one == 1


def test_it_is_copied_changed_hashed_matched_and_carried_like_any_other() -> None:
    report = Report(txn_id="T1", kind=Kind.PAYMENT, status=PaymentStatus.COMPLETED, payer=Party(id="P"))
    heard = HeardReport(report, 1)
    assert replace(report, reading=READING) == replace(report, reading=READING) != report
    assert type(replace(report, reading=READING)) is Report
    carried = pickle.loads(pickle.dumps(heard))  # noqa: S301 - our own
    assert carried == copy.deepcopy(heard) == copy.copy(heard) == heard
    assert hash(copy.deepcopy(heard)) == hash(heard)
    assert Transaction(txn_id="T1", reports=(heard,)) == Transaction(
        txn_id="T1", reports=(HeardReport(report, 1),)
    )
    match heard:
        case HeardReport(found, n):
            assert (found, n) == (report, 1)
        case _:
            raise AssertionError
    read = msgspec.json.decode(msgspec.json.encode(report), type=Report)
    assert (read, type(read)) == (report, Report)


def test_the_signature_names_the_fields_and_their_types() -> None:
    told = inspect.signature(HeardReport).parameters
    assert list(told) == [one.name for one in fields(HeardReport)]
    assert told["n"].annotation == int | None
    assert told["refused"].default is None


def test_a_default_that_is_made_each_time_is_not_for_these() -> None:
    @dataclass(frozen=True, slots=True)
    class Listing:
        names: dict[str, str] = field(default_factory=dict)

    with pytest.raises(AssertionError, match="made each time"):
        quick(Listing)


def test_nothing_may_inherit_from_one() -> None:
    class More(Pair):
        pass

    with pytest.raises(TypeError):
        More(1)
