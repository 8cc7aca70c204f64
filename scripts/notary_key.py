"""The key that checkpoints are signed with: as set, else made at the first start and kept at home."""

import secrets

from adapters.notary.notes import Signer
from scripts.kept import kept
from scripts.settings import Settings, SettingsError
from scripts.values import why

_NAME_BYTES = 8


def signer(settings: Settings) -> Signer:
    """Who signs; what the settings name wins. SettingsError when it is none, or can be kept nowhere."""
    path = settings.home / "notary.key"
    try:
        return Signer.from_text(settings.notary_key or kept(path, _new, "signing key"))
    except OSError as error:
        raise SettingsError(f"the notary's key cannot be kept in {str(path)!r}: {why(error)}") from None
    except ValueError as error:
        where = "NOTARY_KEY" if settings.notary_key else str(path)
        raise SettingsError(f"{where}: {error}; expected the key that the first start made") from None


def _new() -> str:
    # The name says nothing of the shop: checkpoints are meant to leave the machine.
    return Signer.generate(f"counterfoil/{secrets.token_hex(_NAME_BYTES)}").private
