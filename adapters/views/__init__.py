"""The views: each projection's rows in its tables, told step by step from the book."""
