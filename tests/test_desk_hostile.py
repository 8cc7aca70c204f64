"""Whatever stands in a message, the desk shows it as text: every page is walked, nothing else is there."""

import csv
import io
import json
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
import structlog

from adapters.delivered import Delivery
from adapters.desk.desk import POLICY
from adapters.desk.routes import ROUTES
from adapters.times import to_us
from domain.vocabulary import Verdict
from tests.adapters.api.conftest import VIEWER, living_over
from tests.adapters.desk.conftest import Browser
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import NOON
from tests.hostile import HIDDEN, LINES, LONG, MARKUP, TEXTS, lives, shapes
from tests.looked import Form, Looked, look

# Of addresses that differ in what they ask for alone so many are looked at.
ALIKE_MAX: Final = 4
EVERY: Final = 5  # of the tabs and moments of single transactions and messages
PAGES_MIN: Final = 150


@dataclass
class Walk:
    """Somebody who follows every link, and sends every form that only asks."""

    browser: Browser
    deep: bool = True  # tabs, moments, and all that is asked for beside a path
    alike: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    forms: dict[str, Form] = field(default_factory=dict)
    left: deque[str] = field(default_factory=lambda: deque(["/desk/"]))
    met: set[str] = field(default_factory=set)

    def all(self) -> None:
        while self.left:
            self.visit(self.left.popleft())

    def visit(self, path: str, *, may_refuse: bool = False) -> None:
        answer = self.browser.get(path)
        if answer.status_code == 303:
            self.meet(answer.headers["location"])
            return
        allowed = {200} | ({400} if may_refuse else set()) | ({404} if self.route(path) in NAMED else set())
        assert answer.status_code in allowed, (path, answer.status_code, answer.text)
        kind = answer.headers["content-type"].partition(";")[0]
        self.seen[self.route(path)] += 1
        assert answer.headers["x-content-type-options"] == "nosniff"
        match kind:
            case "text/html":
                assert answer.headers["content-security-policy"] == POLICY
                looked = look(path, answer.text)
                if answer.status_code == 200:
                    self.take_in(path, looked)
            case "application/json":
                json.loads(answer.content)
            case "text/csv":
                # Whoever opens a sheet runs no formula that a payer has written.
                for row in csv.reader(io.StringIO(answer.content.decode())):
                    assert not any(cell.startswith(("=", "@", "\t", "\r")) for cell in row), path
            case "text/css" | "text/javascript" | "image/svg+xml":
                assert b"evil" not in answer.content
            case _:
                assert answer.headers["content-disposition"].startswith("attachment"), (path, kind)

    def take_in(self, path: str, looked: Looked) -> None:
        for link in looked.links:
            self.meet(urljoin(path, link))
        for form in looked.forms:
            action = urljoin(path, form.action).partition("#")[0]
            if form.method == "post":
                self.forms.setdefault(self.route(action), replace(form, action=action))
            else:
                self.ask(action.partition("?")[0], form)

    def meet(self, address: str) -> None:
        address = address.partition("#")[0]
        if address in self.met:
            return
        self.met.add(address)
        path, _, query = address.partition("?")
        if query and not self.deep:
            return
        # Many lead to one page and differ in a cursor, a tab or a moment.
        is_of_one = "{" in self.route(path)
        names = sorted(name for name, _ in parse_qsl(query, keep_blank_values=True))
        alike = f"{self.route(path) if is_of_one else path} {names if query else address}"
        self.alike[alike] += 1
        if self.alike[alike] % EVERY == 1 if is_of_one else self.alike[alike] <= ALIKE_MAX:
            self.left.append(address)

    def ask(self, action: str, form: Form) -> None:
        known = f"{self.route(action)} {sorted(form.fields)}"
        if known in self.met:
            return
        self.met.add(known)
        self.meet(f"{action}?{urlencode(form.fields)}")
        if not self.deep:
            return
        for name, options in form.options.items():
            for option in options:
                self.meet_exactly(action, form.fields | {name: option})
        for name in sorted(form.texts):
            for text in (*TEXTS, "HOSTILE0"):
                self.meet_exactly(action, form.fields | {name: text[:200]})
                self.meet_exactly(f"{action}.csv", {name: text[:200]})

    def meet_exactly(self, action: str, fields: dict[str, str]) -> None:
        if not (action.endswith(".csv") and action.removesuffix(".csv") not in LISTS):
            self.visit(f"{action}?{urlencode(fields)}", may_refuse=True)

    def route(self, address: str) -> str:
        path = urlsplit(address).path.rstrip("/")
        found = self.browser.living.client.app._router.find(path)
        return str(found[3]) if found else path


# What was not believed may name a transaction or a payer that there is not.
NAMED: Final = frozenset(("/desk/transactions/{txn_id:text}", "/desk/customers/{payer_id:text}"))
ROUTED: Final = tuple(template for template, _ in ROUTES)
LISTS: Final = frozenset(template.removesuffix(".csv") for template in ROUTED if template.endswith(".csv"))


def fill(workshop: Workshop) -> None:
    """Deliver everything hostile, with each verdict, and have people say it too."""
    bodies = [*lives(), *shapes()]
    headers = tuple(
        (name, text) for name in ("User-Agent", MARKUP) for text in (MARKUP, LINES, LONG, "\x1b\x80")
    )
    at = to_us(NOON)
    workshop.inbox.keep(
        [Delivery(received_us=at + n, peer=MARKUP, headers=headers, body=one) for n, one in enumerate(bodies)]
    )
    workshop.claims.take_in()
    claimed = workshop.claims.claim(1_000, to_us(workshop.clock()))
    assert len(claimed) == len(bodies)
    said = {
        number: Verdict.UNKNOWN
        if number % 13 == 0
        else Verdict.INVALID
        if number % 17 == 0
        else Verdict.VERIFIED
        for number in range(len(claimed))
    }
    answered = [
        replace(
            one,
            post_back=replace(
                workshop.post_back(said[number]), answer=(MARKUP + HIDDEN).replace("\0", "")[:200]
            ),
        )
        for number, one in enumerate(workshop.answer(claimed))
    ]
    workshop.processor().settle(answered)
    while workshop.follower.follow():
        pass


@pytest.fixture
def workshop(any_engine: str, tmp_path: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path) as opened:
        fill(opened)
        yield opened


def test_nothing_of_theirs_stands_on_any_page_but_as_text(workshop: Workshop) -> None:
    browser = Browser(living_over(workshop)).sign_in()
    for number in range(len(TEXTS)):
        browser.act(f"/desk/fulfillment/READY{number}/claim", back="/desk/todos")
    walk, again = Walk(browser), Walk(browser, deep=False)
    with structlog.testing.capture_logs() as logs:
        walk.all()
        act_on_everything(walk)
        again.all()
        act_on_everything(again)
    assert [log for log in logs if log["log_level"] != "info"] == []
    assert sum(walk.seen.values()) > PAGES_MIN
    reached = {*walk.seen, *walk.forms, *again.forms}
    assert set(ROUTED) - reached == {"/", "/desk/sign-in"}, "whatever page there is, it was looked at"


def test_nor_on_those_of_a_viewer_who_is_shown_no_form_that_acts(workshop: Workshop) -> None:
    walk = Walk(Browser(living_over(workshop)).sign_in(VIEWER), deep=False)
    walk.all()
    assert sum(walk.seen.values()) > PAGES_MIN
    assert set(walk.forms) == {"/desk/sign-out"}


def act_on_everything(walk: Walk) -> None:
    """Send each kind of form with each text in all of its fields, and follow where it leads."""
    for route, form in list(walk.forms.items()):
        if route == "/desk/sign-out":
            continue
        for text in TEXTS:
            sent = form.fields | dict.fromkeys(form.texts, text[:900])
            answer = walk.browser.send(form.action, **sent)
            assert answer.status_code in (200, 303, 400, 409), (route, answer.status_code, answer.text)
            if answer.status_code == 303:
                walk.visit(answer.headers["location"], may_refuse=True)
            else:
                look(form.action, answer.text)


def test_the_sign_in_page_shows_nothing_that_was_sent(workshop: Workshop) -> None:
    stranger = Browser(living_over(workshop))
    for text in TEXTS:
        for path in ("/desk/sign-in", f"/desk/sign-in?{urlencode({'next': text, text: text})}"):
            for answer in (stranger.get(path), stranger.send(path, token=text[:900])):
                assert answer.status_code in (200, 400, 401, 429)
                assert "evil" not in answer.text


def test_the_fields_are_there_that_the_test_is_about(workshop: Workshop) -> None:
    outcomes = Counter(workshop.outcomes())
    assert {"recorded", "parked", "refused", "unreadable", "unmodelled", "waiting"} <= set(outcomes), outcomes
