"""One ordinary softphone (PJSIP) as a program: orders come as JSON lines, what happens leaves as JSON lines.

The first line is the phone: {"sip": "host:port", "user": ..., "password": ..., "shown": its own number,
"port": for SIP, "media": for RTP, "registers": true or false}. Then orders: ["call", number], ["key", digits],
["answer"], ["heard"], ["level"], ["hum", file], ["record", file], ["hang-up"]. It goes at the end of its input.
One thread and one process a phone: PJSIP keeps its state there.
"""

import contextlib
import gc
import json
import os
import select
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any, TextIO

import pjsua2 as pj

KEY_EVERY_SECONDS = 0.35  # PJSIP sends a digit for 0.2 s
TURN_MILLISECONDS = 10
GOODBYE_SECONDS = 5
HOST = "127.0.0.1"
Tell = Callable[..., None]


class Conversation(pj.Call):
    """One call; tells what becomes of it and is silent in both directions."""

    def __init__(self, account: "Line", tell: Tell, call_id: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(account, call_id)
        self._tell = tell
        self.is_over = False
        self.is_answered = False

    def onCallState(self, _: pj.OnCallStateParam) -> None:  # noqa: N802 (named by PJSIP)
        with telling_errors(self._tell):
            seen = self.getInfo()
            if seen.state == pj.PJSIP_INV_STATE_CONFIRMED:
                self.is_answered = True
                self._tell("answered")
            elif seen.state == pj.PJSIP_INV_STATE_DISCONNECTED:
                self.is_over = True
                self._tell("ended", code=seen.lastStatusCode)

    def onCallMediaState(self, _: pj.OnCallMediaStateParam) -> None:  # noqa: N802 (named by PJSIP)
        with telling_errors(self._tell):
            seen = self.getInfo()  # held: what it holds is gone with it
            if any(each.status == pj.PJSUA_CALL_MEDIA_ACTIVE for each in seen.media):
                devices = pj.Endpoint.instance().audDevManager()
                sound = self.getAudioMedia(-1)
                devices.getCaptureDevMedia().startTransmit(sound)
                sound.startTransmit(devices.getPlaybackDevMedia())

    def hum(self, file: str) -> None:
        """From now on this sound file is heard at the other end."""
        self._player = pj.AudioMediaPlayer()
        self._player.createPlayer(file)
        self._player.startTransmit(self.getAudioMedia(-1))

    def record(self, file: str) -> None:
        """From now on what is heard here goes to this WAV file, 16 kHz."""
        self._recorder = pj.AudioMediaRecorder()
        self._recorder.createRecorder(file)
        self.getAudioMedia(-1).startTransmit(self._recorder)

    def onInstantMessage(self, seen: pj.OnInstantMessageParam) -> None:  # noqa: N802 (named by PJSIP)
        with telling_errors(self._tell):
            self._tell("shown", text=seen.msgBody)

    def heard(self) -> int:
        """RTP packets received so far."""
        return int(self.getStreamStat(0).rtcp.rxStat.pkt)


class Line(pj.Account):
    """The phone's account and its calls."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self.calls: dict[int, Conversation] = {}
        self.is_registered = False

    def onRegState(self, seen: pj.OnRegStateParam) -> None:  # noqa: N802 (named by PJSIP)
        with telling_errors(self._tell):
            self.is_registered = bool(seen.expiration)
            self._tell("registered" if seen.expiration else "unregistered", code=seen.code)

    def onIncomingCall(self, seen: pj.OnIncomingCallParam) -> None:  # noqa: N802 (named by PJSIP)
        with telling_errors(self._tell):
            call = Conversation(self, self._tell, seen.callId)
            self.calls[seen.callId] = call
            self._tell("rang", caller=call.getInfo().remoteUri)
            call.answer(said(pj.PJSIP_SC_RINGING))

    def forget_ended(self) -> None:
        """Let go of ended calls, outside of their own callbacks."""
        self.calls = {call_id: call for call_id, call in self.calls.items() if not call.is_over}

    @property
    def call(self) -> Conversation:
        """The only call. Raises StopIteration if there is none."""
        return next(iter(self.calls.values()))


class Softphone:
    """The library, one line, and the keys still to press."""

    def __init__(self, wanted: dict[str, Any], tell: Tell) -> None:
        self._wanted = wanted
        self._tell = tell
        self._keys: deque[str] = deque()
        self._next_key = 0.0
        self._endpoint = _endpoint(wanted["port"])
        self._line = Line(tell)
        self._line.create(_account(wanted))

    def obey(self, order: list[str]) -> None:
        """One order."""
        match order:
            case ["call", number]:
                self._call(number)
            case ["key", digits]:
                self._keys.extend(digits)
            case ["hum", file]:
                self._line.call.hum(file)
            case ["record", file]:
                self._line.call.record(file)
            case ["answer"]:
                self._line.call.answer(said(pj.PJSIP_SC_OK))
            case ["heard"]:
                self._tell("heard", packets=self._line.call.heard())
            case ["level"]:
                self._tell("level", heard=self._line.call.getAudioMedia(-1).getTxLevel())
            case ["hang-up"]:
                self._line.call.hangup(pj.CallOpParam())

    def _call(self, number: str) -> None:
        call = Conversation(self._line, self._tell)
        call.makeCall(f"sip:{number}@{self._wanted['sip']}", pj.CallOpParam(True))
        self._line.calls[call.getId()] = call

    def turn(self) -> None:
        """Let PJSIP work, press the next key when it is due."""
        self._endpoint.libHandleEvents(TURN_MILLISECONDS)
        self._line.forget_ended()
        if self._keys and time.monotonic() >= self._next_key and self._line.calls and self._line.call.is_answered:
            self._line.call.dialDtmf(self._keys.popleft())
            self._next_key = time.monotonic() + KEY_EVERY_SECONDS

    def close(self) -> None:
        """Calls, registration, accounts, library: in this order."""
        self._endpoint.hangupAllCalls()
        self._turn_while(lambda: bool(self._line.calls))
        if self._line.is_registered:
            self._line.setRegistration(False)
            self._turn_while(lambda: self._line.is_registered)
        self._line.calls.clear()
        self._line.shutdown()
        del self._line
        gc.collect()
        self._endpoint.libDestroy()

    def _turn_while(self, waits: Callable[[], bool]) -> None:
        end = time.monotonic() + GOODBYE_SECONDS
        while waits() and time.monotonic() < end:
            self.turn()


def said(code: int) -> pj.CallOpParam:
    """A SIP answer."""
    answer = pj.CallOpParam()
    answer.statusCode = code
    return answer


def _endpoint(port: int) -> pj.Endpoint:
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    wanted = pj.EpConfig()
    wanted.uaConfig.threadCnt = 0
    wanted.uaConfig.mainThreadOnly = True
    wanted.logConfig.level = wanted.logConfig.consoleLevel = 1
    wanted.medConfig.noVad = True
    endpoint.libInit(wanted)
    way = pj.TransportConfig()
    way.port, way.boundAddress = port, HOST
    endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, way)
    endpoint.libStart()
    endpoint.audDevManager().setNullDev()
    return endpoint


def _account(wanted: dict[str, Any]) -> pj.AccountConfig:
    account = pj.AccountConfig()
    account.idUri = f"sip:{wanted['shown']}@{wanted['sip']}"
    account.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", wanted["user"], 0, wanted["password"]))
    account.mediaConfig.transportConfig.port = wanted["media"]
    account.mediaConfig.transportConfig.boundAddress = HOST
    if wanted["registers"]:
        account.regConfig.registrarUri = f"sip:{wanted['sip']}"
    return account


@contextlib.contextmanager
def telling_errors(tell: Tell):  # noqa: ANN201 (a generator by its decorator)
    """An exception in a callback would end the process inside foreign code: tell it instead."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 (whatever it is)
        tell("error", text=str(error))


def _own_words() -> TextIO:
    """Our lines only on standard output: PJSIP's own log goes to the error output."""
    words = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)
    return words


def main() -> None:
    """Run until the input ends."""
    gc.disable()
    words = _own_words()
    orders = sys.stdin.fileno()
    received = b""

    def tell(event: str, **more: object) -> None:
        words.write(json.dumps({"event": event, **more}) + "\n")

    phone = Softphone(json.loads(sys.stdin.buffer.raw.readline()), tell)
    tell("ready")
    while True:
        phone.turn()
        if not select.select([orders], [], [], 0)[0]:
            continue
        if not (more := os.read(orders, 65536)):
            break
        *lines, received = (received + more).split(b"\n")
        for line in lines:
            with telling_errors(tell):
                phone.obey(json.loads(line))
    phone.close()


if __name__ == "__main__":
    main()
