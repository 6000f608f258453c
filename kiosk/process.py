"""One kiosk: its phone, its readers and its messages around the station that decides what happens."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import structlog

from kiosk.child import Child
from kiosk.codes import LONGEST, read_code
from kiosk.configuration import NONE, STDIN, KioskConfiguration
from kiosk.evdev import Keyboard
from kiosk.keyboard import Handset, Stroke, Wedge, line_code, line_meaning
from kiosk.messenger import Messenger
from kiosk.router_client import RouterClient
from kiosk.station import Station
from kiosk.words import (
    Answer,
    Connected,
    Dial,
    Event,
    Forget,
    HangUp,
    Order,
    Over,
    PhoneGone,
    Play,
    Post,
    Press,
    Rang,
    Readers,
    Registered,
    Seen,
    Ticked,
)
from operations.kiosks.reports import Device, Report
from routing.number import NumberFormat

TICK_SECONDS = 0.25
DEAF_SECONDS = 120.0
"""A phone that has not registered for so long is begun anew: the machine's own address may have changed."""
WATCHDOG_SECONDS = 5.0
_AT_ONCE = 4096
_LONGEST_LINE = 2 * LONGEST
"""What is longer is no code, however long it is."""

log = structlog.get_logger()


class KioskProcess:
    """Everything of one kiosk. `notify`: sd_notify(3)."""

    def __init__(self, wanted: KioskConfiguration, version: str, notify: Callable[[str], None]) -> None:
        self._keys, self._version, self._notify = wanted.keys, version, notify
        keys = wanted.keys
        numbers = NumberFormat(keys.numbers.customer, keys.numbers.household) if keys.numbers else None
        self._numbers = numbers
        self._station = Station(has_hook=keys.handset.hook and keys.handset.device != NONE)
        router = RouterClient(keys.router, keys.kiosk, wanted.token.get_secret_value(), keys.ca_file)
        self._messenger = Messenger(router, self.happens, self._report)
        self._phone = Child("phone", _module("kiosk.phone"), _account(wanted), self._phone_said, self._phone_gone)
        self._wedge = Wedge(keys.scanner.layout, numbers)
        self._handset = Handset(keys.handset.up_key, keys.handset.hang_up_key, keys.handset.hook)
        self._readers = Readers(_at_first(keys.scanner.device), _at_first(keys.camera.device))
        self._told: Report | None = None
        self._has_sound = True
        self._deaf_since = time.monotonic()

    async def run(self) -> None:
        """Until cancelled."""
        log.info("kiosk_started", kiosk=self._keys.kiosk, version=self._version)
        self.happens(self._readers)
        async with asyncio.TaskGroup() as group:
            for work in (self._phone.run(), self._messenger.run(), self._tick(), *self._reading()):
                group.create_task(work)

    def happens(self, event: Event) -> None:
        """Whatever it is: the station decides, its orders are carried out, a changed report is told."""
        for order in self._station.take(event, time.monotonic()):
            self._carry_out(order)
        if (report := self._report()) != self._told:
            self._told = report
            self._messenger.changed()

    def _report(self) -> Report:
        return self._station.report(self._version)

    def _carry_out(self, order: Order) -> None:
        match order:
            case Dial():
                self._phone.order("dial")
            case Answer():
                self._phone.order("answer")
            case HangUp():
                self._phone.order("hang-up")
            case Press(key):
                self._phone.order("press", key)
            case Play(sound):
                self._phone.order("play", sound)
            case Post() | Forget():
                self._messenger.send(order)

    def _phone_said(self, said: Mapping[str, Any]) -> None:
        match said:
            case {"event": "registered", "known": known, "code": code}:
                log.info("phone_registered" if known else "phone_not_registered", code=code)
                self._deaf_since = time.monotonic()
                self.happens(Registered(bool(known)))
            case {"event": "rang", "asked": asked}:
                self.happens(Rang(bool(asked)))
            case {"event": "connected"}:
                self.happens(Connected())
            case {"event": "over", "fault": fault}:
                self.happens(Over(bool(fault)))
            case {"event": "alive", "sound": is_there} if is_there != self._has_sound:
                self._has_sound = is_there
                if not is_there:
                    log.error("sound_away", cure="see `arecord -L` and `aplay -L`; is alsa-utils installed?")
            case {"event": "error", "kind": kind}:
                log.error("phone_error", kind=kind)

    def _phone_gone(self) -> None:
        self._deaf_since = time.monotonic()
        self.happens(PhoneGone())

    async def _tick(self) -> None:
        """Time passes; systemd is told that we live."""
        self._notify("READY=1")
        next_word = 0.0
        while True:
            now = time.monotonic()
            self.happens(Ticked())
            if now >= next_word:
                self._notify("WATCHDOG=1")
                next_word = now + WATCHDOG_SECONDS
            if not self._station.is_registered and now - self._deaf_since >= DEAF_SECONDS:
                self._deaf_since = now
                self._phone.start_again()
            await asyncio.sleep(TICK_SECONDS)

    def _reading(self) -> list[Coroutine[Any, Any, None]]:
        """What the scanner, the handset and the camera need."""
        scanner, handset, camera = self._keys.scanner.device, self._keys.handset.device, self._keys.camera.device
        found: list[Coroutine[Any, Any, None]] = []
        if scanner not in {NONE, STDIN}:
            found.append(Keyboard(scanner, self._scanner_typed, self._scanner_is).run())
        if handset not in {NONE, STDIN}:
            found.append(Keyboard(handset, self._handset_typed, _handset_is).run())
        if camera != NONE:
            found.append(self._camera().run())
        if STDIN in {scanner, handset}:
            threading.Thread(target=self._read_lines, args=(asyncio.get_running_loop(),), daemon=True).start()
        return found

    def _camera(self) -> Child:
        camera, numbers = self._keys.camera, self._numbers
        first = {**camera.model_dump(), "customer": "", "household": ""}
        if numbers:
            first |= {"customer": numbers.customer, "household": numbers.household}
        return Child(
            "camera", _module("kiosk.camera"), first, self._camera_said, lambda: self._camera_is(Device.MISSING)
        )

    def _camera_said(self, said: Mapping[str, Any]) -> None:
        self._camera_is(Device.OK)
        match said:
            case {"event": "code", "code": str(code)}:
                self.happens(Seen(read_code(code, self._numbers)))
            case {"event": "unreadable"}:
                self.happens(Seen(None))

    def _camera_is(self, state: Device) -> None:
        self._readers_are(Readers(self._readers.scanner, state))

    def _scanner_is(self, is_there: bool) -> None:
        self._readers_are(Readers(Device.OK if is_there else Device.MISSING, self._readers.camera))

    def _readers_are(self, readers: Readers) -> None:
        if readers != self._readers:
            self._readers = readers
            self.happens(readers)

    def _scanner_typed(self, stroke: Stroke) -> None:
        if seen := self._wedge.typed(stroke, time.monotonic()):
            self.happens(seen)

    def _handset_typed(self, stroke: Stroke) -> None:
        for event in self._handset.meaning(stroke):
            self.happens(event)

    def _read_lines(self, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread of its own, which ends with the input or the process."""
        held = b""
        while more := os.read(sys.stdin.fileno(), _AT_ONCE):
            *lines, held = (held + more).split(b"\n")
            held = held[:_LONGEST_LINE]
            for line in lines:
                if event := self._line_means(line.decode("ascii", "replace")):
                    loop.call_soon_threadsafe(self.happens, event)

    def _line_means(self, line: str) -> Event | None:
        if self._keys.handset.device == STDIN and (meant := line_meaning(line)):
            return meant
        if self._keys.scanner.device == STDIN and line.strip():
            return Seen(line_code(line, self._numbers), is_typed=True)
        return None


def _handset_is(is_there: bool) -> None:
    if not is_there:
        log.error("handset_away")


def _at_first(device: str) -> Device:
    if device == NONE:
        return Device.NONE
    return Device.OK if device == STDIN else Device.MISSING


def _module(name: str) -> list[str]:
    return [sys.executable, "-m", name]


def _account(wanted: KioskConfiguration) -> dict[str, object]:
    sip, sound = wanted.keys.sip, wanted.keys.sound
    return {
        "server": sip.server,
        "user": sip.user,
        "password": wanted.password.get_secret_value(),
        "transport": sip.transport,
        "register_seconds": sip.register_seconds,
        "capture": sound.capture,
        "playback": sound.playback,
    }
