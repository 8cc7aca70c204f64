"""The words of the search: what each means, and what is said of those that mean nothing."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.desk.grammar import KEYS, WORDS_MAX, WrongWordError, read_search
from adapters.queries.search_terms import (
    IDS,
    Amount,
    Begins,
    Contains,
    Currency,
    Invoiced,
    Numbers,
    Order,
    Payer,
    Received,
    Term,
    Words,
)
from domain.vocabulary import Outcome, Verdict
from tests.given import NOON

GOLDEN: dict[str, Term] = {
    "outcome:parked": Words(column="outcome", words=("parked",)),
    "OUTCOME:Parked,refused": Words(column="outcome", words=("parked", "refused")),
    "-verdict:verified": Words(column="verdict", words=("verified",), negated=True),
    "older:2d": Received(until=NOON - timedelta(days=2)),
    "older:90min": Received(until=NOON - timedelta(minutes=90)),
    "newer:1h": Received(since=NOON - timedelta(hours=1)),
    "newer:3w": Received(since=NOON - timedelta(weeks=3)),
    "newer:5m": Received(since=NOON - timedelta(minutes=5)),
    "since:2026-11-20": Received(since=datetime(2026, 11, 20, tzinfo=UTC)),
    "until:2026-11-20": Received(until=datetime(2026, 11, 21, tzinfo=UTC)),
    "since:2026-11-20T12:00:00Z": Received(since=NOON),
    "txn:61E": Begins(columns=IDS, text="61E"),
    "invoice:abc-1": Invoiced(text="abc-1"),
    'invoice:"abc 1"': Invoiced(text="abc 1"),
    "payer:ann": Payer(text="ann"),
    'payer:"Ann Other"': Payer(text="Ann Other"),
    "-payer:ann@example.com": Payer(text="ann@example.com", negated=True),
    "amount:20": Amount(order=Order.IS, amount=Decimal(20)),
    "amount:=19.95": Amount(order=Order.IS, amount=Decimal("19.95")),
    "amount:>100": Amount(order=Order.OVER, amount=Decimal(100)),
    "amount:>=100": Amount(order=Order.LEAST, amount=Decimal(100)),
    "amount:<5.5": Amount(order=Order.UNDER, amount=Decimal("5.5")),
    "amount:<=5": Amount(order=Order.MOST, amount=Decimal(5)),
    "currency:eur": Currency(words=("EUR",)),
    "currency:EUR,USD": Currency(words=("EUR", "USD")),
    "type:web_accept": Words(column="txn_type", words=("web_accept",)),
    "type:none": Words(column="txn_type", words=("",)),
    "status:Pending,Denied": Words(column="payment_status", words=("Pending", "Denied")),
    "reason:receiver": Contains(column="reason", text="receiver"),
    "peer:173.0": Begins(columns=("peer",), text="173.0"),
    "n:12": Numbers(first=12, last=12),
    "n:100-200": Numbers(first=100, last=200),
    "n:100-": Numbers(first=100, last=10**18 - 1),
    "61E67681CH3238416": Invoiced(text="61E67681CH3238416", or_id=True),
    "-T1": Invoiced(text="T1", or_id=True, negated=True),
    "12": Invoiced(text="12", or_id=True),
    '"outcome:parked"': Invoiced(text="outcome:parked", or_id=True),
}
WRONG = {
    "outcome:lost": "outcome: is one of waiting, recorded",
    "outcome:parked,": "outcome: is one of",
    "verdict:maybe": "verdict: is one of verified",
    "colour:red": '"colour:" is not known here; these are: outcome:, verdict:',
    "http://example.com": '"http:" is not known here',
    "older:soon": "older: wants a number of minutes, hours, days or weeks, as in older:30m",
    "newer:2": "newer: wants a number",
    "newer:٢d": "newer: wants a number",
    "-older:2d": "older: has no minus before it",
    "since:yesterday": "since: wants a day",
    "until:9999-13-31": "until: wants a day",
    "amount:many": "amount: wants a plain number",
    "amount:-5": "signs are not looked at",
    "amount:1_000": "amount: wants a plain number",
    "currency:euros": "currency: wants three letters",
    "status:Pending,,Denied": "Between two commas a word must stand",
    "n:x": "n: wants a number or two",
    "n:200-100": "n: wants the smaller number first",
    "txn:": "After txn: something must stand, as in txn:61E67681CH3238416",
    "-": "Nothing stands in -.",
    '""': 'Nothing stands in "".',
    'payer:"ann': 'A " begins a text that another " ends',
    'payer:"ann"other': "after that a space comes",
    "T1\x00": "a character that cannot be seen",
    "T1\udc80": "a character that cannot be seen",
}


@pytest.mark.parametrize("text", GOLDEN)
def test_each_word_means_one_thing(text: str) -> None:
    assert read_search(text, NOON) == (GOLDEN[text],)


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_word_is_told_what_would_be_right(text: str) -> None:
    with pytest.raises(WrongWordError) as raised:
        read_search(text, NOON)
    assert WRONG[text] in str(raised.value)
    assert str(raised.value).endswith(".")


def test_every_key_has_an_example_that_is_right() -> None:
    for name, key in KEYS.items():
        assert key.example.startswith(f"{name}:")
        assert len(read_search(key.example, NOON)) == 1


def test_every_word_of_ours_can_be_looked_for() -> None:
    for outcome in Outcome:
        assert read_search(f"outcome:{outcome}", NOON)
    for verdict in Verdict:
        assert read_search(f"verdict:{verdict}", NOON)


def test_a_search_is_not_endless() -> None:
    assert len(read_search("a " * WORDS_MAX, NOON)) == WORDS_MAX
    with pytest.raises(WrongWordError, match="20 words at most"):
        read_search("a " * (WORDS_MAX + 1), NOON)


@given(st.lists(st.sampled_from(sorted(GOLDEN)), max_size=WORDS_MAX), st.text(" \t\n\r\u3000", min_size=1))
def test_words_mean_together_what_they_mean_alone(words: list[str], space: str) -> None:
    assert read_search(space.join(words), NOON) == tuple(GOLDEN[word] for word in words)


@given(st.text(max_size=60) | st.text('abn:"-<>=,. 0129\x00\u202e', max_size=30))
def test_any_text_at_all_means_something_or_is_told_why_not(text: str) -> None:
    with suppress(WrongWordError):
        terms = read_search(text, NOON)
        assert bool(terms) is bool(text.strip())


@given(
    st.sampled_from(["txn", "invoice", "payer", "reason", "peer"]),
    st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters='"'), min_size=1, max_size=40),
)
def test_in_quotes_any_text_is_looked_for_as_it_stands(key: str, text: str) -> None:
    (term,) = read_search(f'{key}:"{text}"', NOON)
    assert getattr(term, "text", None) == text
