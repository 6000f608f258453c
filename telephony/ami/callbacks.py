"""Callbacks on one Asterisk, said in AMI: fills `operations.callbacks.ports.CallbackSwitch`.

The placeholder's ChannelId is the callback's id, that of its second end the same with `-2`. Asterisk refuses a second
channel with an id that is alive: OriginateResponse tells that as a failure without a reason.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from operations.callbacks.ports import (
    AlreadyPlaced,
    AttemptEnded,
    Connected,
    Dial,
    Listener,
    Placeholder,
    Placement,
    Wish,
)
from operations.ports import SwitchAway, SwitchRefused
from telephony.ami import actions, told
from telephony.ami.callback_events import (
    EVENT,
    FIRST_END,
    SECOND_END,
    SECOND_SUFFIX,
    CallbackEvents,
    attempt_ended,
)
from telephony.ami.reader import Frame
from telephony.ami.switch import Asks
from telephony.ami.time_outs import NO_CHANNEL
from telephony.dialled import dialled

ANSWER_SECONDS = 5.0
"""Until OriginateResponse, or the event that tells what Asterisk remembers, has come."""
PIECE = 50
"""Frames that are read at a time: about a millisecond of the loop."""

_PLACED = "teamline-callback"
_WAITS = "Local/s@teamline-callback-wait/n"
_REMEMBERS = "teamline-callback-result"
_DIALS = "teamline-callback-dial"
_WITH_MEMBER = ("teamline-callback-taken", _DIALS)
_ATTEMPT = "TEAMLINE_ATTEMPT"


def callback_events(listener: Listener) -> Callable[[Frame], None]:
    """For `AmiConnection.on_event`: `listener` hears what becomes of callbacks, on the loop."""
    return CallbackEvents(listener)


class AmiCallbacks:
    """Needs a manager user with `write=call,originate` and the events OriginateResponse, UserEvent and Hangup.

    `heard` must be told every event (`AmiConnection.on_event(callbacks.heard)`). `seconds`: how long an answer may
    take that Asterisk gives by an event.
    """

    def __init__(self, asterisk: Asks, seconds: float = ANSWER_SECONDS) -> None:
        self._asterisk = asterisk
        self._seconds = seconds
        self._awaited: dict[tuple[str, str], asyncio.Future[str]] = {}

    def heard(self, frame: Frame) -> None:
        """One event of Asterisk."""
        if frame.name == "OriginateResponse":
            self._answered(frame.name, told.call_id(frame), frame.get("Response"))
        elif frame.name == "UserEvent" and frame.get("UserEvent") == EVENT and frame.get("What") == "remembered":
            self._answered(EVENT, told.call_id(frame, "Callback"), frame.get("Result"))

    async def place(self, placement: Placement) -> None:
        """Ask for a placeholder. It may come although this raises SwitchAway. Raises AlreadyPlaced."""
        action = actions.originate(
            _WAITS,
            _PLACED,
            "s",
            placement.callback,
            _variables(placement),
            other_channel_id=f"{placement.callback}{SECOND_SUFFIX}",
        )
        with self._awaiting("OriginateResponse", placement.callback) as answer:
            await self._asterisk.request(action)
            if await self._in_time(answer) == "Success":
                return
        if placement.callback in await self.placeholders():
            raise AlreadyPlaced
        raise SwitchRefused("Asterisk made no placeholder")

    async def dial(self, dial: Dial) -> None:
        """Dial for a placeholder that a member has answered; the record of this attempt is kept already."""
        second = f"{dial.callback}{SECOND_SUFFIX}"
        variables = {
            "TEAMLINE_NEXT": str(dial.attempt),
            "TEAMLINE_DIAL": "" if dial.kiosk else dialled(dial.number),
            "TEAMLINE_RING_KIOSK": dial.kiosk,
            "TEAMLINE_SHOWN": dial.shown,
            "TEAMLINE_RINGS": str(dial.ring_seconds),
        }
        for name, value in variables.items():
            await self._asterisk.request(actions.set_variable(name, value, second))
        await self._asterisk.request(actions.redirect(second, _DIALS, "s"))

    async def let_go(self, callback: str) -> None:
        """Take the placeholder out of line, or end what it does; none there is no error."""
        try:
            await self._asterisk.request(actions.hang_up(callback))
        except SwitchRefused as refused:
            if NO_CHANNEL not in str(refused):
                raise

    async def placeholders(self) -> Mapping[str, Placeholder]:
        """Every one alive, by its callback."""
        channels = await self._asterisk.collect(actions.status(variables=(_ATTEMPT,)))
        first: dict[str, Frame] = {}
        second: dict[str, Frame] = {}
        for start in range(0, len(channels), PIECE):
            for frame in channels[start : start + PIECE]:
                _sorted_in(frame, first, second)
            await asyncio.sleep(0)
        return {callback: _placeholder(callback, frame, second.get(callback)) for callback, frame in first.items()}

    async def result(self, callback: str) -> AttemptEnded | Connected | None:
        """What Asterisk remembers of the last attempt, though nobody listened then; None: nothing.

        A manager user without further rights may not read its database: a channel of ours does, for a moment.
        """
        channel = f"Local/s@{_REMEMBERS}/n"
        variables = {"TEAMLINE_CALLBACK": callback}
        asked = actions.originate(channel, _REMEMBERS, "s", f"{callback}-asked", variables)
        with self._awaiting(EVENT, callback) as answer:
            await self._asterisk.request(asked)
            ended = attempt_ended(callback, await self._in_time(answer))
        if ended is not None and ended.wish == Wish.TALK:
            return Connected(callback, ended.attempt)
        return ended

    @contextmanager
    def _awaiting(self, kind: str, callback: str) -> Iterator["asyncio.Future[str]"]:
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._awaited[kind, callback] = answer
        try:
            yield answer
        finally:
            if self._awaited.get((kind, callback)) is answer:
                del self._awaited[kind, callback]

    def _answered(self, kind: str, callback: str, answer: str) -> None:
        awaited = self._awaited.get((kind, callback))
        if awaited is not None and not awaited.done():
            awaited.set_result(answer)

    async def _in_time(self, answer: "asyncio.Future[str]") -> str:
        try:
            async with asyncio.timeout(self._seconds):
                return await answer
        except TimeoutError:
            raise SwitchAway("no answer in time") from None


def _variables(placement: Placement) -> Mapping[str, str]:
    return {
        "TEAMLINE_QUEUE": placement.queue,
        "TEAMLINE_TEAM": placement.team,
        "TEAMLINE_ARRIVAL": str(placement.arrival),
        "TEAMLINE_CREDIT": str(placement.credit),
        "TEAMLINE_CONCERN": placement.concern,
        "TEAMLINE_LANGUAGE": placement.language,
        "TEAMLINE_VISIT": str(placement.visit),
        "TEAMLINE_CALLER": dialled(placement.caller),
    }


def _sorted_in(frame: Frame, first: dict[str, Frame], second: dict[str, Frame]) -> None:
    channel, name = told.call_id(frame), frame.get("Channel")
    if frame.name != "Status" or not channel:
        return
    if FIRST_END.fullmatch(name):
        first[channel] = frame
    elif channel.endswith(SECOND_SUFFIX) and SECOND_END.fullmatch(name):
        second[channel.removesuffix(SECOND_SUFFIX)] = frame


def _placeholder(callback: str, first: Frame, second: Frame | None) -> Placeholder:
    is_with_member = second is not None and second.get("Context") in _WITH_MEMBER
    is_in_line = first.get("Application") == "Queue" and not is_with_member
    return Placeholder(
        callback=callback,
        is_in_line=is_in_line,
        is_with_member=is_with_member,
        attempt=_attempt(second) if second is not None else 0,
        is_connected=is_with_member and second is not None and bool(told.call_id(second, "BridgeID")),
        queue=first.get("Data").partition(",")[0] if is_in_line else "",
    )


def _attempt(second: Frame) -> int:
    value = dict(each.partition("=")[::2] for each in second.all("Variable")).get(_ATTEMPT, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 3 else 0  # noqa: PLR2004 - digits
