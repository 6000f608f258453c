"""The phone itself: PJSIP in a process and a thread of its own; orders come as JSON lines, events leave as JSON lines.

The first line is the account: {"server", "user", "password", "transport", "register_seconds", "capture", "playback"}.
Then orders: ["dial"], ["answer"], ["hang-up"], ["press", key], ["play", sound]. It goes at the end of its input.

PJSIP ends its process when a callback raises, so that each callback catches; an object that Python's collector frees
in another thread ends it, too, so that the collector runs here only, between two turns.
"""

import contextlib
import gc
import ipaddress
import json
import os
import secrets
import select
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, TextIO

try:
    import pjsua2 as pj
except ImportError as missing:
    raise SystemExit("the phone needs PJSIP: pip install 'teamline[kiosk]' (Python 3.11 or 3.12, x86-64)") from missing

from kiosk.phone_sound import Ears, Speaker
from kiosk.words import Sound

DIALLED = "0"
"""The dialplan looks at no digit of a kiosk: who is reached is decided there."""
KEY_EVERY_SECONDS = 0.35  # PJSIP sends a digit for 0.2 s
TURN_MILLISECONDS = 10
GOODBYE_SECONDS = 3.0
COLLECT_SECONDS = 30.0
ALIVE_SECONDS = 2.0
SESSION_SECONDS = 90  # RFC 4028: an Asterisk that restarted knows no call of before; seen within this time
ASKED_FOR = "answer-after=0"
_FIRST_FAULT = 300
_NOT_HERE = frozenset({408, 480, 500, 502, 503, 504, 513, 403, 401, 407, 404})
"""What is answered where nobody can be reached, or nobody answers at all (RFC 3261, section 21)."""
Tell = Callable[..., None]


class Conversation(pj.Call):  # type: ignore[misc]
    """One call; tells what becomes of it, unless it is none of ours any more."""

    def __init__(self, account: "Line", tell: Tell, call_id: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(account, call_id)
        self._account, self._tell = account, tell
        self.is_over = False
        self.is_connected = False
        self.is_dropped = False

    def onCallState(self, _: Any) -> None:  # noqa: ANN401, N802 - named by PJSIP
        """Told by PJSIP."""
        with _telling_errors(self._tell):
            seen = self.getInfo()
            if seen.state == pj.PJSIP_INV_STATE_CONFIRMED and not self.is_connected:
                self.is_connected = True
                self._say("connected")
            elif seen.state == pj.PJSIP_INV_STATE_DISCONNECTED:
                self.is_over = True
                self._say("over", fault=not self.is_connected and seen.lastStatusCode in _NOT_HERE)

    def _say(self, event: str, **more: object) -> None:
        if not self.is_dropped:
            self._tell(event, **more)

    def onCallMediaState(self, _: Any) -> None:  # noqa: ANN401, N802 - named by PJSIP
        """Told by PJSIP."""
        with _telling_errors(self._tell):
            seen = self.getInfo()  # held: what it holds is gone with it
            if any(each.status == pj.PJSUA_CALL_MEDIA_ACTIVE for each in seen.media):
                self._account.ears.join(self.getAudioMedia(-1))


class Line(pj.Account):  # type: ignore[misc]
    """The account, and every call until PJSIP has let go of it."""

    def __init__(self, tell: Tell, known: str, address: str) -> None:
        super().__init__()
        self._tell, self._known, self._address = tell, known, address
        self.calls: dict[int, Conversation] = {}
        self.current: Conversation | None = None
        self.ears: Ears
        self.is_registered = False

    def onRegState(self, seen: Any) -> None:  # noqa: ANN401, N802 - named by PJSIP
        """Told by PJSIP."""
        with _telling_errors(self._tell):
            self.is_registered = seen.code // 100 == 2 and seen.expiration > 0  # noqa: PLR2004 - RFC 3261: 2xx
            self._tell("registered", known=self.is_registered, code=seen.code)

    def onIncomingCall(self, seen: Any) -> None:  # noqa: ANN401, N802 - named by PJSIP
        """One call at a time, and from the one Asterisk that knows our secret address alone."""
        with _telling_errors(self._tell):
            call = Conversation(self, self._tell, seen.callId)
            self.calls[seen.callId] = call
            request, _, rest = seen.rdata.wholeMsg.partition("\r\n")
            if not self._is_from_home(seen.rdata.srcAddress) or self._known not in request:
                self._refuse(call, pj.PJSIP_SC_FORBIDDEN)
            elif self.current:
                self._refuse(call, pj.PJSIP_SC_BUSY_HERE)
            else:
                self.current = call
                call.answer(_said(pj.PJSIP_SC_RINGING))
                self._tell("rang", asked=_is_asked_for(rest))

    def _is_from_home(self, source: str) -> bool:
        return source.rpartition(":")[0].strip("[]") == self._address

    def _refuse(self, call: Conversation, code: int) -> None:
        call.is_dropped = True
        call.answer(_said(code))

    def forget_ended(self) -> None:
        """Let go of ended calls, outside of their own callbacks."""
        if self.current and self.current.is_over:
            self.current = None
        self.calls = {number: call for number, call in self.calls.items() if not call.is_over}


class Phone:
    """The library, one line, and the keys still to press."""

    def __init__(self, wanted: dict[str, Any], tell: Tell) -> None:
        self._wanted, self._tell = wanted, tell
        self._keys: deque[str] = deque()
        self._next_key = self._next_word = 0.0
        self._next_collection = time.monotonic() + COLLECT_SECONDS
        family, self._address = _resolved(wanted["server"])
        self._endpoint = _endpoint(family, self._address, wanted["transport"])
        self._speaker = Speaker(Ears(wanted["capture"], wanted["playback"]))
        known = f"kiosk={secrets.token_hex(12)}"
        self._line = Line(tell, known, self._address)
        self._line.ears = self._speaker.ears
        self._line.create(_account(wanted, known, self._address))

    def obey(self, order: list[str]) -> None:
        """One order."""
        match order:
            case ["dial"]:
                self._dial()
            case ["answer"] if self._line.current:
                self._line.current.answer(_said(pj.PJSIP_SC_OK))
            case ["hang-up"]:
                self._hang_up()
            case ["press", key]:
                self._keys.append(key)
            case ["play", sound]:
                self._speaker.play(Sound(sound))

    def _dial(self) -> None:
        if call := self._line.current:  # it began to ring while the handset was lifted: that is the call
            call.answer(_said(pj.PJSIP_SC_OK))
            return
        call = Conversation(self._line, self._tell)
        try:
            call.makeCall(_uri(DIALLED, self._wanted), pj.CallOpParam(True))
        except pj.Error:
            self._tell("over", fault=True)
            return
        self._line.calls[call.getId()] = self._line.current = call

    def _hang_up(self) -> None:
        self._keys.clear()
        if call := self._line.current:
            call.is_dropped, self._line.current = True, None
            with contextlib.suppress(pj.Error):  # it ended in this moment
                call.hangup(pj.CallOpParam())

    def turn(self) -> None:
        """Let PJSIP work, press the next key when it is due, say that we live."""
        self._endpoint.libHandleEvents(TURN_MILLISECONDS)
        self._line.forget_ended()
        now = time.monotonic()
        if self._keys and now >= self._next_key:
            self._press(self._keys.popleft())
            self._next_key = now + KEY_EVERY_SECONDS
        if now >= self._next_word:
            self._tell("alive", sound=self._speaker.ears.is_there)
            self._next_word = now + ALIVE_SECONDS
        if now >= self._next_collection:
            gc.collect()
            self._next_collection = now + COLLECT_SECONDS

    def _press(self, key: str) -> None:
        if self._line.current and self._line.current.is_connected:
            with contextlib.suppress(pj.Error):  # it ended in this moment
                self._line.current.dialDtmf(key)

    def close(self) -> None:
        """Calls, registration, sound, account, library: in this order."""
        self._endpoint.hangupAllCalls()
        self._turn_while(lambda: bool(self._line.calls))
        if self._line.is_registered:
            self._line.setRegistration(False)
            self._turn_while(lambda: self._line.is_registered)
        self._line.current = None
        self._line.calls.clear()
        self._speaker.close()
        self._line.shutdown()
        del self._line, self._speaker
        gc.collect()
        self._endpoint.libDestroy()

    def _turn_while(self, waits: Callable[[], bool]) -> None:
        end = time.monotonic() + GOODBYE_SECONDS
        while waits() and time.monotonic() < end:
            self._endpoint.libHandleEvents(TURN_MILLISECONDS)
            self._line.forget_ended()


def _is_asked_for(headers: str) -> bool:
    """Whether Asterisk says that whoever stands at this phone has asked for the call (Call-Info, RFC 3261 20.9)."""
    lines = headers.partition("\r\n\r\n")[0].split("\r\n")
    return any(line.lower().startswith("call-info:") and ASKED_FOR in line.lower() for line in lines)


def _said(code: int) -> Any:  # noqa: ANN401 - untyped library
    answer = pj.CallOpParam()
    answer.statusCode = code
    return answer


def _resolved(server: str) -> tuple[int, str]:
    """Family and address of host:port. Raises OSError."""
    host, _, port = server.rpartition(":")
    found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_DGRAM)
    family, _, _, _, address = found[0]
    return family, str(address[0])


def _endpoint(family: int, address: str, transport: str) -> Any:  # noqa: ANN401 - untyped library
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    wanted = pj.EpConfig()
    wanted.uaConfig.threadCnt = 0
    wanted.uaConfig.mainThreadOnly = True
    wanted.logConfig.level = wanted.logConfig.consoleLevel = 0
    wanted.medConfig.noVad = True
    wanted.medConfig.clockRate = 16000
    endpoint.libInit(wanted)
    way = pj.TransportConfig()
    if ipaddress.ip_address(address).is_loopback:
        way.boundAddress = address
    endpoint.transportCreate(_transport(family, transport), way)
    endpoint.libStart()
    endpoint.audDevManager().setNullDev()
    return endpoint


def _transport(family: int, transport: str) -> int:
    name = f"PJSIP_TRANSPORT_{transport.upper()}{'6' if family == socket.AF_INET6 else ''}"
    return int(getattr(pj, name))


def _account(wanted: dict[str, Any], known: str, address: str) -> Any:  # noqa: ANN401 - untyped library
    account = pj.AccountConfig()
    account.idUri = f"sip:{wanted['user']}@{wanted['server']}"
    account.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", wanted["user"], 0, wanted["password"]))
    account.sipConfig.contactUriParams = f";{known}"
    account.mediaConfig.transportConfig.port = 0
    if ipaddress.ip_address(address).is_loopback:
        account.mediaConfig.transportConfig.boundAddress = address
    account.callConfig.timerUse = pj.PJSUA_SIP_TIMER_ALWAYS
    account.callConfig.timerSessExpiresSec = account.callConfig.timerMinSESec = SESSION_SECONDS
    registration = account.regConfig
    registration.registrarUri = _uri("", wanted)
    registration.timeoutSec = wanted["register_seconds"]
    registration.retryIntervalSec = 4
    registration.firstRetryIntervalSec = 1
    registration.randomRetryIntervalSec = 2
    registration.unregWaitMsec = 1000
    return account


def _uri(user: str, wanted: dict[str, Any]) -> str:
    transport = "" if wanted["transport"] == "udp" else f";transport={wanted['transport']}"
    return f"sip:{user}@{wanted['server']}{transport}" if user else f"sip:{wanted['server']}{transport}"


@contextlib.contextmanager
def _telling_errors(tell: Tell) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - it would end the process inside foreign code
        tell("error", kind=type(error).__name__)


def _own_words() -> TextIO:
    """Our lines only on standard output: PJSIP's own log, which may name who calls, goes nowhere."""
    words = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return words


def main() -> None:
    """Run until the input ends."""
    gc.disable()
    words = _own_words()
    orders = sys.stdin.fileno()
    received = b""

    def tell(event: str, **more: object) -> None:
        words.write(json.dumps({"event": event, **more}) + "\n")

    with open(orders, "rb", buffering=0, closefd=False) as unread:
        first = unread.readline()
    try:
        phone = Phone(json.loads(first), tell)
    except OSError as error:
        raise SystemExit(f"the address of the SIP server is not found: {error.strerror}") from error
    while True:
        phone.turn()
        if not select.select([orders], [], [], 0)[0]:
            continue
        if not (more := os.read(orders, 65536)):
            break
        *lines, received = (received + more).split(b"\n")
        for line in lines:
            with _telling_errors(tell):
                phone.obey(json.loads(line))
    phone.close()


if __name__ == "__main__":
    main()
