"""What a lifecycle needs from outside: dice and the time of day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from adapters.simulator.dates import paypal_date

_ID_CHARACTERS = "0123456789012345678901234567ABCDEFGHJKLMNPRSTUVWXY"  # mostly digits, as in real ones


@dataclass(frozen=True, slots=True)
class Scene:
    """One lifecycle's dice and its `now`, an aware moment: a lifecycle's last message is dated about now."""

    rng: Random
    now: datetime

    def date(self, days_ago: float = 0.0) -> str:
        """The date that lies so many days ago, as PayPal writes it."""
        return paypal_date(self.now - timedelta(days=days_ago))

    def new_id(self) -> str:
        """Seventeen characters, as a transaction has."""
        return "".join(self.rng.choices(_ID_CHARACTERS, k=17))

    def new_case_id(self) -> str:
        """`PP-nnn-nnn-nnn-nnn`."""
        return "-".join(["PP", *(f"{self.rng.randrange(1000):03d}" for _ in range(4))])
