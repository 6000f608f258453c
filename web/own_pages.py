"""Our own pages, nobody else's: a form or script of a stranger's page that sends to us comes with their Origin.

The browser says so in Sec-Fetch-Site, too. A name of theirs that is turned to our address (DNS rebinding) gains
nothing: cookies are kept by name, so nobody is signed in under it; what is shown without a sign-in, see web.looking.
"""

from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import HTTPException, Request

OWN = frozenset({"same-origin", "none"})
"""Fetch Metadata: asked by a page of the very same origin, or by a person (the address bar)."""


def asked_by_our_page(request: Request) -> None:
    """A check that no other site's page asks: HTTPException 403 otherwise. Programs send neither header."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    is_foreign = origin is not None and urlsplit(_bounded(origin)).netloc.casefold() != _host_header(request)
    if is_foreign or (site is not None and site not in OWN):
        raise HTTPException(
            HTTPStatus.FORBIDDEN, "Another site's page asked: open this router's own page, and ask there."
        )


def is_on_this_machine(request: Request) -> bool:
    """Whether it came by plain http to a loopback address: no wire is in between."""
    if request.url.scheme != "http":
        return False
    host = request.url.hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def _host_header(request: Request) -> str:
    return request.headers.get("host", "").casefold()


def _bounded(origin: str) -> str:
    """An origin that urlsplit takes; what is none (`null`, half an IPv6 address) has no host."""
    return origin if host_in(origin) else ""


def host_in(address: str) -> str | None:
    """The host's name of an absolute address, small; empty if it names none, None for what is no address."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return None
