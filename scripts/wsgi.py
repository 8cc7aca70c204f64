"""The office's door for gunicorn: opened in the worker process, after the fork, and closed when that ends."""

import os
from contextlib import ExitStack
from typing import Final

from gunicorn.errors import AppImportError

from adapters.engines import StoreError
from adapters.office import Office, create_office
from scripts.settings import SettingsError, read_settings
from scripts.wiring.office import open_office

_OPENED: Final = ExitStack()


def app() -> Office:
    """Open the office of the settings; where that fails, gunicorn ends with one line that says why."""
    try:
        parts = _OPENED.enter_context(open_office(read_settings(os.environ)))
    except (SettingsError, StoreError, OSError) as error:
        # gunicorn prints this one without a traceback, and does not try again for ever.
        raise AppImportError(str(error)) from error
    return create_office(parts)


def close() -> None:
    """Close what `app` opened; a second time does nothing."""
    _OPENED.close()
