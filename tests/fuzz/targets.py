"""The laws of the readers: what must hold of any bytes at all. Any exception at all is a law broken."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import fields as fields_of
from dataclasses import is_dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import quote_plus, unquote_to_bytes

from domain.body import FIELDS_MAX, Fields, glimpse, open_body, pairs
from domain.dates import read_date
from domain.drift import ENTRIES_MAX, EXAMPLE_CHARACTERS_MAX, WHATS, drift_of
from domain.money import PLACES, Money
from domain.notification import Notification, glance, read
from domain.reading import Unmodelled, Unreadable
from tests.fuzz.bodies import BODIES

Target = Callable[[bytes], None]

BODY_BYTES_MAX = 262_144  # what the listener takes
TEXT_MAX = (
    1_024  # characters of any one text that is kept, a reason's too: hundreds of them stand in one list
)
CURRENCIES = (*sorted(PLACES), "", "usd", "XXX")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_GLIMPSED = frozenset((b"txn_id", b"parent_txn_id", b"txn_type", b"payment_status"))
_GLIMPSED_BYTES = 400


def body(raw: bytes) -> None:
    """Any bytes open, the same each time, and no field below the limit is lost, changed or invented."""
    opened = open_body(raw)
    assert open_body(raw) == opened
    assert pairs(raw) == opened.pairs
    tokens = [token for token in raw.split(b"&")[:FIELDS_MAX] if token]
    assert len(opened.pairs) == len(tokens)
    for token, (name, value) in zip(tokens, opened.pairs, strict=True):
        assert_text(name, value)
        assert (name, value) == _plainly(token, name, value)
    said: dict[str, set[str]] = defaultdict(set)
    for name, value in opened.pairs:
        said[name].add(value)
    assert opened.values.keys() == said.keys()
    assert all(opened.values[name] in values for name, values in said.items())
    assert opened.repeated == {name for name, values in said.items() if len(values) > 1}
    _written_anew(opened)
    _glimpsed(raw, tokens, opened)


def _plainly(token: bytes, name: str, value: str) -> tuple[str, str]:
    """The token's own text where it is plain ASCII, which every charset of PayPal's writes alike."""
    half = [unquote_to_bytes(part.replace(b"+", b" ")) for part in token.partition(b"=")[::2]]
    said = [part.decode("ascii").replace("\0", "\ufffd") if part.isascii() else None for part in half]
    return (name if said[0] is None else said[0]), (value if said[1] is None else said[1])


def _written_anew(opened: Fields) -> None:
    """What was read, written in UTF-8 and opened again, reads the same."""
    if len(opened.pairs) < FIELDS_MAX:
        written = "&".join(f"{quote_plus(name, safe='')}={quote_plus(value)}" for name, value in opened.pairs)
        assert pairs(b"charset=UTF-8&" + written.encode())[1:] == opened.pairs


def _glimpsed(raw: bytes, tokens: list[bytes], opened: Fields) -> None:
    found = glimpse(raw, _GLIMPSED)
    assert found.keys() <= {name.decode() for name in _GLIMPSED}
    first: dict[bytes, tuple[bytes, str]] = {}
    for token, (_, value) in zip(tokens, opened.pairs, strict=True):
        name, _, written = token.partition(b"=")
        first.setdefault(name, (written, value))
    for name in _GLIMPSED & first.keys():
        written, value = first[name]
        assert_text(found[name.decode()])
        if value.isascii() and len(written) <= _GLIMPSED_BYTES:
            assert found[name.decode()] == value.strip(" ")


def date(raw: bytes) -> None:
    """Any text is a moment in UTC or none; a moment reads back from what a live message would say."""
    text = raw.decode("utf-8", "replace")
    found = read_date(text)
    assert read_date(f"  {text} ") == found
    if found is None:
        return
    assert_moment(found)
    month = _MONTHS[found.month - 1]
    written = f"{found:%H:%M:%S} {month} {found.day:02}, {found.year:04} UTC"
    assert read_date(written) == found
    assert any(str(year) in text for year in (found.year - 1, found.year, found.year + 1))


def amount(raw: bytes) -> None:
    """Any text is an exact amount or a ValueError; an amount reads back from how it is shown."""
    currency = CURRENCIES[raw[0] % len(CURRENCIES)] if raw else ""
    text = raw[1:].decode("utf-8", "replace")
    try:
        found = Money.of(text, currency)
    except ValueError:
        return
    zero = Money.zero(currency)
    assert_money(found)
    assert found.amount == Decimal(text)
    assert Money.of(str(found), currency) == found
    assert str(Money.of(str(found), currency)) == str(found)
    assert found.spelled() == f"{found} {currency}"
    assert zero - (zero - found) == found
    assert found + zero == found
    assert str(found - found) == str(zero)
    assert (found < zero) == text.startswith("-") or found == zero
    assert zero <= abs(found)


def notification(raw: bytes) -> None:
    """Any body is read, Unreadable or Unmodelled, the same each time; what is read can be kept."""
    told = _told(raw)
    assert _told(raw) == told
    if isinstance(told, Notification):
        assert told.n == 1
        assert_text(*told.receivers)
        told = replace(told, receivers=frozenset())  # compared, not kept
    assert_kept(told)
    seen = glance(raw)
    assert glance(raw) == seen
    assert_kept(seen)
    for name in ("txn_id", "parent_txn_id", "txn_type", "payment_status"):
        value = getattr(seen, name)
        assert value is None or 0 < len(value) <= 64  # as wide as its column


def _told(raw: bytes) -> Notification | str:
    try:
        return read(raw, 1)
    except (Unreadable, Unmodelled) as refusal:
        return f"{type(refusal).__name__}: {refusal}"


def drift(raw: bytes) -> None:
    """Any body has some news or none, the same each time, and each may be shown anywhere."""
    fields = open_body(raw)
    news = drift_of(fields)
    assert drift_of(fields) == news
    assert len(set(news)) == len(news) <= ENTRIES_MAX
    for what, example in news:
        assert what in WHATS
        assert_text(example)
        assert example.isprintable()
        assert len(example) <= EXAMPLE_CHARACTERS_MAX


# The bodies of ours, each field of each once at the end and without its value.
GROWN = tuple(
    b"&".join((*tokens[:i], *tokens[i + 1 :], token.partition(b"=")[0] + b"="))
    for tokens in (one.split(b"&") for one in BODIES)
    for i, token in enumerate(tokens)
)


def large(raw: bytes) -> None:
    """A pattern repeated to the largest body, in one field of a good one or as numbered fields."""
    if len(raw) < 3:
        return
    place, pattern = int.from_bytes(raw[:2], "big"), raw[2:]
    times = BODY_BYTES_MAX // len(pattern)
    whole = GROWN[place] + pattern * times if place < len(GROWN) else _numbered(pattern, times)
    grown = whole[:BODY_BYTES_MAX]
    body(grown)
    notification(grown)
    drift(grown)


def _numbered(pattern: bytes, times: int) -> bytes:
    return b"".join(b"a%d%b" % (n, pattern) for n in range(times))


def assert_text(*texts: str) -> None:
    for text in texts:
        assert "\0" not in text  # which no text column of PostgreSQL takes
        text.encode()  # no half of a surrogate pair


def assert_moment(moment: datetime) -> None:
    assert moment.tzinfo is UTC
    assert 1998 <= moment.year < 2200  # a cycle added to it must not fall off the calendar
    assert moment.microsecond == 0


def assert_money(money: Money) -> None:
    assert money.amount.is_finite()
    assert -int(money.amount.as_tuple().exponent) == PLACES[money.currency]
    assert not (money.amount.is_zero() and money.amount.is_signed()), "less than nothing, and nothing"


def assert_kept(thing: object) -> None:
    """Whatever facts are made of, databases and JSON take it."""
    for leaf in _leaves(thing):
        match leaf:
            case str():
                assert_text(leaf)
                assert len(leaf) <= TEXT_MAX
            case Money():
                assert_money(leaf)
            case Decimal():
                assert leaf.is_finite()
                assert len(str(leaf)) <= 40
            case datetime():
                assert_moment(leaf)
            case int():
                assert abs(leaf) < 2**63
            case None:
                pass
            case _:
                message = f"a {type(leaf).__name__} in a fact"
                raise AssertionError(message)


def _leaves(thing: object) -> Iterator[object]:
    if is_dataclass(thing) and not isinstance(thing, Money):
        for field in fields_of(thing):
            yield from _leaves(getattr(thing, field.name))
    elif isinstance(thing, tuple | frozenset):
        for one in thing:
            yield from _leaves(one)
    else:
        yield thing


TARGETS: dict[str, Target] = {
    "body": body,
    "date": date,
    "amount": amount,
    "notification": notification,
    "drift": drift,
    "large": large,
}
