"""Real messages from COUNTERFOIL_IPN_SAMPLES: each is read or put aside with a sentence, and adds up.

The folder has an `index.json`, in which somebody else wrote down what each message says; that, the fields
as the standard library decodes them, and arithmetic are what the readings are held against.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from domain.facts import Case, Fact, Follower, Report
from domain.money import Money
from domain.notification import Notification, read
from domain.reading import Unmodelled, Unreadable
from domain.subscription_facts import SubscriptionReport
from domain.sums import part_undone
from domain.vetting import Shop, vet
from domain.vocabulary import FollowerKind, Kind
from domain.words import FOLLOWERS, spelled

Fields = dict[str, str]


@pytest.fixture(scope="module")
def bodies(samples: Path) -> dict[str, bytes]:
    """Each message by its file, as it came or as whoever stored it lets us have it."""
    found = {}
    for path in sorted(samples.iterdir()):
        if path.name not in ("INDEX.md", "index.json"):
            raw = path.read_bytes()
            if path.suffix == ".json":
                raw = urlencode([(name, str(value)) for name, value in json.loads(raw).items()]).encode()
            found[path.name] = mended(raw)
    return found


def mended(raw: bytes) -> bytes:
    """One source joined its fields with a semicolon too many, and did not encode them."""
    if b";&" not in raw:
        return raw
    pairs = [token.partition(b"=")[::2] for token in raw.strip().removesuffix(b";").split(b";&")]
    return urlencode([(name, value) for name, value in pairs]).encode()


@pytest.fixture(scope="module")
def index(samples: Path) -> dict[str, Fields]:
    """What is written down of each message."""
    entries = json.loads((samples / "index.json").read_text(encoding="utf-8"))
    return {entry["file"]: entry for entry in entries}


@pytest.fixture(scope="module")
def told(bodies: dict[str, bytes]) -> dict[str, Notification]:
    """The messages that can be read."""
    return {name: one for name, body in bodies.items() if (one := read_or_none(body)) is not None}


def read_or_none(body: bytes) -> Notification | None:
    try:
        return read(body, 1)
    except (Unreadable, Unmodelled):
        return None


def fields_of(body: bytes) -> Fields:
    """The fields as the standard library has them; ids, amounts and dates are ASCII in any charset."""
    pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    return {name: value.strip(" ") for name, value in pairs}


def facts(told: dict[str, Notification], *types: type) -> Iterator[tuple[str, Any]]:
    for name, notification in told.items():
        for fact in notification.facts:
            if isinstance(fact, types):
                yield name, fact


def is_of_the_simulator(fields: Fields) -> bool:
    return fields.get("notify_version", "2.1") == "2.1" or fields.get("parent_txn_id", "").startswith(
        "SOMEPRIOR"
    )


# ---- nothing is lost ----

# Why the few are put aside that are: by decision, because somebody masked an id, or because they are no IPN.
ASIDE = re.compile(
    r"Adaptive Payments: |payment_status 'Inflight'|neither txn_type nor payment_status"
    r"|an adjustment that names no parent_txn_id|txn_type '.*', by decision"
    # A profile with the status of a payment: somebody's own format and never PayPal's, as the index says.
    r"|payment_status 'Created'"
)


def test_every_message_is_read_or_put_aside_with_a_sentence(bodies: dict[str, bytes]) -> None:
    aside = {}
    for name, body in bodies.items():
        try:
            assert read(body, 1).facts, name
        except (Unreadable, Unmodelled) as put_aside:
            aside[name] = str(put_aside)
    assert len(bodies) > 100
    assert {name: why for name, why in aside.items() if not ASIDE.match(why)} == {}
    assert len(aside) <= 8


def test_the_index_knows_every_message(bodies: dict[str, bytes], index: dict[str, Fields]) -> None:
    assert set(bodies) == set(index)


def test_every_message_is_read_as_its_type_and_status_say(
    told: dict[str, Notification], index: dict[str, Fields]
) -> None:
    for name, notification in told.items():
        txn_type, status = index[name].get("txn_type", ""), spelled(index[name].get("payment_status", ""))
        expected: type = Report
        if status in FOLLOWERS or txn_type == "adjustment":
            expected = Follower
        elif txn_type == "new_case":
            expected = Case
        elif not status or txn_type.startswith("recurring_payment_"):
            expected = SubscriptionReport
        assert isinstance(notification.facts[0], expected), name
        kinds = {fact.kind for fact in notification.facts if isinstance(fact, Report)}
        assert (Kind.PAYOUT in kinds) is (txn_type == "masspay"), name


# ---- identity ----


def test_ids_are_those_that_were_written_down(
    told: dict[str, Notification], index: dict[str, Fields]
) -> None:
    seen = 0
    for name, fact in facts(told, Report, Follower, Case):
        written = index[name]
        if "txn_id" not in written:
            continue
        if isinstance(fact, Case):
            assert fact.txn_id == written.get("parent_txn_id", written["txn_id"]), name
        else:
            assert fact.txn_id == written["txn_id"], name
            parent = written.get("parent_txn_id") or (
                written["txn_id"] if isinstance(fact, Follower) else None
            )
            assert fact.parent_txn_id == parent, name
        seen += 1
    assert seen >= 75


def test_subscriptions_go_by_the_id_of_their_kind(
    told: dict[str, Notification], index: dict[str, Fields]
) -> None:
    seen = 0
    for name, fact in facts(told, SubscriptionReport):
        ids = [index[name].get(key) for key in ("subscr_id", "recurring_payment_id", "mp_id")]
        assert fact.subscription_id in ids, name
        seen += 1
    for name, fact in facts(told, Report):
        ids = [index[name].get(key) for key in ("subscr_id", "recurring_payment_id")]
        assert fact.subscription in ids, name
        assert fact.agreement == index[name].get("mp_id"), name
    assert seen >= 15


def test_records_of_mass_pay_go_by_their_own_ids(
    told: dict[str, Notification], bodies: dict[str, bytes]
) -> None:
    seen = 0
    for name, notification in told.items():
        fields = fields_of(bodies[name])
        payouts = [
            fact for fact in notification.facts if isinstance(fact, Report) and fact.kind is Kind.PAYOUT
        ]
        for n, payout in enumerate(payouts, start=1):
            assert payout.txn_id == fields[f"masspay_txn_id_{n}"]
            assert payout.custom == fields[f"unique_id_{n}"]
            assert payout.gross is not None
            assert payout.gross.amount == Decimal(fields[f"mc_gross_{n}"])
            assert payout.gross.currency == fields[f"mc_currency_{n}"]
            seen += 1
    assert seen >= 5


# ---- amounts ----


def test_amounts_are_those_that_were_written_down(
    told: dict[str, Notification], index: dict[str, Fields]
) -> None:
    seen = 0
    for name, fact in facts(told, Report, Follower):
        for field, money in (("mc_gross", fact.gross), ("mc_fee", fact.fee)):
            if field not in index[name]:
                continue
            written = Decimal(index[name][field])
            assert money is not None, name
            if isinstance(fact, Follower) and fact.kind in (FollowerKind.REFUND, FollowerKind.REVERSAL):
                written = -abs(written)  # the simulator has them come in
            assert (money.amount, money.currency) == (written, index[name]["mc_currency"]), name
            seen += 1
    assert seen >= 130


def test_a_fee_is_never_found_where_none_was_written(
    told: dict[str, Notification], bodies: dict[str, bytes]
) -> None:
    for name, fact in facts(told, Report, Follower):
        fields = fields_of(bodies[name])
        if not any(value for key, value in fields.items() if key.startswith(("mc_fee", "payment_fee"))):
            assert fact.fee is None, name


def test_lines_tax_shipping_and_the_like_make_the_gross(
    told: dict[str, Notification], bodies: dict[str, bytes]
) -> None:
    carts = 0
    for name, fact in facts(told, Report):
        fields = fields_of(bodies[name])
        if is_of_the_simulator(fields) or not fact.items or fact.gross is None:
            continue
        assert sum((item.gross for item in fact.items), start=fact.extras.sum) == fact.gross.amount, name
        lines = [Decimal(value) for key, value in fields.items() if re.fullmatch(r"mc_gross_\d+", key)]
        if not lines:
            continue
        carts += 1
        assert [item.gross for item in fact.items] == lines, name
        whole = sum(lines) + sum(Decimal(fields.get(key) or 0) for key in ("tax", "insurance_amount"))
        whole += Decimal(fields.get("mc_shipping") or fields.get("shipping") or 0)
        whole += Decimal(fields.get("mc_handling") or fields.get("handling_amount") or 0)
        whole -= sum(Decimal(fields.get(key) or 0) for key in ("discount", "shipping_discount"))
        assert whole == fact.gross.amount, name
    assert carts >= 19


def test_no_real_message_raises_a_doubt_about_its_arithmetic_or_its_conversion(
    told: dict[str, Notification], bodies: dict[str, bytes]
) -> None:
    for name, fact in facts(told, Report):
        if fact.kind is not Kind.PAYOUT and not is_of_the_simulator(fields_of(bodies[name])):
            rules = {doubt.rule for doubt in vet(fact, Shop(ship_unpriced=True), None)}
            assert not rules & {"arithmetic", "conversion"}, name


def test_what_was_settled_is_gross_less_fee_at_the_rate(bodies: dict[str, bytes]) -> None:
    seen = 0
    for name, body in bodies.items():
        fields = fields_of(body)
        if fields.get("settle_amount"):
            net = Decimal(fields["mc_gross"]) - Decimal(fields["mc_fee"])
            settled = (net * Decimal(fields["exchange_rate"])).quantize(Decimal("0.01"), ROUND_HALF_UP)
            assert settled == Decimal(fields["settle_amount"]), name
            seen += 1
    assert seen >= 3


# ---- reversals, in their two conventions ----


def test_a_reversal_undoes_all_of_a_payment_of_its_gross_or_of_its_gross_and_fee(
    told: dict[str, Notification],
) -> None:
    seen = 0
    for name, fact in facts(told, Follower):
        if fact.kind is FollowerKind.REVERSAL and fact.fee is not None:
            assert fact.gross is not None
            assert max(fact.gross.amount, fact.fee.amount) < 0, name
            for paid in (abs(fact.gross), abs(fact.gross) + abs(fact.fee)):
                assert part_undone(fact, paid) == paid, name
            twice = abs(fact.gross) + abs(fact.gross)
            assert part_undone(fact, twice) == abs(fact.gross), name
            seen += 1
    assert seen >= 5


def test_the_hold_of_a_dispute_is_net_of_the_fee(
    told: dict[str, Notification], bodies: dict[str, bytes]
) -> None:
    """A hold that tells the price of its cycle beside: gross and fee together are that price."""
    seen = 0
    for name, fact in facts(told, Follower):
        price = fields_of(bodies[name]).get("amount")
        if fact.kind is FollowerKind.REVERSAL and price and fact.fee is not None:
            whole = Money.of(price, fact.fee.currency)
            assert abs(fact.gross) != whole, name
            assert part_undone(fact, whole) == whole, name
            seen += 1
    assert seen >= 1


def test_refunds_take_money_away_and_adjustments_go_by_their_sign(
    told: dict[str, Notification], index: dict[str, Fields]
) -> None:
    for name, fact in facts(told, Follower):
        if fact.gross is None:
            continue
        if fact.kind in (FollowerKind.REFUND, FollowerKind.REVERSAL):
            assert fact.gross.amount < 0, name
        else:
            assert fact.gross.amount == Decimal(index[name]["mc_gross"]), name


# ---- dates ----

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ZONES = {"PST": -8, "PDT": -7}


def moment(text: str) -> datetime | None:
    """A date put together from its parts wherever they stand: a clock, a month, a day, a year, a zone."""
    clock = re.search(r"(\d+):(\d+):(\d+)", text)
    month = re.search("|".join(_MONTHS), text)
    year = re.search(r"\b(?:19|20)\d\d\b", text)
    offset = re.search(r"GMT([+-]\d\d)", text)
    zone = re.search("PST|PDT", text)
    if clock is None or month is None or year is None or (zone is None and offset is None):
        return None
    rest = text.replace(clock[0], "").replace(year[0], "").replace(offset[0] if offset else "", "")
    day = re.search(r"\d+", rest)
    assert day is not None
    hours = int(offset[1]) if offset else _ZONES[zone[0]] if zone else 0
    hour, minute, second = (int(part) for part in clock.groups())
    wall = (int(year[0]), _MONTHS.index(month[0]) + 1, int(day[0]), hour, minute, second)
    return datetime(*wall, tzinfo=timezone(timedelta(hours=hours))).astimezone(UTC)


DATES = {
    Report: {"payment_date": "occurred_at", "next_payment_date": "next_payment_at"},
    Follower: {"payment_date": "occurred_at"},
    Case: {"case_creation_date": "opened_at"},
    SubscriptionReport: {
        "subscr_date": "dated_at", "time_created": "dated_at", "subscr_effective": "effective_at",
        "retry_at": "retry_at", "next_payment_date": "next_payment_at",
    },
}  # fmt: skip


def test_dates_are_those_of_the_message_however_they_are_read(
    told: dict[str, Notification], bodies: dict[str, bytes]
) -> None:
    seen = 0
    for name, fact in facts(told, *DATES):
        if isinstance(fact, Report) and "profile" in (fact.txn_type or ""):
            continue  # dated by its profile
        fields = fields_of(bodies[name])
        for field, attribute in DATES[type(fact)].items():
            found = moment(fields.get(field, ""))
            if found is not None and "=>" not in fields[field]:
                assert getattr(fact, attribute) == found, (name, field)
                seen += 1
    assert seen >= 95


def test_every_date_that_was_written_down_is_read(
    told: dict[str, Notification], index: dict[str, Fields]
) -> None:
    dated: list[Fact] = []
    for name, fact in facts(told, Report, Follower):
        if "payment_date" in index[name]:
            assert fact.occurred_at is not None, name
            dated.append(fact)
    assert len(dated) >= 75
