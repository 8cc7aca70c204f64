"""A backup of a house, whichever database it is in."""

from pathlib import Path

import pytest

from adapters.backups.backing import back_up
from adapters.engines import StoreError
from adapters.layouts import SCHEMA_VERSION
from tests.adapters.workshop import Workshop
from tests.engines import database_in
from tests.given import payment
from tests.postgres import session_server

FILES = {"sqlite": ["house.db", "house.inbox.db"], "postgresql": ["counterfoil.dump"]}


def test_it_says_what_it_made_and_what_that_holds(workshop: Workshop, tmp_path: Path) -> None:
    workshop.deliver(payment(), payment())
    database, address = workshop.parts.database, database_in(tmp_path)
    program = None if database.files else session_server().bin / "pg_dump"
    made = back_up(database, address, tmp_path / "backup", pg_dump=program)
    assert [name for name, _ in made.files] == FILES[database.kind]
    assert dict(made.files) == {path.name: path.stat().st_size for path in made.folder.iterdir()}
    assert made.folder == tmp_path / "backup"
    held = made.holding
    assert (held.deliveries, held.last_given, held.events, held.layout) == (2, 2, 1, SCHEMA_VERSION)
    with pytest.raises(StoreError, match="there is something already"):
        back_up(database, address, tmp_path / "backup", pg_dump=program)


def test_what_fails_leaves_nothing(workshop: Workshop, tmp_path: Path) -> None:
    database, address = workshop.parts.database, database_in(tmp_path)
    if database.files:
        database.files[1].unlink()
    with pytest.raises(StoreError):
        back_up(database, address, tmp_path / "backups" / "today", pg_dump=tmp_path / "nowhere")
    assert list((tmp_path / "backups").iterdir()) == []
