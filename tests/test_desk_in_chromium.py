"""The desk in a real Chromium: a day's work, with and without scripts, by keys, by two, and under attack."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.api.conftest import OPERATOR, living_over
from tests.adapters.workshop import Workshop, open_workshop
from tests.chromium import Chromium, Seen
from tests.given import SELLER, adjustment, case, follower, payment, pending
from tests.given_streams import SIGNED_UP, agreed, batch, charged, paid, profiled, record, signup
from tests.house import LocalPayPal
from tests.served import House, Serve, wait_until
from tests.shown import opened, pages_of

Buy = Callable[..., None]


@pytest.fixture
def shop(serve: Serve) -> Iterator[House]:
    """A house whose PayPal believes all, without a list of prices."""
    with LocalPayPal().running() as paypal:
        house = serve(VERIFY_URL=paypal.url, RECEIVERS=SELLER, UNPRICED="ship")
        house.wait_until_ready()
        yield house


def arrive(house: House, *bodies: bytes) -> None:
    """Post these and wait until they show."""
    before = len(notifications(house))
    for one in bodies:
        assert house.post(one) == 200
    wait_until(lambda: settled(house, before + len(bodies)))


def settled(house: House, count: int) -> bool:
    found = notifications(house)
    shown = all(view["lag_events"] == 0 for view in house.ask("/api/status")["projections"])
    return len(found) == count and shown and all(one["outcome"] != "waiting" for one in found)


def notifications(house: House) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = house.ask("/api/notifications?limit=500")["items"]
    return items


def acts_of(house: House, txn_id: str) -> list[tuple[str, str]]:
    events = house.ask(f"/api/transactions/{txn_id}/events")["items"]
    return [(event["type"], event["by"]) for event in events if event["by"]]


def go_to(seen: Seen, name: str) -> None:
    """By the navigation, as people do."""
    seen.page.get_by_role("navigation", name="Desk").get_by_role("link", name=name, exact=True).click()
    seen.page.wait_for_url(re.compile(rf"/desk/{name.lower()}$".replace("to-dos", "todos")))


def press(seen: Seen, name: str) -> None:
    seen.page.get_by_role("button", name=name, exact=True).first.click()


def told(seen: Seen, words: str) -> None:
    """The news of what was done last."""
    seen.page.locator("main > .news", has_text=words).wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_day_at_the_desk(shop: House, chromium: Chromium, tmp_path: Path, *, scripts: bool) -> None:
    arrive(
        shop,
        follower("Refunded", "R1", "P1", gross="-5.00"),
        payment("T1", item_name="A book", quantity="1", first_name="Jane", last_name="Doe"),
        payment("T2", gross="30.00"),
        follower("Refunded", "R2", "T2", gross="-5.00"),
    )
    seen = chromium.open(shop.office, java_script_enabled=scripts, accept_downloads=True)
    signs_in_at_the_second_try(seen, shop)
    says_who_it_is(seen)
    finds_the_parked_refund_and_sees_it_released(seen, shop, scripts=scripts)
    sends_an_order(seen)
    approves_a_held_one(seen)
    assert acts_of(shop, "T1") == [("GoodsClaimed", "Ann"), ("GoodsFulfilled", "Ann")]
    assert acts_of(shop, "T2") == [("GoodsApproved", "Ann")]
    exports_the_ledger(seen, tmp_path)
    has_a_message_done_again(seen)
    signs_out(seen)


def signs_in_at_the_second_try(seen: Seen, shop: House) -> None:
    page = seen.page
    page.goto(f"{shop.office}/desk/ledger")
    assert seen.path == "/desk/sign-in"
    page.get_by_label("Token").fill("what a guess")
    press(seen, "Sign in")
    page.get_by_text("This token opens nothing here").wait_for()
    page.get_by_label("Token").fill(shop.token)
    press(seen, "Sign in")
    # Where one wanted to go from the first.
    page.wait_for_url(f"{shop.office}/desk/ledger")


def says_who_it_is(seen: Seen) -> None:
    seen.page.locator("details.who summary").click()
    seen.page.get_by_label("Your name").fill("Ann")
    press(seen, "Act under this name")
    told(seen, "From now on you act as Ann")


def finds_the_parked_refund_and_sees_it_released(seen: Seen, shop: House, *, scripts: bool) -> None:
    page = seen.page
    go_to(seen, "Notifications")
    field = page.locator("main input[name=q]")
    field.fill("outcome:parked")
    field.press("Enter")
    page.wait_for_url("**/desk/notifications?*outcome*parked*")
    rows = page.locator("tr[data-row]")
    assert rows.count() == 1
    assert "R1" in rows.inner_text()
    if scripts:
        page.clock.install()
    rows.get_by_role("link", name="R1").click()
    page.wait_for_url("**/desk/transactions/R1")
    assert "awaited" in seen.main
    arrive(shop, payment("P1"))
    if scripts:
        # The page keeps up by itself.
        page.clock.run_for(16_000)
    else:
        page.reload()
    page.locator("main .stands", has_text="partially refunded").wait_for()
    assert "R1" in seen.main


def sends_an_order(seen: Seen) -> None:
    page = seen.page
    go_to(seen, "Fulfillment")
    press(seen, "Claim T1")
    told(seen, "T1 is yours")
    page.get_by_label("Note for T1").fill("DHL 0034")
    press(seen, "Fulfill T1")
    told(seen, "T1 is fulfilled")
    assert page.get_by_role("button", name="Fulfill T1", exact=True).count() == 0


def approves_a_held_one(seen: Seen) -> None:
    row = seen.page.locator("tr[data-row]", has_text="T2")
    assert "refunded before the goods left" in row.inner_text()
    seen.page.get_by_label("Why T2 may leave").fill("spoke to the buyer")
    press(seen, "Approve T2")
    told(seen, "T2 is approved")
    seen.page.get_by_role("button", name="Claim T2").wait_for()


def exports_the_ledger(seen: Seen, folder: Path) -> None:
    go_to(seen, "Ledger")
    assert "Assets:PayPal" in seen.main
    with seen.page.expect_download() as started:
        seen.page.get_by_role("link", name="hledger", exact=True).click()
    started.value.save_as(folder / "ledger.journal")
    text = (folder / "ledger.journal").read_text(encoding="utf-8")
    assert "Assets:PayPal:USD" in text
    assert {"T1", "T2", "R2", "P1", "R1"} <= set(re.findall(r"\b[TRP]\d\b", text))


def has_a_message_done_again(seen: Seen) -> None:
    go_to(seen, "Notifications")
    seen.page.locator("tr[data-row]", has_text="T1").get_by_role("link").first.click()
    seen.page.wait_for_url(re.compile(r"/desk/notifications/\d+$"))
    press(seen, "Retry")
    seen.page.locator("main > .news.done").wait_for()


def signs_out(seen: Seen) -> None:
    seen.page.locator("details.who summary").click()
    press(seen, "Sign out")
    seen.page.wait_for_url("**/desk/sign-in")
    seen.page.goto(f"{seen.office}/desk/ledger")
    assert seen.path == "/desk/sign-in"


@pytest.fixture
def small(workshop: Workshop) -> Iterator[tuple[Workshop, str]]:
    """An office of this process with an order that is ready, and one that is held."""
    workshop.deliver(payment("T1"), payment("T2", gross="30.00"), follower("Refunded", "R2", "T2", "-5.00"))
    workshop.follower.follow()
    with opened(living_over(workshop)) as office:
        yield workshop, office


@pytest.fixture
def workshop(any_engine: str, tmp_path: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path) as one:
        yield one


def test_keys_alone_do_the_work(small: tuple[Workshop, str], chromium: Chromium) -> None:
    workshop, office = small
    seen = chromium.open(office)
    page, keys = seen.page, seen.page.keyboard
    page.goto(f"{office}/desk/fulfillment")
    # The field of the token has the focus from the first, as soon as the page is drawn.
    page.locator("[name=token]:focus").wait_for()
    keys.type(OPERATOR)
    keys.press("Enter")
    page.wait_for_url(f"{office}/desk/fulfillment")
    # Nothing was chosen: the first that could be claimed is shown, and not claimed.
    keys.press("c")
    page.locator("tr.here", has_text="T1").wait_for()
    assert page.locator("main > .news").count() == 0
    keys.press("c")
    told(seen, "T1 is yours")
    # The row is selected again, as soon as the script has looked at the new page.
    page.locator("tr.here", has_text="T1").wait_for()
    keys.press("f")
    told(seen, "T1 is fulfilled")
    page.locator("tr.here", has_text="T2").wait_for()
    keys.press("a")
    told(seen, "T2 is approved")
    page.locator("tr.here", has_text="T2").wait_for()
    keys.press("k")
    keys.press("j")
    keys.press("Enter")
    page.wait_for_url(f"{office}/desk/transactions/T2")
    keys.press("?")
    assert "Search" in page.get_by_role("dialog", name="Keys").inner_text()
    keys.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    keys.press("/")
    keys.type("T1jck")
    assert page.locator("#find").input_value() == "T1jck"
    assert [event for event in workshop.events("T1") if event.startswith("Goods")] == [
        "GoodsClaimed",
        "GoodsFulfilled",
    ]


def test_keys_can_be_switched_off(small: tuple[Workshop, str], chromium: Chromium) -> None:
    seen = chromium.open(small[1]).sign_in(OPERATOR)
    page, keys = seen.page, seen.page.keyboard
    keys.press("?")
    page.get_by_label("Single keys do something").uncheck()
    seen.go("/desk/fulfillment")
    keys.press("j")
    assert page.locator("tr.here").count() == 0
    keys.press("?")
    page.get_by_label("Single keys do something").check()
    keys.press("Escape")
    keys.press("j")
    assert page.locator("tr.here").count() == 1


NAME_OF_FOCUSED = """(
    document.activeElement.getAttribute("aria-label") || document.activeElement.textContent).trim()"""


def test_the_tab_key_reaches_every_act_in_the_order_of_the_page(
    small: tuple[Workshop, str], chromium: Chromium
) -> None:
    seen = chromium.open(small[1]).sign_in(OPERATOR).go("/desk/fulfillment")
    found: list[str] = []
    while len(found) < 80 and "Look back" not in found:
        seen.page.keyboard.press("Tab")
        found.append(seen.page.evaluate(NAME_OF_FOCUSED))
    assert found[0] == "To the content"
    wanted = ["Claim T1", "Note for T1", "Fulfill T1", "Why T2 may leave all the same", "Approve T2"]
    assert [name for name in found if name in wanted] == wanted


def test_of_two_who_claim_the_same_order_one_is_told_who_has_it(
    small: tuple[Workshop, str], chromium: Chromium
) -> None:
    ann, ben = (chromium.open(small[1]).sign_in(OPERATOR) for _ in range(2))
    for seen, name in ((ann, "Ann"), (ben, "Ben")):
        seen.page.locator("details.who summary").click()
        seen.page.get_by_label("Your name").fill(name)
        press(seen, "Act under this name")
        told(seen, name)
        seen.go("/desk/fulfillment")
    press(ann, "Claim T1")
    told(ann, "T1 is yours")
    press(ben, "Claim T1")
    told(ben, "Ann")
    assert "refused" in (ben.page.locator("main > .news").get_attribute("class") or "")
    ben.page.get_by_role("button", name="Release T1, which Ann holds").wait_for()


def test_times_are_those_of_the_reader_and_utc_is_kept_beside(
    small: tuple[Workshop, str], chromium: Chromium
) -> None:
    seen = (
        chromium.open(small[1], timezone_id="Australia/Adelaide").sign_in(OPERATOR).go("/desk/transactions")
    )
    shown = seen.page.locator("tbody time").first
    title = str(shown.get_attribute("title"))
    assert re.fullmatch(r"2026-11-20 12:\d\d:\d\d UTC", title)
    assert shown.inner_text() == f"2026-11-20 22:{int(title[14:16]) + 30}"
    assert "Australia/Adelaide" in seen.page.locator(".foot").inner_text()


def test_the_slider_is_sent_by_itself(small: tuple[Workshop, str], chromium: Chromium) -> None:
    workshop, office = small
    workshop.deliver(pending("T9"))
    workshop.deliver(payment("T9"))
    workshop.follower.follow()
    seen = chromium.open(office).sign_in(OPERATOR).go("/desk/transactions/T9")
    assert "completed" in seen.page.locator(".stands").inner_text()
    seen.page.get_by_role("slider").focus()
    seen.page.keyboard.press("ArrowLeft")
    seen.page.locator(".stands", has_text="pending").wait_for()
    assert "As it was known at" in seen.main


ATTACK = (
    "\"'><script>window.hit=1;document.title='hit';alert(1)</script>"
    "<img src=//evil.example/x onerror=alert(1)><svg onload=alert(1)><i class=theirs style=color:red>"
    "{{7*7}}{% x %}javascript:alert(1)\u202e\u0007</title></textarea></style>"
)
FIELDS = (
    "first_name", "last_name", "payer_email", "payer_id", "payer_business_name", "memo", "custom", "invoice",
    "item_name", "item_number", "option_name1", "option_selection1", "address_name", "address_street",
    "address_city", "address_zip", "address_state", "address_country", "reason_code",
    "pending_reason", "residence_country", "auction_buyer_id", "product_name",
)  # fmt: skip


def attacks() -> tuple[bytes, ...]:
    """Markup in every field of every kind of message that would take it."""
    person = {name: f"{ATTACK}{name}" for name in FIELDS}
    some = {name: person[name] for name in ("first_name", "last_name", "memo", "custom", "item_name")}
    return (
        payment("T1", charset="utf-8", item_name1=ATTACK, **person),
        payment(f"T{ATTACK}", charset="utf-8", **person),
        payment("T3", ATTACK, charset="utf-8"),
        payment("T4", txn_type=ATTACK, charset="utf-8", mc_currency=ATTACK),
        pending("T5", ATTACK, charset="utf-8"),
        follower("Refunded", f"R{ATTACK}", f"P{ATTACK}", charset="utf-8", memo=ATTACK),
        follower("Refunded", "R2", "T1", "-5.00", charset="utf-8", **some),
        follower("Reversed", "V1", "T1", charset="utf-8", **(some | {"reason_code": ATTACK})),
        adjustment("X1", "T1", charset="utf-8", memo=ATTACK),
        case(f"PP-{ATTACK}", "T1", charset="utf-8", buyer_additional_information=ATTACK),
        case("PP-2", "T1", ATTACK, charset="utf-8", reason_code=ATTACK),
        signup(f"S-{ATTACK}", charset="utf-8", **some),
        paid("T6", SIGNED_UP, f"S-{ATTACK}", charset="utf-8", **some),
        profiled("profile_created", f"I-{ATTACK}", charset="utf-8", **some),
        charged("T7", SIGNED_UP, charset="utf-8", product_name=ATTACK),
        agreed(mp_id=f"B-{ATTACK}", charset="utf-8", mp_desc=ATTACK),
        batch(record(1, unique_id_1=ATTACK), charset="utf-8", memo=ATTACK),
        ATTACK.encode(),
        b"charset=" + ATTACK.encode() + b"&txn_id=T8",
    )


def test_what_messages_say_runs_nowhere(workshop: Workshop, chromium: Chromium) -> None:
    workshop.deliver(*attacks())
    workshop.follower.follow()
    living = living_over(workshop)
    with opened(living) as office:
        seen = chromium.open(office).sign_in(OPERATOR)
        for path in pages_of(living):
            seen.page.goto(f"{office}{path}")
            assert seen.page.title().endswith("· Counterfoil"), path
            assert seen.page.evaluate("window.hit === undefined"), path
            strange = "main script, img, iframe, object, embed, .theirs, [style], [onerror], [onload]"
            assert seen.page.locator(strange).count() == 0, path
        assert seen.wrong == []
