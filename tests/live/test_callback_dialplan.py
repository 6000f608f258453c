"""Placeholders, whisper, dial and `#` on a real Asterisk, by AMI alone: no router runs."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest
import running_lab
from ami_record import AmiRecord
from known_callers import KnownCaller, known_callers
from running_lab import RunningLab
from small_centre import SmallCentre
from softphones import softphone
from twisted.internet import reactor
from twisted.internet.endpoints import TCP4ClientEndpoint

from operations.callbacks.ports import (
    AlreadyPlaced,
    AttemptEnded,
    CallbackEvent,
    Connected,
    Dial,
    MemberTook,
    PlaceholderGone,
    Placement,
)
from routing.callback import Outcome
from telephony.ami.callbacks import AmiCallbacks, callback_events
from telephony.ami.connection import AmiConnection
from telephony.ami.protocol import Account
from telephony.lab.called_citizens import (
    BUSY,
    DECLINES,
    MACHINE,
    NOBODY_THERE,
    UNKNOWN,
    CalledCitizens,
    Manner,
    called_citizens,
)
from telephony.lab.citizens import TrunkAccount
from telephony.lab.phones import Habits

ENTRY, SHOWN, QUEUE = "0211910000", "0211910101", "general-line"
CITIZEN, ALSO = "+4921155512345", "00431555123"
DIALLED = "021155512345"
SHORT_TALK = Manner(ring_seconds=0.5, key_after_seconds=1.0, talk_seconds=3.0)
MEMBERS = ("one", "two", "three", "four", "five", "six")
TALKS = Habits(ring_seconds=(0.1, 0.1), talk_seconds=(600.0, 600.0))
TEAMS = f"""\
centre: {{name: Testamt, land: NW, timezone: Europe/Berlin}}
entry: ["{ENTRY}"]
hours: {{default: always}}
languages: {{"1": de}}
numbers: {{customer: "99A9", household: "999BG99"}}
callbacks: {{also_allowed: ["{ALSO}"]}}
general_line: general
sites:
  - {{id: nord, name: Nord}}
areas:
  - {{id: A1, name: Nord, site: nord, benefit: [L01], placement: V01, benefit_rule: household-last-digit}}
teams:
  general: {{name: Zentrale, kind: general, extension: "2000", outbound_caller_id: "{SHOWN}"}}
  L01: {{name: Leistung 01, kind: benefit, extension: "2101"}}
  V01: {{name: Vermittlung 01, kind: placement, extension: "2201"}}
members:
  one: {{name: Zentrale 01, teams: [general], phone: "3001"}}
  two: {{name: Zentrale 02, teams: [general], phone: "3002"}}
  three: {{name: Zentrale 03, teams: [general], phone: "3003"}}
  four: {{name: Zentrale 04, teams: [general], phone: "3004"}}
  five: {{name: Zentrale 05, teams: [general], phone: "3005"}}
  six: {{name: Zentrale 06, teams: [general], phone: "3006"}}
kiosks:
  k-nord-1: {{site: nord, phone: "3901"}}
"""


MANNERS = {
    "021155500001": BUSY,
    "021155500002": DECLINES,
    "021155500003": UNKNOWN,
    "015155500004": NOBODY_THERE,
    "021155500005": Manner(ring_seconds=0.1, key="", talk_seconds=1.0),
    "021155500006": Manner(ring_seconds=0.1, key="3", key_after_seconds=1.0, talk_seconds=30.0),
    "021155500007": MACHINE,
    ALSO: BUSY,
}
ATTEMPTS = {
    "+4921155500001": (Outcome.BUSY, ""),
    "+4921155500002": (Outcome.REFUSED, ""),
    "+4921155500003": (Outcome.INVALID, ""),
    "+4915155500004": (Outcome.NO_ANSWER, ""),
    "+4921155500005": (Outcome.NO_ANSWER, ""),
    "+4921155500006": (Outcome.CANCELLED, "3"),
    "+4921155500007": (Outcome.NO_ANSWER, ""),
    f"+{ALSO[2:]}": (Outcome.BUSY, ""),
    "110": (Outcome.INVALID, ""),
    "3001": (Outcome.INVALID, ""),
    "0900123456": (Outcome.INVALID, ""),
    "+49180123456": (Outcome.INVALID, ""),
    "+431555124": (Outcome.INVALID, ""),
}
"""What is to be dialled -> how it ends. What no citizen has is not dialled at all."""


class Callbacks:
    """The switch, and what it has told."""

    def __init__(self, lab: RunningLab, connection: AmiConnection) -> None:
        self.lab = lab
        self.switch = AmiCallbacks(connection)
        self.events: list[CallbackEvent] = []
        connection.on_event(self.switch.heard)
        connection.on_event(callback_events(self.events.append))
        self._placed = 0

    async def place(self, arrival: int = 1_795_000_000, placements: int = 0, concern: str = "money") -> str:
        """A placeholder in the general line; its callback."""
        self._placed += 1
        callback = f"m-{time.time_ns()}-{self._placed}"
        await self.switch.place(
            Placement(callback, QUEUE, "general", arrival, 0, concern, "de", 100 * placements, CITIZEN)
        )
        await until(lambda: any(one.virtual_arrival == arrival for one in self.lab.line(QUEUE)), "the placeholder")
        return callback

    async def told(self, event: CallbackEvent, seconds: float = 20) -> None:
        await until(lambda: event in self.events, f"{event} in {self.events}", seconds)

    async def ended(self, callback: str, seconds: float = 40) -> AttemptEnded:
        def found() -> list[AttemptEnded]:
            return [each for each in self.events if isinstance(each, AttemptEnded) and each.callback == callback]

        await until(lambda: bool(found()), f"an end in {self.events}", seconds)
        return found()[-1]

    def gone(self) -> list[str]:
        return [each.callback for each in self.events if isinstance(each, PlaceholderGone)]


async def until(is_so: Callable[[], bool], what: str, seconds: float = 20) -> None:
    end = time.monotonic() + running_lab.BUSY * seconds
    while not is_so():
        assert time.monotonic() < end, what
        await asyncio.sleep(0.05)


def dial(callback: str, number: str = CITIZEN, *, attempt: int = 1, kiosk: str = "", ring: int = 15) -> Dial:
    return Dial(callback, attempt, number, kiosk, SHOWN, ring)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("callbacks")
    files = SmallCentre(folder).write(TEAMS, "customer_number,household,area\n10A1,100BG02,A1\n")
    with RunningLab(
        folder / "lab", "--config", str(files.teams), "--customers", str(files.customers), "--members", "6"
    ) as running:
        running.signal("router", signal.SIGKILL)
        yield running


@pytest.fixture
async def callbacks(lab: RunningLab) -> AsyncIterator[Callbacks]:
    told = lab.told["ami"]
    endpoint = TCP4ClientEndpoint(reactor, told["host"], told["port"])
    connection = AmiConnection(endpoint, reactor, Account(told["username"], told["secret"]))
    connected = asyncio.Event()
    connection.on_connected(connected.set)
    connection.start()
    await connected.wait()
    yield Callbacks(lab, connection)
    lab.hang_up_all()
    await connection.stop()


@contextmanager
def at_work(lab: RunningLab, *members: str) -> Iterator[None]:
    with lab.phones(*members, habits=TALKS):
        for member in members:
            lab.console(f"queue add member PJSIP/{member} to {QUEUE} penalty 0 as {member}")
        try:
            yield
        finally:
            for member in members:
                lab.console(f"queue remove member PJSIP/{member} from {QUEUE}")
            lab.hang_up_all()


@contextmanager
def world(lab: RunningLab, manners: Mapping[str, Manner]) -> Iterator[CalledCitizens]:
    trunk = TrunkAccount(**lab.told["accounts"]["trunk"])
    with called_citizens(lab.told["sip"], trunk, manners) as citizens:
        yield citizens


async def until_free(lab: RunningLab, member: str) -> None:
    await until(lambda: f"PJSIP/{member}-" not in lab.console("core show channels concise"), f"{member} free", 5)


async def test_placeholders_and_callers_stand_in_one_line_by_arrival(lab: RunningLab, callbacks: Callbacks) -> None:
    with known_callers(lab) as callers:
        (first,) = callers.dial("")
        came = first.until_in_line(QUEUE).virtual_arrival
        await until(lambda: time.time() > came + 3, "the third second after")
        (last,) = callers.dial("")
        last.until_in_line(QUEUE)
        await callbacks.place(came + 1)
        assert [one.channel for one in lab.line(QUEUE)][::2] == [first.channel, last.channel]


async def test_ten_placeholders_stand_by_arrival_each_once_and_go_when_asked_to(
    lab: RunningLab, callbacks: Callbacks
) -> None:
    arrivals = [1_795_000_000 + place for place in (3, 1, 4, 0, 5, 9, 2, 6, 8, 7)]
    placed = [await callbacks.place(arrival) for arrival in arrivals]
    assert [one.virtual_arrival for one in lab.line(QUEUE)] == sorted(arrivals)
    with pytest.raises(AlreadyPlaced):
        await callbacks.switch.place(Placement(placed[0], QUEUE, "general", 1, 0, "job", "de", 0))
    seen = await callbacks.switch.placeholders()
    assert {each: (seen[each].is_in_line, seen[each].attempt) for each in placed} == dict.fromkeys(placed, (True, 0))
    for each in (*placed, placed[0], "m-nobody"):
        await callbacks.switch.let_go(each)
    await until(lambda: sorted(callbacks.gone()) == sorted(placed), "all of them gone")
    assert await callbacks.switch.placeholders() == {}


async def test_a_citizen_who_presses_1_talks_and_no_number_is_told_to_anybody(
    lab: RunningLab, callbacks: Callbacks
) -> None:
    with world(lab, {DIALLED: SHORT_TALK}) as citizens, AmiRecord(lab.told["ami"]) as record:
        callback = await callbacks.place(placements=2)
        with at_work(lab, "one"):
            await callbacks.told(MemberTook(callback))
            await callbacks.switch.dial(dial(callback))
            await callbacks.told(Connected(callback, 1), 30)
            assert [each.caller_number for each in citizens.events("rang")] == [SHOWN]
            with pytest.raises(AlreadyPlaced):
                await callbacks.switch.place(Placement(callback, QUEUE, "general", 1, 0, "job", "de", 0))
            seen = (await callbacks.switch.placeholders())[callback]
            assert (seen.is_in_line, seen.is_with_member, seen.attempt) == (False, True, 1)
            ended = await callbacks.ended(callback, 60)
            assert ended == AttemptEnded(callback, 1, Outcome.REACHED, "1")
            await until_free(lab, "one")
            await callbacks.told(PlaceholderGone(callback))
            assert await callbacks.switch.result(callback) == Connected(callback, 1)
        assert b"TeamlineCallback" in record.text()
        assert b":callback:money:de:" in record.text()
        assert b"201:general:" in record.text()
        assert DIALLED[1:].encode() not in record.text()
    for log in ("full", "queue_log"):
        assert DIALLED[1:] not in (lab.folder / "asterisk" / "log" / log).read_text(errors="replace")


async def test_every_attempt_ends_as_the_citizen_ends_it_and_no_member_is_kept_though_nobody_dials(
    lab: RunningLab, callbacks: Callbacks
) -> None:
    number = {await callbacks.place(1_795_000_000 + place): number for place, number in enumerate(ATTEMPTS)}
    forgotten = await callbacks.place(1_794_000_000)
    with world(lab, MANNERS) as citizens, at_work(lab, *MEMBERS):
        await callbacks.told(MemberTook(forgotten))
        dialled = set[str]()
        while dialled != set(number):
            for took in [each for each in callbacks.events if isinstance(each, MemberTook)]:
                if took.callback not in dialled | {forgotten}:
                    dialled.add(took.callback)
                    await callbacks.switch.dial(dial(took.callback, number[took.callback], ring=3))
            await asyncio.sleep(0.05)
        ended = {number[each]: await callbacks.ended(each) for each in number}
        await callbacks.told(PlaceholderGone(forgotten), 30)
        await until(lambda: lab.channels() == 0, "everybody free", 5)
    assert {each: (end.outcome, end.wish) for each, end in ended.items()} == ATTEMPTS
    assert {each.user for each in citizens.events("rang")} <= set(MANNERS)
    for each, given in number.items():
        assert await callbacks.switch.result(each) == ended[given]
    assert await callbacks.switch.result(forgotten) is None


async def test_a_member_who_hangs_up_first_is_no_attempt_of_the_citizen(lab: RunningLab, callbacks: Callbacks) -> None:
    asked = Manner(ring_seconds=0.5, key="", talk_seconds=60.0)
    with world(lab, {"021155500001": NOBODY_THERE, "021155500002": asked}) as citizens, at_work(lab, "one", "two"):
        for number, state in (("+4921155500001", "rang"), ("+4921155500002", "answered")):
            callback = await callbacks.place()
            await callbacks.told(MemberTook(callback))
            await callbacks.switch.dial(dial(callback, number))
            await until(lambda state=state: bool(citizens.events(state)), state)  # type: ignore[misc]
            hang_up_members(lab)
            assert (await callbacks.ended(callback)).outcome is Outcome.FAILED


async def test_a_kiosk_rings_and_one_that_is_off_is_not_reached(lab: RunningLab, callbacks: Callbacks) -> None:
    (kiosk,) = lab.told["accounts"]["kiosks"]
    callback = await callbacks.place()
    with at_work(lab, "one"):
        with softphone(lab, kiosk["user"], shown=kiosk["user"], password=kiosk["password"], registers=True) as phone:
            phone.until_told("registered")
            await callbacks.told(MemberTook(callback))
            await callbacks.switch.dial(dial(callback, "", kiosk="k-nord-1"))
            await until(lambda: bool(phone.told("rang")), "the kiosk rings")
            phone.order("answer")
            await until(lambda: bool(phone.told("answered")), "lifted")
            phone.order("key", "1")
            await callbacks.told(Connected(callback, 1), 30)
            phone.order("hang-up")
            assert (await callbacks.ended(callback)).outcome is Outcome.REACHED
        lab.until_quiet()
        again = await callbacks.place()
        await callbacks.told(MemberTook(again))
        await callbacks.switch.dial(dial(again, "", kiosk="k-nord-1"))
        assert (await callbacks.ended(again)).outcome is Outcome.NO_ANSWER


async def test_the_hash_key_leads_back_to_the_same_place_and_no_other_key_does_anything(
    lab: RunningLab, callbacks: Callbacks
) -> None:
    with known_callers(lab) as callers, AmiRecord(lab.told["ami"]) as record:
        first, second = callers.dial("", "")
        for one in (first, second):
            one.until_in_line(QUEUE)
        before = places(lab, first, second)
        first.press("1*0#")
        await until(lambda: lab.variable(first.channel, "TEAMLINE_VISIT") == "2", "the second visit")
        first.until_in_line(QUEUE)
        assert places(lab, first, second) == before
        left = [dict(each) for each in record.events("UserEvent") if ("UserEvent", "TeamlineLeft") in each]
        assert [(each["Status"], each["Queue"], each["Uniqueid"]) for each in left] == [("KEY", QUEUE, first.call)]
    assert callbacks.events == []


def places(lab: RunningLab, *callers: KnownCaller) -> dict[str, int]:
    line = {one.channel: one.virtual_arrival for one in lab.line(QUEUE)}
    return {each.channel: line[each.channel] for each in callers}


def hang_up_members(lab: RunningLab) -> None:
    for line in lab.console("core show channels concise").splitlines():
        if line.startswith(("PJSIP/one-", "PJSIP/two-")):
            lab.console(f"channel request hangup {line.partition('!')[0]}")
