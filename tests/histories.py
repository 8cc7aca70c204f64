"""Healthy histories in a real store: all lifecycles, people at work, other rules, a notary; from a seed."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice

from adapters.acts import Acts
from adapters.auditing.running import Audited, audit
from adapters.auditing.scene import Order, Since
from adapters.notary.notary import Notary
from adapters.notary.notes import Checkpoint, Signer
from adapters.queries.todo_origins import TodoFilters
from adapters.rules import RulesBook
from adapters.simulator.faults import Faults
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.mailing import Mark, Planned
from adapters.simulator.mixes import drawn
from adapters.simulator.plans import mixed
from adapters.todo_acts import TodoActs, TodoClosedError, UnknownTodoError
from domain.acting import Acting, ActRefusedError, NoSuchCaseError
from domain.events import PriceAgreed
from domain.invoice import STREAM_PREFIX
from domain.streams import is_transaction
from domain.vetting import Price, Shop
from domain.vocabulary import Verdict
from tests.adapters.workshop import Workshop
from tests.engines import database_in
from tests.given import SELLER, payment

PEOPLE = ("ann", "bob")
Doing = Callable[[Acting], None]
OURS = frozenset({SELLER, "s8xghlydw9t3s"})
LISTED = {"BOOK-1": (Price(amount=Decimal("19.95"), currency="USD"),)}
SHOPS = (
    Shop(receivers=OURS, ship_unpriced=True),
    Shop(receivers=OURS, prices=LISTED),
    Shop(receivers=OURS, prices=LISTED, ship_unpriced=True),
)
# One of these is a word that nobody knows, one an amount that is none, one for somebody else.
STRANGE = (
    payment("ODD1", odd_field="1", invoice="ODD"),
    payment("ODD2", gross="1_0"),
    payment("ODD3", status="Wondered"),
    payment("ODD4", receiver_email="somebody@example.com"),
    payment("ODD5", odd_field="2", payer_status="doubtful"),
)


@dataclass
class History:
    """What happens in a workshop, a batch at a time."""

    workshop: Workshop
    seed: int
    signer: Signer = field(default_factory=lambda: Signer.generate("counterfoil/0123456789abcdef"))
    dice: random.Random = field(init=False)
    left: list[Checkpoint] = field(default_factory=list)  # checkpoints as they left
    shops: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    @property
    def rules(self) -> RulesBook:
        return RulesBook(self.workshop.parts.book, self.workshop.clock)

    def live(self, messages: int, *, sealed: bool = True) -> None:
        """So many messages come, people do what they may, and the notary seals all but the last of it."""
        plan = mixed(
            drawn(dict.fromkeys(LIFECYCLES, 1.0), self.dice),
            rng=self.dice,
            now=self.workshop.at,
            rate=1.0,
            lives=None,
            messages=messages,
            shuffle=self.dice.random() < 0.5,
            faults=Faults(
                seed=self.seed, duplicates=0.1, reorder=0.2, delays=0.05, replayed=0.05, forged=0.05
            ),
        )
        mail = iter(plan)
        while some := list(islice(mail, self.dice.randint(1, 30))):
            self._deliver(some)
            for _ in range(self.dice.randint(0, 4)):
                self._act()
            if self.dice.random() < 0.3:
                self.workshop.follower.follow(self.dice.randint(1, 50))
            if sealed and self.dice.random() < 0.3:
                self.seal(self.dice.randint(1, 60))
        self.workshop.follower.follow()

    def strange(self) -> None:
        """What has its own fate: unreadable, unmodelled, not for us, and news."""
        self.workshop.shop = SHOPS[self.shops % len(SHOPS)]
        self.workshop.processor(rules=self.rules).settle(self.workshop.answer(self.workshop.claim(*STRANGE)))

    def seal(self, entries_max: int = 10_000) -> None:
        """Seal some of what is new, and sign for it."""
        notary = self.notary()
        sealed = notary.seal(entries_max)
        while sealed and entries_max >= 10_000:
            sealed = notary.seal(entries_max)
        made = notary.checkpoint()
        if made is not None:
            self.left.append(made)

    def notary(self) -> Notary:
        parts = self.workshop.parts
        return Notary(self.workshop.book, parts.inbox, parts.book, self.signer, self.workshop.clock)

    def _deliver(self, some: list[Planned]) -> None:
        if self.dice.random() < 0.1:
            self.shops += 1
        self.workshop.shop = SHOPS[self.shops % len(SHOPS)]
        verdicts = {one.message.body: self._verdict(one) for one in some}
        claimed = self.workshop.claim(*(one.message.body for one in some))
        answered = [
            replace(one, post_back=self.workshop.post_back(verdicts.get(one.claimed.body, Verdict.VERIFIED)))
            if one.claimed.verdict is not Verdict.VERIFIED
            else replace(one, post_back=None)
            for one in self.workshop.answer(claimed)
        ]
        self.workshop.processor(rules=self.rules).settle(answered)

    def _verdict(self, one: Planned) -> Verdict:
        if one.mark is Mark.FORGED:
            return Verdict.INVALID
        return Verdict.UNKNOWN if self.dice.random() < 0.1 else Verdict.VERIFIED

    # ---- people ----

    def acts(self) -> Acts:
        workshop = self.workshop
        return Acts(workshop.book, workshop.shop, workshop.clock, lambda: None, self.rules)

    def _act(self) -> None:
        streams = sorted({placed.originator_id for _, placed in self.workshop.book.after(0, 10_000)})
        transactions = [name for name in streams if is_transaction(name)]
        invoices = [name.removeprefix(STREAM_PREFIX) for name in streams if name.startswith(STREAM_PREFIX)]
        if not transactions:
            return
        stream, by = self.dice.choice(transactions), self.dice.choice(PEOPLE)
        doings: list[Doing] = [
            lambda acting: acting.claim(stream, 600),
            lambda acting: acting.release(stream, "not mine", anybodys=True),
            lambda acting: acting.fulfill(stream, "parcel 1"),
            lambda acting: acting.fulfill(stream, left_already=True),
            lambda acting: acting.approve(stream, "the buyer rang"),
            lambda acting: acting.close_case(stream, self._case(acting, stream), "settled"),
        ]
        if invoices:
            name, amount = self.dice.choice(invoices), Decimal(self.dice.choice(("19.95", "12.50", "5.00")))
            doings.append(lambda acting: acting.agree(name, PriceAgreed(amount, "USD")))
        with suppress(ActRefusedError, NoSuchCaseError):
            self.acts().act(by, self.dice.choice(doings))
        if self.dice.random() < 0.3:
            self._close_a_todo(by)

    def _case(self, acting: Acting, stream: str) -> str:
        return next((heard.case.case_id for heard in acting.draft.transaction(stream).cases), "none")

    def _close_a_todo(self, by: str) -> None:
        self.workshop.follower.follow()
        queries = self.workshop.queries
        todos = [row["id"] for row in queries.todos(TodoFilters(open=True), 50, None).items]
        if not todos:
            return
        acts = TodoActs(self.workshop.book, self.acts(), queries.todo)
        with suppress(UnknownTodoError, TodoClosedError):
            acts.close(self.dice.choice(todos), by, "done")


def order_of(history: History, since: Checkpoint | None = None) -> Order:
    """An audit of it."""
    return Order(
        address=database_in(history.workshop.folder),
        shop=history.workshop.shop,
        vkeys=(history.signer.vkey,),
        since=None if since is None else Since(since.size, since.root),
    )


def audited(history: History, since: Checkpoint | None = None) -> Audited:
    """What the audit says of it, in this process."""
    return audit(order_of(history, since), processes=1)


def said(done: Audited) -> list[str]:
    """Each finding in a line."""
    return [
        f"{one.check} {one.table} {dict(one.key)}: {one.what}" for some in done.findings for one in some.first
    ]
