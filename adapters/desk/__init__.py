"""The desk: pages where people look and act, over the same parts as the API."""
