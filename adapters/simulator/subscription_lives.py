"""Lifecycles of subscriptions: signup, payments and end, in the orders that PayPal knows."""

from dataclasses import replace

from adapters.simulator.followers import held, refunded
from adapters.simulator.messages import Message, new_track_id
from adapters.simulator.scene import Scene
from adapters.simulator.shop import NOTHING
from adapters.simulator.subscriptions import RETRY_DAYS, new_subscr_id, new_subscription


def subscription(scene: Scene) -> list[Message]:
    """A subscription and three of its payments; signup and first payment share a track id."""
    one, track = new_subscription(scene), new_track_id(scene.rng)
    begun = scene.months(2)
    return [
        one.signed_up(begun, ipn_track_id=track),
        one.paid(begun).completed(ipn_track_id=track),
        one.paid(scene.months(1)).completed(),
        one.paid(0).completed(),
    ]


def subscription_payment_first(scene: Scene) -> list[Message]:
    """The first payment of a subscription came before its signup."""
    one, track = new_subscription(scene), new_track_id(scene.rng)
    return [one.paid(0).completed(ipn_track_id=track), one.signed_up(0, ipn_track_id=track)]


def subscription_trial(scene: Scene) -> list[Message]:
    """A month for nothing: a signup only, and the first payment after it."""
    one = new_subscription(scene, trial=(NOTHING, "1 M"))
    return [one.signed_up(scene.months(1)), one.paid(0).completed()]


def subscription_echeck(scene: Scene) -> list[Message]:
    """A subscription whose first payment came from a bank account and cleared after some days."""
    one = new_subscription(scene)
    cycle = one.paid(4)
    return [
        one.signed_up(4),
        cycle.pending("echeck", payment_type="echeck"),
        cycle.completed(payment_type="echeck"),
    ]


def subscription_failed(scene: Scene) -> list[Message]:
    """A cycle failed, its retry too: PayPal cancelled the subscription, and it ended."""
    one = new_subscription(scene)
    due = 2 * RETRY_DAYS
    begun = scene.months(1, due)
    return [
        one.signed_up(begun),
        one.paid(begun).completed(),
        one.failed(due),
        one.failed(due - RETRY_DAYS),
        one.cancelled(0),
        one.ended(),
    ]


def subscription_modified(scene: Scene) -> list[Message]:
    """A subscription that is paid every second month from its next payment on."""
    one = new_subscription(scene)
    begun = scene.months(1)
    rarer = replace(one, period="2 M")
    return [
        one.signed_up(begun),
        one.paid(begun).completed(),
        rarer.modified(3, effective_days_ago=0),
        rarer.paid(0).completed(),
    ]


def subscription_replaced(scene: Scene) -> list[Message]:
    """A subscription of the old kind that goes on under a new id."""
    old = replace(new_subscription(scene), subscr_id=f"S-{scene.new_id()}")
    new = replace(old, subscr_id=new_subscr_id(scene), old_id=old.subscr_id)
    begun = scene.months(1)
    return [
        old.signed_up(begun),
        old.paid(begun).completed(),
        new.modified(3, effective_days_ago=3),
        new.paid(0).completed(),
    ]


def subscription_cancelled(scene: Scene) -> list[Message]:
    """A subscription that was cancelled, and is paid for some weeks yet."""
    one = new_subscription(scene)
    return [one.signed_up(10), one.paid(10).completed(), one.cancelled(0)]


def subscription_ended(scene: Scene) -> list[Message]:
    """A subscription that was cancelled, and ended when what was paid for was over."""
    one = new_subscription(scene)
    begun = scene.months(2)
    return [
        one.signed_up(begun),
        one.paid(begun).completed(),
        one.paid(scene.months(1)).completed(),
        one.cancelled(12),
        one.ended(),
    ]


def subscription_refunded(scene: Scene) -> list[Message]:
    """A subscription of which one cycle was given back."""
    one = new_subscription(scene)
    begun, second = scene.months(1, 2), one.paid(2)
    return [
        one.signed_up(begun),
        one.paid(begun).completed(),
        second.completed(),
        refunded(second, second.gross),
    ]


def subscription_reversed(scene: Scene) -> list[Message]:
    """A subscription of which one cycle is held, because its payer denies it."""
    one = new_subscription(scene)
    cycle = one.paid(9)
    return [one.signed_up(9), cycle.completed(), held(cycle, "unauthorized_claim")]
