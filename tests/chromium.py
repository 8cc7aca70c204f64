"""A real Chromium for tests of the desk: Debian's, and everything that goes wrong in it is written down."""

import contextlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request

# It asks no host of its own accord; and for root, who runs the tests of a fresh machine, its sandbox refuses.
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
DESKTOP: Final = {"width": 1280, "height": 900}
PHONE: Final = {"width": 390, "height": 844}
PATIENCE_MS: Final = 20_000
# What Chromium says by itself of an answer that is no success; the test has looked at that answer.
_ANSWERED: Final = "Failed to load resource: the server responded with a status of"


@dataclass
class Seen:
    """A page of a browser, and what must not happen on any: it is listed in `wrong`."""

    page: "Page"
    office: str
    wrong: list[str] = field(default_factory=list)

    def watch(self) -> "Seen":
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", self._request)
        return self

    def go(self, path: str) -> "Seen":
        answer = self.page.goto(f"{self.office}{path}")
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        return self

    def sign_in(self, token: str) -> "Seen":
        self.page.goto(f"{self.office}/desk/sign-in")
        self.page.get_by_label("Token").fill(token)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.office}/desk/")
        return self

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def main(self) -> str:
        """What stands on the page, on one line."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def news(self) -> str:
        return self.page.locator(".news").inner_text()

    def _dialog(self, dialog: "Dialog") -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_ANSWERED):
            self.wrong.append(f"console: {message.text}")

    def _request(self, request: "Request") -> None:
        if not request.url.startswith(f"{self.office}/"):
            self.wrong.append(f"asked {request.url}")


@contextmanager
def open_chromium() -> Iterator["Browser"]:
    """Debian's chromium; while it is open nothing in this thread may run a loop of its own."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - few tests need it, and it loads slowly

    program = shutil.which("chromium")
    assert program, "Debian's chromium is missing; ./scripts/test.sh brings it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Chromium:
    """Opens pages, each as of a person of its own, and knows at the end whether all went well."""

    browser: "Browser"
    pages: list[Seen] = field(default_factory=list)

    def open(self, office: str, size: Mapping[str, int] = DESKTOP, **more: Any) -> Seen:
        asked = {"timezone_id": "UTC", "locale": "en-GB", "reduced_motion": "reduce"} | more
        context = self.browser.new_context(viewport={**size}, **asked)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        self.pages.append(Seen(context.new_page(), office).watch())
        return self.pages[-1]

    def close(self) -> None:
        for seen in self.pages:
            with contextlib.suppress(Exception):
                seen.page.context.close()


@pytest.fixture(scope="module")
def one_chromium() -> Iterator["Browser"]:
    """One for the tests of a module: the loop of its playwright runs in this thread; others would mind."""
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def chromium(one_chromium: "Browser") -> Iterator[Chromium]:
    """`chromium.open(office)` is a page of a person; whatever went wrong on one fails the test in the end."""
    opened = Chromium(one_chromium)
    try:
        yield opened
        assert [seen.wrong for seen in opened.pages if seen.wrong] == []
    finally:
        opened.close()


def axe_script() -> str:
    """The script that looks for what a person could not see, hear or reach."""
    import axe_playwright_python  # noqa: PLC0415 - as above

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
