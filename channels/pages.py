"""The public pages: the demo shop, the widget's file, help pages, privacy."""

from __future__ import annotations

from aiohttp import web

routes = web.RouteTableDef()


def add_to(app: web.Application) -> None:
    app.add_routes(routes)
