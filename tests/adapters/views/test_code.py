"""The digest of a projection: another whenever something changes that its rows may depend on."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.views import code
from adapters.views.code import digest_of
from adapters.views.registry import PROJECTIONS

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    code._source.cache_clear()
    yield
    code._source.cache_clear()


def changed(monkeypatch: pytest.MonkeyPatch, path: str) -> set[str]:
    """The projections whose digest is another when a file is."""
    before = {name: digest_of(projection) for name, projection in PROJECTIONS.items()}
    code._source.cache_clear()
    read = Path.read_bytes

    def read_another(file: Path) -> bytes:
        return read(file) + (b"# a word more\n" if file == ROOT / path else b"")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", read_another)
        return {name for name, projection in PROJECTIONS.items() if digest_of(projection) != before[name]}


@pytest.mark.parametrize(
    "path", ["domain/standing.py", "adapters/views/steps.py", "adapters/view_rows.py", "adapters/mapper.py"]
)
def test_what_all_share_changes_all(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    assert changed(monkeypatch, path) == set(PROJECTIONS)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("projections/subscriptions.py", {"subscriptions"}),
        ("adapters/views/origins.py", {"origins"}),
        ("adapters/views/documents.py", {"transactions", "subscriptions"}),
        ("adapters/worker.py", set()),
    ],
)
def test_what_is_a_projections_own_changes_it_alone(
    monkeypatch: pytest.MonkeyPatch, path: str, names: set[str]
) -> None:
    assert changed(monkeypatch, path) == names


def test_so_does_its_version() -> None:
    one = PROJECTIONS["origins"]
    assert digest_of(one) == digest_of(one)
    assert digest_of(one) != digest_of(dataclasses.replace(one, version=one.version + 1))


def test_no_two_projections_have_the_same() -> None:
    assert len({digest_of(projection) for projection in PROJECTIONS.values()}) == len(PROJECTIONS)


def test_every_part_of_a_pure_package_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    for path in sorted((ROOT / "projections" / "todos").glob("*.py")):
        assert changed(monkeypatch, str(path.relative_to(ROOT))) >= {"todos"}
