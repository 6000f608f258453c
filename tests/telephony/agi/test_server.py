import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_network

import pytest
import structlog

from ivr.line import CallEnded
from routing.spoken import Spoken
from telephony.agi.ending import Outcome, SessionEnd
from telephony.agi.events import Environment
from telephony.agi.line import AgiLine
from telephony.agi.parser import LONGEST_LINE
from telephony.agi.protocol import AgiProtocol
from telephony.agi.server import AgiServer, CannotListen, Conversation, _script
from tests.fakes.asterisk_agi import AsteriskCall, Caller, environment

HELLO = Spoken("hello")


class Folder:
    def files(self, language: str, spoken: Spoken) -> list[tuple[str, float]]:
        return [(f"/p/{language}/{spoken.phrase}", 1.0)]

    def text(self, language: str, spoken: Spoken) -> str:
        return f"{language} {spoken.phrase}"


@pytest.fixture(autouse=True)
async def nothing_left() -> AsyncIterator[None]:
    """Every timer that a test set has fired or was cancelled, every task has ended."""
    loop = asyncio.get_running_loop()
    before, set_timer, timers = asyncio.all_tasks(), loop.call_at, []

    def recorded(*arguments: object, **named: object) -> asyncio.TimerHandle:
        timers.append(set_timer(*arguments, **named))  # type: ignore[arg-type]
        return timers[-1]

    loop.call_at = recorded  # type: ignore[method-assign]
    yield
    loop.call_at = set_timer  # type: ignore[method-assign]
    assert [] == [timer for timer in timers if not timer.cancelled() and _fires_at(timer) > loop.time()]
    await eventually(lambda: asyncio.all_tasks() <= before | {asyncio.current_task()})


def _fires_at(timer: asyncio.Handle) -> float:
    return timer.when() if hasattr(timer, "when") else 0.0  # uvloop: a delay of 0 is no timer


async def eventually(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 (what is waited for sets no event)
            await asyncio.sleep(0)


class Running:
    """A server with its port and the ends of its sessions."""

    def __init__(self, conversations: dict[str, Conversation], **options: object) -> None:
        self.ends: list[SessionEnd] = []
        self.server = AgiServer(conversations, Folder(), ended=self.ends.append, **options)  # type: ignore[arg-type]
        self.port = 0

    @property
    def outcomes(self) -> list[tuple[str, Outcome]]:
        return [(end.script, end.outcome) for end in self.ends]

    async def call(self, *arguments: str, **changed: str) -> AsteriskCall:
        return await AsteriskCall.connect(self.port, environment(*arguments, **changed))

    async def is_idle(self) -> None:
        await eventually(lambda: self.server.open_sessions == 0)


@asynccontextmanager
async def serving(*conversation: Conversation, **options: object) -> AsyncIterator[Running]:
    running = Running({"inbound": conversation[0]} if conversation else {}, **options)
    running.port = await running.server.start("127.0.0.1", 0)
    try:
        yield running
    finally:
        await running.server.stop()
        assert running.server.open_sessions == 0


async def ask_number(line: AgiLine) -> None:
    await line.answer()
    keyed = await line.keys(HELLO)
    await line.set(TEAMLINE_QUEUE=f"L{len(keyed):02d}")


async def greet(line: AgiLine) -> None:
    await line.say(HELLO)


async def forever(line: AgiLine) -> None:
    await line.answer()
    await asyncio.get_running_loop().create_future()


async def test_a_call_runs_its_conversation_and_goes_on_in_the_dialplan() -> None:
    async with serving(ask_number) as router:
        caller = await (await router.call("1700000000")).serve(Caller(keys="1234567#"))

        assert {"TEAMLINE_QUEUE": "L07"} == caller.variables
        await router.is_idle()
        assert [("inbound", Outcome.QUEUED)] == router.outcomes


async def test_the_environment_may_come_in_pieces() -> None:
    async with serving(ask_number) as router:
        call = await AsteriskCall.connect(router.port)
        for place, byte in enumerate(environment()):
            call.send(bytes([byte]))
            if place % 50 == 0:
                await call.writer.drain()
                await asyncio.sleep(0)

        assert {"TEAMLINE_QUEUE": "L00"} == (await call.serve(Caller())).variables


async def test_arguments_and_the_call_reach_the_conversation() -> None:
    seen: list[object] = []

    async def note(line: AgiLine) -> None:
        seen.extend([line.arguments, line.call_id])

    async with serving(note) as router:
        await (await router.call("sign", "m0101")).closed_by_router()

    assert [("sign", "m0101"), "pbx-1700000000.7"] == seen


@pytest.mark.parametrize(("script", "first"), [("inbound", "STREAM"), ("after-queue", "SET AUTOHANGUP 14")])
async def test_whoever_has_left_the_line_is_kept_from_it_only_while_the_router_says_so(script: str, first: str) -> None:
    running = Running({script: greet})
    running.port = await running.server.start("127.0.0.1", 0)
    caller = await (await running.call("1700000000", agi_network_script=script)).serve(Caller())
    await running.server.stop()

    assert first in " ".join(caller.commands[0])


async def test_the_script_may_come_in_the_request_alone() -> None:
    async with serving(ask_number) as router:
        opening = environment(agi_request=f"agi://127.0.0.1:{router.port}/inbound?x=y")
        call = await AsteriskCall.connect(router.port, opening.replace(b"agi_network_script: inbound\n", b""))

        assert {"TEAMLINE_QUEUE": "L00"} == (await call.serve(Caller())).variables


@pytest.mark.parametrize("changed", [{"agi_network_script": "in\x1b[2Jbound"}, {"agi_network_script": ""}])
async def test_an_unknown_script_is_closed_at_once_and_logged_without_hostile_bytes(changed: dict[str, str]) -> None:
    async with serving(greet) as router:
        with structlog.testing.capture_logs() as logs:
            assert await (await router.call(**changed)).closed_by_router()
        await router.is_idle()

    assert [("", Outcome.FALLBACK)] == router.outcomes
    assert ["agi_turned_away"] == [log["event"] for log in logs]
    assert "\x1b" not in str(logs)


async def test_a_garbled_request_names_no_script() -> None:
    async with serving() as router:
        opening = b"agi_network: yes\nagi_request: http://x/inbound\n\n"

        assert await (await AsteriskCall.connect(router.port, opening)).closed_by_router()
        await eventually(lambda: router.outcomes == [("", Outcome.FALLBACK)])


async def test_a_port_probe_leaves_nothing_and_counts_as_no_call() -> None:
    async with serving(greet) as router:
        (await AsteriskCall.connect(router.port)).close()
        (await AsteriskCall.connect(router.port)).reset()
        (await AsteriskCall.connect(router.port, b"agi_network: y")).reset()
        await (await router.call()).serve(Caller())
        await router.is_idle()

        assert [("inbound", Outcome.QUEUED)] == router.outcomes


@pytest.mark.parametrize("junk", [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\n", b"x" * (LONGEST_LINE + 1)])
async def test_garbage_instead_of_an_environment_is_closed(junk: bytes) -> None:
    async with serving(greet) as router:
        assert await (await AsteriskCall.connect(router.port, junk)).closed_by_router()
        await router.is_idle()

        assert [] == router.outcomes


async def test_a_peer_that_never_sends_its_environment_is_closed() -> None:
    async with serving(greet, environment_seconds=0.02) as router:
        assert await (await AsteriskCall.connect(router.port, b"agi_network: yes\n")).closed_by_router()
        await router.is_idle()


async def test_garbage_instead_of_a_reply_fails_the_call() -> None:
    async with serving(greet) as router:
        call = await router.call()
        await call.command()
        call.send(b"what?\n")

        assert await call.closed_by_router()
        await router.is_idle()
        assert [("inbound", Outcome.FAILED)] == router.outcomes


async def test_a_reply_that_nobody_asked_for_fails_the_call() -> None:
    async with serving(forever) as router:
        call = await router.call()
        await call.command()
        call.send(b"200 result=0\n200 result=0\n")

        assert await call.closed_by_router()
        await router.server.stop()
        assert 0 == router.server.open_sessions


@pytest.mark.parametrize("last", [b"HANGUP\n", b"HANGUP\n200 result=-1\n", b"200 result=-1\n", b"HANGUP\n511 No\n"])
async def test_a_hang_up_before_or_with_the_reply_ends_the_call(last: bytes) -> None:
    async with serving(greet) as router:
        call = await router.call()
        await call.command()
        call.send(last)

        assert await call.closed_by_router()
        await router.is_idle()
        assert [("inbound", Outcome.HUNG_UP)] == router.outcomes


@pytest.mark.parametrize("leave", [AsteriskCall.close, AsteriskCall.reset])
async def test_asterisk_going_away_ends_the_call(leave: Callable[[AsteriskCall], None]) -> None:
    async with serving(greet) as router:
        call = await router.call()
        await call.command()
        leave(call)
        await router.is_idle()

        await eventually(lambda: router.outcomes == [("inbound", Outcome.HUNG_UP)])


async def test_after_a_hang_up_no_command_is_sent() -> None:
    async def stubborn(line: AgiLine) -> None:
        with pytest.raises(CallEnded):
            await line.say(HELLO)
        await line.set(A="1")

    async with serving(stubborn) as router:
        call = await router.call()
        await call.command()
        call.send(b"HANGUP\n")

        assert "" == await call.command()
        call.close()
        await eventually(lambda: router.outcomes == [("inbound", Outcome.HUNG_UP)])


async def test_what_follows_a_hang_up_is_not_read() -> None:
    hung_up, released = asyncio.Event(), asyncio.Event()

    async def busy(line: AgiLine) -> None:
        with pytest.raises(CallEnded):
            await line.say(HELLO)
        hung_up.set()
        await released.wait()

    async with serving(busy) as router:
        call = await router.call()
        await call.command()
        call.send(b"HANGUP\n")
        await hung_up.wait()
        call.send(b"what?\n")
        call.close()
        await router.is_idle()
        released.set()

        await eventually(lambda: router.outcomes == [("inbound", Outcome.HUNG_UP)])


async def test_a_conversation_may_think_longer_than_a_deadline() -> None:
    sessions: list[AgiProtocol] = []

    async def thinks(line: AgiLine) -> None:
        sessions.append(line._wire)  # type: ignore[arg-type]
        await eventually(lambda: sessions[0]._timer is None)
        await line.answer()

    async with serving(thinks, environment_seconds=0.05) as router:
        await (await router.call()).serve(Caller())
        await router.is_idle()

        assert [("inbound", Outcome.QUEUED)] == router.outcomes


async def test_draining_an_idle_server_takes_no_time() -> None:
    async with serving(greet) as router:
        await router.server.drain(60)

        assert [] == router.outcomes


async def test_a_conversation_that_ends_after_the_hang_up_was_hung_up() -> None:
    async def unaware(line: AgiLine) -> None:
        with pytest.raises(CallEnded):
            await line.say(HELLO)

    async with serving(unaware) as router:
        call = await router.call()
        await call.command()
        call.send(b"HANGUP\n")
        await call.closed_by_router()

        await eventually(lambda: router.outcomes == [("inbound", Outcome.HUNG_UP)])


@pytest.mark.parametrize(
    "error",
    [
        b"510 Invalid or unknown command\n",
        b"511 Command Not Permitted\n",
        b"520-Usage:\n x\n520 End of proper usage.\n",
    ],
)
async def test_an_error_reply_to_a_prompt_does_not_end_the_call(error: bytes) -> None:
    async with serving(greet) as router:
        call = await router.call()
        await call.command()
        call.send(b"100 result=0 Trying...\n" + error)

        assert await call.closed_by_router()
        await router.is_idle()
        assert [("inbound", Outcome.QUEUED)] == router.outcomes


async def test_a_command_past_its_deadline_closes_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telephony.agi.line.PATIENCE_SECONDS", -0.98)
    async with serving(greet) as router:
        call = await router.call()
        assert "STREAM FILE /p/de/hello 0123456789*#" == await call.command()

        assert await call.closed_by_router()
        await router.is_idle()
        assert [("inbound", Outcome.TIMEOUT)] == router.outcomes


async def test_a_deadline_counts_from_its_own_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telephony.agi.line.PATIENCE_SECONDS", 0.5)
    sessions: list[AgiProtocol] = []

    async def answers_twice(line: AgiLine) -> None:
        sessions.append(line._wire)  # type: ignore[arg-type]
        await line.answer()
        await line.answer()

    async with serving(answers_twice) as router:
        call = await router.call()
        await call.command()
        await asyncio.sleep(0.1)
        call.send(b"200 result=0\n")
        await call.command()
        first_timer = sessions[0]._timer
        await eventually(lambda: sessions[0]._timer is not first_timer)
        call.send(b"200 result=0\n")
        assert await call.closed_by_router()
        await router.is_idle()

        assert [("inbound", Outcome.QUEUED)] == router.outcomes


async def test_a_cancelled_commands_late_reply_is_swallowed() -> None:
    heard: list[str | None] = []

    async def impatient(line: AgiLine) -> None:
        asked = asyncio.ensure_future(line.get("FIRST"))
        await started.wait()
        asked.cancel()
        asked = asyncio.ensure_future(line.get("DROPPED"))
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.sleep(0)
        heard.append(await line.get("SECOND"))

    started = asyncio.Event()
    async with serving(impatient) as router:
        call = await router.call()
        assert "GET VARIABLE FIRST" == await call.command()
        started.set()
        await asyncio.sleep(0.01)
        call.send(b"200 result=1 (first)\n")
        assert "GET VARIABLE SECOND" == await call.command()
        call.send(b"200 result=1 (second)\n")
        assert await call.closed_by_router()

    assert ["second"] == heard


async def test_a_cancelled_command_alone_leaves_the_line_quiet() -> None:
    async def impatient(line: AgiLine) -> None:
        for _ in range(2):
            asked = asyncio.ensure_future(line.get("FIRST"))
            await asyncio.sleep(0)
            asked.cancel()
        await asked_twice.wait()

    asked_twice = asyncio.Event()
    async with serving(impatient) as router:
        call = await router.call()
        assert "GET VARIABLE FIRST" == await call.command()
        call.send(b"200 result=1 (first)\n")
        asked_twice.set()

        assert "" == await call.command()
        call.close()


async def test_two_commands_at_once_are_our_own_error() -> None:
    async def hasty(line: AgiLine) -> None:
        await asyncio.gather(line.get("A"), line.get("B"))

    async with serving(hasty) as router:
        with structlog.testing.capture_logs() as logs:
            assert await (await router.call()).closed_by_router()
        await router.is_idle()

    assert [("inbound", Outcome.FAILED)] == router.outcomes
    assert "RuntimeError" == logs[0]["error"]


async def test_a_broken_conversation_falls_back_and_is_logged_without_its_text() -> None:
    async def broken(line: AgiLine) -> None:
        await line.answer()
        raise ValueError(await line.caller())

    async with serving(broken) as router:
        with structlog.testing.capture_logs() as logs:
            await (await router.call()).serve(Caller(variables={"TEAMLINE_CALLER": "+4921112345"}))
        await router.is_idle()

    assert [("inbound", Outcome.FAILED)] == router.outcomes
    assert [("agi_conversation_failed", "inbound", "pbx-1700000000.7", "ValueError")] == [
        (log["event"], log["script"], log["call"], log["error"]) for log in logs
    ]
    assert "4921112345" not in str(logs)


async def test_over_the_cap_the_newest_is_closed_at_once() -> None:
    async with serving(forever, most_sessions=2) as router:
        first = [await router.call() for _ in range(2)]
        assert ["ANSWER", "ANSWER"] == [await call.command() for call in first]
        with structlog.testing.capture_logs() as logs:
            newest = [await router.call() for _ in range(3)]
            assert [True] * 3 == [await call.closed_by_router() for call in newest]

        assert 2 == router.server.open_sessions
        assert [("", Outcome.FALLBACK)] * 3 == router.outcomes
        assert [("agi_refused", "cap", 1)] == [(log["event"], log["why"], log["count"]) for log in logs]
        for call in first:
            call.close()
        await eventually(lambda: router.server.open_sessions == 0)


async def test_a_stranger_is_closed_at_once_and_counts_as_no_call() -> None:
    async with serving(greet, peers=[ip_network("192.0.2.0/24")]) as router:
        assert await (await router.call()).closed_by_router()

        assert [] == router.outcomes
        assert 0 == router.server.open_sessions


@pytest.mark.parametrize(
    ("is_allowed", "host"),
    [(True, "127.0.0.9"), (True, "::1"), (True, "::ffff:127.0.0.1"), (False, "192.0.2.1"), (False, "fe80::1%eth0")],
)
def test_loopback_is_allowed_by_default(is_allowed: bool, host: str) -> None:
    assert is_allowed is Running({}).server._allows(host)


async def test_draining_lets_a_running_call_finish() -> None:
    async with serving(greet) as router:
        call = await router.call()
        await call.command()
        port = router.server._port
        draining = asyncio.ensure_future(router.server.drain(5))
        await eventually(lambda: not getattr(port, "connected", False))
        with pytest.raises(ConnectionError):
            await AsteriskCall.connect(router.port)
        call.send(b"200 result=0 endpos=1\n")
        assert await call.closed_by_router()
        await draining

        assert [("inbound", Outcome.QUEUED)] == router.outcomes


async def test_draining_closes_what_does_not_finish() -> None:
    async with serving(forever) as router:
        call = await router.call()
        await call.command()
        await router.server.drain(0.01)

        assert await call.closed_by_router()
        assert [("inbound", Outcome.FALLBACK)] == router.outcomes
        assert 0 == router.server.open_sessions


async def test_a_call_that_connected_before_the_drain_falls_back() -> None:
    async with serving(forever) as router:
        late = await AsteriskCall.connect(router.port)
        running = await router.call()
        await running.command()
        draining = asyncio.ensure_future(router.server.drain(5))
        await eventually(lambda: router.server._is_closing)
        late.send(environment())

        assert await late.closed_by_router()
        running.close()
        await router.server.stop()
        await draining
        assert [("", Outcome.FALLBACK), ("inbound", Outcome.FALLBACK)] == router.outcomes


async def test_stopping_closes_a_session_without_environment() -> None:
    async with serving(greet) as router:
        call = await AsteriskCall.connect(router.port)
        await eventually(lambda: router.server.open_sessions == 1)
        await router.server.stop()

        assert await call.closed_by_router()


async def test_a_stopped_server_can_start_again() -> None:
    async with serving(greet) as router:
        await router.server.stop()
        router.port = await router.server.start("127.0.0.1", 0)
        await (await router.call()).serve(Caller())
        await router.is_idle()

        assert [("inbound", Outcome.QUEUED)] == router.outcomes


async def test_a_server_says_whether_it_takes_calls() -> None:
    async with serving(greet) as router:
        assert router.server.is_listening
        await router.server.stop()
        assert not router.server.is_listening


async def test_a_taken_port_is_named() -> None:
    async with serving(greet) as router:
        with pytest.raises(CannotListen, match=str(router.port)):
            await Running({}).server.start("127.0.0.1", router.port)


async def test_a_hundred_calls_at_once_each_get_their_own_answer() -> None:
    async with serving(ask_number) as router:
        calls = [await router.call() for _ in range(100)]
        callers = await asyncio.gather(*(call.serve(Caller(keys="1" * (n % 12) + "#")) for n, call in enumerate(calls)))

        assert [f"L{n % 12:02d}" for n in range(100)] == [caller.variables["TEAMLINE_QUEUE"] for caller in callers]
        await router.is_idle()


def test_refusals_are_logged_seldom() -> None:
    refusals = Running({}).server._refusals
    with structlog.testing.capture_logs() as logs:
        for now in (0.0, 1.0, 2.0, 11.0):
            refusals.note("peer", now)

    assert [1, 3] == [log["count"] for log in logs]


def test_no_request_names_no_script() -> None:
    assert "" == _script(Environment({}))
