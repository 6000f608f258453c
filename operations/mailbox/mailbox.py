"""The teams' mailbox: what came in, who takes care of it, and the files that belong to it.

Theory of operation. The content comes first: it lies in the mailbox folder under its entry's id, beside it a note (the
entry, sealed as in the store), both synced to disk with the folder; then the store takes the entry; only then is it
kept. Whatever is cut off before that leaves a file with a note, which `found_again` takes in at the next
start. Erasing goes the other way round for the same reason: file and note, the folder synced, then the entry; what is
cut off in between leaves an entry that is erased once more.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import structlog

from facts.contact import LeftState, LeftWithUs
from operations.callbacks.life import by_people
from operations.mailbox.content_files import ContentFiles
from operations.mailbox.ports import Entry, KeptMail, MailboxAway, NoSuchEntry, TakenAlready
from routing.callback import ImpossibleEvent

Listener = Callable[[Entry], None]
Follower = Callable[[Entry | None, Entry], None]
log = structlog.get_logger()


class Mailbox:
    """One mailbox of all teams. Every method that asks the store or the disk raises MailboxAway within 2 s.

    `changed` hears of each entry that came or went on to another state (ERASED last): no listener may wait or raise.
    """

    def __init__(
        self,
        kept: KeptMail,
        files: ContentFiles,
        now: Callable[[], float],
        tell: Callable[[LeftWithUs], object],
    ) -> None:
        """`now`: Unix seconds; `tell` takes facts for the journal, and never waits."""
        self._kept, self._files, self._now, self._tell = kept, files, now, tell
        self.came: list[Listener] = []
        """Called with each new entry once it is kept: the mail outbox listens."""
        self.changed: list[Listener] = []
        self.reminded: list[Listener] = []
        """Called once for an entry that nobody has claimed in time."""
        self.moved: list[Follower] = []
        """Called with each entry as it was (None: it is new) and as it is kept now; ERASED last."""
        self.withdrawn: set[str] = set()
        """Ids that were not promised, though the store may have taken them: to be erased once it answers."""
        self.files_change = asyncio.Lock()
        """Held while contents are removed, and while one without an entry is taken in."""

    async def put(self, entry: Entry) -> Entry:
        """A new entry without a file, with an id of `operations.mailbox.entry_id.new_id`; returned once it is kept."""
        try:
            await self._kept.put(entry)
        except BaseException:
            self.withdrawn.add(entry.id)
            raise
        self._has_come(entry)
        return entry

    async def keep_file(self, source: Path, entry: Entry) -> Entry:
        """A new entry with this content, which is moved into the mailbox folder; returns it as it is kept.

        `media_type` decides the file's name. On MailboxAway nothing is kept, and `source` is where it was.
        """
        placed = await self._placed(source, entry)
        try:
            await self.put(placed)
        except BaseException:
            with contextlib.suppress(OSError):
                await asyncio.shield(self._files.remove(placed))
            raise
        with contextlib.suppress(OSError):
            await self._files.forget(source)
        return placed

    async def take_in(self, entry: Entry) -> None:
        """An entry whose content is in the folder already, and that the store does not have."""
        await self._kept.put(entry)
        self._has_come(entry)

    async def get(self, entry: str) -> Entry:
        """Raises NoSuchEntry."""
        return await self._kept.get(entry)

    async def listed(self, team: str | None = None) -> Sequence[Entry]:
        """Everything that was promised and is not erased, oldest first; of one team, or of all."""
        return [entry for entry in await self._kept.listed(team) if entry.id not in self.withdrawn]

    async def same(self, team: str, digest: str, number: str, since: float) -> Entry | None:
        """The team's entry with this content and customer number that came since then (Unix seconds)."""
        return await self._kept.same(team, digest, number, since)

    async def claim(self, entry: str, by: str) -> Entry:
        """`by` takes care of it; again is no error. Raises TakenAlready, NoSuchEntry."""
        before = await self.get(entry)
        if before.state is LeftState.CLAIMED and before.claimed_by == by:
            return before
        if before.state is not LeftState.OPEN:
            raise TakenAlready
        try:
            return await self._change(before, state=LeftState.CLAIMED, claimed_by=by, claimed_at=self._now())
        except TakenAlready:
            meanwhile = await self.get(entry)
            if meanwhile.state is LeftState.CLAIMED and meanwhile.claimed_by == by:  # pressed twice
                return meanwhile
            raise

    async def release(self, entry: str, by: str) -> Entry:
        """`by` gives it back; what is open is open. Raises TakenAlready for another's or a done one, NoSuchEntry."""
        before = await self.get(entry)
        if before.state is LeftState.OPEN:
            return before
        if before.state is not LeftState.CLAIMED or before.claimed_by != by:
            raise TakenAlready
        return await self._change(before, state=LeftState.OPEN, claimed_by="", claimed_at=None)

    async def done(self, entry: str, by: str) -> Entry:
        """It is settled, claimed before or not; again is no error. Raises TakenAlready for another's, NoSuchEntry."""
        before = await self.get(entry)
        if before.state is not LeftState.OPEN and before.claimed_by != by:
            raise TakenAlready
        if before.state is LeftState.DONE:
            return before
        now = self._now()
        claimed_at = before.claimed_at if before.claimed_at is not None else now
        return await self._change(before, state=LeftState.DONE, claimed_by=by, claimed_at=claimed_at, done_at=now)

    async def change(self, before: Entry, after: Entry) -> Entry:
        """From exactly `before`; whoever hears no error has done it, nobody else. Raises TakenAlready, NoSuchEntry.

        On MailboxAway it may have been done: only the store knows.
        """
        await self._kept.change(before, after)
        self._happened(after, before)
        return after

    async def remind(self, entry: Entry) -> None:
        """Nobody has claimed it in time: said once, to whoever listens. Nothing if it has changed meanwhile."""
        after = replace(entry, reminded_at=self._now())
        try:
            await self._kept.change(entry, after)
        except (TakenAlready, NoSuchEntry):
            return
        log.info("mailbox_reminded", entry=entry.id, team=entry.team, kind=entry.what.value)
        _say((*self.reminded, *self.changed), after)

    async def erase(self, entry: str) -> None:
        """For ever, with its content; not there is no error."""
        try:
            before = await self.get(entry)
        except NoSuchEntry:
            return
        try:
            async with self.files_change:
                await self._files.remove(before)
        except OSError as error:
            raise self._folder_failed(error) from error
        await self._kept.erase(entry)
        self.withdrawn.discard(entry)
        self._happened(replace(before, state=LeftState.ERASED), before)

    async def erase_withdrawn(self) -> None:
        """What the store has taken all the same, though nobody was promised it."""
        if self.withdrawn:
            for entry in self.withdrawn & {each.id for each in await self._kept.listed()}:
                await self.erase(entry)

    def content(self, entry: Entry) -> Path:
        """Where its content lies. Raises NoSuchEntry if it has none (any more): asked of the disk, so off the loop."""
        return self._files.path(entry)

    async def _placed(self, source: Path, entry: Entry) -> Entry:
        try:
            return await self._files.place(source, entry)
        except OSError as error:
            raise self._folder_failed(error) from error

    def _folder_failed(self, error: OSError) -> MailboxAway:
        why = error.strerror or type(error).__name__
        log.error("mailbox_folder_failed", error=why, cure="make room, and let the router write there")
        return MailboxAway("the mailbox folder cannot be written")

    async def _change(self, before: Entry, **changes: object) -> Entry:
        """What a person does; a callback's life follows, or lets them not: it is just being dialled."""
        wanted = replace(before, **changes)  # type: ignore[arg-type]  # each caller names fields of Entry
        try:
            after = by_people(before, wanted)
        except ImpossibleEvent as error:
            raise TakenAlready from error
        return await self.change(before, after)

    def _has_come(self, entry: Entry) -> None:
        self.withdrawn.discard(entry.id)
        self._happened(entry)
        _say(self.came, entry)

    def _happened(self, entry: Entry, before: Entry | None = None) -> None:
        if before is None or before.state is not entry.state:
            self._tell_fact(entry)
        _say([partial(hears, before) for hears in self.moved], entry)
        _say(self.changed, entry)

    def _tell_fact(self, entry: Entry) -> None:
        fact = LeftWithUs(at=self._now(), entry=entry.id, what=entry.what, team=entry.team, state=entry.state)
        try:
            self._tell(fact)
        except Exception:
            log.exception("mailbox_fact_not_told", entry=entry.id)


def _say(listeners: Iterable[Listener], entry: Entry) -> None:
    """Each hears; what ails one keeps no other from hearing, and takes back nothing that is kept."""
    for hears in listeners:
        try:
            hears(entry)
        except Exception:
            log.exception("mailbox_listener_failed", entry=entry.id)
