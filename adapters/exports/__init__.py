"""The ledger in the forms of other programs; what messages said does nothing in any of them."""
