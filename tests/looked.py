"""A page read as a browser reads it: what stands there is ours, by name, or it is an error."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

from adapters.desk.visible import visible

ELEMENTS: Final = frozenset(
    """
    a abbr address b body br button caption circle code datalist dd defs desc details div dl dt em
    fieldset figcaption figure footer form g h1 h2 h3 h4 head header hr html input kbd label legend
    li line link main marker meta nav ol optgroup option output p path polygon polyline pre rect s
    script section select small span strong summary svg table tbody td text textarea tfoot th thead
    time title tr tspan ul wbr
    """.split()  # noqa: SIM905 - a word a line says no more
)
ATTRIBUTES: Final = frozenset(
    """
    action aria-controls aria-current aria-describedby aria-expanded aria-hidden aria-invalid
    aria-label aria-labelledby aria-live aria-selected aria-sort autocapitalize autocomplete
    autofocus charset checked class colspan content cx cy d data-ago data-key data-live data-name
    data-row data-submit data-zone datetime defer disabled dominant-baseline download dx dy enctype
    fill focusable for formaction height hidden href id inputmode lang list marker-end markerheight
    markerwidth max maxlength method min minlength name open orient pattern placeholder points
    preserveaspectratio r readonly refx refy rel required role rows rowspan rx ry scope selected
    size spellcheck src start step stroke stroke-dasharray stroke-width tabindex text-anchor title
    transform type value vector-effect viewbox width wrap x x1 x2 xmlns y y1 y2
    """.split()  # noqa: SIM905 - a word a line says no more
)
VOID: Final = frozenset(("br", "hr", "input", "link", "meta", "wbr"))
LEADING: Final = frozenset(("action", "formaction", "href", "src"))


@dataclass
class Form:
    """A form as it stands on a page: what a browser would send, and what a person fills in."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    options: dict[str, list[str]] = field(default_factory=dict)


class Looked(HTMLParser):
    """What stands on a page: its links and forms; anything that is none of ours is an error."""

    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._open: list[str] = []
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look_at(tag, attrs)
        if tag not in VOID:
            self._open.append(tag)
        given = {name: value or "" for name, value in attrs}
        self.links += [given[name] for name in ("href", "src") if name in given]
        match tag:
            case "form":
                self.forms.append(Form(given.get("method", "get"), given.get("action", self.path)))
            case "select":
                self._select = given.get("name")
            case "option":
                self._option(given)
            case "input" | "textarea" | "button" if self.forms and "form" in self._open and "name" in given:
                self._field(tag, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look_at(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, (self.path, tag)
        assert self._open.pop() == tag, (self.path, tag)

    def handle_comment(self, data: str) -> None:
        raise AssertionError((self.path, data))

    def handle_data(self, data: str) -> None:
        assert not self._open or self._open[-1] not in ("script", "style"), (self.path, data)

    def _look_at(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert tag in ELEMENTS, (self.path, tag)
        assert len(set(names)) == len(names), (self.path, tag, names)
        assert set(names) <= ATTRIBUTES, (self.path, tag, set(names) - ATTRIBUTES)
        for name, value in attrs:
            if name in LEADING:
                assert value is not None, (self.path, tag)
                assert value == "/desk" or value.startswith(("/desk/", "#", "?")), (self.path, tag, value)
                assert urlsplit(urljoin("http://desk.example/desk/", value)).netloc == "desk.example"
        if tag == "meta":
            assert "http-equiv" not in names

    def _option(self, given: dict[str, str]) -> None:
        if self.forms and self._select is not None:
            form = self.forms[-1]
            form.options.setdefault(self._select, []).append(given.get("value", ""))
            if "selected" in given or self._select not in form.fields:
                form.fields[self._select] = given.get("value", "")

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form, name, kind = self.forms[-1], given["name"], given.get("type", "text")
        if tag == "button" or kind in ("checkbox", "radio"):
            form.options.setdefault(name, []).append(given.get("value", "on"))
            return
        form.fields[name] = given.get("value", "")
        if kind in ("text", "search") or tag == "textarea":
            form.texts.add(name)


def look(path: str, text: str) -> Looked:
    """Read a page as a browser would, and make sure that nothing on it is theirs."""
    looked = Looked(path)
    # A text area swallows the first line end; whatever else is not to be seen must not be there at all.
    assert visible(text) == text, (path, [one for one in text if visible(one) != one][:5])
    looked.feed(text)
    looked.close()
    assert looked._open == [], (path, looked._open)
    return looked
