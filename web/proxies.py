"""Reverse proxies in front of the router: for whom they ask, and over which scheme, if they are trusted.

Behind a proxy on the same machine everybody comes from loopback. What its headers say counts only if the peer is one
of `TEAMLINE_PROXIES`; from anybody else they are a sign that somebody stands behind the peer, and who is not known.
Proxies set one kind of header and often pass the other on as the visitor sent it, so where there are both they have to
agree. The list is read from its end: each proxy adds whom it saw, all before may be invented (RFC 7239, 8.1).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

UNSURE = "teamline.unsure"
"""In the scope, true: somebody stands behind the peer whom we do not know."""
MOST_HOPS = 20
SIGNS = frozenset({b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"via"})
"""Headers that programs between a visitor and us add."""
_FOR = re.compile(r'(?:^|;)\s*for\s*=\s*("[^"]*"|[^;"\s]+)', re.IGNORECASE)
_PROTO = re.compile(r'(?:^|;)\s*proto\s*=\s*"?(https?)"?\s*(?:;|$)', re.IGNORECASE)

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]


def networks(written: Iterable[str]) -> Networks:
    """Parsed. Raises ValueError for what is no network."""
    return tuple(ip_network(each) for each in written)


def address_of(written: str) -> Address | None:
    """An address, an IPv4 one if it is one written as IPv6; None for what is none."""
    try:
        found = ip_address(written)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def is_in(address: Address | None, among: Networks) -> bool:
    """Whether it is an address of one of these networks."""
    return address is not None and any(address in each for each in among)


class TrustedProxies:
    """ASGI: `client` and `scheme` as a trusted proxy tells them; UNSURE where somebody else does, or none can be."""

    def __init__(self, app: ASGIApp, proxies: Networks = ()) -> None:
        self._app, self._proxies = app, proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        if scope["type"] == "http":
            self._look(scope)
        await self._app(scope, receive, send)

    def _look(self, scope: Scope) -> None:
        peer = address_of(scope["client"][0]) if scope.get("client") else None
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        if not is_in(peer, self._proxies):
            scope[UNSURE] = any(name in SIGNS for name, _ in headers)
            return
        forwarded = _listed(headers, b"forwarded")
        told = (self._visitor(_listed(headers, b"x-forwarded-for")), self._visitor(forwarded))
        visitors = {address_of(_bare(each)) for each in told if each is not None}
        visitor = visitors.pop() if len(visitors) == 1 else None
        scope[UNSURE] = visitor is None
        if visitor is not None:
            scope["client"] = (str(visitor), 0)
        if "https" in _schemes(headers, forwarded):
            scope["scheme"] = "https"

    def _visitor(self, hops: Sequence[str]) -> str | None:
        """The last who is no proxy of ours; the first if all are; None if nobody is told."""
        told = [_for(each) for each in hops]
        others = (each for each in reversed(told) if not is_in(address_of(_bare(each)), self._proxies))
        return next(others, told[0] if told else None)


def _listed(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> Sequence[str]:
    """The last elements of a list that may be spread over several headers."""
    whole = ",".join(value.decode("latin-1") for each, value in headers if each == name)
    return [part.strip() for part in whole.split(",")[-MOST_HOPS:]] if whole else []


def _for(element: str) -> str:
    """Of `for=...;proto=...` whom it names; an element of X-Forwarded-For is that itself."""
    found = _FOR.search(element)
    return found.group(1).strip('"') if found else element


def _bare(address: str) -> str:
    """Without the port, and without the brackets of IPv6."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    host, colon, _ = address.partition(":")
    return host if colon and address.count(":") == 1 else address


def _schemes(headers: Iterable[tuple[bytes, bytes]], forwarded: Sequence[str]) -> Iterator[str]:
    """What the last proxy says."""
    yield from (each.casefold() for each in _listed(headers, b"x-forwarded-proto")[-1:])
    yield from (found.group(1).casefold() for each in forwarded[-1:] if (found := _PROTO.search(each)))
