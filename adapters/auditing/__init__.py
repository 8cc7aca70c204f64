"""The audit: the whole history replayed, and every disagreement said with its place and its reason."""
