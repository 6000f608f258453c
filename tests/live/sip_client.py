"""A caller who writes SIP by hand: any bytes as From, any request URI, further headers; digest, keys, hang-up.

SIPp cannot send what would break its own scenario and column files; a hostile caller can (RFC 3261, RFC 7616).
"""

import contextlib
import hashlib
import itertools
import re
import secrets
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

_RETRANSMIT_SECONDS = 0.5  # T1, RFC 3261 section 17.1.1.2
_CHALLENGE = re.compile(rb'(\w+)=(?:"([^"]*)"|([^\s,]+))')
_KEY_MILLISECONDS = 100
_KEY_EVERY_SECONDS = 0.2
_SOUND_SECONDS = 0.04
QUIET = b"\xff" * 160
"""20 ms of a quiet room, in PCMU."""
HUMMING = (b"\x90" * 10 + b"\x10" * 10) * 8
"""20 ms of somebody who is heard: 400 Hz."""
_MEDIA_PORT = re.compile(rb"^m=audio (\d+) ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Login:
    """A digest account."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One SIP message, as far as a caller looks at it."""

    first: bytes
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes = b""

    @property
    def status(self) -> int:
        """The status code; 0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith(b"SIP/2.0 ") else 0

    def all(self, name: bytes) -> Sequence[bytes]:
        """Every value of this header."""
        return [value for known, value in self.headers if known == name.lower()]

    @classmethod
    def parse(cls, datagram: bytes) -> Self:
        """Headers unfolded is all that Asterisk ever sends."""
        head, _, body = datagram.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        pairs = (line.partition(b":") for line in lines)
        return cls(first, [(name.strip().lower(), value.strip()) for name, _, value in pairs], body)


class SipCaller:
    """One call from a port of its own. As a context it ends the call that it made."""

    def __init__(
        self,
        sip: str,
        uri: bytes,
        from_: bytes,
        headers: Sequence[bytes] = (),
        login: Login | None = None,
        *,
        method: bytes = b"INVITE",
        more_media: Sequence[str] = (),
        sound: bytes = QUIET,
    ) -> None:
        host, _, port = sip.rpartition(":")
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._media = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._media.bind(("127.0.0.1", 0))
        self._socket.connect((host, int(port)))
        self._uri, self._from, self._headers, self._login = uri, from_, headers, login
        self._method, self._more_media, self._sound = method, more_media, sound
        self.media: bytes = b""
        """The session description of the answer."""
        self._id = secrets.token_hex(8).encode()
        self._here = b"127.0.0.1:%d" % self._socket.getsockname()[1]
        self._sequence = 0
        self._quiet = threading.Event()
        self._target, self._to = uri, b"<%s>" % uri
        self.status: int | None = None
        """The final answer to the first request; None if there was none."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()
        self._quiet.set()
        self._socket.close()
        self._media.close()

    def dial(self, seconds: float = 5.0) -> int | None:
        """Send the request, with digest once it is asked for; the final status, None for silence."""
        answer = self._transact(self._method, seconds=seconds)
        if answer and answer.status == 401 and self._login:
            answer = self._transact(self._method, self._credentials(answer, self._login), seconds)
        self.status = answer.status if answer else None
        if answer and self._is_up and self._method == b"INVITE":
            self._target = answer.all(b"contact")[0].strip(b"<>")
            self._to = answer.all(b"to")[0]
            self._send(b"ACK", self._sequence)
            self.media = answer.body
            self._speak_to(int(_MEDIA_PORT.findall(answer.body)[0]))
        return self.status

    def _speak_to(self, port: int) -> None:
        """Send a room's sound: Asterisk looks for keys as often as it hears something (main/channel.c)."""
        self._media.connect((self._socket.getpeername()[0], port))
        threading.Thread(target=self._speak, daemon=True).start()

    def _speak(self) -> None:
        for packet in itertools.count():
            header = struct.pack("!BBHII", 0x80, 0, packet & 0xFFFF, packet * 160 & 0xFFFFFFFF, 1)
            with contextlib.suppress(OSError):
                self._media.send(header + self._sound)
            if self._quiet.wait(_SOUND_SECONDS):
                return

    @property
    def _is_up(self) -> bool:
        return self.status == 200

    def key(self, key: str) -> None:
        """Press one key."""
        body = f"Signal={key}\r\nDuration={_KEY_MILLISECONDS}\r\n".encode()
        assert self.request(b"INFO", b"Content-Type: application/dtmf-relay\r\n", body) == 200

    def request(self, method: bytes, headers: bytes, body: bytes = b"") -> int:
        """Say something else within the call; the final status, 0 for silence."""
        answer = self._transact(method, headers, body=body)
        return answer.status if answer else 0

    def hang_up(self) -> None:
        """End the call, if it is up."""
        if self._is_up and self._method == b"INVITE":
            self._transact(b"BYE")
        self._quiet.set()
        self.status = None

    def _transact(
        self, method: bytes, extra: bytes = b"", seconds: float = 5.0, body: bytes | None = None
    ) -> Message | None:
        self._sequence += 1
        sequence = self._sequence
        branch = self._send(method, sequence, extra, body)
        answer = self._final(sequence, method, lambda: self._send(method, sequence, extra, body, branch), seconds)
        if answer and method == b"INVITE" and answer.status >= 300:
            self._send(b"ACK", sequence, branch=branch, to=answer.all(b"to")[0])
        return answer

    def _final(self, sequence: int, method: bytes, again: Callable[[], object], seconds: float) -> Message | None:
        end = time.monotonic() + seconds
        self._socket.settimeout(_RETRANSMIT_SECONDS)
        while time.monotonic() < end:
            try:
                message = Message.parse(self._socket.recv(65536))
            except TimeoutError:
                again()
                continue
            if message.status == 0:
                self._confirm(message)
            elif message.status >= 200 and message.all(b"cseq")[0] == b"%d %s" % (sequence, method):
                return message
        return None

    def _confirm(self, request: Message) -> None:
        copied = (b"via", b"from", b"to", b"call-id", b"cseq")
        lines = [b"%s: %s" % (name, value) for name in copied for value in request.all(name)]
        self._socket.send(b"\r\n".join([b"SIP/2.0 200 OK", *lines, b"Content-Length: 0", b"", b""]))

    def _send(
        self,
        method: bytes,
        sequence: int,
        extra: bytes = b"",
        body: bytes | None = None,
        branch: bytes = b"",
        to: bytes = b"",
    ) -> bytes:
        branch = branch or b"z9hG4bK" + secrets.token_hex(8).encode()
        if body is None and method == b"INVITE":
            extra, body = extra + b"Content-Type: application/sdp\r\n", self._offer()
        own = b"".join(b"%s\r\n" % header for header in self._headers) if method == self._method else b""
        self._socket.send(
            b"%s %s SIP/2.0\r\n" % (method, self._target)
            + b"Via: SIP/2.0/UDP %s;branch=%s;rport\r\n" % (self._here, branch)
            + b"From: %s;tag=%s\r\n" % (self._from, self._id)
            + b"To: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\n" % (to or self._to, self._id, sequence, method)
            + b"Contact: <sip:citizen@%s>\r\nMax-Forwards: 70\r\n" % self._here
            + own
            + extra
            + b"Content-Length: %d\r\n\r\n" % len(body or b"")
            + (body or b"")
        )
        return branch

    def _offer(self) -> bytes:
        lines = (
            "v=0",
            "o=- 1 1 IN IP4 127.0.0.1",
            "s=-",
            "c=IN IP4 127.0.0.1",
            "t=0 0",
            f"m=audio {self._media.getsockname()[1]} RTP/AVP 0 96",
            "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:96 telephone-event/8000",
            *self._more_media,
        )
        return "".join(f"{line}\r\n" for line in lines).encode()

    def _credentials(self, challenge: Message, login: Login) -> bytes:
        asked = _md5_challenge(challenge)
        realm, nonce = asked["realm"], asked["nonce"]
        uri = self._uri.decode(errors="surrogateescape")
        client, count = secrets.token_hex(4), "00000001"
        secret = _md5(f"{login.user}:{realm}:{login.password}")
        request = _md5(f"{self._method.decode()}:{uri}".encode(errors="surrogateescape"))
        answer = _md5(f"{secret}:{nonce}:{count}:{client}:auth:{request}")
        line = (
            f'Authorization: Digest username="{login.user}", realm="{realm}", nonce="{nonce}", uri="{uri}", '
            f'response="{answer}", algorithm=MD5, cnonce="{client}", qop=auth, nc={count}'
        )
        opaque = f', opaque="{asked["opaque"]}"' if "opaque" in asked else ""
        return f"{line}{opaque}\r\n".encode(errors="surrogateescape")


def press(keys: Mapping[SipCaller, str]) -> None:
    """Everybody keys at the same time, each key after key as fast as a quick person."""
    with ThreadPoolExecutor(len(keys)) as fingers:
        list(fingers.map(_press, keys.keys(), keys.values()))


def _press(call: SipCaller, keys: str) -> None:
    for key in keys:
        call.key(key)
        time.sleep(_KEY_EVERY_SECONDS)


def _md5_challenge(challenge: Message) -> Mapping[str, str]:
    for line in challenge.all(b"www-authenticate"):
        parts = {name.decode(): (quoted or bare).decode() for name, quoted, bare in _CHALLENGE.findall(line)}
        if parts.get("algorithm", "MD5").upper() == "MD5":
            return parts
    raise AssertionError("Asterisk asked for no digest that is known here")


def _md5(text: str | bytes) -> str:
    return hashlib.md5(text if isinstance(text, bytes) else text.encode()).hexdigest()  # noqa: S324 (SIP's digest)
