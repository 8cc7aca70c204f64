"""Cases over HTTP: a person knows that one is over, and PayPal will not say so."""

import falcon
import msgspec

from adapters.api.answers import write_json
from adapters.api.asking import NOTHING, read_query
from adapters.api.bodies import read_json
from adapters.api.errors import unknown
from adapters.api.parts import Parts
from adapters.api.people import Version, Words, name_of, why_of
from domain.acting import ActRefusedError, NoSuchCaseError


class CloseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who knows it, and how."""

    by: str
    why: Words
    version: Version | None = None


class Close:
    """`POST /api/transactions/{txn_id}/cases/{case_id}/close`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def on_post(self, req: falcon.Request, resp: falcon.Response, txn_id: str, case_id: str) -> None:
        read_query(req, NOTHING)
        sent = read_json(req, CloseBody)
        by, why = name_of(sent.by), why_of(sent.why)
        stream = self._parts.book.lead(txn_id)
        if stream is None:
            raise unknown("transaction")
        try:
            self._parts.acts.act(by, lambda acting: acting.close_case(stream, case_id, why, sent.version))
        except NoSuchCaseError as error:
            raise unknown("case of this transaction") from error
        except ActRefusedError as error:
            raise falcon.HTTPConflict(title="Refused", description=str(error)) from error
        write_json(resp, self._parts.book.as_of(stream, self._parts.clock()))
