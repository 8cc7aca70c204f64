"""Backups: all that a house keeps as it was at one moment, copied while it is at work."""
