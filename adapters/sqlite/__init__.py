"""SQLite: files beside each other, one writer at a time."""
