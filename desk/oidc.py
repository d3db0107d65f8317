"""Signing in with the company's account (OpenID Connect, authorization code with PKCE)."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web

from desk import oidc_link, oidc_pending, oidc_people
from desk.entry import begin, own_page
from desk.oidc_pending import COOKIE, PATH, Pending
from desk.oidc_people import Arrival
from desk.oidc_provider import BACK, Provider
from desk.oidc_token import Refused
from desk.page import address_of, audit, desk_of, public, render
from desk.staff import User
from desk.words import words

log = logging.getLogger("desk")
_STATUS = {"away": 503, "configuration": 503, "too_many": 429}
_LONGEST = 4096


def routes(_: web.Application) -> list[web.RouteDef]:
    return [web.get(PATH, leave), web.get(BACK, come_back)]


@public
async def leave(request: web.Request) -> web.Response:
    """To the issuer; the browser takes a cookie along that only this sign-in knows."""
    provider, desk = _provider(request), desk_of(request)
    following, invitation = own_page(request.query.get("next", "")), request.query.get("token", "")[:200]
    if not await desk.attempts.once_more("begun", address_of(request)):
        return _page(request, "too_many")
    state, cookie, pending = await oidc_pending.begin(desk.redis, following[:2000], invitation)
    try:
        entrance = await provider.entrance(state, pending.nonce, pending.challenge)
    except Refused as refused:
        return await _refused(request, refused.kind)
    answer = web.HTTPSeeOther(entrance)
    oidc_pending.carry(answer, cookie, desk.settings.desk_public_url.startswith("https:"))
    return answer


@public
async def come_back(request: web.Request) -> web.Response:
    """From the issuer, with a code or with a refusal."""
    provider = _provider(request)
    pending = await _pending(request)
    if pending is None:
        return await _unasked(request)
    try:
        claims = await provider.claims(_code(request, provider), pending.verifier, pending.nonce)
    except Refused as refused:
        refuse = oidc_link.refuse if pending.link else _refused
        return _without_cookie(await refuse(request, refused.kind))
    desk = desk_of(request)
    person = oidc_people.person_of(claims, desk.settings)
    if pending.link:
        return _without_cookie(await oidc_link.finish(request, pending.link, person))
    default = desk.settings.oidc_default_roles
    arrival = await asyncio.to_thread(oidc_people.arrive, desk.engine, person, default, pending.invitation)
    if arrival.refusal:
        return await _turned_away(request, arrival, person.name)
    return await _welcomed(request, arrival, pending.following)


async def _pending(request: web.Request) -> Pending | None:
    state, cookie = request.query.get("state", ""), request.cookies.get(COOKIE, "")
    return await oidc_pending.take(desk_of(request).redis, state[:200], cookie[:200])


def _code(request: web.Request, provider: Provider) -> str:
    """The code, unless the answer is another issuer's (RFC 9207), or says no."""
    if request.query.get("iss", provider.issuer) != provider.issuer:
        raise Refused("issuer")
    if error := request.query.get("error"):
        raise Refused("cancelled" if error == "access_denied" else "declined")
    code = request.query.get("code", "")
    if not 0 < len(code) <= _LONGEST:
        raise Refused("code")
    return code


async def _welcomed(request: web.Request, arrival: Arrival, following: str) -> web.Response:
    user = arrival.user
    assert user is not None, "who is let in is a user"
    if arrival.made:
        await audit(request, "company.account_made", f"{user.name}: {_roles(user)}", user)
    await _tell_change(request, arrival)
    return _without_cookie(await begin(request, user, following, "company.signed_in"))


async def _tell_change(request: web.Request, arrival: Arrival) -> None:
    """What the user has open elsewhere must not keep the roles of before."""
    if arrival.user and arrival.changed:
        await audit(request, "company.roles_changed", f"{arrival.user.name}: {_roles(arrival.user)}", arrival.user)
        await desk_of(request).sessions.end_all(arrival.user.id)


def _roles(user: User) -> str:
    return ",".join(sorted(role.value for role in user.roles)) or "-"


async def _turned_away(request: web.Request, arrival: Arrival, name: str) -> web.Response:
    await _tell_change(request, arrival)
    return await _refused(request, arrival.refusal, arrival.user or User("", name, name, frozenset()))


async def _unasked(request: web.Request) -> web.Response:
    """Nobody left from here with this state, so anybody may send this: it fills the audit log only so far."""
    if not await desk_of(request).attempts.once_more("unasked", address_of(request)):
        return _page(request, "too_many")
    return await _refused(request, "state")


async def _refused(request: web.Request, kind: str, user: User | None = None) -> web.Response:
    log.warning("sign-in by the company's account refused: %s", kind)
    await audit(request, "company.refused", kind, user or User("", "-", "-", frozenset()))
    return _without_cookie(_page(request, kind))


def _page(request: web.Request, kind: str) -> web.Response:
    known = kind if kind in words("company") else "other"
    return render(request, "company.html", status=_STATUS.get(kind, 403), problem=words("company")[known])


def _without_cookie(answer: web.Response) -> web.Response:
    answer.del_cookie(COOKIE, path=PATH)
    return answer


def _provider(request: web.Request) -> Provider:
    provider = desk_of(request).provider
    if provider is None:
        raise web.HTTPNotFound
    return provider
