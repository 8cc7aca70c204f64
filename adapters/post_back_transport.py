"""The post-back's transport: one request, one short answer, nothing taken from the environment."""

from dataclasses import dataclass

import httpx

from adapters.loopback import is_loopback
from adapters.wire.pool import Wire

ANSWER_BYTES_MAX = 1024
KEEP_ALIVE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: all of it, or a beginning that is longer than `ANSWER_BYTES_MAX`."""

    status: int
    body: bytes


class NoAnswerError(Exception):
    """No whole answer came; the text says why, in words."""


class PostBackTransport:
    """Asks httpx's kind of transport itself: a client around it would cost more than all the rest.

    So there are no redirects, cookies or proxies to be switched off.
    """

    def __init__(self, url: str, *, user_agent: str, connect_seconds: float, read_seconds: float) -> None:
        """`url` is the post-back endpoint.

        Raises:
            ValueError: it is neither https nor plain http to loopback.
        """
        self._url = _checked(url)
        self._headers = httpx.Headers(
            {
                "Host": self._url.netloc.decode("ascii"),
                "User-Agent": user_agent,
                "Accept": "*/*",
                "Accept-Encoding": "identity",
                "Content-Type": "application/x-www-form-urlencoded",
                "Connection": "keep-alive",
            }
        )
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        # Reading the certificates takes tens of milliseconds: once, not for each connection.
        tls = httpx.create_ssl_context(trust_env=False)
        tls.set_alpn_protocols(["http/1.1"])
        self._wire = Wire(
            self._url,
            tls=tls,
            connect_seconds=connect_seconds,
            read_seconds=read_seconds,
            keep_alive_seconds=KEEP_ALIVE_SECONDS,
            body_bytes_max=ANSWER_BYTES_MAX,
        )

    async def post(self, content: bytes) -> Answer:
        """Send `content`; NoAnswerError when nothing whole came back."""
        request = httpx.Request("POST", self._url, headers=self._headers, stream=httpx.ByteStream(content))
        try:
            response = await self._wire.handle_async_request(request)
        except httpx.HTTPError as error:
            raise NoAnswerError(self._in_words(error)) from error
        # It is here already. Raw: what was not asked for (a compressed answer) is not unpacked either.
        assert isinstance(response.stream, httpx.ByteStream), "the wire reads an answer to its end"
        return Answer(status=response.status_code, body=b"".join(response.stream))

    async def aclose(self) -> None:
        """Close what is idle; what is in use closes as it comes back."""
        await self._wire.aclose()

    def _in_words(self, error: httpx.HTTPError) -> str:
        if isinstance(error, httpx.ConnectTimeout):
            return f"no connection within {self._connect_seconds:g} s"
        if isinstance(error, httpx.TimeoutException):
            return f"no answer within {self._read_seconds:g} s"
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
