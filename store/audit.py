"""Who did what, in the store: one stream, trimmed from its old end as the setting wants it.

An entry's id is the moment at which it came here, which is later than its deed where the store was away in between.
"""

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

import redis.asyncio as redis

from operations.audit import Asked, AuditAway, AuditEntry, AuditPage, Deed
from store.in_time import in_time

STREAM = "teamline:audit"
SEEN = "teamline:audit:seen:"
DEFAULT_DAYS = 365
PAGE = 200
"""Entries a question to the store: reading them holds the loop for a few milliseconds."""
MOST_PAGES = 25
"""So many questions a list: what is rare is found by going on from there."""
LATE_SECONDS = 86_400
"""A deed of a day is looked for in what came so much later at most."""
SKEW_SECONDS = 3600
SEEN_SECONDS = 3600
_AWAY = "the store does not answer: see its log, then ask again"
_FIELD = "e"

# A second try after a lost answer must not write twice, so an entry is known again for a while by its digest.
_ADD = """
if not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[2]) then return 0 end
local id = redis.call('XADD', KEYS[1], '*', 'e', ARGV[1])
local days = tonumber(ARGV[3])
if days > 0 then
  local now = tonumber(string.match(id, '^%d+'))
  redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f', now - days * 86400000))
end
return 1
"""

_Page = list[tuple[bytes, Mapping[bytes, bytes]]]


class AuditStore:
    """Fills `operations.audit.KeptAudit`. The client must not decode responses. `days_kept` 0 keeps for ever."""

    def __init__(self, client: redis.Redis, days_kept: int = DEFAULT_DAYS) -> None:
        self._client, self._days_kept = client, days_kept
        self._add = client.register_script(_ADD)

    async def add(self, entry: AuditEntry) -> None:
        """Keep it; the same one again is kept once. Raises AuditAway."""
        text = written(entry)
        seen = SEEN + hashlib.sha256(text.encode()).hexdigest()[:32]
        async with in_time(AuditAway(_AWAY)):
            await self._add(keys=[STREAM, seen], args=[text, SEEN_SECONDS, self._days_kept])

    async def listed(self, asked: Asked, most: int, before: str = "") -> AuditPage:
        """The newest first. Raises AuditAway."""
        found: list[AuditEntry] = []
        newest, oldest = _start(asked, before), _end(asked)
        for _ in range(MOST_PAGES):
            page = await self._page(newest, oldest)
            for told, fields in page:
                if len(found) == most:
                    return AuditPage(found, found[-1].id)
                if (entry := read(told.decode(), fields.get(_FIELD.encode(), b""))) and asked.fits(entry):
                    found.append(entry)
            if len(page) < PAGE:
                return AuditPage(found)
            last = page[-1][0].decode()
            newest = f"({last}"
        return AuditPage(found, last)

    async def _page(self, newest: str, oldest: str) -> _Page:
        async with in_time(AuditAway(_AWAY)):
            return cast("_Page", await self._client.xrevrange(STREAM, max=newest, min=oldest, count=PAGE))


def written(entry: AuditEntry) -> str:
    """An entry as JSON."""
    told = [entry.at, entry.who, entry.role, entry.deed.value, entry.team, entry.about, dict(entry.told)]
    return json.dumps(told, ensure_ascii=False)


def read(entry_id: str, text: bytes) -> AuditEntry | None:
    """The entry that these bytes mean; None for a deed that only a later release knows, or none at all."""
    try:
        at, who, role, deed, team, about, told = json.loads(text)
        more = MappingProxyType({str(name): str(value) for name, value in told.items()})
        return AuditEntry(float(at), str(who), str(role), Deed(deed), str(team), str(about), more, entry_id)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None


def _start(asked: Asked, before: str) -> str:
    """The newest id to look at."""
    if before:
        return f"({before}"
    return "+" if asked.until is None else _id(asked.until + LATE_SECONDS)


def _end(asked: Asked) -> str:
    """The oldest one: nothing came before it was done, by clocks that differ a little."""
    return "-" if asked.since is None else _id(asked.since - SKEW_SECONDS)


def _id(seconds: float) -> str:
    return str(max(0, int(seconds * 1000)))
