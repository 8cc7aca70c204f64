"""Replaying: kept messages handed to the processor again, and the past decided by today's rules."""
