"""Deliveries: one body as it came, and as it is kept under its number."""

from dataclasses import dataclass

from adapters.engines import StoreError
from domain.quick import quick

Headers = tuple[tuple[str, str], ...]


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One body as it came: when (microseconds since the epoch), from whom, under which headers."""

    received_us: int
    peer: str
    headers: Headers
    body: bytes


class BodyDamagedError(StoreError):
    """A sealed body that does not open: it was changed, or its key is another store's; str says which."""


class BodyForgottenError(Exception):
    """The key of this body was destroyed: nobody can read it any more; str names the delivery."""


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A delivery that was kept, under its number; no bytes where they were forgotten, or do not open."""

    n: int
    received_us: int
    peer: str
    headers: Headers
    opened: bytes | None
    sealed_by: str | None = None  # the name of the key, where the bytes are stored sealed

    @property
    def forgotten(self) -> bool:
        """Whether its bytes are there, and nobody can read them."""
        return self.opened is None

    @property
    def body(self) -> bytes:
        """The bytes as they came; BodyForgottenError when nobody can read them."""
        if self.opened is None:
            raise BodyForgottenError(f"the body of delivery {self.n} was forgotten: its key is destroyed")
        return self.opened
