"""The wire: HTTP/1.1 to one place, over connections of our own, behind httpx's own interface."""
