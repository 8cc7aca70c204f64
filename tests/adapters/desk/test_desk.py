import base64
import hashlib
import re

import falcon
import pytest
from falcon.testing import create_req
from jinja2 import DictLoader

from adapters.api.access import Role
from adapters.desk.desk import POLICY, Desk
from adapters.desk.sessions import News
from tests.adapters.desk.conftest import Browser


def test_the_style_of_the_sign_in_page_is_the_one_that_its_policy_allows(stranger: Browser) -> None:
    answer = stranger.get("/desk/sign-in")
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]


def test_a_page_may_load_from_here_alone_and_run_nothing_that_stands_in_it(browser: Browser) -> None:
    answer = browser.get("/desk/transactions")
    assert answer.headers["content-security-policy"] == POLICY
    assert "script-src 'self'" in POLICY
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=\"/desk/static/)", answer.text)


def test_the_part_that_one_is_in_is_marked(browser: Browser) -> None:
    page = browser.page("/desk/transactions?status=denied")
    assert re.findall(r'href="([^"]+)" aria-current="page"', page) == ["/desk/transactions"]


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{ x }}", "&lt;b&gt;[U+202E RIGHT-TO-LEFT OVERRIDE]"),
        ("{{ x|e }}", "&lt;b&gt;[U+202E RIGHT-TO-LEFT OVERRIDE]"),
        ("{{ spaced(x) }}", "&lt;b&gt;[U+202E RIGHT-TO-LEFT OVERRIDE]"),
        ("{% set y %}{{ x }}{% endset %}{{ y }}", "&lt;b&gt;[U+202E RIGHT-TO-LEFT OVERRIDE]"),
        ("{% set y %}!{% endset %}{{ x ~ y }}", "&lt;b&gt;[U+202E RIGHT-TO-LEFT OVERRIDE]!"),
        ("{% macro m(it) %}{{ it }}{% endmacro %}{{ m(x) }}", "&lt;b&gt;[U+202E RIGHT-TO-LEFT OVERRIDE]"),
        ("{{ [x]|join('-') }}", "&lt;b&gt;[U+202E RIGHT-TO-LEFT OVERRIDE]"),
        ("{{ missing }}", ""),
        ("{{ 12 }}", "12"),
    ],
)
def test_however_a_template_prints_a_text_it_is_escaped_and_visible(
    browser: Browser, template: str, shown: str
) -> None:
    desk = Desk(browser.living.parts)
    desk._templates = desk._templates.overlay(cache_size=0)  # those of the process stay as they are
    desk._templates.loader = DictLoader({"it": template})
    resp = falcon.Response()
    desk.show(create_req(), resp, "it", x="<b>\u202e", missing=None)
    assert resp.text == shown


def test_after_an_act_it_goes_where_it_is_told_or_where_the_form_was(browser: Browser) -> None:
    desk = Desk(browser.living.parts)
    req = create_req(method="POST")
    req.context.session = desk.sessions.begin(Role.OPERATOR)
    req.context.form = {"back": "/desk/todos"}
    for to, location in ((None, "/desk/todos"), ("/desk/ledger", "/desk/ledger")):
        resp = falcon.Response()
        desk.leave(req, resp, News("done", "x"), to)
        assert (resp.status, resp.location) == (falcon.HTTP_SEE_OTHER, location)
