from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.simulator.faults import NO_FAULTS
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.mailing import Planned
from adapters.simulator.troubles import Away
from scripts.moments import UsageError
from scripts.simulate_options import What, checked_listener, new_seed, read_asking, read_troubles

NOW = datetime(2026, 11, 20, tzinfo=UTC)
NOTHING: dict[str, Any] = {
    "names": [], "mix": None, "rate": None, "count": None, "seconds": None, "day": False, "pause": 0.0,
    "shuffle": False,
}  # fmt: skip


def what(**said: Any) -> What:
    return What(**{**NOTHING, **said})


def planned(**said: Any) -> list[Planned]:
    return what(**said).planned(1, NOW, NO_FAULTS)


def lives(plan: list[Planned]) -> Counter[str]:
    return Counter(name for name, _ in {(one.lifecycle, one.life) for one in plan})


def test_without_a_word_one_sale_is_played_and_with_names_these_in_turn() -> None:
    assert lives(planned()) == {"completed": 1}
    plan = planned(names=["full_refund", "completed"], pause=2.0)
    assert [(one.lifecycle, one.at_seconds) for one in plan] == [
        ("full_refund", 0.0),
        ("full_refund", 2.0),
        ("completed", 4.0),
    ]


def test_a_day_is_all_of_them() -> None:
    assert lives(planned(day=True)).keys() == LIFECYCLES.keys()


def test_a_mix_is_each_once_or_as_many_as_are_asked_for() -> None:
    assert lives(planned(mix="all")) == dict.fromkeys(LIFECYCLES, 1)
    assert lives(planned(mix="completed=1,full_refund=1", count=10)) == {"completed": 5, "full_refund": 5}
    assert lives(planned(names=["completed", "full_refund"], count=4)) == {"completed": 2, "full_refund": 2}


def test_a_rate_and_seconds_say_how_many_messages() -> None:
    plan = planned(mix="all", rate=50.0, seconds=4.0)
    assert 200 <= len(plan) < 210
    assert plan[-1].at_seconds == pytest.approx((len(plan) - 1) / 50.0)
    assert (what(rate=50.0).per_second, what(mix="all").per_second) == (50.0, 10.0)
    assert [one.is_load for one in (what(), what(day=True), what(rate=1.0), what(count=1))] == [
        False, False, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"names": ["nothing"]}, "^'nothing' is no lifecycle"),
        ({"names": ["completed=5"], "rate": 5.0}, "^'completed=5' is no lifecycle"),
        ({"mix": "completed=0"}, "--mix: '0' is no weight"),
        ({"day": True, "names": ["completed"]}, "--day plays all lifecycles"),
        ({"day": True, "rate": 5.0}, "--day plays all lifecycles"),
        ({"mix": "all", "names": ["completed"]}, "--mix says what is played"),
        ({"mix": "all", "pause": 1.0}, "--pause goes with lifecycles in turn"),
        ({"mix": "all", "count": 5, "seconds": 5.0}, "give one"),
        ({"mix": "all", "rate": 1000.0, "seconds": 5000.0}, "more than 1000000 messages"),
    ],
)
def test_what_does_not_go_together_is_said(said: dict[str, Any], line: str) -> None:
    with pytest.raises(UsageError, match=line):
        planned(**said)


def test_only_what_is_on_loopback_is_played_to() -> None:
    assert checked_listener("http://127.0.0.1:8000/ipn") == "http://127.0.0.1:8000/ipn"
    with pytest.raises(UsageError, match=r"--listener: .* is not on loopback"):
        checked_listener("http://example.com/ipn")


def test_nobody_chooses_a_seed_twice() -> None:
    assert new_seed() != new_seed()


def test_troubles_are_shares_and_spans() -> None:
    found = read_troubles("500=.1, slow=0.05", 1.5, ["2+3", "10+.5"], 7)
    assert dict(found.shares) == {"500": 0.1, "slow": 0.05}
    assert (found.seed, found.slow_seconds, found.away) == (7, 1.5, (Away(2.0, 3.0), Away(10.0, 0.5)))
    assert dict(read_troubles("", 1.0, [], 7).shares) == {}


@pytest.mark.parametrize(
    ("post_backs", "away", "line"),
    [
        ("slowly=.1", [], "--post-backs: 'slowly' is no trouble; expected 500, html"),
        ("500=often", [], "--post-backs: 'often' is no number"),
        ("500=.6,html=.6", [], "are no shares"),
        ("500=-.1", [], "are no shares"),
        ("", ["2"], "--away: '' is no number; expected such as 2"),
        ("", ["2+-3"], "is no span of time"),
    ],
)
def test_what_is_no_trouble_is_said(post_backs: str, away: list[str], line: str) -> None:
    with pytest.raises(UsageError, match=line):
        read_troubles(post_backs, 1.0, away, 7)


def test_the_office_is_the_settings_own_unless_another_is_named() -> None:
    environ = {"COUNTERFOIL_VIEWER_TOKEN": "looks-on-only", "COUNTERFOIL_OFFICE": "0.0.0.0:9001"}
    asking = read_asking(None, None, environ)
    assert (asking.office, asking.token) == ("http://127.0.0.1:9001", "looks-on-only")
    assert read_asking("http://127.0.0.1:5", None, environ).office == "http://127.0.0.1:5"
    assert "looks-on-only" not in repr(asking)


def test_the_token_is_that_of_a_file_of_the_settings_or_of_the_house(tmp_path: Path) -> None:
    (tmp_path / "operator.token").write_text("of-the-house\n")
    environ = {"COUNTERFOIL_DATABASE": f"sqlite:///{tmp_path}/counterfoil.db"}
    assert read_asking(None, None, environ).token == "of-the-house"
    other = tmp_path / "other"
    other.write_text("of-a-file\n")
    named = {**environ, "COUNTERFOIL_OPERATOR_TOKEN": "of-the-settings"}
    assert read_asking(None, None, named).token == "of-the-settings"
    assert read_asking(None, other, named).token == "of-a-file"


def test_without_a_token_or_beyond_loopback_nothing_is_checked(tmp_path: Path) -> None:
    environ = {"COUNTERFOIL_DATABASE": f"sqlite:///{tmp_path}/counterfoil.db"}
    with pytest.raises(UsageError, match=r"--check wants a token, and .*operator.token"):
        read_asking(None, None, environ)
    with pytest.raises(UsageError, match=r"--office: .* is not on loopback"):
        read_asking("http://example.com", None, environ)
