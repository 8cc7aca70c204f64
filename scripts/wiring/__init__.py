"""The composition root: every part of the house is opened here, each process paying only for its own."""
