from typing import Any

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from adapters.queries.reader import Queries
from tests.adapters.desk.conftest import Browser, plain

SECRET = "buyer@example.com"


@pytest.mark.parametrize(
    ("path", "status", "title", "said"),
    [
        ("/desk/nothing", 404, "Nothing here", "There is nothing at this address."),
        ("/desk/static/nothing.css", 404, "Unknown", "There is no such file."),
        ("/desk/name", 405, "Nothing to see here", "This address takes forms and shows nothing."),
        (
            "/desk/transactions?limit=501",
            400,
            "This cannot be asked",
            "It must be a whole number from 1 to 500.",
        ),
        ("/desk/transactions?colour=red", 400, "This cannot be asked", "It is not known here."),
        ("/desk/transactions.csv?cursor=x", 400, "This cannot be asked", "cursor"),
        ("/desk/%ff", 404, "Nothing here", "There is nothing at this address."),
    ],
)
def test_what_is_wrong_is_said_on_a_page_to_whoever_signed_in(
    browser: Browser, path: str, status: int, title: str, said: str
) -> None:
    answer = browser.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert f"<h1>{title}</h1>" in answer.text
    assert said in plain(answer.text)
    assert '<a href="/desk/">' in answer.text


def test_from_a_wrong_filter_a_link_leads_to_the_list_without_it(browser: Browser) -> None:
    answer = browser.get("/desk/transactions?since=yesterday&status=completed")
    assert '<a href="/desk/transactions">Back</a>' in answer.text


def test_what_was_sent_is_shown_as_text(browser: Browser) -> None:
    answer = browser.get("/desk/transactions?%3Cscript%3Ealert(1)%3C/script%3E%E2%80%AE=1")
    assert answer.status_code == 400
    assert "&lt;script&gt;alert(1)&lt;/script&gt;[U+202E RIGHT-TO-LEFT OVERRIDE]" in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("failure", "status", "said"),
    [
        (OperationalError(SECRET, {}, Exception(SECRET)), 503, "Ask again later."),
        (ValueError(SECRET), 500, "Something here does not work as it ought to."),
    ],
)
def test_what_fails_inside_is_told_without_its_words(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, failure: Exception, status: int, said: str
) -> None:
    def fail(*_: Any) -> None:
        raise failure

    monkeypatch.setattr(Queries, "transactions", fail)
    with structlog.testing.capture_logs() as logs:
        answer = browser.get("/desk/transactions")
    assert answer.status_code == status
    assert said in plain(answer.text)
    assert len(logs) == 1
    assert SECRET not in answer.text + repr(logs)


def test_the_api_answers_in_json_whoever_signed_in(browser: Browser) -> None:
    answer = browser.get("/api/nothing", headers={"Authorization": "Bearer the-operator's-token"})
    assert (answer.status_code, answer.json["title"]) == (404, "404 Not Found")
    assert browser.get("/nothing").json["title"] == "404 Not Found"
