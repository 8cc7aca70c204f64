"""Golden pairs: each body of tests/bodies is read as the JSON beside it says."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.make_bodies import BODIES, PAIRS, reading_of
from tests.plain_reading import plain_reading

NAMES = sorted(path.stem for path in BODIES.glob("*.ipn"))
GOLDEN: dict[str, dict[str, Any]] = {
    name: json.loads((BODIES / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES
}


def body(name: str) -> bytes:
    return (BODIES / f"{name}.ipn").read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_a_body_is_read_as_its_json_says(name: str) -> None:
    assert plain_reading(body(name)) == GOLDEN[name]


def test_every_body_has_its_reading_and_every_reading_its_body() -> None:
    assert sorted(path.name for path in BODIES.iterdir()) == sorted(
        f"{name}.{suffix}" for name in NAMES for suffix in ("ipn", "json")
    )


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_pair_is_what_the_generator_makes(pair: Any) -> None:
    assert body(pair.name) == pair.body
    assert (BODIES / f"{pair.name}.json").read_text(encoding="utf-8") == reading_of(pair)


def test_the_generator_makes_all_of_them_and_each_once() -> None:
    assert sorted(pair.name for pair in PAIRS) == NAMES


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parent.glob("making/*.py")), ids=lambda path: path.stem
)
def test_what_makes_the_readings_knows_nothing_of_the_reader(path: Path) -> None:
    assert "domain" not in path.read_text(encoding="utf-8")


# ---- once more, from the bytes, with nothing but the standard library ----

_DOLLARS = {"mc_gross": "payment_gross", "mc_fee": "payment_fee"}
READ = [name for name in NAMES if "facts" in GOLDEN[name]]


def field(name: str) -> dict[str, str]:
    """The fields of a body by their names, decoded where that is needed for an id, an amount or a date."""
    found = parse_qs(
        body(name).decode("ascii"), keep_blank_values=True, encoding="latin-1", max_num_fields=500
    )
    return {key: values[-1].strip(" ") for key, values in found.items()}


def moment(text: str) -> str | None:
    """A live date by another way of reading it; None for all other forms."""
    for zone, hours in (("PST", 8), ("PDT", 7)):
        try:
            wall = datetime.strptime(text, f"%H:%M:%S %b %d, %Y {zone}")  # noqa: DTZ007 - the zone is added below
        except ValueError:
            continue
        return (wall + timedelta(hours=hours)).isoformat() + "Z"
    return None


def of_the_whole(fact: dict[str, Any]) -> bool:
    """Whether a fact is what the message is about, and not a record or an initial payment inside it."""
    txn_type = fact.get("txn_type", "")
    return fact["is"] in ("Report", "Follower") and txn_type != "masspay" and "profile" not in txn_type


@pytest.mark.parametrize("name", READ)
def test_ids_and_words_of_a_reading_are_those_of_the_body(name: str) -> None:
    said = field(name)
    for fact in GOLDEN[name]["facts"]:
        if not of_the_whole(fact):
            continue
        assert fact["txn_id"] == said["txn_id"]
        assert fact.get("parent_txn_id", "") in (said.get("parent_txn_id", ""), said["txn_id"])
        assert fact.get("payer", {}).get("id") in (said.get("payer_id"), None)
        assert fact.get("txn_type") in (said.get("txn_type") or None, None)


@pytest.mark.parametrize("name", READ)
def test_amounts_of_a_reading_are_those_of_the_body_to_the_last_place(name: str) -> None:
    said = field(name)
    currency = said.get("mc_currency") or "USD"
    whole = currency in ("JPY", "HUF", "TWD")
    for fact in GOLDEN[name]["facts"]:
        if not of_the_whole(fact):
            continue
        for key, ours in (("mc_gross", "gross"), ("mc_fee", "fee")):
            written = said.get(key) or said.get(_DOLLARS[key])
            if not written or (key == "mc_fee" and ours not in fact):
                assert ours not in fact
                continue
            amount, unit = fact[ours].split(" ")
            assert unit == currency
            assert abs(Decimal(amount)) == abs(Decimal(written))
            assert len(amount.partition(".")[2]) == (0 if whole else 2)


_DATES: dict[str, dict[str, tuple[str, ...]]] = {
    # of which fact, each date by the field that it stands in
    "Report": {"occurred_at": ("payment_date",), "next_payment_at": ("next_payment_date",)},
    "Follower": {"occurred_at": ("payment_date",)},
    "Case": {"opened_at": ("case_creation_date",)},
    "SubscriptionReport": {
        "dated_at": ("subscr_date", "time_created"),
        "effective_at": ("subscr_effective",),
        "retry_at": ("retry_at",),
        "next_payment_at": ("next_payment_date",),
    },
}


@pytest.mark.parametrize("name", READ)
def test_dates_of_a_reading_are_those_of_the_body_on_the_clock_of_its_zone(name: str) -> None:
    said = field(name)
    for fact in GOLDEN[name]["facts"]:
        written = _DATES[fact["is"]]
        if fact["is"] == "Report" and "profile" in fact.get("txn_type", ""):
            # The payment inside a new profile's message has no other date than the profile's.
            written = written | {"occurred_at": ("time_created",)}
        for ours, names in written.items():
            moments = [found for key in names if (found := moment(said.get(key, "")))]
            if moments:
                assert fact[ours] == moments[0]
