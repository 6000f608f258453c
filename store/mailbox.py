"""Entries of teams' mailboxes in the store: one record each, found by team and by content.

Theory of operation. Each change is one script on the server (all or nothing) and, on the same connection right behind
it, WAITAOF: it answers once this connection's writes are on the server's disk. A record is replaced only if it still
is, byte for byte, what was read: of two who claim at once one hears TakenAlready. A server that fsyncs before every
answer (`appendfsync always`) needs no WAITAOF, and one that does not know it must be set up so.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import cast

import redis.asyncio as redis
import structlog

from operations.mailbox.ports import Entry, MailboxAway, NoSuchEntry, TakenAlready
from operations.mailbox.record import MailboxRecords, NoRecord
from store.connection import AWAY

PREFIX = "teamline:mailbox:"
TEAMS = f"{PREFIX}teams"
ANSWER_SECONDS = 2.0
PAGE = 200
"""Entries a question."""
_WAIT_MILLISECONDS = 1800
_GONE, _OTHER, _DONE = -1, 0, 1

_PUT = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('SADD', KEYS[2], ARGV[2])
redis.call('SADD', KEYS[3], ARGV[3])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[4], ARGV[4], ARGV[2]) end
return 1
"""
_CHANGE = """
local now = redis.call('GET', KEYS[1])
if not now then return -1 end
if now ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
"""
_ERASE = """
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[1])
for place = 2, #ARGV do
  if redis.call('HGET', KEYS[3], ARGV[place]) == ARGV[1] then redis.call('HDEL', KEYS[3], ARGV[place]) end
end
return 1
"""

log = structlog.get_logger()


def _entry(entry: str) -> str:
    return f"{PREFIX}entry:{entry}"


def _of_team(team: str) -> str:
    return f"{PREFIX}team:{team}"


def _contents(team: str) -> str:
    return f"{PREFIX}contents:{team}"


class MailboxStore:
    """`operations.mailbox.ports.KeptMail`. The client must not decode responses."""

    def __init__(self, client: redis.Redis, records: MailboxRecords, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._client = client
        self._records = records
        self._answer_seconds = answer_seconds
        self._is_told = False

    async def put(self, entry: Entry) -> None:
        """A new entry; the same id again is the same entry. Durable on return; raises MailboxAway."""
        keys = [_entry(entry.id), _of_team(entry.team), TEAMS, _contents(entry.team)]
        mark = self._records.mark(entry.digest, entry.number)
        await self._durably(_PUT, keys, [self._records.record(entry), entry.id, entry.team, mark])

    async def get(self, entry: str) -> Entry:
        """Raises NoSuchEntry, MailboxAway."""
        return (await self._read(entry))[1]

    async def listed(self, team: str | None = None) -> Sequence[Entry]:
        """Everything that is not erased, oldest first; of one team, or of all. Raises MailboxAway."""
        teams = [team] if team is not None else await self._teams()
        found = [entry for each in teams for entry in await self._of(each)]
        return sorted(found, key=lambda entry: (entry.came_at, entry.id))

    async def change(self, before: Entry, after: Entry) -> None:
        """From exactly `before`, durable on return. Raises TakenAlready, NoSuchEntry, MailboxAway."""
        record, now = await self._read(before.id)
        if now != before:
            raise TakenAlready
        changed = self._records.record(after, record)
        done = await self._durably(_CHANGE, [_entry(before.id)], [record, changed])
        if done == _GONE:
            raise NoSuchEntry
        if done == _OTHER:
            raise TakenAlready

    async def erase(self, entry: str) -> None:
        """For ever; not there is no error. Raises MailboxAway."""
        try:
            before = await self.get(entry)
        except NoSuchEntry:
            return
        keys = [_entry(entry), _of_team(before.team), _contents(before.team)]
        mark = self._records.mark(before.digest, before.number)
        await self._durably(_ERASE, keys, [entry, mark, before.digest])  # by the content alone: of a former version

    async def same(self, team: str, digest: str, number: str, since: float) -> Entry | None:
        """The entry of this team with this content and number that came since then (the last). Raises MailboxAway."""
        mark = self._records.mark(digest, number)
        if not mark:
            return None
        async with self._answering():
            told = await cast("Awaitable[bytes | None]", self._client.hget(_contents(team), mark))
        if told is None:
            return None
        try:
            entry = await self.get(told.decode())
        except NoSuchEntry:
            return None
        is_it = (entry.digest, entry.number) == (digest, number)
        return entry if is_it and entry.came_at >= since else None

    async def _read(self, entry: str) -> tuple[bytes, Entry]:
        async with self._answering():
            record = cast("bytes | None", await self._client.get(_entry(entry)))
        if record is None:
            raise NoSuchEntry
        try:
            return record, self._records.entry(record)
        except NoRecord:
            return record, self._records.entry_or_shell(entry, await self._team_of(entry), record)

    async def _team_of(self, entry: str) -> str:
        for team in await self._teams():
            async with self._answering():
                if await cast("Awaitable[int]", self._client.sismember(_of_team(team), entry)):
                    return team
        return ""

    async def _teams(self) -> list[str]:
        async with self._answering():
            told = await cast("Awaitable[set[bytes]]", self._client.smembers(TEAMS))
        return sorted(team.decode(errors="replace") for team in told)

    async def _of(self, team: str) -> list[Entry]:
        async with self._answering():
            told = await cast("Awaitable[set[bytes]]", self._client.smembers(_of_team(team)))
        ids = sorted(each.decode(errors="replace") for each in told)  # one that is none has no record
        found: list[Entry] = []
        for start in range(0, len(ids), PAGE):
            page = ids[start : start + PAGE]
            async with self._answering():
                records = await self._client.mget([_entry(entry) for entry in page])
            found += await asyncio.to_thread(self._opened, team, page, cast("list[bytes | None]", records))
        return found

    def _opened(self, team: str, ids: Sequence[str], records: Sequence[bytes | None]) -> list[Entry]:
        both = zip(ids, records, strict=True)
        return [self._records.entry_or_shell(entry, team, record) for entry, record in both if record is not None]

    async def _durably(self, script: str, keys: Sequence[str], arguments: Sequence[str | bytes]) -> int:
        """What the script answers, once its writes are on the server's disk. Raises MailboxAway."""
        async with self._answering():
            pipe = self._client.pipeline(transaction=False)
            pipe.eval(script, len(keys), *keys, *cast("Sequence[str]", arguments))
            pipe.execute_command("WAITAOF", 1, 0, _WAIT_MILLISECONDS)
            done, synced = await pipe.execute(raise_on_error=False)
            if isinstance(done, Exception):
                raise done
            if not await self._is_on_disk(synced):
                raise MailboxAway("the store did not bring it to its disk in time")
        return int(done)

    async def _is_on_disk(self, synced: object) -> bool:
        """`synced`: WAITAOF's answer, how many disks have it: ours and the replicas' (valkey.io/commands/waitaof)."""
        if isinstance(synced, list):
            return int(synced[0]) >= 1
        told = await self._client.config_get("appendonly", "appendfsync")
        if {str(_text(name)): _text(value) for name, value in told.items()} == {
            "appendonly": "yes",
            "appendfsync": "always",
        }:
            return True
        self._tell("switch its append-only file on (appendonly yes), and set appendfsync always if it knows no WAITAOF")
        return False

    def _tell(self, cure: str) -> None:
        if not self._is_told:
            log.error("mailbox_store_not_durable", cure=cure)
        self._is_told = True

    @asynccontextmanager
    async def _answering(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._answer_seconds):
                yield
        except AWAY as error:  # TimeoutError is an OSError
            raise MailboxAway(f"the store does not answer: {type(error).__name__}") from error


def _text(told: object) -> str:
    return told.decode() if isinstance(told, bytes) else str(told)
