"""The routes, said once."""

from adapters.api.routes import ROUTES


def test_an_address_stands_there_once() -> None:
    templates = [template for template, _ in ROUTES]
    assert len(templates) == len(set(templates))


def test_every_field_says_how_it_is_read() -> None:
    fields = [part for template, _ in ROUTES for part in template.split("/") if part.startswith("{")]
    assert fields
    assert [field for field in fields if ":" not in field] == []
