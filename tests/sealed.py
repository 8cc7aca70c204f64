"""A workshop's notary for tests: seals all there is and signs for it, with a key that is known."""

from typing import Final

from adapters.notary.notary import Notary
from adapters.notary.notes import Signer
from adapters.notary.proofs import Proofs
from adapters.notary.seals import Seals
from tests.adapters.workshop import Workshop

SIGNER: Final = Signer("counterfoil/0123456789abcdef", bytes(range(32)))


def sealed(workshop: Workshop, signer: Signer = SIGNER) -> str:
    """Seal what is new and sign for it; the newest checkpoint's note."""
    notary = Notary(workshop.book, workshop.inbox_engine, workshop.engine, signer, workshop.clock)
    while notary.seal(1_000):
        pass
    notary.checkpoint()
    kept = Seals(workshop.engine).last_checkpoint()
    assert kept is not None, "nothing was there to be signed for"
    return kept.note


def proofs_of(workshop: Workshop) -> Proofs:
    return Proofs(workshop.book, workshop.inbox_engine, workshop.engine)
