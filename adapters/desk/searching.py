"""What notifications are asked for: the words of the search, and the fields beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from adapters.api import asking
from adapters.api.asking import Reader, read_params
from adapters.desk.grammar import read_search
from adapters.desk.lists import day_or_moment
from adapters.queries.search_terms import IDS, Is, Received, Search, Words
from domain.vocabulary import Outcome, Verdict

# Whether words are right does not depend on the hour.
_ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)


def words(text: str) -> str:
    """Read the words of a search as they stand; ValueError says in a sentence what is wrong with one."""
    read_search(asking.plain_text(text), _ANY_TIME)
    return text


QUERY: Final[Mapping[str, Reader]] = {
    "q": words,
    "outcome": asking.one_of(*Outcome),
    "verdict": asking.one_of(*Verdict),
    "txn_id": asking.plain_text,
    "since": day_or_moment(ends=False),
    "until": day_or_moment(ends=True),
    "everywhere": asking.flag,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What to show; None shows all. `everywhere`: read messages, rather than go by what the views know."""

    q: str | None = None
    outcome: str | None = None
    verdict: str | None = None
    txn_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    everywhere: bool = False

    def search(self, now: datetime) -> Search:
        """What is looked for, if it is asked now."""
        terms = list(read_search(self.q, now)) if self.q else []
        for column, word in (("outcome", self.outcome), ("verdict", self.verdict)):
            if word is not None:
                terms.append(Words(column=column, words=(word,)))
        if self.txn_id is not None:
            terms.append(Is(columns=IDS, text=self.txn_id))
        if self.since is not None or self.until is not None:
            terms.append(Received(since=self.since, until=self.until))
        return Search(tuple(terms), everywhere=self.everywhere)


def filled(params: Mapping[str, str | list[str]]) -> dict[str, str]:
    """What was filled in, of fields that are sent once."""
    return {name: value.strip() for name, value in params.items() if isinstance(value, str) and value.strip()}


def asked_in(form: Mapping[str, str]) -> tuple[dict[str, str], Asked]:
    """What a form asks for, as it was sent and as it was read; HTTPInvalidParam (400) names what is wrong."""
    sent = {name: value for name, value in filled(form).items() if name in QUERY}
    return sent, Asked(**read_params(sent, QUERY))
