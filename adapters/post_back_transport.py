"""The wire of the post-back: one request, one short answer, nothing taken from the environment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from adapters.loopback import is_loopback

ANSWER_BYTES_MAX = 1024
KEEP_ALIVE_SECONDS = 30.0

_BROKEN = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: all of it, or a beginning that is longer than `ANSWER_BYTES_MAX`."""

    status: int
    body: bytes


class NoAnswerError(Exception):
    """No whole answer came; the text says why, in words."""


class _Watch:
    """Sees, through httpx's trace extension, whether a request went over a connection made for it."""

    def __init__(self) -> None:
        self.connected = False
        self.answered = False

    async def __call__(self, name: str, _info: object) -> None:
        if name.startswith("connection.connect"):
            self.connected = True

    @property
    def stale(self) -> bool:
        """Whether the connection was an old one, and broke before any of an answer."""
        return not self.connected and not self.answered


class PostBackTransport:
    """A last-in-first-out pool of clients, each with one connection.

    httpcore's pool looks through all its requests at every change, so one shared client slows down as
    concurrency grows; a client for each task does not. The caller limits how many run at once.
    """

    def __init__(self, url: str, *, user_agent: str, connect_seconds: float, read_seconds: float) -> None:
        """`url` is the post-back endpoint.

        Raises:
            ValueError: it is neither https nor plain http to loopback.
        """
        self._url = _checked(url)
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._timeout = httpx.Timeout(read_seconds, connect=connect_seconds)
        self._limits = httpx.Limits(
            max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEEP_ALIVE_SECONDS
        )
        # Reading the certificates takes tens of milliseconds: once, not for each client.
        self._tls = httpx.create_ssl_context(trust_env=False)
        self._no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._idle: list[httpx.AsyncClient] = []
        self._closed = False

    async def post(self, content: bytes) -> Answer:
        """Send `content`; NoAnswerError when nothing whole came back.

        A kept connection may have been closed by the other side meanwhile: then, once, at once, a new one.
        """
        for fresh in (False, True):
            watch = _Watch()
            try:
                return await self._exchange(content, watch, fresh=fresh)
            except _BROKEN as error:
                if fresh or not watch.stale:
                    raise NoAnswerError(self._in_words(error)) from error
            except httpx.HTTPError as error:
                raise NoAnswerError(self._in_words(error)) from error
        raise AssertionError("the second attempt answers or raises")

    async def aclose(self) -> None:
        """Close what is idle; what is in use closes as it comes back."""
        self._closed = True
        while self._idle:
            await self._idle.pop().aclose()

    async def _exchange(self, content: bytes, watch: _Watch, *, fresh: bool) -> Answer:
        read = bytearray()
        async with (
            self._client(fresh=fresh) as client,
            client.stream("POST", self._url, content=content, extensions={"trace": watch}) as response,
        ):
            watch.answered = True
            # Raw: what was not asked for (a compressed answer) is not unpacked either.
            async for piece in response.aiter_raw():
                read += piece
                if len(read) > ANSWER_BYTES_MAX:
                    break
        return Answer(status=response.status_code, body=bytes(read[: ANSWER_BYTES_MAX + 1]))

    @asynccontextmanager
    async def _client(self, *, fresh: bool) -> AsyncIterator[httpx.AsyncClient]:
        client = self._new_client() if fresh or not self._idle else self._idle.pop()
        try:
            yield client
        except BaseException:
            # It broke, or was left in the middle of an answer: not used again.
            await client.aclose()
            raise
        if self._closed:
            await client.aclose()
        else:
            self._idle.append(client)

    def _new_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=self._tls,
            trust_env=False,
            follow_redirects=False,
            headers=self._headers,
            timeout=self._timeout,
            limits=self._limits,
            cookies=self._no_cookies,
        )

    def _in_words(self, error: httpx.HTTPError) -> str:
        if isinstance(error, httpx.ConnectTimeout):
            return f"no connection within {self._timeout.connect:g} s"
        if isinstance(error, httpx.TimeoutException):
            return f"no answer within {self._timeout.read:g} s"
        what = "no connection" if isinstance(error, httpx.ConnectError) else "no whole answer"
        return f"{what}: {str(error) or type(error).__name__}"


def _checked(url: str) -> httpx.URL:
    """The endpoint, parsed; ValueError names what is wrong with it."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        message = f"post-back address {url!r}: {error}"
        raise ValueError(message) from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        message = f"post-back address {url!r}: expected https://HOST/…"
        raise ValueError(message)
    if parsed.scheme == "http" and not is_loopback(parsed.host):
        message = f"post-back address {url!r}: plain http only to loopback, else https"
        raise ValueError(message)
    if parsed.userinfo:
        message = "post-back address: a user or password has no place in it"
        raise ValueError(message)
    return parsed
