"""The settings: option over environment over file over default, read once, each with its origin."""

import re
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from scripts import values
from scripts.sources import FILE, PREFIX, Given, SettingsError, from_environment, from_file
from scripts.values import Address

if TYPE_CHECKING:
    from adapters.databases import Database

__all__ = [
    "PREFIX",
    "SETTINGS",
    "VERIFY_URLS",
    "Address",
    "Setting",
    "Settings",
    "SettingsError",
    "read_settings",
]

VERIFY_URLS = {
    "sandbox": "https://ipnpb.sandbox.paypal.com/cgi-bin/webscr",
    "live": "https://ipnpb.paypal.com/cgi-bin/webscr",
}
BODY_BYTES_LEAST, BODY_BYTES_MOST = 1024, 16 * 1024 * 1024
VALUE_CHARACTERS_SHOWN = 120


@dataclass(frozen=True)
class Setting:
    """One row of the table: how its text is read, and what stands where nobody gave one."""

    name: str
    read: Callable[[str], Any]
    default: str | None = None
    secret: bool = False


SETTINGS = (
    Setting("DATABASE", values.database, "sqlite:///var/counterfoil.db"),
    Setting("BIND", values.address, "127.0.0.1:8000"),
    Setting("OFFICE", values.address, "127.0.0.1:8001"),
    Setting("PAYPAL", values.one_of("sandbox", "live"), "sandbox"),
    Setting("VERIFY_URL", values.verify_url),
    Setting("RECEIVERS", values.receivers, ""),
    Setting("CATALOGUE", values.readable_file),
    Setting("UNPRICED", values.one_of("hold", "ship"), "hold"),
    Setting("OPERATOR_TOKEN", values.token, secret=True),
    Setting("VIEWER_TOKEN", values.token, secret=True),
    Setting("NOTARY_KEY", values.notary_key, secret=True),
    Setting("CHECKPOINTS_TO", values.checkpoints_to, ""),
    Setting("BODY_MAX", values.whole_number(BODY_BYTES_LEAST, BODY_BYTES_MOST), "262144"),
    Setting("PERSONAL_DATA", values.one_of("open", "sealed"), "open"),
    Setting("LOG_FORMAT", values.one_of("console", "json")),
)
KNOWN = tuple(
    name for setting in SETTINGS for name in (setting.name, f"{setting.name}{FILE}")[: 1 + setting.secret]
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting by its lower-case name, and for each where it came from."""

    database: str = field(repr=False)
    bind: Address
    office: Address
    paypal: Literal["sandbox", "live"]
    verify_url: str
    receivers: tuple[str, ...]
    catalogue: Path | None
    unpriced: Literal["hold", "ship"]
    operator_token: str | None = field(repr=False)
    viewer_token: str | None = field(repr=False)
    notary_key: str | None = field(repr=False)
    checkpoints_to: tuple[str, ...]
    body_max: int
    personal_data: Literal["open", "sealed"]
    log_format: Literal["console", "json"]
    origins: Mapping[str, str] = field(repr=False, compare=False)

    @property
    def store(self) -> "Database":
        """The database, not opened yet."""
        # Commands that need none are spared its libraries.
        from adapters.databases import database_of  # noqa: PLC0415

        return database_of(self.database, seals=self.personal_data == "sealed")

    @property
    def home(self) -> Path:
        """The folder of what this house keeps on this machine: that of SQLite's files, else `var`."""
        return _home(self.database)

    def environment(self, *, secrets: Collection[str] = ()) -> dict[str, str]:
        """These settings as variables for a child process; of what is secret only what it needs, by name."""
        texts = {}
        for setting in SETTINGS:
            value = getattr(self, setting.name.lower())
            if value not in (None, ()) and (setting.name in secrets or not setting.secret):
                texts[PREFIX + setting.name] = ",".join(value) if isinstance(value, tuple) else str(value)
        return texts


_NOTHING: Mapping[str, str] = MappingProxyType({})


def read_settings(environ: Mapping[str, str], overrides: Mapping[str, str] = _NOTHING) -> Settings:
    """Read every setting; the overrides are a command's options. SettingsError at the first that is wrong."""
    given = {
        **from_file(environ.get(f"{PREFIX}CONFIG") or None, KNOWN),
        **from_environment(environ, KNOWN),
        **{
            name: Given(text, f"option --{name.lower().replace('_', '-')}")
            for name, text in overrides.items()
        },
    }
    found: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for setting in SETTINGS:
        one = given.get(setting.name) or _default(setting, found)
        origins[setting.name] = one.origin if one else _origin_of_nothing(setting, found)
        found[setting.name] = None if one is None else _read(setting, one)
    settings = Settings(
        **{name.lower(): value for name, value in found.items()}, origins=MappingProxyType(origins)
    )
    _check_together(settings)
    return settings


def _default(setting: Setting, found: Mapping[str, Any]) -> Given | None:
    if setting.name == "VERIFY_URL":
        return Given(VERIFY_URLS[found["PAYPAL"]], "by PAYPAL")
    if setting.name == "LOG_FORMAT":
        return Given("console" if sys.stderr.isatty() else "json", "default")
    return None if setting.default is None else Given(setting.default, "default")


def _origin_of_nothing(setting: Setting, found: Mapping[str, Any]) -> str:
    if not setting.secret:
        return "default"
    home = _home(found["DATABASE"])
    return f"generated {home / setting.name.lower().replace('_', '.')}"


def _home(database: str) -> Path:
    return Path(database.removeprefix(values.SQLITE)).parent if values.is_sqlite(database) else Path("var")


def _read(setting: Setting, one: Given) -> object:
    try:
        return setting.read(one.text)
    except ValueError as error:
        # Wherever the password stands in an address that is none, it is not shown.
        is_secret = setting.secret or one.text.startswith("postgres")
        shown = "hidden" if is_secret else repr(re.sub(r"//.*@", "//***@", one.text)[:VALUE_CHARACTERS_SHOWN])
        raise SettingsError(f"{setting.name} is {shown} ({one.origin}); expected {error}") from None


def _check_together(settings: Settings) -> None:
    if settings.bind == settings.office:
        raise SettingsError(f"BIND and OFFICE are both {settings.bind}; expected two addresses")
    if settings.operator_token is not None and settings.operator_token == settings.viewer_token:
        raise SettingsError("OPERATOR_TOKEN and VIEWER_TOKEN are the same; expected two tokens")
