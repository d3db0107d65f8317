"""The ID token: which key may have signed it, and every check before a word of it is believed."""

from __future__ import annotations

import hmac
from typing import Any

import jwt

# Never "none", and never HS*, where the public key could serve as the secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LEEWAY_SECONDS = 30
_KINDS = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
_NEEDED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
_LONGEST_SUBJECT = 255
_WRONG: dict[type[Exception], str] = {
    jwt.ExpiredSignatureError: "expired",
    jwt.ImmatureSignatureError: "not_yet",
    jwt.InvalidAudienceError: "audience",
    jwt.InvalidIssuerError: "issuer",
    jwt.InvalidSignatureError: "signature",
}


class Refused(Exception):
    """Nobody signs in. `kind` is all that is logged and recorded of it."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def head(token: str) -> tuple[str | None, str]:
    """Key id and algorithm, as the token itself claims."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise Refused("token") from error
    if header.get("alg") not in ALGORITHMS:
        raise Refused("algorithm")
    return header.get("kid"), header["alg"]


def key_of(keys: list[dict[str, Any]], key_id: str | None, algorithm: str) -> jwt.PyJWK | None:
    """The key with this id; for a token without one, the only key that fits."""
    fitting = [key for key in keys if _fits(key, algorithm) and key_id in (None, key.get("kid"))]
    if len(fitting) != 1:
        return None
    try:
        return jwt.PyJWK(fitting[0], algorithm=algorithm)
    except (jwt.PyJWTError, TypeError, ValueError, KeyError, AttributeError):
        return None


def _fits(key: dict[str, Any], algorithm: str) -> bool:
    signs = key.get("use", "sig") == "sig" and key.get("alg", algorithm) == algorithm
    return signs and key.get("kty") == _KINDS[algorithm[:2]] and "d" not in key


def checked(token: str, key: jwt.PyJWK, algorithm: str, issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    """The claims of a token that is for us, now, and for this very sign-in."""
    options: Any = {"require": _NEEDED, "enforce_minimum_key_length": True}
    must: dict[str, Any] = {"issuer": issuer, "audience": client_id, "leeway": LEEWAY_SECONDS, "options": options}
    try:
        claims = jwt.decode(token, key, algorithms=[algorithm], **must)
    except (jwt.PyJWTError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Refused(_WRONG.get(type(error), "token")) from error
    _check_party(claims, client_id)
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise Refused("nonce")
    if not claims["sub"].isprintable() or not 1 <= len(claims["sub"]) <= _LONGEST_SUBJECT:
        raise Refused("token")
    return claims


def _check_party(claims: dict[str, Any], client_id: str) -> None:
    """A token for several must say that it was made for us."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise Refused("party")
