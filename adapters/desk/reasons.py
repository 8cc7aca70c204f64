"""Why a notification came to its outcome, in a person's words; what is no word of ours stays as it stands."""

from collections.abc import Mapping
from typing import Final

from domain.transaction import REFUSED_MOVE
from domain.vetting import ENVIRONMENT, RECEIVER
from domain.vocabulary import Outcome

_REFUSED: Final[Mapping[str, str]] = {
    RECEIVER: "names no receiver of ours",
    ENVIRONMENT: "sandbox where live is expected, or the other way round",
    REFUSED_MOVE: "contradicts what was told before",
}


def reason_in_words(outcome: str, reason: str | None) -> str:
    """The reason as the desk shows it; empty where there is none."""
    if reason is None or outcome != Outcome.REFUSED:
        return reason or ""
    word, _, detail = reason.partition(":")
    said = _REFUSED.get(word, word)
    return f"{said}: {detail.strip()}" if detail.strip() else said
