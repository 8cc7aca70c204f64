"""What `counterfoil simulate` prints: progress, result, list of lifecycles."""

import json
from dataclasses import dataclass

from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.player import Delivery

# What a message is about: the first of these that it names.
SUBJECTS = (
    "txn_id",
    "subscr_id",
    "recurring_payment_id",
    "mp_id",
    "pay_key",
    "masspay_txn_id_1",
    "unique_id_1",
)
_NAME_WIDTH = max(map(len, LIFECYCLES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was sent, acknowledged and asked back."""

    seed: int
    listener: str
    post_back: str
    asked_back: int
    deliveries: tuple[Delivery, ...]

    @property
    def acknowledged(self) -> int:
        return sum(delivery.acknowledged for delivery in self.deliveries)

    def as_text(self) -> str:
        lines = [result_line(delivery) for delivery in self.deliveries]
        total = f"{len(self.deliveries)} sent, {self.acknowledged} acknowledged, {self.asked_back} asked back"
        return "\n".join([*lines, total])

    def as_json(self) -> str:
        return json.dumps(
            {
                "seed": self.seed,
                "listener": self.listener,
                "post_back": self.post_back,
                "sent": len(self.deliveries),
                "acknowledged": self.acknowledged,
                "asked_back": self.asked_back,
                "deliveries": [_row(delivery) for delivery in self.deliveries],
            },
            indent=2,
        )


def lifecycles_text(*, as_json: bool) -> str:
    """The names and what each is, one a line."""
    told = {name: (tell.__doc__ or "").strip() for name, tell in LIFECYCLES.items()}
    if as_json:
        return json.dumps([{"name": name, "what": what} for name, what in told.items()], indent=2)
    width = max(map(len, told))
    return "\n".join(f"{name:{width}}  {what}" for name, what in told.items())


def progress_line(delivery: Delivery) -> str:
    """One attempt that was just made."""
    answer = delivery.status or "no answer"
    again = f" (attempt {delivery.posts})" if delivery.posts > 1 else ""
    return f"{_what(delivery)}  {answer}{again}"


def result_line(delivery: Delivery) -> str:
    """What became of one message."""
    fate = "acknowledged" if delivery.acknowledged else f"not acknowledged ({delivery.status or 'no answer'})"
    return f"{_what(delivery)}  {fate} after {delivery.posts}"


def _what(delivery: Delivery) -> str:
    row = _row(delivery)
    told = delivery.planned.message.value
    subject = next(filter(None, map(told, SUBJECTS)), "-")
    word = row["payment_status"] or row["txn_type"] or told("transaction_type")
    return f"{row['lifecycle']:{_NAME_WIDTH}}  {subject:20}  {word:17}"


def _row(delivery: Delivery) -> dict[str, str | int | bool | None]:
    message = delivery.planned.message
    return {
        "lifecycle": delivery.planned.lifecycle,
        "txn_id": message.value("txn_id"),
        "txn_type": message.value("txn_type"),
        "payment_status": message.value("payment_status"),
        "parent_txn_id": message.value("parent_txn_id"),
        "posts": delivery.posts,
        "status": delivery.status,
        "acknowledged": delivery.acknowledged,
    }
