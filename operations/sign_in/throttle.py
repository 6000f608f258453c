"""How often something happened within a span: bounded memory, no timer."""

from collections import OrderedDict, deque
from ipaddress import IPv6Network, ip_address

MOST_KEYS = 10_000
OWN_BITS = 64
"""Of an IPv6 address: whoever has one has all addresses that begin so (RFC 6177, RFC 7421)."""


def place_of(address: str) -> str:
    """Where somebody is, as tries are counted: an IPv4 address, an IPv6 network; what is no address, as it is."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004 - IPv4
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((int(found), OWN_BITS), strict=False))


class Throttle:
    """At most `most` within `span_seconds` for one key. Times are any one clock's seconds."""

    def __init__(self, most: int, span_seconds: float) -> None:
        self._most = most
        self._span = span_seconds
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_seconds(self, key: str, now: float) -> float:
        """How long until once more is allowed; 0.0 if it is now."""
        seen = self._seen.get(key)
        if seen is None:
            return 0.0
        while seen and seen[0] <= now - self._span:
            seen.popleft()
        return 0.0 if len(seen) < self._most else seen[0] + self._span - now

    def count(self, key: str, now: float) -> None:
        """Once more. The key that was quiet for longest is forgotten when there are too many."""
        seen = self._seen.setdefault(key, deque(maxlen=self._most))
        seen.append(now)
        self._seen.move_to_end(key)
        while len(self._seen) > MOST_KEYS:
            self._seen.popitem(last=False)

    def take_back(self, key: str) -> None:
        """The last one did not count after all."""
        seen = self._seen.get(key)
        if seen:
            seen.pop()
