"""What should become of an order's goods, told from PayPal's facts and from what people did alone."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from domain.act_events import GoodsClaimed, GoodsFulfilled, GoodsReleased
from domain.acting import Acting
from domain.events import Entry
from tests.playing.ending import closings, mispriced, purchase, said_of_sense, sharing_an_invoice
from tests.playing.facts import Agreed, Closed, Known
from tests.playing.model import Told, cases, sorted_out, sums

# What speaks against letting goods go: what it is, and about which facts. Another fact is another doubt.
Doubt = tuple[Hashable, ...]
NOTHING_OF_IT: frozenset[Doubt] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Order:
    """A payment as far as its goods are concerned."""

    invoice: str = ""
    purchase: str = ""
    cleared: bool = False
    gone: bool = False  # all the money left again
    doubts: frozenset[Doubt] = NOTHING_OF_IT
    cases: frozenset[tuple[str, str]] = frozenset()  # those that are open, each at its stage
    sure: bool = True  # not so while a return may be of one reversal or of another that is still to come


UNHEARD = Order()
Orders = Mapping[str, Order]


def orders(facts: Iterable[Known]) -> dict[str, Order]:
    """Every payment that makes sense, by its id."""
    known = list(dict.fromkeys(facts))
    told = sorted_out(said_of_sense(known), closings(known))
    prices = [one for one in known if isinstance(one, Agreed)]
    shared, wrong = sharing_an_invoice(told), mispriced(told, prices)
    return {
        txn_id: Order(
            invoice=one.first.invoice,
            purchase=purchase(txn_id, told),
            cleared=one.cleared,
            gone=one.cleared and sums(one).nothing_left,
            doubts=frozenset(
                [
                    *doubts(one),
                    *([("invoice",)] if txn_id in shared else []),
                    *([("amount",)] if txn_id in wrong else []),
                ]
            ),
            cases=frozenset((case_id, stage) for case_id, stage, is_open in cases(one) if is_open),
            sure=not (one.parked["canceled_reversal"] and any(f.kind == "reversal" for f in one.followers)),
        )
        for txn_id, one in told.items()
        if one.own and one.first.kind == "payment"
    }


def doubts(told: Told) -> Iterable[Doubt]:
    """What the facts about a payment say against letting its goods go."""
    for kind in ("refund", "reversal", "canceled_reversal"):
        if ids := frozenset(one.txn_id for one in told.followers if one.kind == kind):
            yield (kind, ids)
    for one in told.waiting:
        yield ("parked", one.kind, one.txn_id)
    for case_id, stage, is_open in cases(told):
        if is_open:
            yield ("case", case_id, stage)
    if denied := frozenset(told.statuses & {"Denied", "Failed"}):
        yield ("contradiction", denied)
    if any(one.conversion and not one.conversion.right for one in told.own):
        yield ("conversion",)


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody wants to do."""

    what: str
    by: str
    txn_id: str
    seconds: int = 0
    case_id: str = ""

    def __str__(self) -> str:
        more = f" {self.case_id}" if self.case_id else f" for {self.seconds} s" if self.seconds else ""
        return f"{self.by} wants to {self.what} {self.txn_id}{more}"


DOING: dict[str, Callable[[Acting, Act], None]] = {
    "claim": lambda acting, act: acting.claim(act.txn_id, act.seconds),
    "release": lambda acting, act: acting.release(act.txn_id),
    "fulfill": lambda acting, act: acting.fulfill(act.txn_id, "sent"),
    "approve": lambda acting, act: acting.approve(act.txn_id, "looked at"),
    "close": lambda acting, act: acting.close_case(act.txn_id, act.case_id, "settled"),
}


@dataclass
class People:
    """What people did and was taken: who holds what until when, what they let pass, what they sent."""

    claims: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    approved: dict[str, frozenset[Doubt]] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    closed: list[Closed] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    def doubts(self, txn_id: str, known: Orders) -> frozenset[Doubt]:
        """What holds an order's goods now: nobody has let it pass."""
        order = known[txn_id]
        others = [one for name, one in known.items() if name in self.sent and one.invoice == order.invoice]
        served = order.invoice and any(one.purchase != order.purchase for one in others)
        doubts = order.doubts | {("served",)} if served else order.doubts
        return doubts - self.approved.get(txn_id, NOTHING_OF_IT)

    def holder(self, txn_id: str, at: datetime) -> str:
        """Who has a claim on goods that still lie here, if anybody has."""
        by, until = self.claims.get(txn_id, ("", at))
        return by if at < until else ""

    def state(self, txn_id: str, known: Orders, at: datetime) -> str:
        order = known[txn_id]
        if not order.cleared:
            return "none"
        if txn_id in self.sent:
            return "recall" if order.gone else "fulfilled"
        if order.gone:
            return "withdrawn"
        if self.doubts(txn_id, known):
            return "held"
        return "claimed" if self.holder(txn_id, at) else "ready"

    def states(self, known: Orders, at: datetime) -> dict[str, str]:
        """Where the goods of each order are whose state can be told."""
        return {name: self.state(name, known, at) for name, order in known.items() if order.sure}

    def may(self, act: Act, state: str, open_cases: Iterable[tuple[str, str]], at: datetime) -> bool:
        """Whether an act must be taken; if not, it must be refused."""
        holder = self.holder(act.txn_id, at)
        free = state == "ready" or (state == "claimed" and holder == act.by)
        return {
            "claim": free,
            "fulfill": free,
            "release": holder == act.by,
            "approve": state == "held",
            "close": any(act.case_id == case_id for case_id, _ in open_cases),
        }[act.what]

    def did(self, act: Act, known: Orders, open_cases: Iterable[tuple[str, str]], at: datetime) -> None:
        """Remember an act that was taken."""
        self.acts.append(act)
        match act.what:
            case "claim":
                # Whoever claims again holds them no shorter than before.
                until = at + timedelta(seconds=act.seconds)
                held = self.claims[act.txn_id][1] if self.holder(act.txn_id, at) == act.by else until
                self.claims[act.txn_id] = (act.by, max(until, held))
            case "release":
                del self.claims[act.txn_id]
            case "fulfill":
                self.claims.pop(act.txn_id, None)
                self.sent.add(act.txn_id)
            case "approve":
                approved = self.approved.get(act.txn_id, NOTHING_OF_IT)
                self.approved[act.txn_id] = approved | self.doubts(act.txn_id, known)
            case "close":
                self.closed += [
                    Closed(case_id=case_id, txn_id=act.txn_id, stage=stage)
                    for case_id, stage in open_cases
                    if case_id == act.case_id
                ]


def held_by_two(history: Iterable[Entry]) -> bool:
    """Whether one took goods, or sent them, while another had them in hand."""
    holder, until = "", datetime.min.replace(tzinfo=UTC)
    for entry in history:
        match entry.event:
            case GoodsClaimed() | GoodsFulfilled() if holder not in ("", entry.by) and entry.at < until:
                return True
            case GoodsClaimed():
                holder, until = str(entry.by), entry.event.until
            case GoodsReleased() | GoodsFulfilled():
                holder = ""
    return False
