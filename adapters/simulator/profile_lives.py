"""Lifecycles of recurring profiles: cycles that are paid, skipped or failed, and what ends them."""

from dataclasses import replace

from adapters.simulator.followers import refunded
from adapters.simulator.messages import Message
from adapters.simulator.profiles import new_profile
from adapters.simulator.scene import Scene

RETRY_DAYS = 5.0
_MAX_FAILED = "_due_to_max_failed_payment"


def profile_cycles(scene: Scene) -> list[Message]:
    """A profile and three of its cycles."""
    begun, second, due = scene.months(2), scene.months(1), scene.months(-1)
    one = new_profile(scene, begun + 1)
    return [
        one.created(begun),
        one.paid(begun, second).completed(),
        one.paid(second, 0).completed(),
        one.paid(0, due).completed(),
    ]


def profile_initial_payment(scene: Scene) -> list[Message]:
    """A profile with a payment at once, told of in its own message only, and a cycle after it."""
    begun = scene.months(1)
    one = new_profile(scene, begun, initial=True)
    initial = {"initial_payment_status": "Completed", "initial_payment_txn_id": scene.new_id()}
    return [one.created(0, **initial), one.paid(0, scene.months(-1)).completed()]


def profile_initial_payment_told_twice(scene: Scene) -> list[Message]:
    """A profile with a payment at once, of which a message of its own tells too."""
    one = new_profile(scene, 0, initial=True)
    due = scene.months(-1)
    payment = one.paid(0, due)
    initial = {"initial_payment_status": "Completed", "initial_payment_txn_id": payment.txn_id}
    return [one.created(due, **initial), payment.completed()]


def profile_initial_payment_pending(scene: Scene) -> list[Message]:
    """A profile that waits for its payment at once; then a cycle was paid."""
    begun = scene.months(1)
    one = new_profile(scene, begun, initial=True)
    return [
        one.created(0, initial_payment_status="Pending", profile_status="Pending"),
        one.paid(0, scene.months(-1)).completed(),
    ]


def profile_initial_payment_failed(scene: Scene) -> list[Message]:
    """A profile whose payment at once failed: active all the same, and a cycle was paid."""
    begun = scene.months(1)
    one = new_profile(scene, begun, initial=True)
    owing = replace(one, owed=one.initial)
    return [
        owing.created(0, initial_payment_status="Failed"),
        owing.paid(0, scene.months(-1)).completed(),
    ]


def profile_payment_review(scene: Scene) -> list[Message]:
    """PayPal looked closer at a cycle, and let it through."""
    one = new_profile(scene, 2)
    cycle = one.paid(1, scene.months(-1, 1))
    return [
        one.created(1),
        cycle.pending("paymentreview", **cycle.fee_fields(cycle.fee)),
        cycle.completed(),
    ]


def profile_skipped(scene: Scene) -> list[Message]:
    """A cycle could not be paid; its retry after some days could."""
    due = RETRY_DAYS
    begun = scene.months(1, due)
    one = new_profile(scene, begun + 1)
    return [
        one.created(begun),
        one.paid(begun, due).completed(),
        one.skipped(due - RETRY_DAYS),
        one.paid(0, scene.months(-1, due)).completed(),
    ]


def profile_failed(scene: Scene) -> list[Message]:
    """A cycle could not be paid, nor could its retries: it is owed."""
    due = 3 * RETRY_DAYS
    begun = scene.months(1, due)
    one = new_profile(scene, begun + 1)
    return [
        one.created(begun),
        one.paid(begun, due).completed(),
        one.skipped(due - RETRY_DAYS),
        one.skipped(due - 2 * RETRY_DAYS),
        one.skipped(0),
        replace(one, owed=one.line.gross).failed(scene.months(-1, due)),
    ]


def profile_suspended_then_paid(scene: Scene) -> list[Message]:
    """Cycles failed until PayPal suspended the profile; a cycle that was paid later shows that it goes on."""
    begun, second, third = scene.months(4), scene.months(3), scene.months(2)
    one = new_profile(scene, begun + 1)
    owing_one, owing_two = (replace(one, owed=one.line.gross * n) for n in (1, 2))
    return [
        one.created(begun),
        one.paid(begun, second).completed(),
        owing_one.failed(third),
        owing_two.failed(scene.months(1)),
        owing_two.suspended(_MAX_FAILED),
        owing_two.paid(0, scene.months(-1)).completed(),
    ]


def profile_suspended(scene: Scene) -> list[Message]:
    """A profile that the shop suspended."""
    one = new_profile(scene, 11)
    return [one.created(10), one.paid(10, scene.months(-1, 10)).completed(), one.suspended()]


def profile_cancelled(scene: Scene) -> list[Message]:
    """A profile that was cancelled, and is paid for some weeks yet."""
    one = new_profile(scene, 11)
    return [one.created(10), one.paid(10, scene.months(-1, 10)).completed(), one.cancelled()]


def profile_expired(scene: Scene) -> list[Message]:
    """A profile of two cycles, both paid."""
    begun = scene.months(1)
    one = new_profile(scene, begun + 1)
    return [
        one.created(begun),
        one.paid(begun, 0).completed(),
        one.paid(0, None).completed(),
        one.expired(),
    ]


def profile_outstanding_paid(scene: Scene) -> list[Message]:
    """A cycle that had failed was collected at the second attempt."""
    begun, due, retried = scene.months(1, 8), 8, scene.months(-1, 8)
    one = new_profile(scene, begun + 1)
    owing = replace(one, owed=one.line.gross)
    return [
        one.created(begun),
        one.paid(begun, due).completed(),
        owing.failed(retried),
        owing.could_not_collect(retried),
        one.paid(0, retried, "recurring_payment_outstanding_payment").completed(),
    ]


def profile_refunded(scene: Scene) -> list[Message]:
    """A profile of which a cycle was given back."""
    one = new_profile(scene, 4)
    cycle = one.paid(3, scene.months(-1, 3))
    return [one.created(3), cycle.completed(), refunded(cycle, cycle.gross)]
