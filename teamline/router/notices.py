"""Announcements: spoken as soon as teams.yaml names them, recorded at members' phones, silent when they are over."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from time import time as unix_seconds

import structlog

from ivr.line import Line
from ivr.ports import AnnouncerAway
from operations.active import InForce
from routing.announcements import PHRASE, Sentence, every_sentence, recorded, spoken
from routing.centre import Centre
from routing.spoken import Spoken
from teamline.router.sounds import BuiltSounds
from teamline.settings import Settings
from telephony.prompts import announced
from telephony.prompts.engines import SpeechEngine, SpeechFailed, available
from telephony.prompts.sound import SoundRefused
from web.room import Room

SWEEP_SECONDS = 600.0
LEFT_SECONDS = 86400.0
"""So long a sound stays that nobody announces."""
LONGEST_SECONDS = 60
"""Of a recorded announcement: callers hear it before anything else."""
SILENCE_SECONDS = 4

log = structlog.get_logger()


class RouterNotices:
    """`ivr.ports.Notices` and `ivr.ports.Announcer`, and the feature around them. `clock`: of the opening hours."""

    def __init__(
        self,
        settings: Settings,
        sounds: BuiltSounds,
        centre: Callable[[], Centre],
        clock: Callable[[], datetime],
        engine: Callable[[], SpeechEngine] | None = None,
    ) -> None:
        self._prompts, self._voice = settings.prompts_folder.absolute(), settings.voice_folder.absolute()
        self._sounds, self._centre, self._clock = sounds, centre, clock
        self._engine = engine or partial(available, settings.piper_voices)
        self._recorded: Mapping[str, float] = {}
        self._work: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    @property
    def rooms(self) -> Sequence[Room]:
        """None: they are in teams.yaml and on the phone."""
        return ()

    async def start(self) -> None:
        """Speak what is to be announced, now and after every change."""
        self._voice.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._work = asyncio.get_running_loop().create_task(self._keep_up())

    async def stop(self) -> None:
        """End the work; what is half spoken is spoken again next time."""
        if self._work:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    def configured(self, now: InForce) -> None:  # noqa: ARG002 - the centre is asked for when it is needed
        """Other announcements may be in force."""
        self._changed.set()

    def now(self, team: str | None, language: str) -> Sequence[Spoken]:
        """What everybody hears (team None), or callers of this team; recorded by the team's phone last."""
        at = self._clock()
        heard = spoken(self._centre(), team, language, at)
        name = recorded(team) if team is not None else ""
        if self._recorded.get(name, 0.0) > at.timestamp():
            return (*heard, Spoken(PHRASE, {"sound": name}))
        return heard

    def may_announce(self, member: str) -> bool:
        """Whether this member's phone may record for the own teams."""
        return member in self._centre().desk.announcers and member in self._centre().members

    async def record(self, line: Line, member: str) -> Sequence[Spoken]:
        """Record until a key, silence or a minute: it, to be heard before `keep`; nothing for mere silence."""
        name = f"announced-{secrets.token_hex(12)}"
        recording = self._voice / f"{name}.wav"
        try:
            await line.record(name, LONGEST_SECONDS, SILENCE_SECONDS)
            was_heard = await asyncio.to_thread(announced.take, recording, _pending(member), self._prompts)
        except OSError as error:
            log.warning("announcement_not_recorded", error=type(error).__name__)
            raise AnnouncerAway from error
        finally:
            await asyncio.to_thread(recording.unlink, missing_ok=True)
        await asyncio.to_thread(self._look)
        return (Spoken(PHRASE, {"sound": _pending(member)}),) if was_heard else ()

    async def keep(self, member: str) -> None:
        """From now on callers of the own teams hear it, until midnight."""
        teams = self._centre().members[member].teams
        try:
            for team in teams:
                await asyncio.to_thread(
                    announced.put, _pending(member), recorded(team), self._midnight(), self._prompts
                )
            await asyncio.to_thread(announced.remove, _pending(member), self._prompts)
        except OSError as error:
            raise AnnouncerAway from error
        await asyncio.to_thread(self._look)
        log.info("announcement_recorded", teams=list(teams), member=member)

    async def remove(self, member: str) -> None:
        """Take the own teams' recorded announcements away; there may be none."""
        for name in (_pending(member), *map(recorded, self._centre().members[member].teams)):
            await asyncio.to_thread(announced.remove, name, self._prompts)
        await asyncio.to_thread(self._look)

    def _midnight(self) -> float:
        zone = self._centre().timezone
        tomorrow = self._clock().astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), zone).timestamp()

    async def _keep_up(self) -> None:
        while True:
            self._changed.clear()
            wanted = every_sentence(self._centre(), self._clock())
            self._sounds.announced_words = {name: each.words for name, each in wanted.items()}
            self._sounds.centre = self._centre().name
            await self._speak(wanted)
            await asyncio.to_thread(self._look)
            try:
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _speak(self, wanted: Mapping[str, Sentence]) -> None:
        """Each that is not there; one that cannot be spoken is left out and logged, the others are said."""
        due = [each for name, each in wanted.items() if not announced.is_there(self._prompts, name)]
        try:
            await asyncio.to_thread(self._speak_each, due)
        except (SpeechFailed, SoundRefused, OSError) as error:
            log.error("announcement_not_spoken", reason=str(error))
        if due:
            log.info("announcements_spoken", sentences=len(due))
        now = self._clock().timestamp()
        counting = [name for name, until in announced.recorded(self._prompts).items() if until > now]
        long_ago = unix_seconds() - LEFT_SECONDS
        await asyncio.to_thread(announced.sweep, self._prompts, [*wanted, *counting], long_ago)

    def _speak_each(self, due: Sequence[Sentence]) -> None:
        if not due:
            return
        engine = self._engine()
        for sentence in due:
            announced.speak(sentence.words, sentence.language, sentence.sound, self._prompts, engine)

    def _look(self) -> None:
        self._recorded = announced.recorded(self._prompts)
        self._sounds.measure_announced()


def _pending(member: str) -> str:
    return f"pending-{member}"
