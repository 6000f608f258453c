"""FastAGI sessions a second and CPU a session, beside a bare Twisted floor and panoramisk in the same run.

A session is what a short call asks: answer, two prompts, two collections of keys, three variables. Servers run in
processes of their own and say their CPU time (user and system); this process generates the load.
"""

import asyncio
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter, process_time
from typing import IO, Any, cast

import uvloop

from routing.spoken import Spoken
from telephony.agi.line import AgiLine

KINDS = ("floor", "teamline", "panoramisk")
SESSIONS = {1: 400, 50: 1000, 500: 1000}
"""Sessions measured by how many run at once."""
ROUNDS = 3
MOST_OF_FLOOR = 1.5

COMMANDS = (
    b"ANSWER\n",
    b"STREAM FILE /p/de/greeting 0123456789*#\n",
    b"STREAM FILE /p/de/number 0123456789*#\n",
    b'GET DATA "" 3000 3\n',
    b'GET DATA "" 3000 3\n',
    b"SET VARIABLE TEAMLINE_QUEUE L01\n",
    b"SET VARIABLE QUEUE_PRIO 447483647\n",
    b"SET VARIABLE TEAMLINE_CONCERN money\n",
)
_OPENING = (
    b"agi_network: yes\nagi_network_script: inbound\nagi_request: agi://127.0.0.1/inbound\n"
    b"agi_channel: PJSIP/trunk-00000001\nagi_language: de\nagi_type: PJSIP\nagi_uniqueid: pbx-1700000000.1\n"
    b"agi_version: 22.10.1\nagi_callerid: 021112345\nagi_calleridname: unknown\nagi_callingpres: 0\n"
    b"agi_callingani2: 0\nagi_callington: 0\nagi_callingtns: 0\nagi_dnid: 0211910000\nagi_rdnis: unknown\n"
    b"agi_context: teamline-in\nagi_extension: 0211910000\nagi_priority: 5\nagi_enhanced: 0.0\nagi_accountcode: \n"
    b"agi_threadid: 139637003425472\nagi_arg_1: 1700000000\n\n"
)
_REPLIES = {
    b"STRE": b"200 result=0 endpos=8000\n",
    b"GET ": b"200 result=12 (timeout)\n",
    b"SET ": b"200 result=1\n",
    b"ANSW": b"200 result=0\n",
}

_Starter = Callable[[], Coroutine[Any, Any, int]]


def run() -> list[tuple[str, str, str]]:
    """Measure; returns rows of (name, measured, bound)."""
    with _server("floor") as floor, _server("teamline") as ours, _server("panoramisk") as peer:
        servers = {"floor": floor, "teamline": ours, "panoramisk": peer}
        figures = {at_once: _figures(servers, at_once) for at_once in SESSIONS}
    return [row for at_once, measured in figures.items() for row in _rows(at_once, measured)]


def _figures(servers: Mapping[str, "_Server"], at_once: int) -> dict[str, "_Figure"]:
    """Interleaved rounds, so that a noisy moment hits every server alike; the median of each."""
    rounds: dict[str, list[_Figure]] = {kind: [] for kind in servers}
    for _ in range(ROUNDS):
        for kind, server in servers.items():
            rounds[kind].append(server.measure(at_once))
    return {kind: sorted(figures)[len(figures) // 2] for kind, figures in rounds.items()}


def _rows(at_once: int, measured: Mapping[str, "_Figure"]) -> Iterator[tuple[str, str, str]]:
    floor = measured["floor"][0]
    for kind in KINDS:
        cpu, rate, p50, p99 = measured[kind]
        text = f"{rate:,.0f} sessions/s, CPU {cpu * 1e6:.0f} us ({cpu / floor:.2f} x floor), p50 {p50 * 1e3:.1f} ms"
        bound = f"<= {MOST_OF_FLOOR} x floor" if kind == "teamline" else ""
        yield f"FastAGI, {kind}, {at_once} at once", f"{text}, p99 {p99 * 1e3:.1f} ms", bound


_Figure = tuple[float, float, float, float]
"""CPU seconds a session, sessions a second, seconds at p50 and p99."""


class _Server:
    """One server process: its port, and its CPU time on request."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin  # noqa: S101 (opened with pipes, for the type checker)
        assert process.stdout  # noqa: S101 (the same)
        self._requests: IO[str] = process.stdin
        self._answers: IO[str] = process.stdout
        self._port = int(self._answers.readline())

    def measure(self, at_once: int) -> _Figure:
        """Run the sessions, so many at once."""
        sessions = SESSIONS[at_once]
        cpu, began = self._cpu_seconds(), perf_counter()
        spans = uvloop.run(_load(self._port, at_once, sessions))
        seconds = perf_counter() - began
        cuts = statistics.quantiles(spans, n=100)
        return (self._cpu_seconds() - cpu) / sessions, sessions / seconds, cuts[49], cuts[98]

    def _cpu_seconds(self) -> float:
        self._requests.write("cpu\n")
        self._requests.flush()
        return float(self._answers.readline())


@contextmanager
def _server(kind: str) -> Iterator[_Server]:
    command = [sys.executable, "-m", "teamline.bench.fastagi", kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 (ourselves)
        yield _Server(process)
        assert process.stdin  # noqa: S101 (opened with pipes, for the type checker)
        process.stdin.close()  # the server ends with its standard input


async def _load(port: int, at_once: int, sessions: int) -> list[float]:
    left = iter(range(sessions))
    spans: list[float] = []
    loop = asyncio.get_running_loop()

    async def caller() -> None:
        for _ in left:
            began, over = perf_counter(), loop.create_future()
            await loop.create_connection(lambda over=over: _Asterisk(over), "127.0.0.1", port)  # type: ignore[misc]
            await over
            spans.append(perf_counter() - began)

    await asyncio.gather(*(caller() for _ in range(at_once)))
    return spans


class _Asterisk(asyncio.Protocol):
    """Answers every command at once; counts nothing, keeps nothing."""

    def __init__(self, over: "asyncio.Future[None]") -> None:
        self._over = over

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._write = cast("asyncio.Transport", transport).write
        self._write(_OPENING)

    def data_received(self, data: bytes) -> None:
        self._write(_REPLIES[data[:4]])

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (asyncio's signature)
        if not self._over.done():
            self._over.set_result(None)


async def _conversation(line: AgiLine) -> None:
    await line.answer()
    await line.say(Spoken("greeting"), Spoken("number"))
    for _ in range(2):
        line.unread("1")
        await line.keys()
    await line.set(TEAMLINE_QUEUE="L01", QUEUE_PRIO="447483647", TEAMLINE_CONCERN="money")


class _Sounds:
    def files(self, language: str, spoken: Spoken) -> list[tuple[str, float]]:
        return [(f"/p/{language}/{spoken.phrase}", 1.0)]

    def text(self, language: str, spoken: Spoken) -> str:
        return f"{language} {spoken.phrase}"


async def _serve_teamline() -> int:
    from telephony.agi.server import AgiServer  # noqa: PLC0415 (behind the installed reactor)

    server = AgiServer({"inbound": _conversation}, _Sounds(), most_sessions=1000, ended=lambda _: None)
    return await server.start("127.0.0.1", 0)


async def _serve_floor() -> int:
    from twisted.internet import protocol, reactor  # noqa: PLC0415 (behind the installed reactor)

    class Bare(protocol.Protocol):
        """What any Twisted server must do at least: read lines, write the next command."""

        def connectionMade(self) -> None:  # noqa: N802 (Twisted's name)
            self._rest = b""
            self._is_open = False
            self._commands = iter(COMMANDS)

        def dataReceived(self, data: bytes) -> None:  # noqa: N802 (Twisted's name)
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in lines:
                if self._is_open or not line:
                    self._is_open = True
                    self._go_on()

        def _go_on(self) -> None:
            assert self.transport  # noqa: S101 (connected, for the type checker)
            command = next(self._commands, None)
            if command:
                self.transport.write(command)
            else:
                self.transport.loseConnection()

    listening: Any = reactor
    port = listening.listenTCP(0, protocol.Factory.forProtocol(Bare), backlog=1024, interface="127.0.0.1")
    return int(port.getHost().port)


async def _serve_panoramisk() -> int:
    from panoramisk import fast_agi  # noqa: PLC0415 (a peer, measured only)

    async def script(request: fast_agi.Request) -> None:
        for command in COMMANDS:
            await request.send_command(command.decode().removesuffix("\n"))

    application = fast_agi.Application()
    application.add_route("inbound", script)
    server = await asyncio.start_server(application.handler, "127.0.0.1", 0, backlog=1024)
    _kept.append(server)
    return int(server.sockets[0].getsockname()[1])


_kept: list[object] = []  # a server that nobody holds is closed by the garbage collector
_STARTERS: Mapping[str, _Starter] = {
    "floor": _serve_floor,
    "teamline": _serve_teamline,
    "panoramisk": _serve_panoramisk,
}


def _serve(kind: str) -> None:
    """Run one server until standard input ends; each line there is answered with the CPU seconds so far."""
    from twisted.internet import asyncioreactor  # noqa: PLC0415 (the loop comes first)

    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]

    def asked() -> None:
        if not os.read(sys.stdin.fileno(), 4096):
            loop.stop()
            return
        print(process_time(), flush=True)

    print(loop.run_until_complete(_STARTERS[kind]()), flush=True)
    loop.add_reader(sys.stdin.fileno(), asked)
    loop.run_forever()


if __name__ == "__main__":
    _serve(sys.argv[1])
