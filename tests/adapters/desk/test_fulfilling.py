import pytest

from tests.adapters.api.conftest import VIEWER
from tests.adapters.desk.conftest import Browser, plain
from tests.given import case, follower, payment

QUEUE = "/desk/fulfillment"


def act(browser: Browser, path: str, **fields: str) -> str:
    return browser.act(path, back=QUEUE, **fields)


def heard(browser: Browser, *bodies: bytes) -> None:
    browser.workshop.deliver(*bodies)
    browser.workshop.follower.follow()


def last(browser: Browser) -> tuple[str, str | None]:
    entry = browser.workshop.book.streams(["T1"])["T1"][-1]
    return type(entry.event).__name__, entry.by


def row(browser: Browser) -> dict[str, object]:
    (found,) = browser.get(f"{QUEUE}.json?state=all").json["items"]
    return dict(found)


def test_goods_are_claimed_and_sent_by_whoever_signed_in(browser: Browser) -> None:
    heard(browser, payment())
    act(browser, "/desk/name", name="Ann")
    assert act(browser, f"{QUEUE}/T1/claim") == "done: T1 is yours to send for an hour, Ann."
    assert last(browser) == ("GoodsClaimed", "Ann")
    done = act(browser, f"{QUEUE}/T1/fulfill", note=" DHL 1 ")
    assert done == "done: T1 is fulfilled: its goods have left."
    assert last(browser) == ("GoodsFulfilled", "Ann")
    assert (row(browser)["state"], row(browser)["by"], row(browser)["note"]) == ("fulfilled", "Ann", "DHL 1")


def test_the_way_back_is_the_page_that_the_form_was_on(browser: Browser) -> None:
    heard(browser, payment())
    answer = browser.send(f"{QUEUE}/T1/claim", csrf=browser.csrf(), back=f"{QUEUE}?state=ready")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{QUEUE}?state=ready")


def test_what_another_holds_is_refused_in_words(browser: Browser) -> None:
    heard(browser, payment())
    act(browser, f"{QUEUE}/T1/claim")
    act(browser, "/desk/name", name="Bob")
    before = browser.workshop.book.last_position()
    for word in ("claim", "fulfill", "release"):
        told = act(browser, f"{QUEUE}/T1/{word}")
        assert told.startswith("refused: The goods of T1 are claimed: operator has claimed the goods until ")
    assert browser.workshop.book.last_position() == before


def test_a_claim_is_given_back(browser: Browser) -> None:
    heard(browser, payment())
    act(browser, f"{QUEUE}/T1/claim")
    assert act(browser, f"{QUEUE}/T1/release", why="lunch").startswith("done: T1 is free again")
    assert row(browser)["state"] == "ready"
    assert act(browser, f"{QUEUE}/T1/release") == (
        "refused: The goods of T1 are ready: nobody has claimed the goods"
    )


def test_the_claim_of_somebody_who_is_named_is_released_for_them(browser: Browser) -> None:
    heard(browser, payment())
    act(browser, "/desk/name", name="Ann")
    act(browser, f"{QUEUE}/T1/claim")
    act(browser, "/desk/name", name="Bob")
    told = act(browser, f"{QUEUE}/T1/release", holder="Cat")
    assert told == "refused: Ann has claimed the goods of T1 since: look at it again"
    assert act(browser, f"{QUEUE}/T1/release", holder="Ann").startswith("done")
    assert last(browser) == ("GoodsReleased", "Bob")


def test_held_goods_are_approved_as_they_were_seen(browser: Browser) -> None:
    heard(browser, payment(), follower("Refunded", "R1", gross="-5.00"))
    seen = str(row(browser)["version"])
    heard(browser, case())
    told = act(browser, f"{QUEUE}/T1/approve", why="asked her", version=seen)
    assert told.startswith(f"refused: The goods of T1 are held: it changed since version {seen}")
    now = str(row(browser)["version"])
    told = act(browser, f"{QUEUE}/T1/approve", why="asked her", version=now)
    assert told == "done: T1 is approved: its goods may leave."
    assert row(browser)["state"] == "ready"


def test_an_approval_says_why(browser: Browser) -> None:
    heard(browser, payment(), follower("Refunded", "R1", gross="-5.00"))
    answer = browser.send(f"{QUEUE}/T1/approve", csrf=browser.csrf(), why=" ")
    assert answer.status_code == 400
    assert "Say why" in plain(answer.text)
    assert row(browser)["state"] == "held"


def test_goods_that_left_though_they_were_held_are_recorded_so(browser: Browser) -> None:
    heard(browser, payment(), follower("Refunded", "R1", gross="-5.00"))
    told = act(browser, f"{QUEUE}/T1/fulfill", note="picked up")
    assert told == "refused: The goods of T1 are held: only goods that are ready or claimed can leave"
    told = act(browser, f"{QUEUE}/T1/fulfill", note="picked up", left_already="yes")
    assert told.startswith("done")
    assert row(browser)["note"] == "picked up"


def test_the_id_of_a_follower_leads_to_its_payment(browser: Browser) -> None:
    heard(browser, payment(), follower("Refunded", "R1", gross="-5.00"))
    assert act(browser, f"{QUEUE}/R1/approve", why="ok").startswith("done")


@pytest.mark.parametrize("word", ["claim", "release", "fulfill", "approve"])
def test_an_unknown_transaction_is_told(browser: Browser, word: str) -> None:
    assert act(browser, f"{QUEUE}/T9/{word}", why="x") == "refused: There is no transaction T9."


@pytest.mark.parametrize("word", ["claim", "release", "fulfill", "approve"])
def test_nobody_acts_without_the_sessions_own_form_or_as_a_viewer(stranger: Browser, word: str) -> None:
    heard(stranger, payment())
    browser = stranger.sign_in()
    before = browser.workshop.book.last_position()
    assert browser.send(f"{QUEUE}/T1/{word}", why="x").status_code == 403
    viewer = browser.sign_in(VIEWER)
    assert viewer.send(f"{QUEUE}/T1/{word}", csrf=viewer.csrf(), why="x").status_code == 403
    assert viewer.get(f"{QUEUE}/T1/{word}").status_code == 405
    assert browser.workshop.book.last_position() == before
