"""Purging: bodies that nobody needs any more go by rule; what became of each stays known."""
