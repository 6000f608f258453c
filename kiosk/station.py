"""What a kiosk does when something happens: events in, orders out; no clock, no wire, no person in it.

Theory of operation. The phone dials one constant and Asterisk's dialplan decides, so that this side needs to know
nothing of whoever stands here. What it must get right is order: a call that begins while a scan is on its way to the
router waits for it (else the person before would be called for), and a code that nobody can read ends what was bound
before. With a hook, lifting begins or answers a call; without one any key does.
"""

from collections import deque
from enum import Enum

from kiosk.codes import Sightings
from kiosk.words import (
    Answer,
    Bound,
    Connected,
    Dial,
    DirectCall,
    Event,
    Forget,
    HangUp,
    Lifted,
    Order,
    Over,
    PhoneGone,
    Play,
    Post,
    Press,
    Pressed,
    PutDown,
    Rang,
    Readers,
    Refused,
    Registered,
    Seen,
    Sound,
    Ticked,
)
from operations.kiosks.reports import Device, Handset, Report

OFF_HOOK_SECONDS = 60.0
SCAN_SECONDS = 3.0
"""So long a call waits for the scan before it; then the person is more important than the team."""
RETRY_SECONDS = 2.0
TOLD_SECONDS = 6.0
"""So long a phone without a hook lets hear that it cannot help."""
REMEMBERED_SECONDS = 180.0
MOST_KEYS = 32


class Stage(Enum):
    """Where the only call is."""

    NONE = "none"
    CONNECTING = "connecting"
    RINGING = "ringing"
    TALKING = "talking"


class Station:
    """One kiosk. `take` is given everything that happens, with the seconds of a clock that never jumps."""

    def __init__(self, *, has_hook: bool) -> None:
        self._has_hook = has_hook
        self.is_up = False
        self.is_registered = False
        self.stage = Stage.NONE
        self._readers = Readers(Device.NONE, Device.NONE)
        self._sightings = Sightings()
        self._keys: deque[str] = deque()
        self._wants_call = False
        self._not_before = 0.0
        self._idle_since = 0.0
        self._ended = Sound.QUIET
        self._told_until = 0.0
        self._scan = 0
        self._scanned_at: float | None = None
        self._is_on_its_way = False
        self._direct: str | None = None
        self._answered: str | None = None
        self._sound = Sound.QUIET
        self._orders: list[Order] = []

    def take(self, event: Event, now: float) -> list[Order]:
        """What is to be done about it, in this order."""
        self._orders = []
        self._happened(event, now)
        self._begin_if_wanted(now)
        self._sound_as_due(now)
        return self._orders

    def report(self, version: str) -> Report:
        """How the kiosk is, for the router."""
        up = Handset.UP if self.is_up else Handset.DOWN
        return Report(
            handset=up if self._has_hook else Handset.NONE,
            registered=self.is_registered,
            in_call=self.stage in {Stage.CONNECTING, Stage.TALKING},
            scanner=self._readers.scanner,
            camera=self._readers.camera,
            version=version,
        )

    def _happened(self, event: Event, now: float) -> None:
        match event:
            case Lifted() | PutDown() | Pressed():
                self._touched(event, now)
            case Seen() | Bound() | Refused():
                self._scanned(event, now)
            case Rang() | Connected() | Over() | PhoneGone() | Registered():
                self._called(event, now)
            case DirectCall():
                self._direct = event.id
                if self.stage is Stage.RINGING:
                    self._answer_if_asked(event.id is not None)
            case Readers():
                self._readers = event
            case Ticked():
                self._forget_if_due(now)

    def _touched(self, event: Lifted | PutDown | Pressed, now: float) -> None:
        match event:
            case Lifted():
                self.is_up, self._idle_since, self._ended = self._has_hook, now, Sound.QUIET
                self._lifted(now)
            case PutDown():
                self.is_up, self._wants_call, self._ended, self._told_until = False, False, Sound.QUIET, 0.0
                self._keys.clear()
                if self.stage in {Stage.CONNECTING, Stage.TALKING}:
                    self.stage = Stage.NONE
                    self._orders.append(HangUp())
            case Pressed():
                self._pressed(event.key, now)

    def _pressed(self, key: str, now: float) -> None:
        if self.stage is Stage.TALKING:
            self._orders.append(Press(key))
        elif self.stage is Stage.CONNECTING and len(self._keys) < MOST_KEYS:
            self._keys.append(key)
        elif self._is_at_hand:
            self._lifted(now)

    @property
    def _is_at_hand(self) -> bool:
        """Whether somebody would hear: the handset is up, or there is none."""
        return self.is_up or not self._has_hook

    def _lifted(self, now: float) -> None:
        if self.stage is Stage.RINGING:
            self._answer()
        elif self.stage is Stage.NONE:
            self._wants_call, self._not_before, self._ended = True, now, Sound.QUIET
            if not self.is_registered and not self._has_hook:
                self._wants_call, self._told_until = False, now + TOLD_SECONDS

    def _answer(self) -> None:
        self._answered, self.stage = self._direct, Stage.CONNECTING
        self._orders.append(Answer())

    def _answer_if_asked(self, was_asked_for: bool) -> None:
        if was_asked_for and self._is_at_hand and (self._direct is None or self._direct != self._answered):
            self._answer()

    def _scanned(self, event: Seen | Bound | Refused, now: float) -> None:
        match event:
            case Seen():
                if self._sightings.is_new(event.code, now, is_typed=event.is_typed):
                    self._seen(event, now)
            case Bound(scan) | Refused(scan):
                if scan == self._scan and self._is_on_its_way:
                    self._is_on_its_way = False
                    self._say(Sound.TAKEN if isinstance(event, Bound) else Sound.REFUSED)

    def _seen(self, event: Seen, now: float) -> None:
        self._scan, self._scanned_at = self._scan + 1, now
        self._is_on_its_way = event.code is not None
        if event.code:
            self._orders.append(Post(self._scan, event.code))
        else:
            self._orders.append(Forget())
            self._say(Sound.REFUSED)

    def _say(self, sound: Sound) -> None:
        """Only where it disturbs nobody's talk."""
        if self.stage is Stage.NONE and self._sound is Sound.QUIET:
            self._orders.append(Play(sound))

    def _called(self, event: Rang | Connected | Over | PhoneGone | Registered, now: float) -> None:
        match event:
            case Registered(is_known):
                self.is_registered = is_known
            case Rang(was_asked_for) if self.stage is Stage.NONE:
                self.stage, self._wants_call = Stage.RINGING, False
                self._answer_if_asked(was_asked_for or self._direct is not None)
            case Connected() if self.stage is Stage.CONNECTING:
                self.stage = Stage.TALKING
                self._orders += [Press(key) for key in self._keys]
                self._keys.clear()
            case Over(is_fault):
                self._ended_by_others(now, is_fault=is_fault and self.stage is Stage.CONNECTING)
            case PhoneGone():
                self.is_registered = False
                self._ended_by_others(now, is_fault=self.stage is Stage.CONNECTING)

    def _ended_by_others(self, now: float, *, is_fault: bool) -> None:
        if self.stage is Stage.NONE:
            return
        was_ringing = self.stage is Stage.RINGING
        self.stage = Stage.NONE
        self._keys.clear()
        if is_fault:
            self._wants_call, self._not_before = self.is_up, now + RETRY_SECONDS
            self._ended, self._told_until = Sound.AWAY, now + TOLD_SECONDS
            return
        self._idle_since = now
        if not was_ringing:
            self._ended = Sound.BUSY

    def _begin_if_wanted(self, now: float) -> None:
        is_waiting_for_scan = self._is_on_its_way and now - (self._scanned_at or 0.0) < SCAN_SECONDS
        if self.stage is not Stage.NONE or not self._wants_call or is_waiting_for_scan:
            return
        if self.is_registered and now >= self._not_before:
            self._wants_call, self.stage, self._ended = False, Stage.CONNECTING, Sound.QUIET
            self._orders.append(Dial())

    def _forget_if_due(self, now: float) -> None:
        if self._scanned_at is not None and now - self._scanned_at >= REMEMBERED_SECONDS:
            self._scanned_at, self._is_on_its_way = None, False
            self._sightings.forget()

    def _sound_as_due(self, now: float) -> None:
        due = self._due(now)
        if due is not self._sound:
            self._sound = due
            self._orders.append(Play(due))

    def _due(self, now: float) -> Sound:
        if self.stage is Stage.RINGING:
            return Sound.RING
        if self.stage is not Stage.NONE:
            return Sound.QUIET
        if not self.is_up:
            return Sound.AWAY if now < self._told_until and not self._has_hook else Sound.QUIET
        if now - self._idle_since >= OFF_HOOK_SECONDS:
            return Sound.ALARM
        return self._ended if self.is_registered else Sound.AWAY
