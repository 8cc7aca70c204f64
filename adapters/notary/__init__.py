"""The notary: what was stored, sealed in an order of its own, and signed for."""
