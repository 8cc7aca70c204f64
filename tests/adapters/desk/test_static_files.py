import re

from adapters.desk.static_files import FILES
from tests.adapters.desk.conftest import Browser


def test_what_the_pages_load_is_there_with_its_type(browser: Browser) -> None:
    page = browser.page("/desk/transactions")
    loaded = re.findall(r'(?:src|href)="(/desk/static/[^"]+)"', page)
    assert len(loaded) >= 3
    for path in loaded:
        answer = browser.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition("/")[0] in ("text", "image")


def test_no_file_loads_from_another_host_or_beside_the_policy() -> None:
    for name, (content, _) in FILES.items():
        text = content.decode()
        # The name of a vocabulary is no address that anybody asks.
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@import|\bdata:|</style", text), name


def test_styles_are_of_letters_that_every_server_sends_alike() -> None:
    # The sign-in page is allowed its style by the digest of these bytes; browsers drop carriage returns.
    assert b"\r" not in FILES["desk.css"][0]


def test_no_other_file_is_given_away(browser: Browser) -> None:
    for name in ("../desk.py", "%2e%2e%2fdesk.py", "/etc/passwd", "desk.css/", "DESK.CSS", "."):
        answer = browser.get(f"/desk/static/{name}")
        assert answer.status_code == 404 or answer.content == FILES["desk.css"][0]
