"""The journal in the store: one stream a local day, in which no fact stands twice.

Theory of operation. Beside each day's stream lies the set of the ids in it, and one script on the server asks the set
and writes both: a batch sent again after a lost answer, a second router that saw the same, a log read later add
nothing. The neighbouring days' sets are asked, too, since two tellers may date one fact on two sides of midnight.
The order of a stream is the order in which a router folded the facts: whoever reads days one after the other, each
in its order, folds what the router folded. It is never sorted by instant: Asterisk's queue_log knows whole seconds
only, and would put an answer before its call.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import cast

import redis.asyncio as redis

from operations.journal import Entry, JournalAway
from store.connection import AWAY

PREFIX = "teamline:journal:"
PAGE = 100
"""Facts a question: reading them holds the loop for a few milliseconds."""
DEFAULT_DAYS = 30
"""How long a day is kept: pseudonymous detail (SGB X, DSGVO)."""

_FIELD = "f"
_APPEND = """
local new = 0
for i = 2, #ARGV, 2 do
  if redis.call('SISMEMBER', KEYS[3], ARGV[i]) == 0 and redis.call('SISMEMBER', KEYS[4], ARGV[i]) == 0
      and redis.call('SADD', KEYS[2], ARGV[i]) == 1 then
    redis.call('XADD', KEYS[1], '*', 'f', ARGV[i + 1])
    new = new + 1
  end
end
if ARGV[1] == '0' then
  redis.call('PERSIST', KEYS[1])
  redis.call('PERSIST', KEYS[2])
else
  redis.call('EXPIREAT', KEYS[1], ARGV[1])
  redis.call('EXPIREAT', KEYS[2], ARGV[1])
end
return new
"""

# In a stream nothing can be changed: it is written anew, each record under its own id, so that the order stays.
_REWRITE = """
local changed = {}
for i = 1, #ARGV, 2 do changed[ARGV[i]] = ARGV[i + 1] end
local all = redis.call('XRANGE', KEYS[1], '-', '+')
if #all == 0 then return 0 end
local ends = redis.call('PTTL', KEYS[1])
redis.call('DEL', KEYS[2])
local count = 0
for _, told in ipairs(all) do
  local record = changed[told[1]]
  if record then count = count + 1 end
  redis.call('XADD', KEYS[2], told[1], 'f', record or told[2][2])
end
redis.call('RENAME', KEYS[2], KEYS[1])
if ends > 0 then redis.call('PEXPIRE', KEYS[1], ends) end
return count
"""

_Page = list[tuple[bytes, Mapping[bytes, bytes]]]


def _stream(day: date) -> str:
    return f"{PREFIX}{day.isoformat()}"


def _ids(day: date) -> str:
    return f"{PREFIX}{day.isoformat()}:ids"


class JournalStore:
    """Days of records. Every method raises `operations.journal.JournalAway` when the store cannot do it.

    Nodes share a day's stream: each record names its own. The client must not decode responses. `days_kept` counts
    full days after a day's end; 0 keeps for ever. A day that is older takes nothing any more.
    """

    def __init__(self, client: redis.Redis, days_kept: int = DEFAULT_DAYS) -> None:
        self._client = client
        self._days_kept = days_kept
        self._append = client.register_script(_APPEND)
        self._rewrite = client.register_script(_REWRITE)

    async def append(self, day: date, entries: Sequence[Entry]) -> int:
        """Write what is not there yet, in this order, all or nothing; how many were new."""
        aday = timedelta(days=1)
        keys = [_stream(day), _ids(day), _ids(day - aday), _ids(day + aday)]
        arguments: list[str | bytes] = [str(self._ends_at(day))]
        for fact_id, record in entries:
            arguments += (fact_id, record)
        try:
            return cast("int", await self._append(keys=keys, args=arguments))
        except AWAY as error:
            raise _away(error) from error

    async def read(self, day: date) -> AsyncIterator[bytes]:
        """The day's records in the order of the stream, those included that come while it is read."""
        async for _, record in self.read_on(day, ""):
            yield record

    async def read_on(self, day: date, last: str) -> AsyncIterator[tuple[str, bytes]]:
        """The same with each record's place, after the place `last`; from the beginning where that is empty."""
        after = f"({last}" if last else "-"
        while page := await self._page(day, after):
            for place, fields in page:
                yield place.decode(), fields.get(_FIELD.encode(), b"")
            after = "(" + page[-1][0].decode()

    async def mark(self, day: date) -> str:
        """Another one as soon as the day has another record; empty for a day without any."""
        try:
            last = cast("_Page", await self._client.xrevrange(_stream(day), count=1))
        except AWAY as error:
            raise _away(error) from error
        return f"{last[0][0].decode()} of {await self.count(day)}" if last else ""

    async def days(self) -> list[date]:
        """The days that have a stream, oldest first."""
        found = set()
        try:
            async for key in self._client.scan_iter(match=f"{PREFIX}*", count=1000, _type="stream"):
                found.add(_day_of(cast("bytes", key)))
        except AWAY as error:
            raise _away(error) from error
        return sorted(day for day in found if day)

    async def count(self, day: date) -> int:
        """How many records the day has."""
        try:
            return await self._client.xlen(_stream(day))
        except AWAY as error:
            raise _away(error) from error

    async def rewrite(self, day: date, changed: Callable[[bytes], bytes | None]) -> int:
        """Each record as `changed` wants it, None as it is, in the same order; how many have changed.

        Holds the server for as long as a day takes to copy: a tenth of a second for 10,000 facts.
        """
        arguments: list[str | bytes] = []
        after = "-"
        while page := await self._page(day, after):
            for told, fields in page:
                if (wanted := changed(fields.get(_FIELD.encode(), b""))) is not None:
                    arguments += (told.decode(), wanted)
            after = "(" + page[-1][0].decode()
        if not arguments:
            return 0
        try:
            return cast("int", await self._rewrite(keys=[_stream(day), f"{_stream(day)}:new"], args=arguments))
        except AWAY as error:
            raise _away(error) from error

    async def keep_days(self) -> None:
        """Let the days that are there expire as the setting of now wants it: it may have been another one."""
        for day in await self.days():
            await self.append(day, ())

    async def _page(self, day: date, after: str) -> _Page:
        try:
            return cast("_Page", await self._client.xrange(_stream(day), min=after, count=PAGE))
        except AWAY as error:
            raise _away(error) from error

    def _ends_at(self, day: date) -> int:
        """Unix seconds; the day itself ends by UTC+14 to UTC-12, so one more day is given."""
        if self._days_kept == 0:
            return 0
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return int(midnight.timestamp()) + (self._days_kept + 2) * 86_400


def _away(error: BaseException) -> JournalAway:
    return JournalAway(f"the store did not take or tell facts: {type(error).__name__}")


def _day_of(key: bytes) -> date | None:
    try:
        return date.fromisoformat(key.decode().removeprefix(PREFIX))
    except ValueError:
        return None
