"""What is forged, replayed, old or another's opens nothing: states, codes, cookies, tokens, keys, documents."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm
from yarl import URL

from desk import keys, limits, oidc_provider, sessions, store
from tests.desk.oidc_room import CLIENT, Issuer, Key, Way, recorded, refused

pytestmark = pytest.mark.slow

Company = Callable[..., Awaitable[Way]]


@pytest.fixture
async def way(company: Company) -> Way:
    return await company(oidc_default_roles="agent")


async def test_a_state_that_is_not_ours_opens_nothing(way: Way) -> None:
    back = await way.through(await way.leave())
    for wrong in (back.update_query(state="guess"), back.without_query_params("state")):
        await refused(await way.back(wrong), "state", way.floor)


async def test_a_return_works_once(way: Way, issuer: Issuer) -> None:
    back = await way.through(await way.leave())
    cookie = way.cookie
    assert (await way.back(back)).status == 303
    assert not way.cookie
    way.bring(cookie)
    await refused(await way.back(back), "state", way.floor)
    assert issuer.asked["/token"] == 1


async def test_a_code_that_was_used_is_refused(way: Way) -> None:
    used = await way.through(await way.leave())
    await way.back(used)
    way.floor.forget_cookies()
    fresh = await way.through(await way.leave())
    await refused(await way.back(fresh.update_query(code=used.query["code"])), "code", way.floor)


async def test_a_code_of_somebody_else_lacks_our_verifier(way: Way, issuer: Issuer) -> None:
    theirs = await way.through(await way.leave())
    ours = await way.through(await way.leave())
    await refused(await way.back(ours.update_query(code=theirs.query["code"])), "code", way.floor)
    assert issuer.asked["/token"] == 1


@pytest.mark.parametrize("cookie", ["", "guess"])
async def test_another_browser_cannot_use_the_return(way: Way, cookie: str) -> None:
    back = await way.through(await way.leave())
    kept = way.cookie
    way.bring(cookie)
    await refused(await way.back(back), "state", way.floor)
    way.bring(kept)
    await refused(await way.back(back), "state", way.floor)  # trying used it up


async def test_the_way_back_is_bound_by_a_cookie_that_scripts_and_sites_do_not_get(way: Way, company: Company) -> None:
    async with way.floor.client.get("/login/company", allow_redirects=False) as answer:
        cookie = answer.headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/login/company"):
        assert part in cookie
    assert "Secure" not in cookie
    outside = await company(desk_public_url="https://desk.example")
    async with outside.floor.client.get("/login/company", allow_redirects=False) as answer:
        assert "Secure" in answer.headers["Set-Cookie"]
        back = URL(answer.headers["Location"]).query["redirect_uri"]
    assert back == "https://desk.example/login/company/back"


async def test_redis_knows_neither_state_nor_cookie(way: Way) -> None:
    entrance = await way.leave()
    redis = way.floor.desk.redis
    (name,) = [key async for key in redis.scan_iter(keys.company_sign_in("*"))]
    kept = f"{name} {await redis.get(name)}"
    assert entrance.query["state"] not in kept and way.cookie not in kept


async def test_a_state_is_forgotten_after_ten_minutes(way: Way) -> None:
    back = await way.through(await way.leave())
    redis = way.floor.desk.redis
    (name,) = [key async for key in redis.scan_iter(keys.company_sign_in("*"))]
    assert 590 < await redis.ttl(name) <= 600
    await redis.pexpire(name, 0)
    await refused(await way.back(back), "state", way.floor)


async def test_unasked_returns_fill_the_log_only_so_far(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.COMPANY, "unasked", 2)
    statuses = []
    for _ in range(4):
        async with way.floor.client.get("/login/company/back?state=x&code=y") as answer:
            statuses.append(answer.status)
    assert statuses == [403, 403, 429, 429] and recorded(way.floor) == [("company.refused", "state")] * 2


@pytest.mark.parametrize(("error", "kind"), [("access_denied", "cancelled"), ("<script>", "declined")])
async def test_the_issuers_no_is_told_in_our_words(way: Way, issuer: Issuer, error: str, kind: str) -> None:
    issuer.error = error
    answer = await way.sign_in()
    assert "<script>" not in (await answer.text()).replace('<script type="module"', "")
    await refused(answer, kind, way.floor)


async def test_an_answer_of_another_issuer_is_refused(way: Way, issuer: Issuer) -> None:
    back = (await way.through(await way.leave())).update_query(iss="https://other.example")
    await refused(await way.back(back), "issuer", way.floor)
    assert not issuer.asked["/token"]


@pytest.mark.parametrize(
    ("claims", "kind"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "token"),
        ({"nonce": 5}, "nonce"),
        ({"aud": "another client"}, "audience"),
        ({"aud": None}, "token"),
        ({"aud": [CLIENT, "another client"]}, "party"),
        ({"aud": [CLIENT, "another client"], "azp": "another client"}, "party"),
        ({"azp": "another client"}, "party"),
        ({"iss": "https://other.example"}, "issuer"),
        ({"iss": None}, "token"),
        ({"exp": int(time.time()) - 60}, "expired"),
        ({"exp": None}, "token"),
        ({"exp": "soon"}, "token"),
        ({"iat": int(time.time()) + 3600}, "not_yet"),
        ({"iat": None}, "token"),
        ({"nbf": int(time.time()) + 3600}, "not_yet"),
        ({"sub": None}, "token"),
        ({"sub": ""}, "token"),
        ({"sub": "a\0b"}, "token"),
        ({"sub": "x" * 256}, "token"),
    ],
)
async def test_a_token_with_a_wrong_claim_is_refused(
    way: Way, issuer: Issuer, claims: dict[str, Any], kind: str
) -> None:
    issuer.claims = claims
    await refused(await way.sign_in(), kind, way.floor)
    assert not store.accounts(way.floor.desk.engine)


@pytest.mark.parametrize("claims", [{"aud": [CLIENT]}, {"aud": [CLIENT, "b"], "azp": CLIENT}, {"azp": CLIENT}])
async def test_a_token_for_several_that_names_us_is_taken(way: Way, issuer: Issuer, claims: dict[str, Any]) -> None:
    issuer.claims = claims
    assert (await way.sign_in()).status == 303


def unsigned(issuer: Issuer, nonce: str) -> str:
    return jwt.encode(issuer.honest(nonce), None, "none", {"kid": "first"})


def by_public_key(issuer: Issuer, nonce: str) -> str:
    """The old trick: the public key, which everybody has, as the secret of HS256. PyJWT would not even write it."""
    parts = [{"alg": "HS256", "typ": "JWT", "kid": "first"}, issuer.honest(nonce)]
    said = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    seal = hmac.new(issuer.keys[0].pem, said, hashlib.sha256).digest()
    return (said + b"." + base64.urlsafe_b64encode(seal).rstrip(b"=")).decode()


def by_client_secret(issuer: Issuer, nonce: str) -> str:
    return jwt.encode(issuer.honest(nonce), "s" * 32, "HS256", {"kid": "first"})


def by_another_key(issuer: Issuer, nonce: str) -> str:
    return jwt.encode(issuer.honest(nonce), Key("first").private, "RS256", {"kid": "first"})


def by_its_own_key(issuer: Issuer, nonce: str) -> str:
    own = Key("own")
    return jwt.encode(issuer.honest(nonce), own.private, "RS256", {"kid": "own", "jwk": own.public})


def altered(issuer: Issuer, nonce: str) -> str:
    head, _, seal = issuer.signed(nonce).split(".")
    said = json.dumps({**issuer.honest(nonce), "sub": "boss"}).encode()
    return ".".join([head, base64.urlsafe_b64encode(said).rstrip(b"=").decode(), seal])


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (unsigned, "algorithm"),
        (by_public_key, "algorithm"),
        (by_client_secret, "algorithm"),
        (by_another_key, "signature"),
        (by_its_own_key, "key"),
        (altered, "signature"),
        (lambda *_: "no token", "token"),
        (lambda *_: "", "token"),
        (lambda *_: None, "no_token"),
    ],
)
async def test_a_token_that_the_issuer_did_not_sign_is_refused(
    way: Way, issuer: Issuer, make: Callable[[Issuer, str], Any], kind: str
) -> None:
    issuer.token = lambda nonce: make(issuer, nonce)
    await refused(await way.sign_in(), kind, way.floor)


async def test_keys_of_other_kinds_sign_too_and_none_stands_in_for_another(way: Way, issuer: Issuer) -> None:
    issuer.token = lambda nonce: jwt.encode(issuer.honest(nonce), issuer.keys[0].private, "PS256", {"kid": "first"})
    assert (await way.sign_in()).status == 303
    way.floor.forget_cookies()
    curve = ec.generate_private_key(ec.SECP256R1())
    issuer.token = lambda nonce: jwt.encode(issuer.honest(nonce), curve, "ES256", {"kid": "first"})
    await refused(await way.sign_in(), "key", way.floor)
    provider = way.floor.desk.provider
    assert provider
    shown = {**ECAlgorithm.to_jwk(curve.public_key(), as_dict=True), "kid": "first"}
    provider._keys = oidc_provider._Kept([issuer.keys[0].public, shown], time.time())
    assert (await way.sign_in()).status == 303


async def test_a_key_too_short_to_trust_is_refused(way: Way, issuer: Issuer) -> None:
    issuer.keys = [Key("short", rsa.generate_private_key(65_537, 1024))]
    await refused(await way.sign_in(), "token", way.floor)


async def test_a_key_for_encryption_signs_nothing(way: Way, issuer: Issuer) -> None:
    provider = way.floor.desk.provider
    assert provider
    provider._keys = oidc_provider._Kept([{**issuer.keys[0].public, "use": "enc"}], time.time())
    provider._asked_again_at = time.time()
    await refused(await way.sign_in(), "key", way.floor)


async def test_new_keys_are_fetched_once_and_at_most_once_a_minute(
    way: Way, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await way.sign_in()
    await way.sign_in()
    assert issuer.asked["/jwks"] == 1
    issuer.keys = [Key("second")]
    assert (await way.sign_in()).status == 303 and issuer.asked["/jwks"] == 2
    way.floor.forget_cookies()
    issuer.token = lambda nonce: by_its_own_key(issuer, nonce)
    for _ in range(3):
        await refused(await way.sign_in(), "key", way.floor)
    assert issuer.asked["/jwks"] == 2
    later = time.time() + oidc_provider.AGAIN_SECONDS
    monkeypatch.setattr(way.floor.desk.provider, "_clock", lambda: later)
    await refused(await way.sign_in(), "key", way.floor)
    assert issuer.asked["/jwks"] == 3


async def test_a_key_that_the_issuer_took_back_is_not_believed_for_long(
    way: Way, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = issuer.keys[0]
    await way.sign_in()
    way.floor.forget_cookies()
    issuer.keys = [Key("second")]
    issuer.token = lambda nonce: jwt.encode(issuer.honest(nonce), old.private, "RS256", {"kid": "first"})
    later = time.time() + oidc_provider.KEPT_SECONDS
    monkeypatch.setattr(way.floor.desk.provider, "_clock", lambda: later)
    await refused(await way.sign_in(), "key", way.floor)
    assert issuer.asked["/.well-known/openid-configuration"] == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://other.example"},
        {"issuer": None},
        {"jwks_uri": "http://keys.example/jwks"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
async def test_a_document_that_is_not_the_issuers_or_leads_astray_is_refused(
    way: Way, issuer: Issuer, changed: dict[str, Any]
) -> None:
    issuer.changed = changed
    async with way.floor.client.get("/login/company", allow_redirects=False) as answer:
        await refused(answer, "configuration", way.floor, 503)


async def test_a_document_without_end_or_sense_is_refused(way: Way, issuer: Issuer) -> None:
    for more in ({"x": "y" * 600_000}, {"token_endpoint_auth_methods_supported": ["client_secret_basic"], "issuer": 1}):
        issuer.changed = more
        async with way.floor.client.get("/login/company", allow_redirects=False) as answer:
            assert answer.status == 503
    assert sessions.COOKIE not in way.floor.cookies()


async def test_the_secret_is_sent_as_the_issuer_wants_it(way: Way, issuer: Issuer, company: Company) -> None:
    issuer.methods = ["client_secret_post"]
    assert (await way.sign_in()).status == 303
    wrong = await company(oidc_default_roles="agent", oidc_client_secret="another secret 16")
    wrong.floor.forget_cookies()
    await refused(await wrong.sign_in(), "client", wrong.floor)


async def test_nothing_of_codes_and_tokens_is_logged(
    way: Way, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    issuer.claims = {"aud": "another client"}
    caplog.set_level("DEBUG")
    back = await way.through(await way.leave())
    await way.back(back)
    desk = [record.getMessage() for record in caplog.records if record.name == "desk"]
    assert desk == ["sign-in by the company's account refused: audience"]
