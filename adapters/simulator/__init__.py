"""A PayPal of our own, on loopback: writes its messages, resends them, answers post-backs honestly."""
