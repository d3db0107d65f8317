"""The caller's address, believing X-Forwarded-For only from proxies that the operator trusts; what is loopback."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(text: str) -> list[Network]:
    """The comma list of the setting TRUSTED_PROXIES."""
    return [ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip()]


def loopback(host: str) -> bool:
    """Whether this name or address leads to the machine itself."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def unread_on_the_way(url: str) -> bool:
    """An https address, or one of this machine, where nobody is in between."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and loopback(host)))


def caller(remote: str | None, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """Walks from our side outwards and stops at the first address that is no proxy of ours."""
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    address = remote or "unknown"
    while hops and _within(address, trusted):
        address = hops.pop()
    return _rounded(address)


def masked(address: str) -> str:
    """Without the part that tells one household of a street from the next."""
    parts = address.split(".")
    return ".".join([*parts[:3], "*"]) if len(parts) == 4 else address


def _within(address: str, trusted: Sequence[Network]) -> bool:
    try:
        return any(ipaddress.ip_address(address) in network for network in trusted)
    except ValueError:
        return False


def _rounded(address: str) -> str:
    """One household has a whole /64 of IPv6; garbage from a proxy is cut short."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)
