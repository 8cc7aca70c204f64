"""The write-ahead log of a file of SQLite's: how long it grows, said to every connection that writes."""

from typing import Final

# One that grew under load is cut back to this at the next checkpoint.
_BYTES_MAX: Final = 64 * 1024 * 1024
# Four times as many as by default before a checkpoint: most pages are written again and again, and each
# checkpoint waits for the disk.
_CHECKPOINT_PAGES: Final = 4_000

PRAGMAS: Final = (
    f"PRAGMA journal_size_limit = {_BYTES_MAX}",
    f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}",
)
