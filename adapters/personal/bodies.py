"""Bodies: the bytes of messages sealed under their payers' keys, and opened as long as those are there."""

from collections.abc import Mapping

from adapters.delivered import BodyDamagedError
from adapters.personal.keyring import Keyring
from adapters.personal.payers import body_name
from adapters.personal.sealing import SealError, about_body, body_key, seal, unseal


def sealed_bodies(keys: Keyring, bodies: Mapping[int, bytes]) -> dict[int, tuple[str, bytes]]:
    """The name of the key and the sealed bytes of each body; keys are synced by then. Raises StoreError."""
    names = {n: body_name(n, body, keys.digest) for n, body in bodies.items()}
    current = keys.current(names.values())
    sealed = {}
    for n, body in bodies.items():
        name, key = current[names[n]]
        sealed[n] = name, seal(body_key(key, n), body, about_body(n))
    return sealed


def opened(keys: Keyring, n: int, name: str, sealed: bytes) -> bytes | None:
    """The body of delivery `n`, None where it was forgotten; BodyDamagedError where it does not open."""
    key = keys.body_key(n, name)
    if key is None:
        if keys.destroyed([name]):
            return None
        raise BodyDamagedError(f"the book has no key {name} of delivery {n}: restore the book of its time")
    try:
        return unseal(key, sealed, about_body(n))
    except SealError as error:
        message = f"the body of delivery {n} cannot be opened: {error}: restore the inbox"
        raise BodyDamagedError(message) from error
