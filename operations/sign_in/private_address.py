"""Whether what is sent to an address can be read on the way."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_private(address: object) -> bool:
    """https, or plain http to this very machine; never for what is no such address at all."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
