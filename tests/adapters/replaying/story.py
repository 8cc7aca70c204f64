"""A shop's story for tests: all that PayPal's simulator tells, shuffled and doubled, and people who act."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from adapters.acts import Acts
from adapters.processor import Answered
from adapters.replaying.opening import open_to_look
from adapters.replaying.past import Past
from adapters.replaying.what_if import Found, WhatIf
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.shop import PRICES, SELLER_EMAIL, SELLER_ID
from adapters.times import to_us
from domain.acting import Acting, ActRefusedError, NoSuchCaseError
from domain.events import PriceAgreed
from domain.notification import read
from domain.reading import Unmodelled, Unreadable
from domain.standing import cases
from domain.streams import is_transaction
from domain.vetting import Price, Shop
from projections.todos.rows import rows_of
from tests.adapters.simulator.stage import told
from tests.adapters.workshop import Workshop

LISTED = {"BOOK-1": PRICES["USD"], "MUG-1": PRICES["EUR"]}
OPEN = Shop(
    receivers=frozenset({SELLER_EMAIL, SELLER_ID.casefold()}),
    prices={
        "BOOK-1": (Price(amount=PRICES["USD"], currency="USD"),),
        "MUG-1": (Price(amount=PRICES["EUR"], currency="EUR"),),
    },
    ship_unpriced=True,
)
PEOPLE = ("ann", "bob")
AGAIN = 0.2  # how often some are asked for once more
ACTS_MAX = 12  # between two batches


def with_price(shop: Shop, item: str, amount: str, currency: str) -> Shop:
    """The shop with another price of one item."""
    return replace(shop, prices={**shop.prices, item: (Price(amount=Decimal(amount), currency=currency),)})


def letters(dice: Random, seed: int, rounds: int = 1) -> list[bytes]:
    """Every lifecycle's messages, in any order, some of them several times."""
    bodies = [
        message.body
        for turn in range(rounds)
        for tell in LIFECYCLES.values()
        for message in told(tell, seed + turn)
    ]
    bodies += dice.choices(bodies, k=len(bodies) // 4)
    dice.shuffle(bodies)
    return [*bodies, b"\xff\x00 nothing at all", b"txn_id=&payment_status=Completed"]


def play(workshop: Workshop, seed: int, *, people: Sequence[str] = PEOPLE) -> None:
    """Deliver it all in batches, with acts of people in between, if there are any."""
    dice = Random(seed)
    bodies = letters(dice, seed)
    workshop.shop = OPEN
    while bodies:
        some, bodies = bodies[: (size := dice.randint(1, 12))], bodies[size:]
        workshop.deliver(*some)
        if dice.random() < AGAIN:
            ask_again(workshop, dice.choices([one.n for one in workshop.settled], k=5))
        for _ in range(dice.randint(0, ACTS_MAX) if people else 0):
            act(workshop, dice, some, people)


def ask_again(workshop: Workshop, ns: Iterable[int]) -> None:
    """Process these once more, as when a person asked for them."""
    for n in ns:
        workshop.claims.ask_again(n, to_us(workshop.at))
    claimed = workshop.claims.claim(1_000, to_us(workshop.clock()))
    workshop.processor().settle([Answered(claimed=one, post_back=None) for one in claimed])


def act(workshop: Workshop, dice: Random, lately: list[bytes], people: Sequence[str] = PEOPLE) -> None:
    """Somebody tries something about what came lately."""
    streams = [name for name in sorted(set(_named(lately))) if is_transaction(name)]
    if not streams:
        return
    doing = Acts(workshop.book, workshop.shop, workshop.clock, lambda: None)
    stream, what = dice.choice(streams), dice.choice(list(_DOINGS))
    try:
        doing.act(dice.choice(people), lambda acting: _DOINGS[what](workshop, acting, stream, dice))
    except (ActRefusedError, NoSuchCaseError):
        return


def _named(bodies: list[bytes]) -> Iterator[str]:
    for body in bodies:
        try:
            facts = read(body, 1).facts
        except (Unreadable, Unmodelled):
            continue
        yield from (txn_id for fact in facts if (txn_id := getattr(fact, "txn_id", None)))


Doing = Callable[[Workshop, Acting, str, Random], None]


def _close_case(_: Workshop, acting: Acting, stream: str, dice: Random) -> None:
    found = cases(acting.draft.transaction(stream))
    acting.close_case(stream, dice.choice(found)[0].case_id if found else "PP-0", "settled")


def _close_todo(workshop: Workshop, acting: Acting, stream: str, dice: Random) -> None:
    rows = rows_of(stream, workshop.book.streams([stream])[stream]).values()
    if wanted := [row for row in rows if row.open and row.since <= acting.at]:
        acting.close_todo(stream, dice.choice(wanted).id, "done")


def _agree(_: Workshop, acting: Acting, stream: str, dice: Random) -> None:
    reports = acting.draft.transaction(stream).reports
    if reports and (invoice := reports[-1].report.invoice):
        acting.agree(invoice, PriceAgreed(dice.choice(list(LISTED.values())), dice.choice(("USD", "EUR"))))


_DOINGS: dict[str, Doing] = {
    "claim": lambda _, acting, stream, dice: acting.claim(stream, dice.choice((1, 5, 600))),
    "release": lambda _, acting, stream, dice: acting.release(stream, anybodys=dice.random() < 0.5),
    "fulfill": lambda _, acting, stream, dice: acting.fulfill(
        stream, "sent", left_already=dice.random() < 0.3
    ),
    "approve": lambda _, acting, stream, __: acting.approve(stream, "looked at"),
    "close a case": _close_case,
    "close a to-do": _close_todo,
    "agree": _agree,
}


def what_if(workshop: Workshop, shop: Shop | None = None) -> Found:
    """What would be otherwise by the rules of a shop, the story's own unless told."""
    with open_to_look(workshop.parts.database) as looking:
        return WhatIf(Past(looking), shop or workshop.shop).run()
