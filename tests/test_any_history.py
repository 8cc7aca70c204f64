"""Any history that PayPal can tell, in any order, ends where the facts say it must."""

import os
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.events import PriceAgreed
from tests.engines import passing_folder
from tests.given import MemoryBook
from tests.house import LocalPayPal, settings_in
from tests.playing import broken, lives, long_lives, wild
from tests.playing.comparing import Pages, compared, differences, disagree, pages
from tests.playing.desk import DOINGS, PEOPLE, Desk, Doing
from tests.playing.desk import rolled as rolled_doings
from tests.playing.ending import Ending, ending
from tests.playing.facts import PLACES, Agreed, Fact, Known, Own
from tests.playing.goods import held_by_two
from tests.playing.ledgers import Ledger, cash
from tests.playing.play import Drawn, Play, Rolled
from tests.playing.post import Post
from tests.playing.stored import StoredBook
from tests.playing.watched import Queue, Watched
from tests.playing.writing import message

CAMPAIGN = bool(os.environ.get("COUNTERFOIL_CAMPAIGN"))
HISTORIES = 10_000 if CAMPAIGN else 300
STORED_HISTORIES = 100 if CAMPAIGN else 8
FACTS_MAX = 40
WEEKS = 40
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
    lives.trials,
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
ANYBODY = st.sampled_from(PEOPLE)
SECONDS = st.sampled_from((30, 600))


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
        self.watched = Watched()
        self.book = self.watched.book
        self.post = Post(self.watched.deliver)
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

    def ending(self) -> Ending:
        return ending(self.facts)

    def drain(self, seed: int) -> tuple[Ending, Pages]:
        """Deliver what is left; the book and its ledger must end where the facts say."""
        self.post.bring_all(random.Random(seed))
        end = self.ending()
        shown = pages(self.book, end)
        assert list(compared(shown, end)) == []
        booked = self.watched.ledger.by_transaction()
        said = [booked.get(name, {}) for name, expected in end.transactions.items() if expected]
        assert cash(said) == {
            currency: Decimal(coins).scaleb(-PLACES[currency]) for currency, coins in end.balances.items()
        }
        return end, shown

    def teardown(self) -> None:
        """It must end there too, and show all else too as if every message had come once and in order."""
        self.tell()
        end, shown = self.drain(len(self.post.facts))
        in_order = Watched()
        for price in self.prices.values():
            agree(in_order.book, price)
        Post(in_order.deliver).bring(*self.post.facts)
        self.ends_as(in_order, end, shown)

    def tell(self) -> None:
        """Write down what happened, for whoever must find out why it ended wrong."""
        for fact in self.post.facts:
            note(message(fact).decode())

    def ends_as(self, other: Watched, end: Ending, shown: Pages) -> None:
        """Another book must show the same, and its ledger come to the same; and none has changed its past."""
        assert shown.unheard() == pages(other.book, end).unheard()
        assert self.watched.ledger.by_transaction() == other.ledger.by_transaction()
        self.watched.look_back()


class PeopleAtWork(AnyHistory):
    """While PayPal tells and the clock goes on, people claim goods, send them, approve and close cases."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(self.watched, self.post, self.prices)

    @property
    def facts(self) -> list[Known]:
        return [*self.desk.people.closed, *super().facts]

    def ending(self) -> Ending:
        """What the facts say, but for the goods: those are for people too to say."""
        end = super().ending()
        transactions = {
            name: {key: value for key, value in expected.items() if key != "fulfillment"}
            for name, expected in end.transactions.items()
        }
        return replace(end, transactions=transactions)

    @rule(doings=st.lists(st.tuples(st.sampled_from(DOINGS), ANY, ANYBODY, SECONDS), min_size=1, max_size=9))
    def work(self, doings: list[Doing]) -> None:
        self.desk.work(doings)

    @invariant()
    def goods_are_where_they_must_be(self) -> None:
        self.desk.look()

    def teardown(self) -> None:
        """All that was done stays done; what comes after it may come in any order."""
        self.tell()
        other = self.watched.fork()
        rest = [*self.post.lost, *self.post.outbox]
        end, shown = self.drain(len(self.post.facts))
        self.desk.look()
        Post(other.deliver).bring(*reversed(rest))
        self.ends_as(other, end, shown)
        assert [name for name, told in self.book.streams.items() if held_by_two(told)] == []
        written = [one.by for told in self.book.streams.values() for one in told if one.by in PEOPLE]
        assert len(written) >= len(self.desk.people.acts)

    def tell(self) -> None:
        super().tell()
        for act in self.desk.people.acts:
            note(str(act))


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(
    max_examples=HISTORIES, stateful_step_count=10, deadline=None, print_blob=True
)
TestPeopleAtWork = PeopleAtWork.TestCase
TestPeopleAtWork.settings = settings(
    max_examples=HISTORIES // 2, stateful_step_count=10, deadline=None, print_blob=True
)


@pytest.fixture(scope="module")
def paypal() -> Iterator[LocalPayPal]:
    with LocalPayPal().running() as running:
        yield running


# Not shrunk: the machine above makes small histories of what is wrong, and faster.
@settings(max_examples=STORED_HISTORIES, deadline=None, print_blob=True, phases=[Phase.generate])
@given(data=st.data(), drawn=st.lists(st.sampled_from(LIVES), min_size=1, max_size=3), seed=ANY)
def test_a_stored_book_ends_where_the_facts_say(
    any_engine: str, paypal: LocalPayPal, data: st.DataObject, drawn: list[Life], seed: int
) -> None:
    play = Play(Drawn(data))
    facts = [fact for life in drawn for fact in begun(play, life)]
    for fact in facts:
        note(message(fact).decode())
    with passing_folder() as folder:
        book = StoredBook(settings_in(folder, paypal.url))
        post = Post(book.deliver)
        post.take(facts)
        post.bring_all(random.Random(seed))
        assert differences(book, facts) == []
        end = ending(facts)
        assert {(todo, name) for todo, name in book.todos() if end.transactions[name]} == end.todos


# What people did comes on top: each run is a whole house, with mail between the acts.
@settings(max_examples=STORED_HISTORIES, deadline=None, print_blob=True, phases=[Phase.generate])
@given(data=st.data(), drawn=st.lists(st.sampled_from(LIVES), min_size=1, max_size=3), seed=ANY)
def test_a_stored_book_keeps_its_ledger_and_what_people_did(
    any_engine: str, paypal: LocalPayPal, data: st.DataObject, drawn: list[Life], seed: int
) -> None:
    play, dice = Play(Drawn(data)), random.Random(seed)
    facts = [fact for life in drawn for fact in begun(play, life)]
    for fact in facts:
        note(message(fact).decode())
    with passing_folder() as folder:
        book = StoredBook(settings_in(folder, paypal.url))
        post = Post(book.deliver)
        post.take(facts)
        dice.shuffle(post.outbox)
        post.bring(*post.outbox[::2])
        del post.outbox[::2]
        desk = Desk(book, post)
        desk.work(rolled_doings(dice, 5, seconds=(3600,)))
        moment, then = book.now(), (book.balances(), book.queue())
        desk.work(rolled_doings(dice, 5, seconds=(3600,)))
        post.bring_all(dice)
        desk.look()
        assert list(book.listed_wrong(desk.people.states(desk.orders(), book.now()))) == []
        assert list(book.booked_wrong()) == []
        assert (book.balances(as_of=moment), book.queue(as_of=moment)) == then
        shown = pages(book, ending(facts)), book.everything()
        rebuilt = book.rebuild()
        assert (rebuilt.switched, rebuilt.differences) == (True, 0)
        assert (pages(book, ending(facts)), book.everything()) == shown
        desk.look()


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


def found_out(weeks: Callable[[], object]) -> bool:
    try:
        weeks()
    except AssertionError:
        return True
    return False


def a_week(watched: Watched, seed: int) -> None:
    """Some payments and all that can follow them, mail for mail, and people at work meanwhile."""
    dice = random.Random(seed)
    play, post = Play(Rolled(dice)), Post(watched.deliver)
    post.take(fact for _ in range(dice.randint(1, 5)) for fact in begun(play, dice.choice(LIVES)))
    dice.shuffle(post.outbox)
    desk = Desk(watched, post)
    while post.outbox:
        desk.work(rolled_doings(dice, 5))
    watched.look_back()


def weeks(make: Callable[[], Watched]) -> None:
    for seed in range(WEEKS):
        a_week(make(), seed)


def test_people_and_paypal_agree_on_what_is_honest() -> None:
    weeks(Watched)


@pytest.mark.parametrize(
    "wrong",
    [
        broken.ForgetsFees,
        broken.BooksAuthorizations,
        broken.CountsFollowersTwice,
        broken.HoldsWithTheFee,
        broken.RewritesItsPast,
        broken.LosesAPosting,
    ],
)
def test_a_ledger_that_is_wrong_on_purpose_is_found_out(wrong: type[Ledger]) -> None:
    assert found_out(lambda: weeks(lambda: Watched(ledger=wrong())))


@pytest.mark.parametrize(
    "wrong",
    [
        broken.ForgetsApprovals,
        broken.ApprovesForEver,
        broken.KeepsClaims,
        broken.ClaimsForEver,
        broken.NeverCallsBack,
    ],
)
def test_a_queue_that_is_wrong_on_purpose_is_found_out(wrong: type[Queue]) -> None:
    assert found_out(lambda: weeks(lambda: Watched(queue=wrong())))
