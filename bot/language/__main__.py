"""`python -m bot.language`: the language process follows the live release and answers over its socket."""

from __future__ import annotations

import asyncio
import logging
import signal
from pathlib import Path

from bot.language.health import serve_health
from bot.language.server import LanguageServer, Metrics
from bot.language.service import LanguageService
from bot.language.vectors import VectorCache
from kb.live import LiveRelease
from kb.release import Release
from settings import Settings, read
from stores import open_redis

log = logging.getLogger("bot.language")


async def main(settings: Settings) -> None:
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    metrics = Metrics()
    service = LanguageService(VectorCache(settings.var_dir / "vectors" / "vectors.db"))
    health = await serve_health(service, metrics, settings.metrics_port)
    server = LanguageServer(service, metrics)
    redis = open_redis(settings.redis_url)
    live = LiveRelease(redis)
    try:
        await service.start()
        await server.start(Path(settings.language_socket))
        await follow(live, service)
        log.info("listening on %s", settings.language_socket)
        await ended.wait()
    finally:
        await live.stop()
        await server.stop()
        await service.stop()
        await health.cleanup()
        await redis.aclose()


async def follow(live: LiveRelease, service: LanguageService) -> None:
    async def change(release: Release) -> None:
        await service.follow(release.number, release.articles.values())

    live.on_change(change)
    await live.start()


if __name__ == "__main__":
    settings = read()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    asyncio.run(main(settings))
