"""What PostgreSQL's errors mean, by their SQLSTATE: to people, to the pool, and when an event is told."""

from typing import Any, Final

# By the whole code, else by its class: its first two characters.
_ADVICE: Final = {
    "08": "it cannot be reached: it is asked again; check the network, and that it runs",
    "22": "it does not take a value that it was given",
    "25006": "it can only be read (a standby?): name the primary in DATABASE, or all hosts of it",
    "28": "it does not let this user in: check user and password of DATABASE, and its pg_hba.conf",
    "3D000": "there is no such database: create it with createdb, or name another in DATABASE",
    "3F000": "this user has no schema for tables: CREATE SCHEMA … AUTHORIZATION …, by the user's name",
    "40": "it gave way to somebody else's transaction: it is tried again",
    "42501": "this user may not do that: give it the right to use and create tables there",
    "42703": "its tables are not those of this version: restore them, or start `counterfoil serve` again",
    "42P01": "tables are missing: restore them, or start `counterfoil serve` again",
    "53100": "its disk is full: make room",
    "53300": "it has no connection left: raise its max_connections, or start fewer processes",
    "53": "it has too little room or memory",
    "55P03": "somebody else held it locked for too long: it is tried again",
    "57014": "it took longer than it may (statement_timeout): it is tried again",
    "57": "it is stopping, starting or recovering: it is asked again",
    "58": "its disk failed to read or write: check the disk",
    "XX": "it is damaged: restore a backup",
}
_UNREACHED: Final = "it cannot be reached: start it, or correct DATABASE"
# Who is not let in is told no code, but words.
_SAID: Final = {
    "session is read-only": _ADVICE["25006"],
    "failed: FATAL": "it is there, but does not let us in: correct what it says, or DATABASE",
}
# It does not come right by itself.
_REFUSED: Final = ("password authentication failed", "no pg_hba.conf entry", "does not exist")
_AWAY: Final = frozenset({"08", "57"})
_LOCKED: Final = frozenset({"55P03"})
# The server lives, yet this connection is of no use any more, or leads to one that became a standby.
_LOST: Final = frozenset({"25006", "25P03", "25P04", "57P01", "57P02", "57P03", "57P05"})
# What a statement or its values bring about. Any other code says how the server is.
_OF_THE_STATEMENT: Final = frozenset({"21", "22", "23", "42", "54"})
# But for rights, and for tables that are not there: a backup that is just being restored has none yet.
_OF_THE_SERVER: Final = frozenset({"42501", "42703", "42P01"})


def code_of(error: BaseException | None) -> str | None:
    """The SQLSTATE of a driver's error; None when the server said none."""
    code: Any = getattr(error, "sqlstate", None)
    return code if isinstance(code, str) else None


def advice(error: BaseException | None) -> str:
    """What to do."""
    code = code_of(error)
    if code is None:
        if blames_statement(error):
            return _ADVICE["22"]
        return next((what for words, what in _SAID.items() if words in str(error)), _UNREACHED)
    return _ADVICE.get(code) or _ADVICE.get(code[:2]) or "it failed"


def is_locked(error: BaseException | None) -> bool:
    """Whether waiting longer might have helped."""
    return code_of(error) in _LOCKED


def is_away(error: BaseException | None) -> bool:
    """Whether the server was not there: nobody answered, or it is stopping, starting or recovering."""
    code = code_of(error)
    if blames_statement(error) or any(words in str(error) for words in _REFUSED):
        return False
    return code is None or code[:2] in _AWAY or code in _LOST


def is_lost(error: BaseException | None) -> bool:
    """Whether the connections of a pool had better be made anew."""
    return code_of(error) in _LOST


def blames_statement(error: BaseException | None) -> bool:
    """Whether a statement's text or values are to blame, and trying again brings nothing."""
    code = code_of(error)
    if code is None:
        # The driver refused a value by itself, or the connection was lost.
        return any(kind.__name__ in ("DataError", "ProgrammingError") for kind in type(error).__mro__)
    return code not in _OF_THE_SERVER and code[:2] in _OF_THE_STATEMENT
