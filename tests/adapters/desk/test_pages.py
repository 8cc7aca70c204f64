from tests.adapters.desk.conftest import Browser


def test_the_office_begins_with_the_desk(browser: Browser, stranger: Browser) -> None:
    for one in (browser, stranger):
        answer = one.get("/")
        assert (answer.status_code, answer.headers["location"]) == (302, "/desk/")
