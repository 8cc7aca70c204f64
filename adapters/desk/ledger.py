"""The ledger on the desk: what accounts hold or held, entries, and the whole of it for other programs."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import falcon

from adapters.api import asking
from adapters.api import ledger as api
from adapters.api.asking import read_params
from adapters.desk import balances
from adapters.desk.addresses import address
from adapters.desk.desk import Desk
from adapters.desk.lists import DeskList
from adapters.exports.formats import FORMATS
from domain.accounts import Account, EntryKind
from domain.spelling import moment

_LAST: Final = datetime.max.replace(tzinfo=UTC)
_MOMENT: Final = timedelta(microseconds=1)
_QUERY: Final = {"as_of": balances.as_of, "over": asking.one_of(*balances.PERIODS)}
_EXPORT_QUERY: Final = {"format": asking.one_of(*FORMATS), "as_of": balances.as_of}


def _narrowed(asked: dict[str, Any]) -> dict[str, Any]:
    """As of a time there are the entries recorded up to it, and it may be the last moment of a day."""
    left = {name: value for name, value in asked.items() if name not in _QUERY}
    if "as_of" in asked:
        # Nothing was ever recorded at the last moment of all, beyond which there is no other.
        beyond = min(asked["as_of"], _LAST - _MOMENT) + _MOMENT
        left["until"] = min(beyond, asked.get("until", beyond))
    return left


def _beside(desk: Desk, sent: Mapping[str, str]) -> Mapping[str, Any]:
    as_of = balances.as_of(sent["as_of"]) if sent.get("as_of") else None
    held = desk.parts.queries.balances(as_of)
    account = sent.get("account") or f"{Account.PAYPAL}:"
    over = sent.get("over") or balances.PERIOD_DEFAULT
    kept = {name: value for name, value in sent.items() if name not in ("cursor", "limit")}
    then = {"as_of": sent.get("as_of")}
    return {
        "as_of": None if as_of is None else moment(as_of),
        "held": balances.table(held),
        "accounts": [item["account"] for item in held],
        "kinds": tuple(EntryKind),
        "drawn": tuple(balances.drawn(desk, account, over, as_of or desk.parts.clock())),
        "over": over,
        "periods": {period: address("ledger", **{**kept, "over": period}) for period in balances.PERIODS},
        "exports": {form: address("ledger", "export", format=form, **then) for form in FORMATS},
        "balance_twins": {twin: address("ledger", f"balances.{twin}", **then) for twin in ("csv", "json")},
    }


ENTRIES: Final = DeskList(
    listing=api.ENTRIES,
    template="ledger.html",
    ask=lambda queries: queries.ledger_entries,
    beside=_beside,
    query=_QUERY,
    narrowed=_narrowed,
)


class Export:
    """`GET /desk/ledger/export?format=`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        api.write_export(resp, self._desk.parts, read_params(req.params, _EXPORT_QUERY))
