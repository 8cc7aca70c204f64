"""The JSON API of the office: Falcon's WSGI application over reading queries and a few acts."""
