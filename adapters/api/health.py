"""The probes, open to whoever reaches the office: alive, ready, and figures without personal data."""

import falcon
from prometheus_client import CONTENT_TYPE_LATEST

from adapters.api.answers import write_json
from adapters.api.parts import Parts
from adapters.metrics import exposition


class Live:
    """`GET /livez`: this process answers."""

    def __init__(self, _parts: Parts) -> None:
        """It needs no part: that is the point."""

    def on_get(self, _req: falcon.Request, resp: falcon.Response) -> None:
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = "live\n"

    on_head = on_get


class Ready:
    """`GET /readyz`: messages can come, and something becomes of them."""

    def __init__(self, parts: Parts) -> None:
        self._readiness = parts.readiness

    def on_get(self, _req: falcon.Request, resp: falcon.Response) -> None:
        report = self._readiness.report()
        resp.status = falcon.HTTP_200 if report.ready else falcon.HTTP_503
        write_json(resp, {"ready": report.ready, "checks": report.checks, "information": report.information})

    on_head = on_get


class Metrics:
    """`GET /metrics`: Prometheus text."""

    def __init__(self, parts: Parts) -> None:
        self._registry = parts.metrics

    def on_get(self, _req: falcon.Request, resp: falcon.Response) -> None:
        resp.content_type = CONTENT_TYPE_LATEST
        resp.data = exposition(self._registry)

    on_head = on_get
