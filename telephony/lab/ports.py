"""Free ports on the loopback address, for parts that must be told their port before they start.

A port found free may be taken by somebody else before it is used, so they are looked for below the kernel's
range for outgoing connections, in a block of this process's own, one after the other: so two labs that start
at once never choose the same. Who takes them still has to check that it got them.
"""

import fcntl
import itertools
import os
import random
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import IO

HOST = "127.0.0.1"
LOWEST, HIGHEST = 12000, 32000  # above well-known services, below net.ipv4.ip_local_port_range
SERVICES = range(LOWEST, 22000)
MEDIA = range(22000, HIGHEST)
"""Asterisk opens and closes its media ports as calls come and go: nothing else is put among them."""


_BOUND = Path("/proc/net/udp")
BLOCK = 200
_locks: list[IO[str]] = []
_next_place = itertools.count().__next__


class NoFreePorts(RuntimeError):
    """No run of free ports of this length was found: "no 400 free ports in a row from 20000 on"."""


def is_free(port: int) -> bool:
    """True when both TCP and UDP can be bound to this port of the loopback address now."""
    with ExitStack() as stack:
        try:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                stack.enter_context(socket.socket(socket.AF_INET, kind)).bind((HOST, port))
        except OSError:
            return False
    return True


def is_open(port: int) -> bool:
    """True once somebody has bound this UDP port, whatever the address (IPv4).

    Read from the kernel's list (proc(5)): a try to bind it, as in `is_free`, is in the way of whom we wait for.
    """
    bound = _BOUND.read_text(encoding="ascii").splitlines()[1:]
    return any(int(line.split()[1].partition(":")[2], 16) == port for line in bound)


def free_range(
    length: int,
    base: int | None = None,
    *,
    within: range = SERVICES,
    free: Callable[[int], bool] = is_free,
    chance: Callable[[], float] = random.random,
) -> range:
    """`length` free ports in a row beginning with an even one (RTP takes pairs, RFC 3550 section 11).

    They are the first from `base` on, or lie at a random place `within` (`chance` is in [0, 1)).
    Raises NoFreePorts.
    """
    for first in _places(base, length, within, chance):
        if all(free(port) for port in range(first, first + length)):
            return range(first, first + length)
    raise NoFreePorts(f"no {length} free ports in a row" + ("" if base is None else f" from {base} on"))


def _places(base: int | None, length: int, within: range, chance: Callable[[], float]) -> Iterator[int]:
    if base is not None:
        yield from range(base + base % 2, 65536 - length, 2)
        return
    if within is SERVICES and length * 4 <= BLOCK:
        yield from _own_places(length)
    for _ in range(1000):
        yield within.start + int(chance() * (len(within) - length)) // 2 * 2


def _own_places(length: int) -> Iterator[int]:
    """Every place of this process's own block, going on behind what it gave last: that may not be in use yet."""
    block = _own_block()
    for _ in range(len(block) // 2):
        pairs = [_next_place() for _ in range(0, length, 2)]
        first = pairs[0] * 2 % len(block)
        if first + length <= len(block):
            yield block.start + first


@cache
def _own_block() -> range:
    """A part of SERVICES that no other process of this user looks in: its lock lasts as long as we do."""
    folder = Path(tempfile.gettempdir()) / f"teamline-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    starts = list(range(SERVICES.start, SERVICES.stop, BLOCK))
    random.shuffle(starts)
    for start in starts:
        lock = (folder / str(start)).open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        _locks.append(lock)
        return range(start, start + BLOCK)
    return SERVICES


def free_ports(count: int, base: int | None = None) -> tuple[int, ...]:
    """`count` different free ports, the first from `base` on or at random places. Raises NoFreePorts."""
    found: list[int] = []
    while len(found) < count:
        after = None if base is None else max([base, *(port + 1 for port in found)])
        port = free_range(1, after)[0]
        if port not in found:
            found.append(port)
    return tuple(found)
