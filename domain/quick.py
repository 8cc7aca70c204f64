"""Quick values: frozen dataclasses that are made as quickly as others; most of what is made are such.

A frozen dataclass sets each of its fields by a call around its own guard, which takes ten times as long as
setting it. Here a value is born without the guard, and has it before anybody else sees the value.
"""

from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

T = TypeVar("T")


def quick(cls: type[T]) -> type[T]:
    """Decorate a frozen dataclass with slots, from which nothing inherits, whose defaults are values."""
    bare = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    unguarded = type(cls.__name__, (cls,), bare)
    told = fields(cls)  # type: ignore[arg-type]  # a dataclass, or this raises
    names: dict[str, Any] = {
        "_cls": cls,
        "_unguarded": unguarded,
        "_change": object.__setattr__,
        **{f"_default_{one.name}": one.default for one in told if one.default is not MISSING},
        **{f"_make_{one.name}": one.default_factory for one in told if not one.init},
    }
    lines = (
        f"def __init__({', '.join(('self', *_parameters(told)))}):",
        "    _change(self, '__class__', _unguarded)",
        *(f"    self.{one.name} = {one.name if one.init else f'_make_{one.name}()'}" for one in told),
        "    self.__class__ = _cls",
    )
    # Nothing but the names of a class's own fields stands in it; dataclasses make theirs the same way.
    exec("\n".join(lines), names)  # noqa: S102
    made, slow = names["__init__"], cls.__init__
    made.__qualname__, made.__module__ = slow.__qualname__, slow.__module__
    made.__annotations__ = slow.__annotations__
    cls.__init__ = made  # type: ignore[method-assign]  # takes the same
    return cls


def _parameters(told: tuple[Field[Any], ...]) -> list[str]:
    """As a dataclass orders them: by position first."""
    asked = [one for one in told if one.init]
    assert not any(one.name.startswith("_") for one in told), "a field with one of the names used here"
    assert all(one.default_factory is MISSING for one in asked), "a default that is made each time"
    written = {
        one.name: one.name if one.default is MISSING else f"{one.name}=_default_{one.name}" for one in asked
    }
    named = [written[one.name] for one in asked if one.kw_only]
    return [*(written[one.name] for one in asked if not one.kw_only), *(["*", *named] if named else [])]
