"""Any history that PayPal can tell, in any order, ends where the facts say it must."""

import os
import random
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from domain.events import PriceAgreed
from tests.given import MemoryBook
from tests.house import LocalPayPal, settings_in
from tests.playing import broken, lives, long_lives, wild
from tests.playing.comparing import Pages, compared, differences, disagree, pages
from tests.playing.ending import Ending, ending
from tests.playing.facts import PLACES, Agreed, Fact, Known, Own
from tests.playing.play import Drawn, Play, Rolled
from tests.playing.post import Post
from tests.playing.stored import StoredBook
from tests.playing.writing import message

CAMPAIGN = bool(os.environ.get("COUNTERFOIL_CAMPAIGN"))
HISTORIES = 10_000 if CAMPAIGN else 300
STORED_HISTORIES = 100 if CAMPAIGN else 8
FACTS_MAX = 40
Life = Callable[[Play], list[Fact]]
SHORT: tuple[Life, ...] = (
    lives.instant,
    lives.on_its_way,
    lives.echeck,
    lives.review,
    lives.filtered,
    lives.unilateral,
    lives.multi_currency,
    lives.contradiction,
    lives.unheard,
    lives.returned_only,
    lives.stranger,
    lives.authorized,
)
LONG: tuple[Life, ...] = (
    long_lives.subscription,
    long_lives.profile,
    long_lives.agreement,
    long_lives.mass_pay,
)
WILD: tuple[Life, ...] = (wild.payment, wild.profile, wild.batches)
LIVES = SHORT + LONG + WILD
ANY = st.integers(0, 1000)


def told(facts: Iterable[Fact]) -> MemoryBook:
    """A book that heard these, one after the other, and nothing twice."""
    book = MemoryBook()
    Post(lambda bodies: book.deliver(*bodies)).bring(*facts)
    return book


def agree(book: MemoryBook, price: Agreed) -> None:
    amount = Decimal(price.amount).scaleb(-PLACES[price.currency])
    book.agree(price.invoice, PriceAgreed(amount, price.currency))


class AnyHistory(RuleBasedStateMachine):
    """PayPal begins what it likes; the post brings it as it likes; in the end everything has come."""

    def __init__(self) -> None:
        super().__init__()
        self.book = MemoryBook()
        self.post = Post(lambda bodies: self.book.deliver(*bodies))
        self.prices: dict[str, Agreed] = {}
        self.named = 0

    @property
    def facts(self) -> list[Known]:
        return [*self.prices.values(), *self.post.facts]

    def begin(self, life: Life, data: st.DataObject) -> None:
        play = Play(Drawn(data), self.named)
        play.begin()
        self.post.take(life(play))
        self.named = play.named

    @initialize(life=st.sampled_from(LIVES), data=st.data())
    def open(self, life: Life, data: st.DataObject) -> None:
        self.begin(life, data)

    @precondition(lambda self: len(self.post.facts) < FACTS_MAX)
    @rule(life=st.sampled_from(SHORT), data=st.data())
    def pay(self, life: Life, data: st.DataObject) -> None:
        self.begin(life, data)

    @precondition(lambda self: len(self.post.facts) < FACTS_MAX)
    @rule(life=st.sampled_from(LONG + WILD), data=st.data())
    def pay_for_longer(self, life: Life, data: st.DataObject) -> None:
        self.begin(life, data)

    @rule(which=ANY, more=st.sampled_from((0, 0, 100)))
    def agree_a_price(self, which: int, more: int) -> None:
        """The shop names the price of an order that was paid or will be, mostly the right one."""
        billed = [one for one in self.post.facts if isinstance(one, Own) and one.invoice]
        if not billed:
            return
        one = billed[which % len(billed)]
        if one.invoice not in self.prices:
            price = Agreed(invoice=one.invoice, amount=one.gross + more, currency=one.currency)
            self.prices[one.invoice] = price
            agree(self.book, price)

    @rule(start=ANY, count=st.integers(1, 4))
    def bring(self, start: int, count: int) -> None:
        self.post.bring_some(start, count)

    @rule(which=ANY, how=st.sampled_from(("copied", "lost", "sent again")))
    def stray(self, which: int, how: str) -> None:
        if how == "copied":
            self.post.bring_again(which)
        elif how == "lost":
            self.post.lose(which)
        else:
            self.post.send_again()

    @rule(seed=ANY)
    def bring_all(self, seed: int) -> None:
        self.drain(seed)

    def drain(self, seed: int) -> tuple[Ending, Pages]:
        """Deliver what is left; the book must end where the facts say."""
        self.post.bring_all(random.Random(seed))
        end = ending(self.facts)
        shown = pages(self.book, end)
        assert list(compared(shown, end)) == []
        return end, shown

    def teardown(self) -> None:
        """It must end there too, and show all else too as if every message had come once and in order."""
        for fact in self.post.facts:
            note(message(fact).decode())
        end, shown = self.drain(len(self.post.facts))
        in_order = MemoryBook()
        for price in self.prices.values():
            agree(in_order, price)
        Post(lambda bodies: in_order.deliver(*bodies)).bring(*self.post.facts)
        assert shown.unheard() == pages(in_order, end).unheard()


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(
    max_examples=HISTORIES, stateful_step_count=10, deadline=None, print_blob=True
)


@pytest.fixture(scope="module")
def paypal() -> Iterator[LocalPayPal]:
    with LocalPayPal().running() as running:
        yield running


# Not shrunk: the machine above makes small histories of what is wrong, and faster.
@settings(max_examples=STORED_HISTORIES, deadline=None, print_blob=True, phases=[Phase.generate])
@given(data=st.data(), drawn=st.lists(st.sampled_from(LIVES), min_size=1, max_size=3), seed=ANY)
def test_a_stored_book_ends_where_the_facts_say(
    paypal: LocalPayPal, data: st.DataObject, drawn: list[Life], seed: int
) -> None:
    play = Play(Drawn(data))
    facts = [fact for life in drawn for fact in begun(play, life)]
    for fact in facts:
        note(message(fact).decode())
    with TemporaryDirectory() as folder:
        book = StoredBook(settings_in(Path(folder), paypal.url))
        post = Post(book.deliver)
        post.take(facts)
        post.bring_all(random.Random(seed))
        assert differences(book, facts) == []
        end = ending(facts)
        assert {(todo, name) for todo, name in book.todos() if end.transactions[name]} == end.todos


def begun(play: Play, life: Life) -> list[Fact]:
    play.begin()
    return life(play)


def rolled(life: Life, seed: int) -> list[Fact]:
    return begun(Play(Rolled(random.Random(seed))), life)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: f"{life.__module__}.{life.__name__}")
def test_every_lifecycle_ends_the_same_forwards_and_backwards(life: Life) -> None:
    for seed in range(10):
        facts = rolled(life, seed)
        forwards, backwards = told(facts), told(reversed(facts))
        assert differences(forwards, facts) == []
        assert differences(backwards, facts) == []
        end = ending(facts)
        assert pages(backwards, end).unheard() == pages(forwards, end).unheard()


@pytest.mark.parametrize("life", SHORT + LONG, ids=lambda life: life.__name__)
def test_a_message_that_never_comes_is_missed(life: Life) -> None:
    missed = 0
    for seed in range(20):
        facts = rolled(life, seed)
        for lost in facts:
            rest = [fact for fact in facts if fact != lost]
            if disagree(ending(rest), ending(facts)):
                assert differences(told(rest), facts) != [], lost
                missed += 1
    # A payment to somebody else is the one thing that may be lost unseen.
    assert missed or life is lives.stranger


@pytest.mark.parametrize(
    "wrong",
    [
        broken.KnowsIdsOnly,
        broken.DropsTheEarly,
        broken.CountsRefundsTwice,
        broken.CountsAuthorizations,
        broken.LosesOneInTen,
    ],
)
def test_a_book_that_is_wrong_on_purpose_is_found_out(wrong: type[broken.Book]) -> None:
    caught = 0
    for seed in range(8):
        play = Play(Rolled(random.Random(seed)))
        facts = [fact for life in SHORT for fact in begun(play, life)]
        book = wrong()
        post = Post(book.deliver)
        post.take(facts)
        post.bring_all(random.Random(seed))
        caught += differences(book, facts) != []
    assert caught
