"""Every page of the desk for everybody: what axe finds, in light and dark, at a desk and on a phone."""

import re
from collections.abc import Iterator

import pytest

from tests.adapters.api.conftest import OPERATOR, living_over
from tests.adapters.workshop import open_workshop
from tests.chromium import DESKTOP, PHONE, Chromium, axe_script
from tests.shown import beat, opened, pages_of, play, send_goods

PAGES_LEAST = 18
# Of many rows that are alike a few are enough; a path of a list has two parts.
FEW = "?limit=8"
WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
AXE = """axe.run({resultTypes: ["violations"]}).then(found => found.violations.map(one => [
    one.impact, one.id, one.nodes.slice(0, 3).map(node => node.html + " " + node.failureSummary)]))"""


@pytest.fixture(scope="module")
def week(on_sqlite: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """An office in which a week has happened, and the address of one page of each kind.

    On one engine: what a page looks like is the same over both.
    """
    with open_workshop(tmp_path_factory.mktemp("week")) as workshop:
        play(workshop, sales_a_day=1)
        living = living_over(workshop)
        send_goods(workshop, living.parts, most=3)
        beat(workshop)
        paths = [path + FEW * bool(re.fullmatch(r"/desk/\w+", path)) for path in pages_of(living)]
        with opened(living) as office:
            yield office, paths


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_serious_and_no_page_is_wider_than_its_screen(
    week: tuple[str, list[str]], chromium: Chromium, size: dict[str, int], scheme: str
) -> None:
    office, paths = week
    seen = chromium.open(office, size, color_scheme=scheme)
    seen.page.goto(f"{office}/desk/sign-in")
    script, wrong = axe_script(), []
    seen.page.evaluate(script)
    wrong += [("/desk/sign-in", *one) for one in seen.page.evaluate(AXE)]
    # It would say so if there were something.
    seen.page.evaluate("document.querySelector('label').remove()")
    assert ["critical", "label"] in [one[:2] for one in seen.page.evaluate(AXE)]
    seen.sign_in(OPERATOR)
    assert len(paths) >= PAGES_LEAST, paths
    for path in paths:
        seen.page.goto(f"{office}{path}")
        seen.page.evaluate(script)
        wrong += [(path, *one) for one in seen.page.evaluate(AXE) if one[0] in ("serious", "critical")]
        wider = seen.page.evaluate(WIDTH)
        wrong += [(path, f"{wider} pixels too wide")] if wider > 0 else []
    assert wrong == []
