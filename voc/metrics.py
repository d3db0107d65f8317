"""Figures of the writer, and the small web server that tells them: /healthz, /readyz, /metrics."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class Metrics:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._oldest = clock, 0.0
        self.registry = CollectorRegistry()
        self.kept = Counter("voc_conversations_kept", "Conversations whose rows were rebuilt", registry=self.registry)
        self.failed = Counter("voc_conversations_failed", "Conversations left out: see log", registry=self.registry)
        lag = Gauge("voc_lag_seconds", "Age of the oldest word in hand that is not yet in SQL", registry=self.registry)
        lag.set_function(self.lag)

    def holds(self, entry_ids: list[str]) -> None:
        """The stream entries that are being worked on; none when all is kept."""
        self._oldest = min((int(entry_id.split("-")[0]) / 1000 for entry_id in entry_ids), default=0.0)

    def lag(self) -> float:
        return max(0.0, self._clock() - self._oldest) if self._oldest else 0.0


@asynccontextmanager
async def served(metrics: Metrics, problem: Callable[[], str | None], port: int) -> AsyncIterator[None]:
    """Answers on loopback while the block runs."""

    async def healthy(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(_: web.Request) -> web.Response:
        found = problem()
        return web.json_response({"ready": found is None, "problem": found}, status=503 if found else 200)

    async def figures(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(metrics.registry), content_type="text/plain", charset="utf-8")

    app = web.Application()
    app.add_routes([web.get("/healthz", healthy), web.get("/readyz", ready), web.get("/metrics", figures)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield
    finally:
        await runner.cleanup()
