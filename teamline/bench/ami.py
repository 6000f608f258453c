"""Events of a busy queue to frames, in one process: our reader beside the readers of two peers from PyPI.

Each reader gets the same bytes in the chunks in which its own client reads them. CPU time of this process counts,
the best of several rounds.
"""

import gc
from collections.abc import Callable, Iterator
from importlib import import_module
from time import process_time
from types import SimpleNamespace
from typing import Any

from telephony.ami.reader import Reader

EVENTS = 12_000
ROUNDS = 3
OUR_CHUNK = 65_536
BOUND = 4.0
"""Times the best peer's events per CPU second."""

_GREETING = b"Asterisk Call Manager/11.0.0\r\n"
_CHANNEL = """\
Channel: PJSIP/trunk-{n:08x}
ChannelState: 6
ChannelStateDesc: Up
CallerIDNum: 0211{n:07}
CallerIDName: <unknown>
ConnectedLineNum: 3101
ConnectedLineName: Platz 0101
Language: de
AccountCode:\x20
Context: teamline-queue
Exten: L01
Priority: 4
Uniqueid: 1795334649.{n}
Linkedid: 1795334649.{n}
"""
_MEMBER = """\
Queue: L01
MemberName: m0101
Interface: PJSIP/m0101
"""
_STATE = """\
StateInterface: PJSIP/m0101
Membership: dynamic
Penalty: 0
CallsTaken: {n}
LastCall: 0
LastPause: 0
LoginTime: 1795334641
InCall: 0
Status: 1
Paused: 0
PausedReason:\x20
Ringinuse: 1
Wrapuptime: 0
"""
_TEMPLATES = (
    f"Event: QueueCallerJoin\nPrivilege: agent,all\n{_CHANNEL}Queue: L01\nPosition: 3\nCount: 3\n",
    f"Event: QueueMemberStatus\nPrivilege: agent,all\n{_MEMBER}{_STATE}",
    f"Event: AgentConnect\nPrivilege: agent,all\n{_CHANNEL}{_MEMBER}RingTime: 4\nHoldTime: 31\n",
    f"Event: Hangup\nPrivilege: call,all\n{_CHANNEL}Cause: 16\nCause-txt: Normal Clearing\n",
)


def run() -> list[tuple[str, str, str]]:
    """Measure; returns rows of (name, measured, bound). Peers that are not installed are left out."""
    stream = _stream()
    peers = {name: _rate(read, stream) for name, read in _peers()}
    ours = _rate(_frames_by_name, stream)
    best = max(peers.values(), default=0.0)
    return [
        ("AMI events told apart by name", _shown(ours, best), f">= {BOUND:.0f} x the best peer" if peers else ""),
        ("AMI events, four headers of each read", _shown(_rate(_headers_read, stream), best), ""),
        ("AMI events, every header decoded", _shown(_rate(_frames_decoded, stream), best), ""),
        *((f"AMI events, {name}", _shown(rate, 0.0), "") for name, rate in peers.items()),
    ]


def _stream() -> bytes:
    events = "".join(_TEMPLATES[n % len(_TEMPLATES)].format(n=n) + "\n" for n in range(EVENTS))
    return _GREETING + events.replace("\n", "\r\n").encode()


def _shown(rate: float, best: float) -> str:
    times = f" ({rate / best:.1f} x)" if best else ""
    return f"{rate:,.0f} a CPU second{times}"


def _rate(read: Callable[[bytes], int], stream: bytes) -> float:
    """Events a CPU second, the best of ROUNDS."""
    return EVENTS / min(_seconds(read, stream) for _ in range(ROUNDS))


def _seconds(read: Callable[[bytes], int], stream: bytes) -> float:
    gc.collect()
    begun = process_time()
    seen = read(stream)
    spent = process_time() - begun
    if seen != EVENTS:
        raise RuntimeError(f"a reader found {seen} of {EVENTS} events")
    return spent


def _chunks(stream: bytes, size: int) -> Iterator[bytes]:
    return (stream[start : start + size] for start in range(0, len(stream), size))


def _frames_by_name(stream: bytes) -> int:
    reader = Reader()
    return sum(frame.name != "" for chunk in _chunks(stream, OUR_CHUNK) for frame in reader.feed(chunk))


def _headers_read(stream: bytes) -> int:
    reader, seen = Reader(), 0
    for chunk in _chunks(stream, OUR_CHUNK):
        for frame in reader.feed(chunk):
            _ = frame.name, frame.get("Queue"), frame.get("Uniqueid"), frame.get("Interface"), frame.get("Position")
            seen += 1
    return seen


def _frames_decoded(stream: bytes) -> int:
    reader = Reader()
    return sum(
        "Privilege" in dict(frame.items()) for chunk in _chunks(stream, OUR_CHUNK) for frame in reader.feed(chunk)
    )


def _peers() -> list[tuple[str, Callable[[bytes], int]]]:
    return [
        (name, read)
        for name, module, read in (
            ("asterisk-ami", "asterisk.ami", _asterisk_ami),
            ("panoramisk", "panoramisk.ami_protocol", _panoramisk),
        )
        if _is_installed(module)
    ]


def _is_installed(module: str) -> bool:
    try:
        import_module(module)
    except ImportError:
        return False
    return True


def _asterisk_ami(stream: bytes) -> int:
    """Its client's own loop over its own buffer size, with a socket that only gives."""
    client: Any = import_module("asterisk.ami").AMIClient()
    seen: list[None] = []
    client.add_listener(on_event=lambda **_event: seen.append(None))
    chunks = _chunks(stream, client._buffer_size)  # noqa: SLF001 - its chunks are part of its cost
    client._socket = SimpleNamespace(recv=lambda _size: next(chunks, b""))  # noqa: SLF001 - there is no other door
    client.finished = SimpleNamespace(is_set=lambda: len(seen) == EVENTS)
    client.listen()
    return len(seen)


def _panoramisk(stream: bytes) -> int:
    """Its protocol with a factory that only counts."""
    protocol: Any = import_module("panoramisk.ami_protocol").AMIProtocol()
    seen: list[None] = []
    protocol.connection_made(None)
    protocol.factory = SimpleNamespace(dispatch=lambda _event: seen.append(None))
    protocol.encoding = "utf8"
    for chunk in _chunks(stream, OUR_CHUNK):
        protocol.data_received(chunk)
    return len(seen)
