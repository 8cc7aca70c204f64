"""What may be called, with which parameters, and what it answers: OpenAPI's paths, a file a subject."""
