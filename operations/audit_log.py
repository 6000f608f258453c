"""Writes down who did what, and never makes anybody wait: into the log at once, into the store in the background."""

import asyncio
from collections import deque
from collections.abc import Callable
from types import MappingProxyType

import structlog

from operations.audit import AuditAway, AuditEntry, Deed, KeptAudit

MOST_WAITING = 5000
"""Entries in memory while the store is away; about 2 MB."""
RETRY_SECONDS = 0.5
STOP_SECONDS = 2.0
MOST_CHARACTERS = 200
MOST_TOLD = 10

log = structlog.get_logger()


class AuditLog:
    """Fills `operations.audit.Notes`. `now`: Unix seconds."""

    def __init__(self, kept: KeptAudit, now: Callable[[], float], most_waiting: int = MOST_WAITING) -> None:
        self._kept, self._now, self._most_waiting = kept, now, most_waiting
        self._waiting: deque[AuditEntry] = deque()
        self._has_some = asyncio.Event()
        self._is_away = False
        self._task: asyncio.Task[None] | None = None
        self.lost = 0
        """Entries that found no room in memory while the store was away; they are in the log."""

    @property
    def waiting(self) -> int:
        """Entries that the store does not have yet."""
        return len(self._waiting)

    def note(self, who: str, role: str, deed: Deed, *, team: str = "", about: str = "", **told: str) -> None:
        """It was done, now."""
        entry = written(self._now(), who, role, deed, team, about, told)
        log.info("audit", who=entry.who, role=entry.role, deed=deed.value, team=entry.team, about=entry.about)
        if len(self._waiting) >= self._most_waiting:
            self.lost += 1
            log.error("audit_entry_lost", cure="let the store answer; this one is in the log only")
            return
        self._waiting.append(entry)
        self._has_some.set()

    async def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.get_running_loop().create_task(self._write())

    async def stop(self) -> None:
        """What waits has a moment still."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                while self._waiting:
                    await self._bring_one()
        except (AuditAway, TimeoutError):
            log.error("audit_entries_not_kept", entries=len(self._waiting), cure="they are in the log only")

    async def _write(self) -> None:
        while True:
            await self._has_some.wait()
            try:
                await self._bring_all()
            except AuditAway as error:
                self._tell_away(error)
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:
                log.exception("audit_not_written")
                await asyncio.sleep(RETRY_SECONDS)

    async def _bring_all(self) -> None:
        while self._waiting:
            await self._bring_one()
            if self._is_away:
                log.info("audit_back", waiting=len(self._waiting))
                self._is_away = False
        self._has_some.clear()

    async def _bring_one(self) -> None:
        """The oldest leaves memory only once the store has it; twice the same is once there."""
        await self._kept.add(self._waiting[0])
        self._waiting.popleft()

    def _tell_away(self, error: AuditAway) -> None:
        if not self._is_away:
            log.warning("audit_away", error=str(error) or type(error).__name__)
        self._is_away = True


def written(at: float, who: str, role: str, deed: Deed, team: str, about: str, told: dict[str, str]) -> AuditEntry:
    """An entry whose every text is short and of one line: some come from the network."""
    more = {_short(name): _short(value) for name, value in list(told.items())[:MOST_TOLD] if value}
    return AuditEntry(at, _short(who), _short(role), deed, _short(team), _short(about), MappingProxyType(more))


def _short(text: str) -> str:
    said = " ".join(str(text)[: 2 * MOST_CHARACTERS].split())[:MOST_CHARACTERS]
    return "".join(each if each.isprintable() else "?" for each in said)
