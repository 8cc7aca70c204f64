"""Metrics: figures read from the database when they are asked for, so that any process can tell them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select

from adapters.queries.brief import STORE_FAILURES, read_briefly
from adapters.queries.drift import Sightings, read_sightings
from adapters.queries.figures import Counts, Vitals, read_counts, read_vitals
from adapters.queries.heartbeat import newest_heartbeat
from adapters.queries.progress import age_seconds
from adapters.queries.reader import Queries
from adapters.tables import post_backs
from domain.vocabulary import Outcome, Verdict

PREFIX: Final = "counterfoil_"


class HouseCollector(Collector):
    """All figures of one house; label values are words of ours, never a text that came from outside."""

    def __init__(self, queries: Queries, version: str) -> None:
        """`version` is shown as a label of `counterfoil_build_info`."""
        self._queries = queries
        self._version = version

    def collect(self) -> Iterator[Metric]:
        """Read everything; where the store cannot be read, `counterfoil_up` is 0 and figures are missing."""
        yield _labelled("build_info", "The version that answers.", "version", {self._version: 1})
        try:
            metrics = self._read()
        except STORE_FAILURES:
            metrics = []
        yield _single("up", "Whether the store could be read.", 1 if metrics else 0)
        yield from metrics

    def _read(self) -> list[Metric]:
        asked = self._queries
        now = asked.clock()
        with read_briefly(asked.book) as book, read_briefly(asked.inbox) as inbox:
            vitals = read_vitals(book, inbox, asked.tail, asked.projections, now)
            counts, beat, asked_paypal = read_counts(book, inbox), newest_heartbeat(book), _post_backs(book)
            sightings = read_sightings(book)
        metrics = [*_deliveries(counts), asked_paypal, *_backlog(vitals, now), *_projections(vitals)]
        metrics += _drift(sightings)
        if vitals.last_received is not None:
            last = vitals.last_received.timestamp()
            metrics.append(_single("last_received_timestamp_seconds", "When the newest delivery came.", last))
        if beat is not None:
            said = "Age of the worker's newest sign of life."
            metrics.append(_single("worker_heartbeat_age_seconds", said, age_seconds(now, beat.at)))
        return metrics


def registry_of(queries: Queries, version: str) -> CollectorRegistry:
    """Make a registry of one house's own, apart from the process-wide one."""
    registry = CollectorRegistry()
    registry.register(HouseCollector(queries, version))
    return registry


def exposition(registry: CollectorRegistry) -> bytes:
    """Write the figures as Prometheus text (format 0.0.4)."""
    return generate_latest(registry)


def _deliveries(counts: Counts) -> Iterator[Metric]:
    outcomes = {word.value: counts.outcomes[word] for word in Outcome}
    verdicts = {word.value: counts.verdicts[word] for word in Verdict}
    yield _labelled("notifications", "Deliveries by what became of them.", "outcome", outcomes)
    yield _labelled("verdicts", "Deliveries by PayPal's verdict.", "verdict", verdicts)


def _backlog(vitals: Vitals, now: datetime) -> Iterator[Metric]:
    states = {"waiting": vitals.waiting, "parked": vitals.parked}
    oldest_seconds = age_seconds(now, vitals.oldest_waiting)
    yield _labelled("backlog", "Deliveries that are not settled for good.", "state", states)
    yield _single("oldest_waiting_seconds", "Age of the oldest unverified delivery.", oldest_seconds)


def _projections(vitals: Vitals) -> Iterator[Metric]:
    lags, label = vitals.projections, "projection"
    places = {lag.name: lag.position for lag in lags}
    events = {lag.name: lag.lag_events for lag in lags}
    seconds = {lag.name: lag.lag_seconds for lag in lags}
    yield _single("book_position", "Position of the newest event.", vitals.position)
    yield _labelled("projection_position", "Position of the last event seen.", label, places)
    yield _labelled("projection_lag_events", "Events not seen yet.", label, events)
    yield _labelled("projection_lag_seconds", "Age of the oldest event not seen yet.", label, seconds)
    said = "Streams of which nothing is told from an event on that could not be."
    yield _labelled("projection_set_aside", said, label, {lag.name: lag.streams_set_aside for lag in lags})


def _post_backs(book: Connection) -> Metric:
    word = post_backs.c.verdict
    found = {
        str(verdict): int(count) for verdict, count in book.execute(select(word, func.count()).group_by(word))
    }
    asked = {verdict.value: found.get(verdict, 0) for verdict in Verdict}
    return _counted("post_backs", "Questions put to PayPal by verdict.", "verdict", asked)


def _drift(sightings: Mapping[str, Sightings]) -> Iterator[Metric]:
    distinct = {what: seen.distinct for what, seen in sightings.items()}
    seen = {what: seen.seen for what, seen in sightings.items()}
    said = (
        "Different things that messages said and this version does not know, by field; `field`: new fields."
    )
    yield _labelled("drift", said, "what", distinct)
    yield _counted("drift_sightings", "How often deliveries said such things.", "what", seen)


def _single(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{PREFIX}{name}", said, value=value)


def _counted(name: str, said: str, label: str, values: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(f"{PREFIX}{name}", said, labels=(label,))
    for label_value, value in values.items():
        family.add_metric((label_value,), value)
    return family


def _labelled(name: str, said: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"{PREFIX}{name}", said, labels=(label,))
    for label_value, value in values.items():
        family.add_metric((label_value,), value)
    return family
