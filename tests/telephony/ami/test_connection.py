import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from twisted.internet import reactor
from twisted.internet.endpoints import TCP4ClientEndpoint

from operations.ports import SwitchAway, SwitchRefused
from telephony.ami import actions, protocol
from telephony.ami.connection import AmiConnection, reconnect_seconds
from telephony.ami.messages import UnsafeAction
from telephony.ami.protocol import Account, Deadlines
from telephony.ami.reader import MAX_LINE, Frame
from tests.fakes.asterisk_ami import FakeManager, frame, playing

ACCOUNT = Account("router", "secret")
PATIENT = Deadlines(login=5, action=5, list=5, ping_every=60, ping=5)
HASTY = Deadlines(login=0.05, action=0.05, list=0.05, ping_every=60, ping=0.05)
FOREVER = 3600.0


def at_once(_failures: int, _is_refused: bool) -> float:
    return 0.001


def never(_failures: int, _is_refused: bool) -> float:
    return FOREVER


class Watcher:
    """A connection, and everything it told, in order."""

    def __init__(self, port: int, deadlines: Deadlines, policy: Callable[[int, bool], float], account: Account) -> None:
        endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", port)
        self.told: list[str] = []
        self.retries: list[tuple[int, bool]] = []
        self._policy = policy
        self._changed = asyncio.Event()
        self.ami = AmiConnection(endpoint, reactor, account, deadlines, now=lambda: 1000.0, policy=self._delay)
        self.ami.on_connected(lambda: self._tell("connected"))
        self.ami.on_disconnected(lambda: self._tell("disconnected"))
        self.ami.on_event(lambda event: self._tell(event.name))

    def _delay(self, failures: int, is_refused: bool) -> float:
        self.retries.append((failures, is_refused))
        self._changed.set()
        return self._policy(failures, is_refused)

    def _tell(self, what: str) -> None:
        self.told.append(what)
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def until_connected(self) -> None:
        await self.until(lambda: self.ami.is_connected)


Watch = Callable[..., Watcher]


@pytest.fixture
async def manager() -> AsyncIterator[FakeManager]:
    async with playing(FakeManager(["L01"])) as asterisk:
        yield asterisk


@pytest.fixture
async def watch(manager: FakeManager) -> AsyncIterator[Watch]:
    """Start connections to the manager; after the test none of them leaves a timer."""
    before = set(reactor.getDelayedCalls())
    watchers: list[Watcher] = []

    def start(
        deadlines: Deadlines = PATIENT,
        policy: Callable[[int, bool], float] = at_once,
        account: Account = ACCOUNT,
    ) -> Watcher:
        watchers.append(Watcher(manager.port, deadlines, policy, account))
        watchers[-1].ami.start()
        return watchers[-1]

    yield start
    for watcher in watchers:
        await watcher.ami.stop()
    assert before == set(reactor.getDelayedCalls())


async def test_a_login_with_all_events_makes_it_connected(manager: FakeManager, watch: Watch) -> None:
    watcher = watch()
    await watcher.until_connected()

    assert (manager.received[0]) == {
        "Action": "Login",
        "ActionID": "teamline-1",
        "Username": "router",
        "Secret": "secret",
        "Events": "on",
    }
    assert watcher.ami.last_heard_at == 1000.0


async def test_before_it_is_connected_nothing_can_be_asked(watch: Watch) -> None:
    watcher = watch()

    with pytest.raises(SwitchAway, match="not connected"):
        await watcher.ami.request(actions.ping())


async def test_the_secret_goes_to_nobody_who_greets_otherwise(manager: FakeManager, watch: Watch) -> None:
    manager.greeting = b"220 mail.example.org ESMTP\r\n"
    watcher = watch(policy=never)
    await watcher.until(lambda: watcher.retries == [(1, False)])

    assert manager.received == []


async def test_a_greeting_cut_in_two_is_a_greeting(manager: FakeManager, watch: Watch) -> None:
    manager.greeting = b"Asterisk Call Man"
    watcher = watch()
    await manager.wait_for(lambda: bool(manager.sessions))
    manager.send(b"ager/11.0.0\r\n")
    await watcher.until_connected()

    assert manager.names() == ["Login"]


async def test_a_refused_login_waits_longer_before_the_next(manager: FakeManager, watch: Watch) -> None:
    manager.secret = "another"
    watcher = watch(policy=never)
    await watcher.until(lambda: bool(watcher.retries))

    assert (watcher.retries, watcher.ami.is_connected, watcher.told) == ([(1, True)], False, [])


@pytest.mark.parametrize(
    "deadlines",
    [
        pytest.param(Deadlines(login=0.05, action=60), id="of the whole login"),
        pytest.param(Deadlines(login=60, action=0.05), id="of the answer"),
        pytest.param(HASTY, id="both at once"),
    ],
)
async def test_a_manager_silent_at_login_is_given_up_and_not_taken_for_a_refusal(
    manager: FakeManager, watch: Watch, deadlines: Deadlines
) -> None:
    manager.is_silent_to = {"Login"}
    watcher = watch(deadlines, never)
    await watcher.until(lambda: bool(watcher.retries))

    assert watcher.retries == [(1, False)]


async def test_a_manager_without_greeting_is_given_up_after_the_logins_deadline(
    manager: FakeManager, watch: Watch
) -> None:
    manager.greeting = b""
    watcher = watch(HASTY, never)
    await watcher.until(lambda: bool(watcher.retries))

    assert (watcher.retries, manager.received) == ([(1, False)], [])


async def test_eof_before_the_greeting_is_an_ordinary_failure(manager: FakeManager, watch: Watch) -> None:
    manager.greeting = b""
    watcher = watch(policy=never)
    await manager.wait_for(lambda: bool(manager.sessions))
    manager.hang_up()
    await watcher.until(lambda: bool(watcher.retries))

    assert watcher.told == []


async def test_failures_count_up_until_a_login_succeeds(manager: FakeManager, watch: Watch) -> None:
    manager.closes_at = {"Login": b""}
    watcher = watch()
    await watcher.until(lambda: len(watcher.retries) >= 3)
    manager.closes_at = {}
    await watcher.until_connected()
    counted = [failures for failures, _ in watcher.retries]
    manager.hang_up()
    await watcher.until(lambda: len(watcher.retries) > len(counted))

    assert (list(range(1, len(counted) + 1)), (1, False)) == (counted, watcher.retries[-1])


async def test_a_lost_session_is_told_and_comes_back(manager: FakeManager, watch: Watch) -> None:
    watcher = watch()
    await watcher.until_connected()
    manager.hang_up()
    await watcher.until(lambda: watcher.ami.logins == 2)

    assert [told for told in watcher.told if told != "FullyBooted"] == ["connected", "disconnected", "connected"]


async def test_a_dead_port_is_tried_again_until_somebody_listens(manager: FakeManager, watch: Watch) -> None:
    await manager.stop()
    watcher = watch()
    await watcher.until(lambda: len(watcher.retries) >= 2)
    await manager.start(manager.port)
    await watcher.until_connected()

    assert watcher.ami.logins == 1


async def test_answers_find_their_questions_in_any_order(manager: FakeManager, watch: Watch) -> None:
    manager.variables = {"A": "1", "B": "2"}
    manager.is_silent_to = {"Getvar"}
    watcher = watch()
    await watcher.until_connected()
    questions = [asyncio.create_task(watcher.ami.request(actions.get_variable(name))) for name in ("A", "B")]
    await manager.wait_for(lambda: len(manager.received) == 3)
    for action in reversed(manager.received[1:]):
        manager.send(manager.answer(action))

    assert [(await question)["Value"] for question in questions] == ["1", "2"]


async def test_an_error_is_a_refusal_in_asterisks_words(watch: Watch) -> None:
    watcher = watch()
    await watcher.until_connected()

    with pytest.raises(SwitchRefused, match="Interface not found"):
        await watcher.ami.request(actions.queue_pause("PJSIP/m1", True))


async def test_a_list_is_its_items_though_news_come_between(manager: FakeManager, watch: Watch) -> None:
    manager.is_silent_to = {"QueueStatus"}
    watcher = watch()
    await watcher.until_connected()
    asked = asyncio.create_task(watcher.ami.collect(actions.queue_status()))
    await manager.wait_for(lambda: len(manager.received) == 2)
    answer = manager.answer(manager.received[1])
    cut = answer.index(b"Event: QueueParams")
    manager.send(answer[:cut] + frame(Event="Hangup", Uniqueid="1.1") + answer[cut:])

    assert [item.name for item in await asked] == ["QueueParams"]
    assert "Hangup" in watcher.told


async def test_an_event_with_the_id_of_a_closed_question_is_news(manager: FakeManager, watch: Watch) -> None:
    manager.is_silent_to = {"Getvar"}
    watcher = watch()
    await watcher.until_connected()
    open_question = asyncio.create_task(watcher.ami.request(actions.get_variable("A")))
    await manager.wait_for(lambda: len(manager.received) == 2)
    manager.send(frame(Event="OriginateResponse", ActionID="teamline-1", Response="Failure"))
    await watcher.until(lambda: "OriginateResponse" in watcher.told)

    assert not open_question.done()
    open_question.cancel()


async def test_a_question_without_answer_ends_at_its_deadline(manager: FakeManager, watch: Watch) -> None:
    manager.is_silent_to = {"Getvar", "QueueStatus"}
    watcher = watch(Deadlines(5, 0.05, 0.05, 60, 5))
    await watcher.until_connected()

    with pytest.raises(SwitchAway, match="no answer in time"):
        await watcher.ami.request(actions.get_variable("A"))
    with pytest.raises(SwitchAway, match="no answer in time"):
        await watcher.ami.collect(actions.queue_status())


async def test_a_late_list_is_not_taken_for_news(manager: FakeManager, watch: Watch) -> None:
    manager.is_silent_to = {"QueueStatus"}
    watcher = watch(Deadlines(5, 5, 0.05, 60, 5))
    await watcher.until_connected()
    with pytest.raises(SwitchAway):
        await watcher.ami.collect(actions.queue_status())
    manager.send(manager.answer(manager.received[-1]) + frame(Event="Hangup"))
    await watcher.until(lambda: "Hangup" in watcher.told)

    assert "QueueParams" not in watcher.told
    assert "QueueStatusComplete" not in watcher.told


async def test_a_late_answer_is_dropped(manager: FakeManager, watch: Watch) -> None:
    watcher = watch()
    await watcher.until_connected()
    manager.send(frame(Response="Success", ActionID="teamline-77") + frame(Event="Hangup"))
    await watcher.until(lambda: "Hangup" in watcher.told)

    assert "Response" not in watcher.told


async def test_open_questions_fail_when_the_session_ends(manager: FakeManager, watch: Watch) -> None:
    manager.closes_at = {"Getvar": b"Response: Succ"}
    watcher = watch(policy=never)
    await watcher.until_connected()

    with pytest.raises(SwitchAway, match="lost"):
        await watcher.ami.request(actions.get_variable("A"))


async def test_half_a_frame_before_eof_is_dropped(manager: FakeManager, watch: Watch) -> None:
    watcher = watch()
    await watcher.until_connected()
    manager.closes_at = {"Ping": b"Event: Hangup\r\nUniq"}
    with pytest.raises(SwitchAway):
        await watcher.ami.request(actions.ping())
    manager.closes_at = {}
    await watcher.until(lambda: watcher.ami.logins == 2)

    assert "Hangup" not in watcher.told


async def test_an_unsafe_action_is_refused_and_nothing_is_sent(manager: FakeManager, watch: Watch) -> None:
    watcher = watch()
    await watcher.until_connected()

    with pytest.raises(UnsafeAction):
        await watcher.ami.request(actions.get_variable("SHELL(id)"))
    assert manager.names() == ["Login"]


async def test_an_account_that_cannot_be_sent_is_refused_at_start() -> None:
    with pytest.raises(UnsafeAction):
        Account("router", "se\ncret")


async def test_too_many_open_questions_are_refused(
    manager: FakeManager, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "MAX_OPEN", 1)
    manager.is_silent_to = {"Getvar"}
    watcher = watch()
    await watcher.until_connected()
    first = asyncio.create_task(watcher.ami.request(actions.get_variable("A")))
    await manager.wait_for(lambda: len(manager.received) == 2)

    with pytest.raises(SwitchAway, match="too many"):
        await watcher.ami.request(actions.get_variable("B"))
    first.cancel()


async def test_a_frame_beyond_the_bounds_ends_the_session(manager: FakeManager, watch: Watch) -> None:
    watcher = watch()
    await watcher.until_connected()
    manager.send(b"Event: " + b"x" * MAX_LINE + b"\r\n\r\n")
    await watcher.until(lambda: watcher.ami.logins == 2)

    assert "disconnected" in watcher.told


async def test_a_listeners_mistake_costs_neither_session_nor_later_news(manager: FakeManager, watch: Watch) -> None:
    watcher = watch()

    def fail(event: Frame) -> None:
        if event.name == "Trouble":
            raise ValueError(event.name)

    watcher.ami.on_event(fail)
    await watcher.until_connected()
    manager.send(frame(Event="Trouble") + frame(Event="Hangup"))
    await watcher.until(lambda: "Hangup" in watcher.told)

    assert (watcher.ami.is_connected, watcher.ami.logins) == (True, 1)


async def test_a_session_is_pinged_again_and_again(manager: FakeManager, watch: Watch) -> None:
    watch(Deadlines(5, 5, 5, ping_every=0.005, ping=5))
    await manager.wait_for(lambda: manager.names().count("Ping") >= 3)

    assert manager.accepted == 1


async def test_a_half_open_session_is_found_and_replaced(manager: FakeManager, watch: Watch) -> None:
    manager.is_silent_to = {"Ping"}
    watcher = watch(Deadlines(5, 5, 5, ping_every=0.005, ping=0.05))
    await watcher.until(lambda: watcher.ami.logins == 2)

    assert "disconnected" in watcher.told


async def test_a_session_that_is_over_answers_no_question(manager: FakeManager, watch: Watch) -> None:
    watcher = watch(policy=never)
    await watcher.until_connected()
    session = watcher.ami._session
    assert session is not None
    manager.hang_up()
    await watcher.until(lambda: not watcher.ami.is_connected)

    with pytest.raises(SwitchAway, match="over"):
        await session.request(actions.ping())


async def test_a_session_lost_under_a_ping_is_replaced(manager: FakeManager, watch: Watch) -> None:
    manager.is_silent_to = {"Ping"}
    watcher = watch(Deadlines(5, 5, 5, ping_every=0.001, ping=5))
    await manager.wait_for(lambda: "Ping" in manager.names())
    manager.hang_up()
    await watcher.until(lambda: watcher.ami.logins == 2)

    assert "disconnected" in watcher.told


async def test_a_dead_link_is_found_within_ten_seconds() -> None:
    assert Deadlines().ping_every + Deadlines().ping <= 10


async def test_stopping_fails_open_questions_and_tells_the_end(manager: FakeManager, watch: Watch) -> None:
    manager.is_silent_to = {"Getvar"}
    watcher = watch()
    await watcher.until_connected()
    asked = asyncio.create_task(watcher.ami.request(actions.get_variable("A")))
    await manager.wait_for(lambda: len(manager.received) == 2)
    await watcher.ami.stop()

    with pytest.raises(SwitchAway):
        await asked
    assert (watcher.ami.is_connected, watcher.told[-1]) == (False, "disconnected")


@pytest.mark.parametrize("silent", [set(), {"Login"}])
async def test_stopping_in_mid_login_leaves_nothing(manager: FakeManager, watch: Watch, silent: set[str]) -> None:
    manager.is_silent_to = silent
    watch()
    await manager.wait_for(lambda: bool(manager.sessions))


async def test_stopping_while_waiting_for_the_next_try_leaves_nothing(manager: FakeManager, watch: Watch) -> None:
    manager.closes_at = {"Login": b""}
    watcher = watch(policy=never)
    await watcher.until(lambda: bool(watcher.retries))


@pytest.mark.parametrize(
    ("failures", "chance", "seconds"),
    [(1, 0.0, 0.2), (1, 1.0, 0.4), (2, 1.0, 0.8), (5, 1.0, 1.0), (10_000, 1.0, 1.0), (10_000, 0.0, 0.2)],
)
def test_the_wait_grows_with_failures_between_its_bounds(failures: int, chance: float, seconds: float) -> None:
    assert reconnect_seconds(failures, False, lambda: chance) == pytest.approx(seconds)


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 30.0), (1.0, 35.0)])
def test_after_a_refused_login_the_wait_is_30_seconds_and_more(chance: float, seconds: float) -> None:
    assert reconnect_seconds(1, True, lambda: chance) == seconds


async def test_a_session_that_is_renewed_ends_and_another_begins(watch: Watch) -> None:
    watcher = watch()
    watcher.ami.renew()  # before there is one: nothing to end
    await watcher.until_connected()
    watcher.ami.renew()
    await watcher.until(lambda: watcher.ami.logins == 2)
    assert ["connected", "disconnected", "connected"] == [told for told in watcher.told if "connected" in told]
