"""/healthz, /readyz and /metrics of the language process, on loopback."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import generate_latest

from bot.language.server import Metrics
from bot.language.service import LanguageService


async def serve_health(service: LanguageService, metrics: Metrics, port: int) -> web.AppRunner:
    runner = web.AppRunner(health_app(service, metrics), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


def health_app(service: LanguageService, metrics: Metrics) -> web.Application:
    async def alive(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(_request: web.Request) -> web.Response:
        status = await service.answer("status", {})
        return web.json_response(status, status=200 if service.ready else 503)

    async def measures(_request: web.Request) -> web.Response:
        status = await service.answer("status", {})
        metrics.release.set(status["release"] or 0)
        metrics.waiting.set(service.worker.waiting)
        return web.Response(body=generate_latest(metrics.registry), content_type="text/plain")

    app = web.Application()
    app.add_routes([web.get("/healthz", alive), web.get("/readyz", ready), web.get("/metrics", measures)])
    return app
