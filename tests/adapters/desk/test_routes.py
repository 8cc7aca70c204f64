"""The desk's addresses: each once, all behind the sign-in, and every list with its twins."""

from adapters.desk.routes import ROUTES
from tests.adapters.desk.conftest import Browser

PATHS = [path for path, _ in ROUTES]
LISTS = ("fulfillment", "transactions", "notifications", "todos", "ledger", "customers", "subscriptions")


def test_each_address_is_said_once() -> None:
    assert len(PATHS) == len(set(PATHS))


def test_every_list_is_a_page_and_two_twins(browser: Browser) -> None:
    for name in LISTS:
        kinds = [browser.get(f"/desk/{name}{twin}").headers["content-type"] for twin in ("", ".csv", ".json")]
        assert [kind.partition(";")[0] for kind in kinds] == ["text/html", "text/csv", "application/json"]


def test_none_answers_to_a_stranger_but_the_way_in(stranger: Browser) -> None:
    for path in PATHS:
        if path not in ("/", "/desk/sign-in"):
            answer = stranger.get(path.replace("{n:number}", "1").replace("{", "").replace(":text}", ""))
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/desk/sign-in"), path
