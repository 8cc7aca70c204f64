"""What `counterfoil simulate` prints: progress, result, list of lifecycles."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from adapters.simulator.checking import Checked
from adapters.simulator.letters import subject, word
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.mailing import Mark
from adapters.simulator.memory import VERIFIED, Memory
from adapters.simulator.player import Delivery, Player
from scripts.simulate_options import Play

_NAME_WIDTH = max(map(len, LIFECYCLES))
_FIGURES_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was sent, acknowledged, asked back and found."""

    play: Play
    post_back: str
    memory: Memory
    player: Player
    seconds: float
    checked: Checked | None = None

    @property
    def deliveries(self) -> Sequence[Delivery]:
        return self.player.deliveries

    @property
    def acknowledged(self) -> int:
        return sum(delivery.acknowledged for delivery in self.deliveries)

    @property
    def rate(self) -> float | None:
        """Postings a second, each counted once."""
        begun, sent = self.player.begun, self.player.sent
        if begun is None or sent is None or sent <= begun:
            return None
        return round((len(self.deliveries) - 1) / (sent - begun), 3)

    def as_text(self) -> str:
        lines = [result_line(delivery) for delivery in self.deliveries]
        # A load says only what it came to.
        shown = lines if self.play.rate is None else []
        sums = (
            f"{len(self.deliveries)} sent, {self.acknowledged} acknowledged,"
            f" {self.memory.asked_back} asked back"
        )
        return "\n".join([*shown, *_load_lines(self), *_check_lines(self.checked), sums])

    def as_json(self) -> str:
        return json.dumps(
            {
                "seed": self.play.seed,
                "now": self.play.now.isoformat(),
                "listener": self.play.listener,
                "post_back": self.post_back,
                "sent": len(self.deliveries),
                "acknowledged": self.acknowledged,
                "asked_back": self.memory.asked_back,
                "verified": _verified(self),
                **{f"{mark}": _marked(self.deliveries, mark) for mark in Mark},
                "posts": sum(one.posts for one in self.deliveries),
                "lost": sum(one.lost for one in self.deliveries),
                "unheard": sum(one.unheard for one in self.deliveries),
                "answers": dict(_answers(self.deliveries)),
                "post_backs": _post_backs(self.memory.answers),
                "seconds": round(self.seconds, 3),
                "rate": {"asked": self.play.rate, "reached": self.rate},
                "acknowledgement_seconds": latencies(self.deliveries),
                "lifecycles": dict(_lifecycles(self.deliveries)),
                "check": None if self.checked is None else asdict(self.checked),
                "deliveries": [self._row(delivery) for delivery in self.deliveries],
            },
            indent=2,
        )

    def _row(self, delivery: Delivery) -> dict[str, Any]:
        planned, message = delivery.planned, delivery.planned.message
        asked = self.memory.asked(message.body)
        return {
            "lifecycle": planned.lifecycle,
            "life": planned.life,
            "mark": planned.mark,
            **{name: message.value(name) for name in ("txn_id", "txn_type", "payment_status")},
            "parent_txn_id": message.value("parent_txn_id"),
            "posts": delivery.posts,
            "lost": delivery.lost,
            "unheard": delivery.unheard,
            "answers": dict(delivery.answers),
            "status": delivery.status,
            "acknowledged": delivery.acknowledged,
            "post_backs": _post_backs(asked.answers),
            "verdict": asked.verdict,
        }


def latencies(deliveries: Sequence[Delivery]) -> dict[str, float | None]:
    """Seconds that acknowledgements took: half of them less, all but a hundredth of them, the longest."""
    taken = sorted(seconds for delivery in deliveries for seconds in delivery.seconds)
    if not taken:
        return {"median": None, "p99": None, "max": None}
    figures = {"median": median(taken), "p99": taken[(len(taken) * 99 + 99) // 100 - 1], "max": taken[-1]}
    return {name: round(seconds, _FIGURES_DIGITS) for name, seconds in figures.items()}


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
    again = f" (attempt {delivery.tries})" if delivery.tries > 1 else ""
    return f"{_what(delivery)}  {answer}{again}"


def result_line(delivery: Delivery) -> str:
    """What became of one message."""
    fate = "acknowledged" if delivery.acknowledged else f"not acknowledged ({delivery.status or 'no answer'})"
    return f"{_what(delivery)}  {fate} after {delivery.posts}"


def _what(delivery: Delivery) -> str:
    planned = delivery.planned
    mark = "" if planned.mark is Mark.GENUINE else f"  {planned.mark}"
    about, said = subject(planned.message), word(planned.message)
    return f"{planned.lifecycle:{_NAME_WIDTH}}  {about:20}  {said:17}{mark}"


def _load_lines(report: Report) -> list[str]:
    if report.play.rate is None:
        return []
    took = latencies(report.deliveries)
    figures = ", ".join(f"{name} {seconds} s" for name, seconds in took.items())
    return [
        *(f"{count} {mark}" for mark in Mark if (count := _marked(report.deliveries, mark))),
        f"answers {dict(_answers(report.deliveries))}, post-backs {_post_backs(report.memory.answers)}",
        f"{report.rate} a second of {report.play.rate:g}, acknowledged in {figures}",
    ]


def _check_lines(checked: Checked | None) -> list[str]:
    if checked is None:
        return []
    looked = f"{checked.deliveries} deliveries, {checked.letters} messages and {checked.ends} ends looked at"
    return [*(f"found: {line}" for line in checked.found), f"{len(checked.found)} found; {looked}"]


def _verified(report: Report) -> int:
    """How many postings are of a body that PayPal has verified."""
    return sum(report.memory.asked(one.planned.message.body).verdict == VERIFIED for one in report.deliveries)


def _marked(deliveries: Sequence[Delivery], mark: Mark) -> int:
    return sum(delivery.planned.mark is mark for delivery in deliveries)


def _answers(deliveries: Sequence[Delivery]) -> Counter[str]:
    return sum((delivery.answers for delivery in deliveries), Counter())


def _lifecycles(deliveries: Sequence[Delivery]) -> Counter[str]:
    lives = {(one.planned.lifecycle, one.planned.life) for one in deliveries}
    return Counter(name for name, _ in sorted(lives))


def _post_backs(answers: Counter[str]) -> dict[str, Any]:
    return {"asked": answers.total(), "answered": dict(answers)}
