"""Who may ask for what is not for everybody while there is no sign-in: this machine's own pages, nobody else's.

A stranger's page in an administrator's browser can reach addresses that the stranger cannot. Two ways are shut here:
a name of the stranger's that is turned to our address (DNS rebinding) comes with that name as Host; a form or script
of theirs that sends to us (cross-site request) comes with their Origin, and the browser says so in Sec-Fetch-Site.
"""

import socket
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import HTTPException, Request

OWN = frozenset({"same-origin", "none"})
"""Fetch Metadata: asked by a page of the very same origin, or by a person (the address bar)."""


def asked_by_name(listening: str) -> Callable[[Request], None]:
    """A check that the request names us by the address that we listen on: HTTPException 421 otherwise.

    On a loopback address that is this machine's loopback, by number or `localhost`. On another one, which somebody
    set on purpose, it is that address, or the name of this machine; on all addresses (`0.0.0.0`, `::`) any number:
    a number cannot be turned to another machine.
    """
    names = {"localhost"} if _is_loopback(listening) else {listening.casefold(), socket.gethostname().casefold()}

    def check(request: Request) -> None:
        host = _host_in(f"//{request.headers.get('host', '')}")
        if host is None or not (host in names or _is_number_for(listening, host)):
            raise HTTPException(
                HTTPStatus.MISDIRECTED_REQUEST,
                "This page answers only under the address that the router listens on: open it on the router's own "
                "machine as http://localhost with the router's port, or under what TEAMLINE_HTTP_HOST names.",
            )

    return check


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
    return origin if _host_in(origin) is not None else ""


def _host_in(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def _is_number_for(listening: str, host: str) -> bool:
    try:
        number = ip_address(host)
    except ValueError:
        return False
    try:
        ours = ip_address(listening)
    except ValueError:
        return number.is_loopback and _is_loopback(listening)
    return ours.is_unspecified or number == ours or (number.is_loopback and ours.is_loopback)
