"""The registry: every projection tells the same, however many events came at once and in whatever order."""

import ast
import json
import random
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from adapters.slots import FIRST, table, tables
from adapters.view_tables import VIEWS, transactions
from adapters.views.making import read_batch
from adapters.views.registry import PROJECTIONS, every_stream, is_subscription, wanting
from adapters.views.steps import Step, module_of
from domain.folding import fold
from domain.streams import folded, is_transaction
from domain.subscription import Subscription
from projections.subscriptions import document as subscription_document
from projections.transactions import document, is_follower
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import adjustment, authorization, capture, case, follower, order, payment, pending
from tests.given_streams import agreed, batch, charged, paid, profiled, record, signup, subscribed

STORY = [
    payment(), pending(), payment(status="Denied"), follower("Refunded", "R1", gross="-5.00"),
    follower("Refunded", "R1"), follower("Reversed", "V1"), adjustment("X1", "V1"), adjustment("X2", "X1"),
    case(), follower("Canceled_Reversal", "W1", "V1", gross="20.00"), order(),
    authorization(parent_txn_id="O-1"), capture("C1"), capture("R1", "V1"),
    follower("Refunded", "C1", "T1"), follower("Refunded", "A1", "T1"),
    # Ids that first seemed to be followers' and then speak for themselves.
    payment("R1", gross="7.00"), payment("V1", parent_txn_id="X1"), pending("X1", invoice="i"),
    case("PP-2", "R1"), capture("C2", "R1"), payment("T2", invoice="i"),
    # To-dos that open, close and open again.
    pending("T3", reason="multi_currency"), payment("T3"), payment("T3", gross="21.00"),
    follower("Reversed", "V2", "T2"), follower("Refunded", "R2", "T2"),
    follower("Canceled_Reversal", "W2", "T2", gross="20.00"),
    # Streams of other kinds.
    signup(), paid("P1", "08:00:00 Feb 05, 2026 PST"), subscribed("subscr_cancel"), subscribed("subscr_eot"),
    profiled("profile_created"), charged("P2", "08:00:00 Feb 05, 2026 PST"), agreed(),
    batch(record(1, "Unclaimed"), record(2)), batch(record(1, "Returned"), record(2, "Failed")),
    batch(record(3, masspay_txn_id="")),
]  # fmt: skip


def rows_of(workshop: Workshop) -> dict[str, list[tuple[Any, ...]]]:
    with workshop.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(view).order_by(*view.primary_key))]
            for name, view in VIEWS.tables.items()
        }


def tell(workshop: Workshop, name: str, *batches: list[Step]) -> None:
    """Tell a projection anew, in these batches."""
    projection = PROJECTIONS[name]
    with workshop.engine.begin() as connection:
        for made in projection.tables:
            connection.execute(delete(table(made, FIRST)))
        for steps in batches:
            projection.save(connection, tables(projection.tables, FIRST), steps)


@pytest.mark.parametrize("seed", range(12))
def test_the_views_are_the_same_however_many_events_came_at_once(
    any_engine: str, tmp_path: Path, seed: int
) -> None:
    draw = random.Random(seed)
    story = draw.sample(STORY, len(STORY))
    with open_workshop(tmp_path) as house:
        for one in story:
            house.deliver(one)
            house.follower.follow()
        bit_by_bit = rows_of(house)
        steps = list(read_batch(house.book, 0, 10_000).steps)
        for name, projection in PROJECTIONS.items():
            tell(house, name, [step for step in steps if projection.wants(step.stream)])
        assert rows_of(house) == bit_by_bit
        documents_are_the_folds(house)


@pytest.mark.parametrize("seed", range(6))
def test_a_stream_may_be_told_after_all_others(any_engine: str, tmp_path: Path, seed: int) -> None:
    """Which is what becomes of one that was set aside."""
    draw = random.Random(seed)
    with open_workshop(tmp_path) as house:
        for one in draw.sample(STORY, len(STORY)):
            house.deliver(one)
        house.follower.follow()
        before = rows_of(house)
        steps = list(read_batch(house.book, 0, 10_000).steps)
        late = set(draw.sample(sorted({step.stream for step in steps}), 5))
        for name, projection in PROJECTIONS.items():
            wanted = [step for step in steps if projection.wants(step.stream)]
            apart = [[step for step in wanted if step.stream == stream] for stream in sorted(late)]
            tell(house, name, [step for step in wanted if step.stream not in late], *filter(None, apart))
        assert rows_of(house) == before


def documents_are_the_folds(house: Workshop) -> None:
    names = {placed.originator_id for _, placed in house.book.after(0, 1_000)}
    with house.engine.connect() as connection:
        documents = dict(connection.execute(select(transactions.c.txn_id, transactions.c.document)).all())
    for name in sorted(filter(is_transaction, names)):
        told = fold(name, house.book.streams([name])[name])
        if not is_follower(told):
            assert json.loads(documents[name]) == json.loads(json.dumps(document(told)))
    for name in filter(is_subscription, names):
        told_of = folded(name, house.book.streams([name])[name])
        assert isinstance(told_of, Subscription)
        shown_now = house.queries.subscription(told_of.subscription_id) or b""
        assert json.loads(shown_now) == json.loads(json.dumps(subscription_document(told_of)))


def test_every_projection_has_a_pure_part_of_its_name() -> None:
    for name, projection in PROJECTIONS.items():
        assert projection.name == name
        assert projection.version >= 1
        assert import_module(f"projections.{name}").__doc__


def test_what_a_saver_imports_of_the_views_counts_as_its_code() -> None:
    shared = {"adapters.views.steps", "adapters.view_rows", "adapters.view_tables", "adapters.views.making"}
    for projection in PROJECTIONS.values():
        own = {module_of(projection.save), f"projections.{projection.name}", *projection.parts}
        for module in {module_of(projection.save), *projection.parts}:
            path = import_module(module).__file__
            assert path is not None
            tree = ast.parse(Path(path).read_text(encoding="utf-8"))
            for imported in filter(_of_views, _imported(tree)):
                assert any(f"{imported}.".startswith(f"{one}.") for one in own | shared), (module, imported)


def _imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            plain = node.module in ("projections", "adapters", "adapters.views")
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if plain else {node.module}
    return found


def _of_views(module: str) -> bool:
    return module.startswith(("projections.", "adapters.views."))


def test_streams_are_known_by_their_names() -> None:
    assert every_stream("anything")
    assert (is_subscription("subscription:S-1"), is_subscription("T1")) == (True, False)


def test_what_one_of_them_wants_is_wanted() -> None:
    streams = ["T1", "T2", "invoice:1", "subscription:S-1"]

    def of(*names: str, mine: bool = False) -> list[str]:
        wanted = wanting([PROJECTIONS[name] for name in names], (lambda s: s != "T1") if mine else None)
        return [stream for stream in streams if wanted is None or wanted(stream)]

    assert of("transactions") == of("transactions", "ledger") == ["T1", "T2"]
    assert of("transactions", "subscriptions") == ["T1", "T2", "subscription:S-1"]
    assert of("transactions", "origins") == streams
    assert of("transactions", mine=True) == ["T2"]
    assert of("origins", mine=True) == ["T2", "invoice:1", "subscription:S-1"]
