"""Server-sent events as bytes (HTML Standard, 9.2.6), and the ids from which a reader may go on."""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime

RETRY_MS = 2000
OPENING = f"retry: {RETRY_MS}\n\n".encode()
Lens = frozenset[str] | None
"""The teams that somebody looks at, None for all."""

_ID = re.compile(r"([0-9a-f]{8})-([0-9]{1,15})((?:-[0-9a-f]{8})?)").fullmatch


def event(name: str, data: bytes, event_id: str = "") -> bytes:
    """One event; `data` is JSON without line breaks."""
    named = f"id: {event_id}\nevent: {name}\n" if event_id else f"event: {name}\n"
    return b"%bdata: %b\n\n" % (named.encode(), data)


def over(reason: str) -> bytes:
    """The last event of a stream that we end."""
    return event("over", b'{"reason":"%b"}' % reason.encode())


def moment(at: datetime) -> bytes:
    """ISO 8601 in UTC, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()


def event_id(boot: str, number: int, lens: Lens) -> str:
    """`<boot>-<number>`, and a mark of the teams where these are not all: who sees others begins anew."""
    return f"{boot}-{number}{_mark(lens)}"


def number_in(told: str, boot: str, lens: Lens) -> int | None:
    """The number in an id of this process and of these teams; None for any other text."""
    found = _ID(told)
    return int(found[2]) if found and found[1] == boot and found[3] == _mark(lens) else None


def _mark(lens: Lens) -> str:
    return "" if lens is None else f"-{hashlib.sha256(_joined(lens)).hexdigest()[:8]}"


def _joined(teams: Iterable[str]) -> bytes:
    return "\n".join(sorted(teams)).encode("utf-8", "surrogatepass")
