"""To-dos: what a person has to do about a transaction, for as long as its facts ask for it."""
