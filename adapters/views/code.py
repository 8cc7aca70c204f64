"""The code of a projection: a digest over all that says what its rows are, to notice when that changed."""

from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from adapters.views.registry import Projection
from adapters.views.steps import module_of

# What all savers work with.
_SHARED: Final = (
    "adapters.keys",
    "adapters.mapper",
    "adapters.statements",
    "adapters.times",
    "adapters.view_rows",
    "adapters.view_tables",
    "adapters.topics",
    "adapters.views.making",
    "adapters.views.remembering",
    "adapters.views.steps",
    "domain",
)


def digest_of(projection: Projection) -> str:
    """A digest over the version and the source of the domain, the projection, its saver, what they share."""
    told = sha256(f"{projection.name} {projection.version}\n".encode())
    for module in sorted({*_own(projection), *_SHARED}):
        told.update(_source(module))
    return told.hexdigest()


def _own(projection: Projection) -> tuple[str, ...]:
    fold = f"projections.{projection.name}"
    folds = (fold,) if find_spec(fold) else ()
    return (*folds, module_of(projection.save), *projection.parts)


@cache
def _source(module: str) -> bytes:
    """A digest over a module, or over all modules of a package."""
    path = import_module(module).__file__
    assert path is not None, "a module of ours is a file"
    file = Path(path)
    files = sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]
    told = sha256(module.encode())
    for one in files:
        told.update(str(one.relative_to(file.parent)).encode() + b"\n" + sha256(one.read_bytes()).digest())
    return told.digest()
