"""Events of whole calls, in one process: to frames, beside the readers of two peers from PyPI, and on to the journal.

Each reader gets the same bytes in the chunks in which its own client reads them. CPU time of this process counts,
the best of several rounds. The whole way is the router's: frames, facts, live model, books, counters, and the records
that the journal's writer would send.
"""

import gc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from time import process_time
from types import SimpleNamespace
from typing import Any

from facts.kinds import Fact
from routing.centre import Centre
from teamline.bench.watching import Watching, journal_in_memory
from teamline.bench.whole_calls import GREETING, busy_centre, calls, sign_ins
from telephony.ami.reader import Reader

CALLS = 700
"""Whole calls, of some 18 events each."""
ROUNDS = 5
OUR_CHUNK = 65_536
BOUND = 4.0
"""Times the best peer's events per CPU second."""


@dataclass(frozen=True, slots=True)
class _Stream:
    """Bytes of so many events of whole calls, and of the sign-ins before them."""

    centre: Centre
    told: bytes
    events: int
    signed_in: bytes


def run() -> list[tuple[str, str, str]]:
    """Measure; returns rows of (name, measured, bound). Peers that are not installed are left out."""
    stream, peers = _stream(), dict(_peers())
    reads = {"name": _frames_by_name, "headers": _headers_read, "all": _frames_decoded, **peers}
    works = {name: partial(_seconds, read, stream) for name, read in reads.items()}
    spent = _best({**works, "folds": lambda: _way(stream, lambda _: None), "journal": lambda: _way(stream)})
    rates = {name: stream.events / seconds for name, seconds in spent.items()}
    best = max((rates[name] for name in peers), default=0.0)
    return [
        ("AMI events told apart by name", _shown(rates["name"], best), f">= {BOUND:.0f} x the best peer" * bool(peers)),
        ("AMI events, four headers of each read", _shown(rates["headers"], best), ""),
        ("AMI events, every header decoded", _shown(rates["all"], best), ""),
        *((f"AMI events, {name}", _shown(rates[name], 0.0), "") for name in peers),
        ("AMI events to facts and folds", _whole(spent["folds"], stream), ""),
        ("AMI events to facts, folds and the journal's records", _whole(spent["journal"], stream), ""),
    ]


def _stream() -> _Stream:
    centre = busy_centre()
    told = list(calls(centre, CALLS))
    return _Stream(centre, GREETING + b"".join(told), len(told), GREETING + b"".join(sign_ins(centre)))


def _whole(seconds: float, stream: _Stream) -> str:
    return f"{stream.events / seconds:,.0f} a CPU second, {CALLS / seconds:,.0f} whole calls"


def _way(stream: _Stream, journal: Callable[[Fact], None] | None = None) -> float:
    """CPU seconds of all calls, in a centre whose members are signed in already; by default into a journal."""
    watching = Watching(stream.centre, journal or journal_in_memory(stream.centre, stream.events).add)
    for frame in Reader().feed(stream.signed_in):
        watching.take(frame)
    reader = Reader()
    gc.collect()
    begun = process_time()
    for chunk in _chunks(stream.told, OUR_CHUNK):
        for frame in reader.feed(chunk):
            watching.take(frame)
    spent = process_time() - begun
    joined = sum(watching.books.counts(team).offered for team in watching.books.teams)
    if joined != CALLS:
        raise RuntimeError(f"the books were offered {joined} of {CALLS} calls")
    return spent


def _best(works: Mapping[str, Callable[[], float]]) -> dict[str, float]:
    """The shortest of ROUNDS of each; the rounds take turns, so that a noisy moment hits all alike."""
    rounds = [{name: work() for name, work in works.items()} for _ in range(ROUNDS)]
    return {name: min(each[name] for each in rounds) for name in works}


def _shown(rate: float, best: float) -> str:
    times = f" ({rate / best:.1f} x)" if best else ""
    return f"{rate:,.0f} a CPU second{times}"


def _seconds(read: Callable[[_Stream], int], stream: _Stream) -> float:
    gc.collect()
    begun = process_time()
    seen = read(stream)
    spent = process_time() - begun
    if seen != stream.events:
        raise RuntimeError(f"a reader found {seen} of {stream.events} events")
    return spent


def _chunks(stream: bytes, size: int) -> Iterator[bytes]:
    return (stream[start : start + size] for start in range(0, len(stream), size))


def _frames_by_name(stream: _Stream) -> int:
    reader = Reader()
    return sum(frame.name != "" for chunk in _chunks(stream.told, OUR_CHUNK) for frame in reader.feed(chunk))


def _headers_read(stream: _Stream) -> int:
    reader, seen = Reader(), 0
    for chunk in _chunks(stream.told, OUR_CHUNK):
        for frame in reader.feed(chunk):
            _ = frame.name, frame.get("Queue"), frame.get("Uniqueid"), frame.get("Interface"), frame.get("Position")
            seen += 1
    return seen


def _frames_decoded(stream: _Stream) -> int:
    reader = Reader()
    return sum(
        "Privilege" in dict(frame.items()) for chunk in _chunks(stream.told, OUR_CHUNK) for frame in reader.feed(chunk)
    )


def _peers() -> list[tuple[str, Callable[[_Stream], int]]]:
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


def _asterisk_ami(stream: _Stream) -> int:
    """Its client's own loop over its own buffer size, with a socket that only gives."""
    client: Any = import_module("asterisk.ami").AMIClient()
    seen: list[None] = []
    client.add_listener(on_event=lambda **_event: seen.append(None))
    chunks = _chunks(stream.told, client._buffer_size)  # noqa: SLF001 - its chunks are part of its cost
    client._socket = SimpleNamespace(recv=lambda _size: next(chunks, b""))  # noqa: SLF001 - there is no other door
    client.finished = SimpleNamespace(is_set=lambda: len(seen) == stream.events)
    client.listen()
    return len(seen)


def _panoramisk(stream: _Stream) -> int:
    """Its protocol with a factory that only counts."""
    protocol: Any = import_module("panoramisk.ami_protocol").AMIProtocol()
    seen: list[None] = []
    protocol.connection_made(None)
    protocol.factory = SimpleNamespace(dispatch=lambda _event: seen.append(None))
    protocol.encoding = "utf8"
    for chunk in _chunks(stream.told, OUR_CHUNK):
        protocol.data_received(chunk)
    return len(seen)
