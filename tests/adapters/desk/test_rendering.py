import re

import pytest
from jinja2 import UndefinedError

from adapters.desk.rendering import TEMPLATES, environment
from adapters.desk.words import HELPERS

NAMES = sorted(path.name for path in TEMPLATES.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_every_template_is_written_so_that_nothing_in_it_can_be_run(name: str) -> None:
    text = re.sub(r"\{#.*?#\}", "", (TEMPLATES / name).read_text(), flags=re.DOTALL)
    environment(HELPERS).get_template(name)
    # The sign-in page has our own style sheet within it, and nothing else is ever taken as it is.
    taken = re.findall(r"\|\s*(safe|tojson|xmlattr|urlize)\b|\b(autoescape|Markup)\b", text)
    assert taken == ([("safe", "")] if name == "sign_in.html" else [])
    markup = re.sub(r"\{%.*?%\}", "", text, flags=re.DOTALL)
    assert not re.search(r"\s(style|on[a-z]+)\s*=", markup), "the policy forbids it"
    assert not re.search(
        r"<script(?! src=\"/desk/static/)|javascript:|srcdoc|<(iframe|object|embed|base)\b", markup
    )
    # An attribute without quotation marks ends at a blank, and what comes after it is another.
    assert not re.search(r"\s[a-z-]+\s*=\s*\{\{", markup)


def test_what_is_not_defined_is_a_fault() -> None:
    with pytest.raises(UndefinedError):
        environment(HELPERS).from_string("{{ nothing }}").render()
