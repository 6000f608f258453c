"""From Asterisk's socket to the folded fact: 200 events a second of whole calls, over a real connection.

This process plays the manager on a loopback port: it greets, lets in, and sends events of overlapping calls at random
moments, each with the moment at which it did (the monotonic clock is one for the whole machine). A child is the
router's loop with its other work: the journal into an embedded store, a board four times a second, a scrape every
second. Of several rounds the quietest counts, since whatever else the machine does only ever adds.
"""

import asyncio
import json
import logging
import random
import re
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import count, islice
from pathlib import Path

from metrics.exporter import Exporter
from operations.journal import Journal
from operations.spool import Spool
from store.connection import StoreAddress, connect
from store.embedded import EmbeddedStore
from store.journal import JournalStore
from teamline import __version__, loop
from teamline.bench.scrape import figures
from teamline.bench.watching import NODE, Watching
from teamline.bench.whole_calls import GREETING, busy_centre, calls, sign_ins
from teamline.router.logs import configure
from telephony.ami.reader import Frame
from web.metrics_page import page

RATE, SECONDS, ROUNDS = 200.0, 20.0, 4
MOST_P99_MS = 20
BOARDS_A_SCRAPE, BOARD_SECONDS = 4, 0.25
START_SECONDS = 30.0
SEED = 2026
_EVENT_END = b"\r\n\r\n"
_SENT = "SentAt"


def run() -> list[tuple[str, str, str]]:
    """Measure; returns rows of (name, measured, bound)."""
    waits = _measured(RATE, SECONDS)
    size = max(2, len(waits) // ROUNDS)
    rounds = [waits[start : start + size] for start in range(0, len(waits) - size + 1, size)]
    cuts, longest = min(((statistics.quantiles(each, n=100), max(each)) for each in rounds), key=lambda one: one[0][98])
    measured = f"p50 {cuts[49] * 1e3:.2f} ms, p99 {cuts[98] * 1e3:.2f} ms, longest {longest * 1e3:.1f} ms"
    return [(f"event sent to fact folded, {RATE:.0f} events/s", measured, f"p99 <= {MOST_P99_MS} ms")]


def _measured(rate: float, seconds: float) -> list[float]:
    """Seconds from the manager's send to the fold, of every event that told a fact."""
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedStore(Path(folder) / "store") as store,
        socket.create_server(("127.0.0.1", 0)) as listening,
    ):
        port = listening.getsockname()[1]
        command = [sys.executable, "-m", "teamline.bench.latency", str(port), store.url, folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as router:  # noqa: S603 - ourselves
            listening.settimeout(START_SECONDS)
            with listening.accept()[0] as session:
                manager = _Manager(session)
                manager.play(rate, seconds)
                manager.hang_up()
            told, _ = router.communicate()
    waits: list[float] = json.loads(told or "[]")
    if len(waits) < 2:  # noqa: PLR2004 - quantiles need two
        raise RuntimeError("the router's side told nothing")
    return waits


class _Manager:
    """Asterisk's manager, as far as one session needs it."""

    def __init__(self, session: socket.socket) -> None:
        session.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._session = session
        self._heard = b""
        self._answered = 0

    def play(self, rate: float, seconds: float) -> None:
        """Everybody signs in, then so many events a second."""
        self._session.sendall(GREETING)
        while not self._answered:
            self._answer(1.0)
        centre, chance = busy_centre(), random.Random(SEED)
        self._session.sendall(b"".join(sign_ins(centre)))
        due = time.monotonic() + 1.0
        for event in islice(calls(centre, int(rate * seconds)), int(rate * seconds)):
            while (left := due - time.monotonic()) > 0:
                self._answer(left)
            sent = f"\r\n{_SENT}: {time.monotonic():.6f}".encode()
            self._session.sendall(event.removesuffix(_EVENT_END) + sent + _EVENT_END)
            due += chance.expovariate(rate)

    def hang_up(self) -> None:
        """As Asterisk does, and hear the other side out: closed with something unread, what we sent last is lost."""
        self._session.shutdown(socket.SHUT_WR)
        while self._session.recv(4096):
            pass

    def _answer(self, seconds: float) -> None:
        """Wait at most so long; whatever is asked meanwhile succeeds."""
        if not select.select([self._session], [], [], seconds)[0]:
            return
        heard = self._session.recv(4096)
        if not heard:
            raise RuntimeError("the router's side hung up")
        *asked, self._heard = (self._heard + heard).split(_EVENT_END)
        for action in asked:
            name = re.search(rb"(?i)ActionID: (\S+)", action)
            self._session.sendall(b"Response: Success\r\nActionID: " + (name[1] if name else b"") + _EVENT_END)
            self._answered += 1


async def _watch(port: int, store: str, folder: Path) -> int:
    """The router's side: until the manager hangs up, then the waits on standard output."""
    from twisted.internet import reactor  # noqa: PLC0415 - installed by teamline.loop before us
    from twisted.internet.endpoints import HostnameEndpoint  # noqa: PLC0415 - it imports the reactor

    from telephony.ami.connection import AmiConnection  # noqa: PLC0415 - the same
    from telephony.ami.protocol import Account  # noqa: PLC0415 - the same

    centre, client = busy_centre(), connect(StoreAddress(store))
    journal = Journal(JournalStore(client), Spool(folder / "spool"), lambda: centre.timezone)
    await journal.start()
    watching, waits, is_over = Watching(centre, journal.add), list[float](), asyncio.Event()

    def event(frame: Frame) -> None:
        if watching.take(frame) and (sent := frame.get(_SENT)):
            waits.append(time.monotonic() - float(sent))

    ami = AmiConnection(HostnameEndpoint(reactor, "127.0.0.1", port), reactor, Account("teamline", "secret"))
    ami.on_event(event)
    ami.on_disconnected(is_over.set)
    loop.keep_what_is_loaded()
    ami.start()
    other_work = asyncio.create_task(_other_work(watching))
    await is_over.wait()
    other_work.cancel()
    await ami.stop()
    await journal.stop()
    await client.aclose()
    print(json.dumps(waits))
    return 0


async def _other_work(watching: Watching) -> None:
    exporter = Exporter(__version__, NODE)
    for turn in count():
        await asyncio.sleep(BOARD_SECONDS)
        if turn % BOARDS_A_SCRAPE == 0:
            await page(lambda: exporter.show(figures(watching)), exporter.render)
        else:
            figures(watching)


if __name__ == "__main__":
    configure("console", logging.ERROR)
    _port, _store, _folder = sys.argv[1:]
    sys.exit(loop.run(lambda: _watch(int(_port), _store, Path(_folder))))
