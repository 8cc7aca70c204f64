from datetime import UTC, datetime, timedelta

import falcon
import pytest
from falcon.testing import create_req

from adapters.api.access import Role
from adapters.desk.cookies import NEWS_BYTES_MAX, tell
from adapters.desk.sessions import SESSION_SECONDS, News, Sessions
from tests.adapters.api.conftest import OPERATOR, VIEWER, Tokens
from tests.adapters.desk.conftest import Browser, news_of

SESSION, NEWS = "counterfoil_session", "counterfoil_news"
# What the office's server reads of one line, with room for cookies of others on the same host.
HEADER_BYTES_MAX = 4_094


def is_in(browser: Browser, cookie: str | bytes) -> bool:
    sent = cookie.decode("latin-1") if isinstance(cookie, bytes) else cookie
    answer = browser.living.client.simulate_get("/desk/transactions", headers={"Cookie": sent})
    assert answer.status_code in (200, 303)
    return answer.status_code == 200


def test_the_session_is_out_of_the_reach_of_scripts_and_other_sites(stranger: Browser) -> None:
    answer = stranger.send("/desk/sign-in", token=OPERATOR)
    cookie = answer.cookies[SESSION]
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/desk")
    assert (cookie.max_age, cookie.secure) == (SESSION_SECONDS, False)
    assert not cookie.domain, "it would be sent to other hosts of the same name"
    assert OPERATOR not in answer.headers["set-cookie"]


def test_behind_tls_it_is_for_tls_alone(stranger: Browser) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = stranger.ask(
        "POST", "/desk/sign-in", body=f"token={OPERATOR}", headers=headers, protocol="https"
    )
    assert answer.cookies[SESSION].secure


def test_an_ended_session_is_none(browser: Browser) -> None:
    assert browser.get("/desk/transactions").status_code == 200
    browser.workshop.at += timedelta(seconds=SESSION_SECONDS)
    assert browser.get("/desk/transactions").status_code == 303


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        ";;;=;",
        f"{SESSION}",
        f"{SESSION}=",
        f"{SESSION}=.",
        f"{SESSION}=a.b",
        f"{SESSION}=" + "." * 200,
        f"{SESSION}=a.{'0' * 64}",
        f'{SESSION}="\\303\\251.{"0" * 64}"',
        f"{SESSION}={'A' * 10_000}.{'0' * 64}",
        f"{SESSION}=é.{'0' * 64}".encode(),
        b"\xff\x00\x80=\xff",
        f"{SESSION}={OPERATOR}",
        f"{SESSION}=operator",
    ],
)
def test_no_other_cookie_opens_anything(stranger: Browser, cookie: str | bytes) -> None:
    assert not is_in(stranger, cookie)


def test_of_two_cookies_of_one_name_the_one_that_is_ours_counts(browser: Browser) -> None:
    own = browser.cookies[SESSION]
    assert is_in(browser, f"{SESSION}=somebody-else's; {SESSION}={own}")
    assert is_in(browser, f"{SESSION}={own}; {SESSION}=")
    assert is_in(browser, f'other=1; {SESSION}="{own}"')


def test_a_session_that_other_tokens_made_opens_nothing(browser: Browser) -> None:
    others = Sessions(Tokens(operator="another"), browser.workshop.clock)
    assert not is_in(browser, f"{SESSION}={others.write(others.begin(Role.OPERATOR))}")


def test_a_viewer_is_no_operator_by_two_cookies(stranger: Browser) -> None:
    viewer = stranger.sign_in(VIEWER).cookies[SESSION]
    packed, _, seal = viewer.partition(".")
    operator = Sessions(Tokens(), stranger.workshop.clock)
    forged = operator.write(operator.begin(Role.OPERATOR)).partition(".")[0]
    assert not is_in(stranger, f"{SESSION}={forged}.{seal}; {SESSION}={packed}.{'0' * 64}")


def test_news_are_shown_once_and_forgotten(browser: Browser) -> None:
    assert (
        browser.act("/desk/name", name="Ann", back="/desk/transactions")
        == "done: From now on you act as Ann."
    )
    assert NEWS not in browser.cookies
    assert news_of(browser.page("/desk/transactions")) == ""


def test_news_of_one_session_are_not_shown_to_another(browser: Browser) -> None:
    browser.send("/desk/name", name="Ann", csrf=browser.csrf())
    news = browser.cookies[NEWS]
    browser.sign_in()
    browser.cookies[NEWS] = news
    assert news_of(browser.page("/desk/transactions")) == ""


@pytest.mark.parametrize("name", ["n" * 100, "学" * 100, "\U0001f469" * 100])
def test_the_longest_news_and_name_fit_into_what_the_office_reads(browser: Browser, name: str) -> None:
    browser.act("/desk/name", name=name, back="/desk/transactions")
    sessions = Sessions(Tokens(), browser.workshop.clock)
    session = sessions.read(browser.cookies[SESSION])
    assert session is not None
    told = sessions.write_news(session, News("refused", "n" * NEWS_BYTES_MAX))
    assert len(f"{SESSION}={browser.cookies[SESSION]}; {NEWS}={told}") < HEADER_BYTES_MAX * 3 // 4


@pytest.mark.parametrize("said", ["\U0001f469" * 2_000, "\ud800" * 5_000])
def test_long_news_are_cut_between_characters(browser: Browser, said: str) -> None:
    sessions = Sessions(Tokens(), browser.workshop.clock)
    req, resp = create_req(), falcon.Response()
    req.context.session = session = sessions.begin(Role.OPERATOR)
    tell(req, resp, sessions, News("done", said))
    assert resp._cookies is not None
    written = str(resp._cookies[NEWS].value)
    told = sessions.read_news(session, written)
    assert told is not None
    assert NEWS_BYTES_MAX - 4 < len(told.text.encode()) <= NEWS_BYTES_MAX
    assert set(told.text) <= {"\U0001f469", "?"}


def test_signing_out_forgets_both_cookies(browser: Browser) -> None:
    answer = browser.send("/desk/sign-out", csrf=browser.csrf())
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")
    ends = {name: cookie.expires for name, cookie in answer.cookies.items()}
    assert ends == dict.fromkeys((SESSION, NEWS), datetime(1970, 1, 1, tzinfo=UTC))
    assert browser.cookies == {}
    assert browser.get("/desk/transactions").status_code == 303
