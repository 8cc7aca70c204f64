"""The desk over a real book and real views, and somebody who has signed in and clicks."""

import html
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from falcon.testing import Result

from tests.adapters.api.conftest import OPERATOR, VIEWER, Living, living_over
from tests.adapters.workshop import Workshop


@dataclass
class Browser:
    """What a browser does for whoever sits before it: keeps cookies, and sends forms as they stand."""

    living: Living
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def workshop(self) -> Workshop:
        return self.living.workshop

    def ask(self, method: str, path: str, **more: Any) -> Result:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        answer = self.living.client.simulate_request(
            method, path, headers=headers | more.pop("headers", {}), **more
        )
        for name, cookie in answer.cookies.items():
            if not cookie.value:
                assert cookie.expires, "it would stay until the browser is closed"
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = cookie.value
        return answer

    def get(self, path: str, **more: Any) -> Result:
        """`path` may have a query."""
        where, _, query = path.partition("?")
        return self.ask("GET", where, query_string=query, **more)

    def page(self, path: str) -> str:
        """The text of a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return str(answer.text)

    def sign_in(self, token: str = OPERATOR) -> "Browser":
        answer = self.send("/desk/sign-in", token=token)
        assert answer.status_code == 303, answer.text
        return self

    def send(self, path: str, **fields: str) -> Result:
        """Post a form exactly so."""
        where, _, query = path.partition("?")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", where, query_string=query, body=urlencode(fields), headers=headers)

    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.page("/desk/transactions"))
        assert found
        return found[1]

    def act(self, path: str, **fields: str) -> str:
        """Send a form of the desk, follow it, and give the news on the page where it leads."""
        answer = self.send(path, csrf=self.csrf(), **fields)
        assert answer.status_code == 303, (answer.status_code, answer.text)
        return news_of(self.page(answer.headers["location"]))


def news_of(page: str) -> str:
    found = re.search(r'<p class="news (done|refused)" role="status">(.*?)</p>', page, re.DOTALL)
    return html.unescape(f"{found[1]}: {found[2]}") if found else ""


def plain(page: str) -> str:
    """What stands on a page, without its markup, on one line."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", f"<{main}")).split())


@pytest.fixture
def stranger(workshop: Workshop) -> Browser:
    return Browser(living_over(workshop))


@pytest.fixture
def browser(stranger: Browser) -> Browser:
    return stranger.sign_in()


@pytest.fixture
def viewer(stranger: Browser) -> Browser:
    return stranger.sign_in(VIEWER)
