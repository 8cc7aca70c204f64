"""Personal data: sealed with a key for each payer, and forgotten by destroying that key."""
