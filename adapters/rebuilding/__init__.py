"""Rebuilding: views told anew beside the rows that serve, compared with them, and put in their place."""
