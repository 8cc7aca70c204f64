"""Make the README's pictures: `python -m tests.make_screenshots FOLDER`, where FOLDER is `docs/images`.

The simulator's lifecycles are played into a house of its own, on a clock of its own; each run makes the same
pages. What a picture of them looks like depends on this machine's Chromium and its fonts: names of people in
Chinese, Japanese and Korean want a font such as that of `apt install fonts-droid-fallback`.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from adapters.queries.transactions import TransactionFilters
from tests.adapters.api.conftest import OPERATOR, Living, living_over
from tests.adapters.workshop import Workshop, open_workshop
from tests.chromium import DESKTOP, PHONE, Chromium, open_chromium
from tests.engines import BOOK_FILE, adopt
from tests.house import plain
from tests.shown import TODAY, beat, opened, play, send_goods
from tests.small_png import small

BYTES_MAX: Final = 150 * 1024


@dataclass(frozen=True)
class Picture:
    """One page, as one person sees it."""

    name: str
    path: str
    size: dict[str, int]
    scheme: str = "light"
    acts: bool = True


def pictures(told: str) -> tuple[Picture, ...]:
    """`told`: the transaction to show."""
    return (
        Picture("home", "/desk/", DESKTOP),
        Picture("fulfillment", "/desk/fulfillment", DESKTOP),
        Picture("transaction", f"/desk/transactions/{told}", {**DESKTOP, "height": 1560}),
        Picture("notifications", "/desk/notifications?q=-outcome:recorded", DESKTOP),
        Picture("ledger-dark", "/desk/ledger", DESKTOP, "dark"),
        Picture("home-phone", "/desk/", PHONE),
        Picture("fulfillment-phone", "/desk/fulfillment", PHONE, "dark"),
        Picture("transaction-phone", f"/desk/transactions/{told}", PHONE),
    )


def make(folder: Path) -> None:
    with TemporaryDirectory() as name:
        house = Path(name)
        adopt(house, f"sqlite:///{house / BOOK_FILE}")
        with open_workshop(house) as workshop:
            play(workshop)
            living = living_over(workshop)
            send_goods(workshop, living.parts)
            with opened(living) as office, open_chromium() as browser:
                chromium = Chromium(browser)
                for picture in pictures(told_well(living)):
                    take(chromium, office, workshop, picture, folder)
                assert [seen.wrong for seen in chromium.pages if seen.wrong] == []
                chromium.close()


def told_well(living: Living) -> str:
    """The first payment of which a part was refunded before its goods left: a person looks at that."""
    page = living.parts.queries.transactions(TransactionFilters(status="partially_refunded"), 500, None)
    told = [one for one in map(plain, page.items) if one["fulfillment"] == "held"]
    return str(min(told, key=lambda one: one["first_heard"])["txn_id"])


def take(chromium: Chromium, office: str, workshop: Workshop, picture: Picture, folder: Path) -> None:
    # The clock moves by every look at it; for each picture it is the same time again.
    workshop.at = TODAY
    beat(workshop)
    seen = chromium.open(office, picture.size, color_scheme=picture.scheme).sign_in(OPERATOR)
    workshop.at = TODAY
    beat(workshop)
    seen.go(picture.path)
    path = folder / f"{picture.name}.png"
    path.write_bytes(small(seen.page.screenshot(animations="disabled", caret="hide")))
    print(f"{path}  {path.stat().st_size:,} bytes")
    assert path.stat().st_size <= BYTES_MAX, "too large for a repository"


if __name__ == "__main__":
    make(Path(sys.argv[1]))
