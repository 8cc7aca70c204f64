"""One POST to a listener, as PayPal makes it; the simulator's only use of httpx."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

import httpx

from adapters.loopback import is_loopback

ANSWER_SECONDS_MAX = 30.0
_HEADERS = {
    "User-Agent": "PayPal IPN ( https://www.paypal.com/ipn )",
    "Content-Type": "application/x-www-form-urlencoded",
}

# Gives the status of the answer; None when there was none.
Post: TypeAlias = Callable[[bytes], Awaitable[int | None]]


def checked_listener(url: str) -> str:
    """The address of a listener, if it is one that may be played to.

    Raises:
        ValueError: it is not plain http on loopback.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"{url!r} is no address: {error}") from error
    if parsed.scheme != "http" or not is_loopback(parsed.host):
        raise ValueError(f"{url!r} is not on loopback: expected http://127.0.0.1:PORT/ipn")
    return url


@asynccontextmanager
async def posting_to(listener: str) -> AsyncIterator[Post]:
    """Yield a function that posts one body over a connection of its own, as PayPal does.

    Raises:
        ValueError: the listener is not on loopback.
    """
    url = checked_listener(listener)
    async with httpx.AsyncClient(
        # No TLS towards loopback: an empty context saves reading the certificates.
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        trust_env=False,
        headers=_HEADERS,
        timeout=ANSWER_SECONDS_MAX,
        limits=httpx.Limits(max_keepalive_connections=0),
    ) as client:

        async def post(body: bytes) -> int | None:
            try:
                answer = await client.post(url, content=body)
            except httpx.HTTPError:
                return None
            return answer.status_code

        yield post
