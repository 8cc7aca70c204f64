"""Where the pieces meet and processes begin."""
