"""The office of a Counterfoil, asked over its API; one that is away for a while is asked again."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import httpx

from adapters.simulator.delivery import checked_loopback

ANSWER_SECONDS_MAX = 30.0
AWAY_SECONDS_MAX = 60.0
AGAIN_SECONDS = 0.25
PAGE_ITEMS = 500
AT_ONCE_MAX = 8


class OfficeError(Exception):
    """The office did not say what it was asked for; the text is one line."""


class Office:
    """Asks, through a few connections; whatever is no answer is asked again until patience ends."""

    def __init__(self, client: httpx.AsyncClient, away_seconds_max: float) -> None:
        self._client = client
        self._away_seconds_max = away_seconds_max
        self._room = asyncio.Semaphore(AT_ONCE_MAX)

    async def ask(self, path: str, **query: str | int) -> Any | None:  # noqa: ANN401 — any JSON
        """The answer, or None when there is no such thing.

        Raises:
            OfficeError: it is away for too long, or will not say.
        """
        end = time.monotonic() + self._away_seconds_max
        while True:
            answer = await self._try(path, query)
            if isinstance(answer, httpx.Response):
                if answer.status_code == HTTPStatus.OK:
                    return _read(answer, path)
                if answer.status_code == HTTPStatus.NOT_FOUND:
                    return None
                said = f"{answer.status_code} to {path}"
                if answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise OfficeError(f"the office answers {said}: is the token right?")
            else:
                said = answer
            if time.monotonic() > end:
                raise OfficeError(f"the office does not answer: {said}")
            await asyncio.sleep(AGAIN_SECONDS)

    async def pages(self, path: str, **query: str | int) -> list[Any]:
        """All items of a list; OfficeError as above."""
        items: list[Any] = []
        more: dict[str, str | int] = {}
        while True:
            page = await self.ask(path, limit=PAGE_ITEMS, **query, **more)
            if page is None:
                raise OfficeError(f"the office has no {path}")
            items += page["items"]
            if page["next"] is None:
                return items
            more = {"cursor": page["next"]}

    async def _try(self, path: str, query: dict[str, str | int]) -> httpx.Response | str:
        """The answer, or why there is none."""
        async with self._room:
            try:
                return await self._client.get(path, params=query)
            except httpx.HTTPError as error:
                return str(error) or type(error).__name__


def _read(answer: httpx.Response, path: str) -> Any:  # noqa: ANN401 — any JSON
    try:
        return answer.json()
    except ValueError:
        raise OfficeError(f"what answers {path} is no office: expected JSON") from None


@asynccontextmanager
async def office_at(
    url: str, token: str, *, away_seconds_max: float = AWAY_SECONDS_MAX
) -> AsyncIterator[Office]:
    """Yield the office at an address on loopback; a token goes nowhere else.

    Raises:
        ValueError: the address is not on loopback.
    """
    async with httpx.AsyncClient(
        base_url=checked_loopback(url),
        headers={"Authorization": f"Bearer {token}"},
        # No TLS towards loopback: an empty context saves reading the certificates.
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        trust_env=False,
        timeout=ANSWER_SECONDS_MAX,
        limits=httpx.Limits(max_connections=AT_ONCE_MAX),
    ) as client:
        yield Office(client, away_seconds_max)
