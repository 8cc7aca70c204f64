"""What a lifecycle needs from outside: dice and the time of day."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from adapters.simulator.dates import adaptive_date, months_before, paypal_date

_ID_CHARACTERS = "0123456789012345678901234567ABCDEFGHJKLMNPRSTUVWXY"  # mostly digits, as in real ones
_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPRSTUVWXY"
_BILLING_HOUR = 10  # UTC: 3 in the morning in summer, 2 in winter, Pacific time


@dataclass(frozen=True, slots=True)
class Scene:
    """One lifecycle's dice and its `now`, an aware moment: a lifecycle's last message is dated about now."""

    rng: Random
    now: datetime

    def date(self, days_ago: float = 0.0) -> str:
        """The date that lies so many days ago, as PayPal writes it."""
        return paypal_date(self.now - timedelta(days=days_ago))

    def billing_date(self, days_ago: float) -> str:
        """When the cycle of that day falls due: early in the morning, not after the moment itself."""
        moment = (self.now - timedelta(days=days_ago)).astimezone(UTC)
        due = moment.replace(hour=_BILLING_HOUR, minute=0, second=0)
        return paypal_date(due if due <= moment else due - timedelta(days=1))

    def adaptive_date(self, days_ago: float = 0.0) -> str:
        """The same date, as Adaptive Payments write it."""
        return adaptive_date(self.now - timedelta(days=days_ago))

    def months(self, months: int, days: float = 0.0) -> float:
        """How many days ago it was, so many calendar months before so many days ago; below 0: yet to come."""
        return (self.now - months_before(self.now - timedelta(days=days), months)) / timedelta(days=1)

    def new_id(self) -> str:
        """Seventeen characters, as a transaction has."""
        return "".join(self.rng.choices(_ID_CHARACTERS, k=17))

    def new_code(self, length: int) -> str:
        """So many characters, as the ids of profiles and invoices have."""
        return "".join(self.rng.choices(_CODE_CHARACTERS, k=length))

    def new_case_id(self) -> str:
        """`PP-nnn-nnn-nnn-nnn`."""
        return "-".join(["PP", *(f"{self.rng.randrange(1000):03d}" for _ in range(4))])

    def new_receipt_id(self) -> str:
        """`nnnn-nnnn-nnnn-nnnn`, for who pays by card."""
        return "-".join(f"{self.rng.randrange(10**4):04d}" for _ in range(4))
