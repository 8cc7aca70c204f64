"""Reading queries over book, views and inbox: what the API, the desk and the commands look at."""
