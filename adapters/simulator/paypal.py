"""PayPal's end of the post-back: VERIFIED for what it sent, byte for byte, INVALID for everything else."""

import asyncio
import time
from collections.abc import Callable
from http import HTTPStatus

from adapters.simulator.memory import INVALID, VERIFIED, Memory
from adapters.simulator.serving import Answering, Reply, Request
from adapters.simulator.troubles import NO_TROUBLE, Troubles

PATH = "/cgi-bin/webscr"
PREFIX = b"cmd=_notify-validate&"
TURNED_AWAY = "403"

_HTML = (("Content-Type", "text/html; charset=UTF-8"),)
_PAGE = b"<!DOCTYPE html><html><head><title>Sorry</title></head><body><p>Please try again.</p></body></html>"
_REPLIES = {
    TURNED_AWAY: Reply(status=HTTPStatus.FORBIDDEN, body=_PAGE, headers=_HTML),
    "500": Reply(status=HTTPStatus.INTERNAL_SERVER_ERROR, body=_PAGE, headers=_HTML),
    "html": Reply(body=_PAGE, headers=_HTML),
    "empty": Reply(headers=_HTML),
    "redirect": Reply(
        status=HTTPStatus.FOUND, headers=(*_HTML, ("Location", f"{PATH}?elsewhere={VERIFIED}"))
    ),
    # The word would have been the right one, had it come whole.
    "cut": Reply(body=VERIFIED.encode(), headers=_HTML, cut=3),
    "closed": None,
    "away": None,
}


def create_paypal(
    memory: Memory, troubles: Troubles = NO_TROUBLE, clock: Callable[[], float] = time.monotonic
) -> Answering:
    """What answers post-backs and notes in the memory how; `clock` gives seconds, its play begins now."""
    begun = clock()

    async def answer(request: Request) -> Reply | None:
        if request.path.partition("?")[0] != PATH:
            return Reply(status=HTTPStatus.NOT_FOUND)
        if request.method != "POST":
            return Reply(status=HTTPStatus.METHOD_NOT_ALLOWED)
        body = request.body.removeprefix(PREFIX)
        if not request.headers.get("user-agent"):
            # The real balancer has turned such requests away since 2015.
            trouble: str | None = TURNED_AWAY
        else:
            nth = memory.asked(body).answers.total() + 1
            trouble = troubles.of(body, nth, clock() - begun)
        if trouble == "slow":
            await asyncio.sleep(troubles.slow_seconds)
        elif trouble:
            memory.note(body, trouble)
            return _REPLIES[trouble]
        is_ours = len(body) < len(request.body) and memory.recall(body)
        word = VERIFIED if is_ours else INVALID
        memory.note(body, word)
        return Reply(body=word.encode(), headers=_HTML)

    return answer
