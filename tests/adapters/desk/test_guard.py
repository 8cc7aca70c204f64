"""Who may enter the desk, asked from outside, as a stranger, a viewer and another site would."""

import re
from typing import Any

import pytest

from adapters.desk.routes import ROUTES
from tests.adapters.api.conftest import OPERATOR, VIEWER
from tests.adapters.desk.conftest import Browser, plain
from tests.given import payment

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")
OPEN = "/desk/sign-in"
PATHS = sorted(
    {template.replace("{name:text}", "desk.css").replace("{n:number}", "1") for template, _ in ROUTES}
    - {"/", OPEN}
)
ODD = [
    "/desk/",
    "/desk/nothing",
    "/desk/static/",
    "/desk/static/nothing.js",
    "/desk/static/../routes.py",
    "/desk/static/%2e%2e%2froutes.py",
    "/desk/../desk/transactions",
    "/desk/./transactions",
    "/desk//transactions",
    "/desk/transactions//",
    "/desk/transactions.csv?limit=1",
    "/desk/transactions.json/",
    "/desk/%2e%2e/desk/transactions",
    "/desk/sign-in/../transactions",
    "/desk/sign-in%2f..%2ftransactions",
    "/desk/sign-in/x",
    "/desk/sign-in;x",
    "/desk/sign-in.csv",
    "/desk/\x00",
    "/desk/%00",
    "/desk/%ff",
    "//desk",
    "//desk/transactions",
    "///desk/nothing",
    "//desk//sign-in",
]


def as_sent(browser: Browser, method: str, path: str, **more: Any) -> Any:
    """Ask with the path exactly so, as a server hands it on."""
    where, _, query = path.partition("?")
    return browser.ask(method, "/", extras={"RAW_URI": path, "PATH_INFO": where}, query_string=query, **more)


@pytest.mark.parametrize("method", METHODS)
def test_a_stranger_gets_nothing_but_the_way_to_the_sign_in(stranger: Browser, method: str) -> None:
    stranger.workshop.deliver(payment("T1"))
    stranger.workshop.follower.follow()
    for path in [*PATHS, *ODD]:
        answer = as_sent(stranger, method, path)
        assert (answer.status_code, answer.text, answer.cookies) == (303, "", {}), (method, path)
        assert answer.headers["location"].partition("?")[0] == OPEN, (method, path)


@pytest.mark.parametrize(
    "path", ["/desk%2Ftransactions", "/%64esk/transactions", "/DESK", "/x/../desk/todos"]
)
def test_what_only_looks_like_the_desk_is_not_there(stranger: Browser, path: str) -> None:
    answer = as_sent(stranger, "GET", path)
    assert answer.status_code == 404
    assert answer.json["title"] == "404 Not Found"


@pytest.mark.parametrize("method", METHODS)
def test_the_sign_in_page_says_nothing_but_itself(stranger: Browser, method: str) -> None:
    answer = as_sent(stranger, method, OPEN, headers=FORM)
    assert answer.status_code in (200, 400, 401, 403, 405)
    said = re.sub(r"<style>.*?</style>", "", answer.text, flags=re.DOTALL)
    assert "/desk/" not in said.replace("/desk/sign-in", "")
    assert "location" not in answer.headers


def test_a_token_of_the_api_opens_no_page_and_a_session_no_api(browser: Browser, stranger: Browser) -> None:
    cookies = dict(browser.cookies)
    assert browser.get("/api/transactions").status_code == 401
    stranger.cookies.clear()
    asked = stranger.get("/desk/transactions", headers={"Authorization": f"Bearer {OPERATOR}"})
    assert asked.status_code == 303
    stranger.cookies.update(cookies)


# ---- forms ----


def test_a_form_without_the_sessions_own_token_does_nothing(browser: Browser) -> None:
    for sent in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": browser.csrf() + "0"}, {"csrf": "é"}):
        answer = browser.send("/desk/name", name="Mallory", **sent)
        assert answer.status_code == 403
        assert "Not from this page" in plain(answer.text)
    assert "Mallory" not in browser.page("/desk/transactions")


def test_a_form_of_another_session_does_nothing(browser: Browser) -> None:
    csrf = browser.csrf()
    browser.sign_in()
    assert browser.send("/desk/name", name="Mallory", csrf=csrf).status_code == 403
    browser.sign_in(VIEWER)
    assert browser.send("/desk/sign-out", csrf=csrf).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        # Another port of this host is the same site, and gets our cookies.
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://falconframework.org"}, 403),
        ({"Origin": "http://falconframework.org"}, 303),
        ({"Origin": "https://falconframework.org"}, 303),
        ({"Origin": "https://falconframework.org:8443"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://falconframework.org.evil.example"}, 403),
        # What browsers that tell no site say for a page that names no referrer, as ours do.
        ({"Origin": "null"}, 303),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/desk/name", "/desk/sign-in"])
def test_a_form_that_a_browser_says_is_of_another_site_does_nothing(
    browser: Browser, headers: dict[str, str], status: int, path: str
) -> None:
    body = f"name=Ann&token={OPERATOR}&csrf={browser.csrf()}"
    assert browser.ask("POST", path, body=body, headers=FORM | headers).status_code == status


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_need_the_sessions_token_like_forms(browser: Browser, method: str) -> None:
    assert browser.ask(method, "/desk/transactions", headers=FORM).status_code == 403
    body = f"csrf={browser.csrf()}"
    assert browser.ask(method, "/desk/transactions", headers=FORM, body=body).status_code == 405


def test_acts_answer_to_forms_alone(browser: Browser) -> None:
    for template, _ in ROUTES:
        if "{" not in template and browser.ask("OPTIONS", template).headers["allow"] == "POST":
            assert browser.get(template).status_code == 405


# ---- roles ----


def test_a_viewer_who_acts_is_told_that_viewers_read(viewer: Browser) -> None:
    for path in ("/desk/transactions", "/desk/sign-in-not", "/desk/static/desk.css"):
        answer = viewer.send(path, csrf=viewer.csrf())
        assert answer.status_code in (403, 404)
    answer = viewer.send("/desk/transactions", csrf=viewer.csrf())
    assert answer.status_code == 403
    assert "Viewers read" in plain(answer.text)
    assert answer.headers["content-type"].startswith("text/html")


def test_a_viewer_may_sign_out_and_sees_no_form_that_acts(viewer: Browser) -> None:
    assert 'action="/desk/name"' not in viewer.page("/desk/transactions")
    assert viewer.send("/desk/sign-out", csrf=viewer.csrf()).status_code == 303
    assert viewer.get("/desk/transactions").status_code == 303


# ---- what every answer carries ----


def test_every_answer_carries_what_keeps_it_from_being_run_framed_or_kept(
    browser: Browser, stranger: Browser
) -> None:
    signed_in = dict(browser.cookies)
    for cookies in ({}, signed_in):
        stranger.cookies = dict(cookies)
        for method in ("GET", "POST", "OPTIONS"):
            for path in (*PATHS, *ODD, "/", OPEN):
                headers = as_sent(stranger, method, path).headers
                policy = headers["content-security-policy"]
                assert "frame-ancestors 'none'" in policy
                assert "unsafe" not in policy
                assert "http" not in policy
                assert "default-src 'none'" in policy
                assert headers["x-content-type-options"] == "nosniff"
                assert headers["referrer-policy"] == "no-referrer"
                assert headers["cache-control"] == "no-store"
