"""Which rules the past was decided by, and in what they are others than those that are tried."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.rules import Rules, document_of
from adapters.times import rfc3339
from domain.vetting import Shop

_SAID = {
    "receivers": "RECEIVERS",
    "live": "PAYPAL",
    "ship_unpriced": "UNPRICED",
    "decisions": "the program's own",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """Rules by their number (null: from before any were kept), and how many events name them.

    `differs`: in what they are others; null where they are not known.
    """

    number: int | None
    adopted_at: str | None
    events: int
    differs: list[str] | None


def rulings(events: Mapping[int | None, int], known: Mapping[int, Rules], shop: Shop) -> list[Ruling]:
    """The rules that events name, in the order of their numbers, beside those of a shop."""
    today = json.loads(document_of(shop))
    return [
        _ruling(number, count, None if number is None else known.get(number), today)
        for number, count in sorted(events.items(), key=lambda one: one[0] or 0)
    ]


def _ruling(number: int | None, count: int, rules: Rules | None, today: Mapping[str, Any]) -> Ruling:
    if rules is None:
        return Ruling(number, None, count, None)
    return Ruling(number, rfc3339(rules.adopted_us), count, list(_differs(json.loads(rules.document), today)))


def _differs(then: Mapping[str, Any], today: Mapping[str, Any]) -> Iterator[str]:
    for name, words in _SAID.items():
        if then.get(name) != today[name]:
            yield words
    before, after = ({json.dumps(price) for price in rules.get("prices", ())} for rules in (then, today))
    items = sorted({str(json.loads(price)[0]) for price in before ^ after})
    if items:
        yield f"the prices of {len(items)} items" if len(items) > 1 else f"the price of {items[0]}"
