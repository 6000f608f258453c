"""AgiLine: one caller, in caller verbs, over AGI commands.

Why every file plays with all keys as escape digits: Asterisk drops a key that arrives while it waits for
our next command, or during a file that no key may interrupt (res_agi.c, `run_agi` reads and frees frames).
A key that cuts a file short is reported by its reply and kept in the key-ahead; our next command follows
within a millisecond, long before another key can end. So while keys are ahead nothing is played, and
questions answer from them first. For the same reason an entry is collected by one `GET DATA`. It may last
longer than the absolute time-out may allow, so AMI re-arms that meanwhile (`rearm`); without AMI the entry is
collected in chunks of three keys, whose gaps can lose a key on a machine that is very busy.

A customer number comes in replies only. It never stands in an argument of EXEC or SET VARIABLE, which
Asterisk logs or raises as events. (Its read-back names one sound file a digit: keep Asterisk's own log
below verbose 3.)
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Protocol

from ivr.line import CallEnded
from routing.spoken import Spoken
from telephony.agi.absolute_timeout import ARMED_AT_START_SECONDS, MOST_SILENCE_SECONDS, AbsoluteTimeout, set_autohangup
from telephony.agi.events import Environment, Reply
from telephony.agi.grammar import command, get_variable, queue_waiting_count, record_file, send_text, set_variable
from telephony.agi.sounds import Sounds

KEYS = "0123456789*#"
FIRST_KEY_SECONDS = 5.0
BETWEEN_KEYS_SECONDS = 3.0
KEYS_AT_ONCE = 3
"""Keys of one GET DATA: three pauses of 3 s are the longest silence that the absolute time-out can allow."""
LONGEST_ENTRY = 63
"""Keys kept of one entry; those that follow up to `#` or silence are dropped."""
BEEP_SECONDS = 1.0
"""The tone before a recording, and Asterisk's own work around it."""
_MOST_COMMANDS_AN_ENTRY = 100
BEAT_SECONDS = 4.0
"""So often the watch is re-armed from outside while an entry or a recording lasts."""
PATIENCE_SECONDS = 5.0
"""On top of a step's own length: then Asterisk is taken for dead."""

SHOWN = "+text"
"""The script's argument by which the dialplan asks for texts (telephony/dialplan/entrances.py)."""

_ANSWER = command("ANSWER")
_WAIT = command("WAIT FOR DIGIT", str(int(FIRST_KEY_SECONDS * 1000)))
_COLLECT = command("GET DATA", "", str(int(BETWEEN_KEYS_SECONDS * 1000)), str(KEYS_AT_ONCE))
_COLLECT_ALL = command("GET DATA", "", str(int(BETWEEN_KEYS_SECONDS * 1000)), str(LONGEST_ENTRY))
_CHANNEL = re.compile(r"[A-Za-z0-9/_.;@-]{1,80}").fullmatch
_ARGUMENT = re.compile(r"agi_arg_[1-9][0-9]?").fullmatch
_CALL_ID = re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch
_ARRIVAL = re.compile(r"[0-9]{1,10}").fullmatch
_SUCCESS = 200


Rearm = Callable[[str, int], "asyncio.Future[None] | None"]
"""Arms so many seconds on a channel's watch without AGI, done once it is; None when that cannot work now."""


def nobody_rearms(_channel: str, _seconds: int) -> None:
    """There is no way beside AGI."""


class Wire(Protocol):
    """What the line needs of the connection."""

    def ask(self, command: bytes, seconds: float) -> Awaitable[Reply]:
        """Send one command; its reply, or CallEnded."""
        ...


class AgiLine:
    """Implements `ivr.line.Line`. Any reply of -1 means that the channel is gone: CallEnded."""

    def __init__(
        self,
        wire: Wire,
        environment: Environment,
        sounds: Sounds,
        clock: Callable[[], float],
        language: str = "de",
        rearm: Rearm = nobody_rearms,
        armed_seconds: float = ARMED_AT_START_SECONDS,
        recordings: str = "",
    ) -> None:
        """`recordings`: where Asterisk writes what callers say, as Asterisk sees the folder."""
        known = environment.variables
        call_id = known.get("agi_uniqueid", "")
        self.call_id: str = call_id if _CALL_ID(call_id) else "unknown"
        """Asterisk's unique id of the channel, `unknown` if it was garbled."""
        self.arguments: tuple[str, ...] = tuple(known[name] for name in known if _ARGUMENT(name))
        """What the dialplan passed behind the script's name; still to be checked by whoever reads them."""
        self._arrival = _arrival(self.arguments)
        self._language = language
        self._wire = wire
        self._sounds = sounds
        self._clock = clock
        self._watch = AbsoluteTimeout(clock(), armed_seconds)
        self._rearm = rearm
        self._arming: set[asyncio.Future[None]] = set()
        channel = known.get("agi_channel", "")
        self._channel = channel if _CHANNEL(channel) else ""
        self._ahead = ""
        self._recordings = recordings
        self._shows = SHOWN in self.arguments[1:]

    @property
    def arrival(self) -> int:
        """First contact in Unix seconds: the dialplan's first argument; 0 if missing or garbled."""
        return self._arrival

    @property
    def language(self) -> str:
        """The language in which the line speaks."""
        return self._language

    def speak(self, language: str) -> None:
        """Change the language from the next phrase on."""
        self._language = language

    def unread(self, keys: str) -> None:
        """Put keys back in front of the key-ahead, for the next question."""
        self._ahead = keys + self._ahead

    def forget_keys(self) -> None:
        """Drop the keys that are ahead: the next question is answered by what is pressed from then on."""
        self._ahead = ""

    async def caller(self) -> str:
        """The caller's number as TEAMLINE_CALLER keeps it, filtered again to `[0-9+]{0,32}`; empty if withheld."""
        return _number(await self.get("TEAMLINE_CALLER") or "")

    async def answer(self) -> None:
        """Take the call, so that the caller hears us."""
        await self._ask(_ANSWER)

    async def say(self, *spoken: Spoken) -> bool:
        """Say this; a key pressed meanwhile or before cuts it short and is kept for the next question.

        True if it was played to its end; the reply to an error counts as played.
        """
        if self._shows and spoken and not self._ahead:
            await self._show(*spoken)
        for phrase in spoken:
            for path, seconds in self._sounds.files(self._language, phrase):
                if self._ahead:
                    return False
                self._ahead += _key(await self._ask(_play(path), heard_seconds=seconds))
        return not self._ahead

    async def _show(self, *spoken: Spoken) -> None:
        """The same in writing, to a phone that shows texts; one that refuses them goes on hearing."""
        told = filter(None, (self._sounds.text(self._language, phrase) for phrase in spoken))
        await self._wire.ask(send_text(" ".join(told)), PATIENCE_SECONDS)  # -1 means not shown, not hung up

    async def key(self, *spoken: Spoken) -> str:
        """Say this and wait for one key (5 s): `0` to `9`, `*`, `#`; empty for silence."""
        await self.say(*spoken)
        if not self._ahead:
            self._ahead = _key(await self._ask(_WAIT, silent_seconds=FIRST_KEY_SECONDS))
        pressed, self._ahead = self._ahead[:1], self._ahead[1:]
        return pressed

    async def keys(self, *spoken: Spoken) -> str:
        """Say this and collect keys until `#` (5 s for the first, 3 s between); empty for none."""
        first = await self.key(*spoken)
        if first in ("", "#"):
            return ""
        entry, ended, ahead = (first + self._ahead).partition("#")
        self._ahead = ahead
        if not ended:
            entry = await self._collected(entry)
        return entry[:LONGEST_ENTRY]

    async def record(self, name: str, most_seconds: int, silence_seconds: int) -> None:
        """A tone, then into the recordings' folder under this name until a key, silence, or the length.

        Keys that are ahead are forgotten: they were pressed to hear the tone sooner.
        """
        self._ahead = ""
        line = record_file(f"{self._recordings}/{name}", KEYS, most_seconds, silence_seconds)
        if self._beat():
            await self._watched(line, most_seconds + BEEP_SECONDS)
        else:
            await self._ask(line, heard_seconds=most_seconds + BEEP_SECONDS)

    async def set(self, **variables: str) -> None:
        """Set channel variables, in this order; CommandRefused for what does not fit in one line."""
        for line in [set_variable(name, text) for name, text in variables.items()]:
            await self._ask(line)

    async def get(self, name: str) -> str | None:
        """Return the channel variable's text; None if it is not set, or empty."""
        reply = await self._ask(get_variable(name))
        return reply.rest or None if reply.code == _SUCCESS else None

    async def waiting(self, queue: str) -> int | None:
        """How many wait in this queue now, as Asterisk counts; None if it does not say."""
        reply = await self._ask(queue_waiting_count(queue))
        return int(reply.rest) if _ARRIVAL(reply.rest) else None

    async def settle(self) -> None:
        """Wait for what was armed from outside: once the dialplan has gone on, it would end a call in line."""
        if self._arming:
            await asyncio.wait(self._arming)

    async def _collected(self, entry: str) -> str:
        """All keys up to `#`: in one command while somebody can keep the watch, so that no key falls between two."""
        for _ in range(_MOST_COMMANDS_AN_ENTRY):
            if not self._beat():
                return await self._collected_in_chunks(entry)
            more = await self._collected_at_once()
            entry = (entry + more)[:LONGEST_ENTRY]
            if len(more) < LONGEST_ENTRY:
                break
        return entry

    async def _collected_at_once(self) -> str:
        reply = await self._watched(_COLLECT_ALL, LONGEST_ENTRY * BETWEEN_KEYS_SECONDS)
        return "".join(key for key in reply.result if key in KEYS)

    async def _watched(self, line: bytes, seconds: float) -> Reply:
        """A command of this length at most, the watch kept short all the while: the caller may end it long before."""
        asked = asyncio.ensure_future(self._wire.ask(line, seconds + PATIENCE_SECONDS))
        try:
            while not (await asyncio.wait({asked}, timeout=BEAT_SECONDS))[0]:
                self._beat()
        finally:
            asked.cancel()  # when we were cancelled; a finished one stays finished
        return _alive(asked.result())

    def _beat(self) -> bool:
        return self._armed_from_outside(int(MOST_SILENCE_SECONDS))

    def _armed_from_outside(self, seconds: int) -> bool:
        arming = self._rearm(self._channel, seconds) if self._channel else None
        if arming is None:
            return False
        self._arming.add(arming)
        arming.add_done_callback(self._arming.discard)
        self._watch.arm(self._clock(), seconds)
        return True

    async def _collected_in_chunks(self, entry: str) -> str:
        for _ in range(_MOST_COMMANDS_AN_ENTRY):
            reply = await self._ask(_COLLECT, silent_seconds=BETWEEN_KEYS_SECONDS * KEYS_AT_ONCE)
            more = "".join(key for key in reply.result if key in KEYS)
            entry = (entry + more)[:LONGEST_ENTRY]
            if len(more) < KEYS_AT_ONCE:
                break
        return entry

    async def _ask(self, line: bytes, heard_seconds: float = 0.0, silent_seconds: float = 0.0) -> Reply:
        now = self._clock()
        due = self._watch.due(now, heard_seconds, silent_seconds)
        # From outside where that can wait: one command fewer, in which a key could be lost.
        if due and not (self._watch.is_far(now) and self._armed_from_outside(due)):
            _alive(await self._wire.ask(set_autohangup(due), PATIENCE_SECONDS))
            self._watch.arm(now, due)
        return _alive(await self._wire.ask(line, heard_seconds + silent_seconds + PATIENCE_SECONDS))


@lru_cache(maxsize=4096)
def _play(path: str) -> bytes:
    return command("STREAM FILE", path, KEYS)


def _alive(reply: Reply) -> Reply:
    if reply.result == "-1":
        raise CallEnded
    return reply


def _key(reply: Reply) -> str:
    """The key that a play or wait ended with (its ASCII code); none for 0, nor for an error."""
    key = chr(int(reply.result)) if reply.result.isdecimal() and len(reply.result) <= len("127") else ""
    return key if key in KEYS else ""


def _number(number: str) -> str:
    return re.sub(r"[^0-9+]", "", number)[:32]


def _arrival(arguments: tuple[str, ...]) -> int:
    return int(arguments[0]) if arguments and _ARRIVAL(arguments[0]) else 0
