"""The library's persistence module for our book on PostgreSQL."""

from typing import Any, Final

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    ProcessRecorder,
    TrackingRecorder,
)
from eventsourcing.utils import Environment

from adapters.postgresql.engine import postgresql_engine
from adapters.postgresql.recorder import BookRecorder

ADDRESS: Final = "COUNTERFOIL_BOOK_ADDRESS"


class Factory(InfrastructureFactory[TrackingRecorder]):
    """What the library makes of this module: the one recorder that a book has."""

    def __init__(self, env: Environment) -> None:
        """The address of the database is in the environment under `ADDRESS`."""
        super().__init__(env)
        self._engine = postgresql_engine(str(env.get(ADDRESS)))

    def application_recorder(self) -> ApplicationRecorder:
        """The book's."""
        return BookRecorder(self._engine)

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """Not to be had: a book keeps no snapshots."""
        raise NotImplementedError(f"a book has no recorder of {purpose}")

    def tracking_recorder(
        self,
        tracking_recorder_class: Any = None,  # noqa: ANN401 - the library's signature
    ) -> TrackingRecorder:
        """Not to be had: positions stand beside the rows of the views."""
        raise NotImplementedError("a book has no recorder of tracking")

    def process_recorder(self) -> ProcessRecorder:
        """Not to be had: the same."""
        raise NotImplementedError("a book has no recorder of processes")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
