"""PayPal's end of the post-back: VERIFIED for what it sent, byte for byte, INVALID for everything else."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import falcon
import falcon.asgi

from adapters.simulator.memory import Memory

PATH = "/cgi-bin/webscr"
PREFIX = b"cmd=_notify-validate&"
BODY_BYTES_MAX = 1 << 20

_PAGE = "<!DOCTYPE html><html><head><title>Sorry</title></head><body><p>Please try again.</p></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """How this PayPal fails on purpose: for the first so many asks, then with a probability."""

    kind: Literal["500", "html", "empty", "redirect"] = "500"
    first_asks: int = 0
    probability: float = 0.0
    delay_seconds: float = 0.0  # before every answer, an honest one too


NO_TROUBLE = Trouble()


class _PostBacks:
    def __init__(self, memory: Memory, trouble: Trouble, draw: Callable[[], float]) -> None:
        self._memory = memory
        self._trouble = trouble
        self._draw = draw

    async def on_post(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        asked = await req.stream.read(BODY_BYTES_MAX)
        self._memory.asks += 1
        if self._trouble.delay_seconds:
            await asyncio.sleep(self._trouble.delay_seconds)
        resp.content_type = "text/html; charset=UTF-8"
        if not req.get_header("User-Agent"):
            # The real balancer has turned such requests away since 2015.
            resp.status, resp.text = falcon.HTTP_403, _PAGE
        elif self._fails():
            self._fail(resp)
        else:
            resp.text = self._word(asked)

    def _word(self, asked: bytes) -> str:
        body = asked.removeprefix(PREFIX)
        if len(body) == len(asked) or not self._memory.recall(body):
            return "INVALID"
        self._memory.mark_asked(body)
        return "VERIFIED"

    def _fails(self) -> bool:
        return self._memory.asks <= self._trouble.first_asks or self._draw() < self._trouble.probability

    def _fail(self, resp: falcon.asgi.Response) -> None:
        match self._trouble.kind:
            case "500":
                resp.status, resp.text = falcon.HTTP_500, _PAGE
            case "html":
                resp.text = _PAGE
            case "empty":
                resp.text = ""
            case "redirect":
                resp.status = falcon.HTTP_302
                resp.set_header("Location", f"{PATH}?elsewhere=VERIFIED")


def create_paypal(
    memory: Memory, *, draw: Callable[[], float], trouble: Trouble = NO_TROUBLE
) -> falcon.asgi.App[falcon.asgi.Request, falcon.asgi.Response]:
    """The app; `draw` gives numbers from 0 up to 1."""
    app: falcon.asgi.App[falcon.asgi.Request, falcon.asgi.Response] = falcon.asgi.App()
    app.add_route(PATH, _PostBacks(memory, trouble, draw))
    return app
