import re
from datetime import timedelta
from typing import Any

import pytest
import structlog

from adapters.desk.attempts import FAILURES_MAX, WINDOW_SECONDS
from tests.adapters.api.conftest import OPERATOR, VIEWER
from tests.adapters.desk.conftest import Browser, plain

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def enter(browser: Browser, token: str, query: str = "", **more: Any) -> Any:
    return browser.ask(
        "POST",
        "/desk/sign-in",
        query_string=query,
        body=f"token={token}",
        headers=FORM | more.pop("headers", {}),
        **more,
    )


def test_each_token_signs_in_as_what_it_is(stranger: Browser) -> None:
    assert stranger.get("/").headers["location"] == "/desk/"
    assert stranger.get("/desk/").headers["location"] == "/desk/sign-in"
    assert ">operator <" in stranger.sign_in(OPERATOR).page("/desk/transactions")
    assert ">viewer <" in stranger.sign_in(VIEWER).page("/desk/transactions")


def test_a_token_may_have_blanks_around_it_from_being_copied(stranger: Browser) -> None:
    assert enter(stranger, f"+{OPERATOR}%0D%0A").status_code == 303


@pytest.mark.parametrize(
    "token", ["", "+", "wrong", OPERATOR[:-1], OPERATOR + "x", "%C3%A9", "None", "%F0%9F%91%A9"]
)
def test_another_token_does_not(stranger: Browser, token: str) -> None:
    answer = enter(stranger, token)
    assert (answer.status_code, answer.cookies) == (401, {})
    assert "This token opens nothing here." in plain(answer.text)
    assert stranger.get("/desk/transactions").status_code == 303


def test_it_leads_to_what_was_asked_for(stranger: Browser) -> None:
    asked = stranger.get("/desk/transactions?q=abc&status=")
    assert asked.headers["location"] == "/desk/sign-in?next=%2Fdesk%2Ftransactions%3Fq%3Dabc%26status%3D"
    query = asked.headers["location"].partition("?")[2]
    assert enter(stranger, "wrong", query).status_code == 401
    assert enter(stranger, OPERATOR, query).headers["location"] == "/desk/transactions?q=abc&status="


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/desk/",
        "/%5Cevil.example",
        "/desk/..//evil.example",
        "javascript:alert(1)",
        "",
    ],
)
def test_it_leads_nowhere_else(stranger: Browser, elsewhere: str) -> None:
    assert enter(stranger, OPERATOR, f"next={elsewhere}").headers["location"] == "/desk/"
    # And not as somebody who is in already.
    assert stranger.get(f"/desk/sign-in?next={elsewhere}").headers["location"] == "/desk/"


def test_it_leads_nowhere_else_by_two_of_them(stranger: Browser) -> None:
    answer = enter(stranger, OPERATOR, "next=/desk/todos&next=//evil.example/")
    assert answer.headers["location"] in ("/desk/", "/desk/todos")


def test_whoever_guesses_waits_even_with_the_right_token_and_nobody_else(stranger: Browser) -> None:
    for _ in range(FAILURES_MAX):
        assert enter(stranger, "wrong").status_code == 401
    answer = enter(stranger, OPERATOR)
    assert (answer.status_code, answer.cookies) == (429, {})
    assert 0 < int(answer.headers["retry-after"]) <= WINDOW_SECONDS
    assert "Too many wrong tokens were tried. Try again in" in plain(answer.text)
    near = {"X-Forwarded-For": "203.0.113.7"}
    assert enter(stranger, OPERATOR, headers=near).status_code == 303
    assert enter(stranger, OPERATOR, remote_addr="203.0.113.8").status_code == 303
    stranger.workshop.at += timedelta(seconds=WINDOW_SECONDS)
    assert enter(stranger, OPERATOR).status_code == 303


def test_from_elsewhere_no_header_makes_somebody_another(stranger: Browser) -> None:
    for n in range(FAILURES_MAX):
        headers = {"X-Forwarded-For": f"203.0.113.{n}"}
        assert enter(stranger, "wrong", remote_addr="198.51.100.1", headers=headers).status_code == 401
    headers = {"X-Forwarded-For": "203.0.113.99"}
    assert enter(stranger, OPERATOR, remote_addr="198.51.100.1", headers=headers).status_code == 429


def test_the_page_loads_nothing_and_runs_nothing(stranger: Browser) -> None:
    answer = stranger.get("/desk/sign-in")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'none'" in policy
    assert "style-src 'sha256-" in policy
    assert "src=" not in answer.text
    links = re.findall(r'<link[^>]* href="([^"]*)"', answer.text)
    assert [link.partition(",")[0] for link in links] == ["data:image/svg+xml;base64"]
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("headers", "body", "status", "said"),
    [
        ({"Content-Type": "application/json"}, "{}", 415, "Send a form of this desk."),
        (FORM, "token=%FF", 400, "It is no form in UTF-8."),
        (FORM, "token=a&token=b", 400, "A field is given more than once."),
        (FORM, "token=" + "x" * 70_000, 413, "A body may have 65536 bytes."),
        (FORM | {"Sec-Fetch-Site": "cross-site"}, f"token={OPERATOR}", 403, "sent from its own pages only."),
    ],
)
def test_what_is_wrong_with_the_form_is_said_on_the_page(
    stranger: Browser, headers: dict[str, str], body: str, status: int, said: str
) -> None:
    answer = stranger.ask("POST", "/desk/sign-in", headers=headers, body=body)
    assert (answer.status_code, answer.cookies) == (status, {})
    assert said in plain(answer.text)
    assert answer.headers["content-type"].startswith("text/html")


def test_a_name_stays_for_the_session_and_must_be_one(browser: Browser) -> None:
    news = browser.act("/desk/name", name=" Ånn <b> ", back="/desk/transactions")
    assert news == "done: From now on you act as Ånn <b>."
    assert "Ånn &lt;b&gt;" in browser.page("/desk/transactions")
    for name in ("", " ", "a\u202eb", "a\nb", "n" * 101):
        answer = browser.send("/desk/name", name=name, csrf=browser.csrf(), back="/desk/transactions")
        assert answer.status_code == 400
        assert "name must be a printable name of 1 to 100 characters." in plain(answer.text)
        assert '<a href="/desk/transactions">Back</a>' in answer.text


def test_an_act_leads_back_to_the_desk_only(browser: Browser) -> None:
    for back in ("//evil.example/", "https://evil.example", "/desk/../x", ""):
        answer = browser.send("/desk/name", name="Ann", csrf=browser.csrf(), back=back)
        assert answer.headers["location"] == "/desk/"


def test_neither_tokens_nor_cookies_come_into_the_log(
    stranger: Browser, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    with structlog.testing.capture_logs() as logs:
        for _ in range(FAILURES_MAX):
            enter(stranger, "a-wrong-token")
        enter(stranger, OPERATOR, headers={"X-Forwarded-For": "203.0.113.7"})
        stranger.page("/desk/transactions")
        stranger.send("/desk/name", name="Ann", csrf="wrong")
        stranger.get("/desk/transactions?since=wrong")
    assert {line["event"] for line in logs} == {"sign_in_refused", "signed_in"}
    secrets = ("a-wrong-token", OPERATOR, *stranger.cookies.values())
    assert [secret for secret in secrets if secret in str(logs)] == []
    assert caplog.text == ""
    assert "".join(capsys.readouterr()) == ""
