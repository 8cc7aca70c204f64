"""The edges: the only room that knows eventsourcing, httpx, falcon and SQL."""
