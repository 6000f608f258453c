"""A wait in slices: spoken to now and then, rung to the end, served as they came, counted once; router or not."""

import contextlib
import signal
from collections.abc import Iterator, Sequence

import pytest
from ami_record import AmiRecord
from router_beside import is_ready
from running_lab import RunningLab, citizen, until
from small_centre import TEAMS, SmallCentre, keys
from told_figures import journal, metrics, report

from facts.call import CallerJoined, CallerLeft, LeftBy
from metrics.stays import Outcome
from telephony.lab.calls import CitizenCall
from telephony.lab.phones import Habits, Phones

SLICE_SECONDS = 5
"""The shortest that teams.yaml allows: nobody would want to hear so much in earnest."""
RINGS_OVER_THE_END = Habits(ring_seconds=(7.0, 7.1), talk_seconds=(1.0, 1.1))
STEADY = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(4.0, 4.1))
"""Talks long enough that nobody who is just being spoken to is due meanwhile."""
STAY = 600.0


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("slices")
    teams = TEAMS.replace("general_line:", f"waits: {{repeat_seconds: {SLICE_SECONDS}}}\ngeneral_line:")
    with RunningLab(folder / "lab", *SmallCentre(folder).write(teams).options) as running:
        with running.phones():
            running.until_signed_in()
        yield running


@pytest.fixture(autouse=True)
def everybody_gone(lab: RunningLab) -> Iterator[None]:
    """A router that takes calls, nobody paused and no call left, whatever a test did."""
    yield
    with contextlib.suppress(ProcessLookupError):
        lab.signal("router", signal.SIGCONT)
    if not is_ready(lab):
        lab.start("router")
    until(lambda: is_ready(lab), 30, "a router that takes calls")
    lab.console("queue unpause member PJSIP/one")
    lab.hang_up_all()


def _callers(team: str, count: int) -> list[CitizenCall]:
    return [citizen(keys(team), caller=f"021150000{place}", stay=STAY) for place in range(count)]


def _channels(lab: RunningLab, queue: str) -> list[str]:
    return [each.channel for each in lab.line(queue)]


def _visits(lab: RunningLab, channel: str) -> int:
    return int(lab.variable(channel, "TEAMLINE_VISIT") or 0)


def _begin_slice(lab: RunningLab, channels: Sequence[str]) -> None:
    """Into the line anew, for one slice: as after the router has spoken to them."""
    with AmiRecord(lab.told["ami"]) as ami:
        for channel in channels:
            visits = _visits(lab, channel)
            ami.say("Setvar", Channel=channel, Variable="TEAMLINE_SLICE", Value=str(SLICE_SECONDS))
            ami.say("Redirect", Channel=channel, Context="teamline-line", Exten="s", Priority="1")
            until(lambda: _visits(lab, channel) == visits + 1, 10, "in line for a slice")  # noqa: B023 - looked at once


def _until_back(lab: RunningLab, queue: str, channels: Sequence[str], visits: int) -> None:
    """Wait until each stands in this line for at least so many times."""
    until(
        lambda: set(channels) <= set(_channels(lab, queue)) and min(_visits(lab, each) for each in channels) >= visits,
        60,
        f"{len(channels)} callers in line for the {visits}th time",
    )


def _answered(phones: Phones, count: int) -> list[str]:
    events = phones.until(lambda seen: sum(each.kind == "answered" for each in seen) >= count, 80)
    return [each.caller_number for each in events if each.kind == "answered"]


def test_a_phone_that_rings_when_a_slice_ends_rings_on_and_is_answered(lab: RunningLab) -> None:
    lab.console("queue pause member PJSIP/one")
    with lab.phones("one", habits=RINGS_OVER_THE_END) as phones, lab.in_turn(_callers("L01", 1)):
        [waiting] = lab.until_waiting("L01", 1)
        _begin_slice(lab, [waiting.channel])
        lab.console("queue unpause member PJSIP/one")
        assert ["0211500000"] == _answered(phones, 1)
        assert "2" == lab.variable(waiting.channel, "TEAMLINE_VISIT")
        assert ["rang", "answered"] == [each.kind for each in phones.events()][:2]


def test_after_a_slice_everybody_stands_where_they_stood(lab: RunningLab) -> None:
    with lab.in_turn(_callers("L01", 3)):
        lab.until_waiting("L01", 3)
        channels = _channels(lab, "L01")
        _begin_slice(lab, list(reversed(channels)))
        _until_back(lab, "L01", channels, 3)
        assert channels == _channels(lab, "L01")


def test_over_many_slices_five_callers_are_served_as_they_came_and_counted_once(lab: RunningLab) -> None:
    before = metrics(lab).teams()["L03"]
    with lab.in_turn(_callers("L03", 5)):
        lab.until_waiting("L03", 5)
        channels = _channels(lab, "L03")
        until(lambda: min(_visits(lab, each) for each in channels[2:]) >= len("abc"), 60, "three slices each")
        with lab.phones("three", habits=STEADY) as phones:
            assert [f"021150000{place}" for place in range(5)] == _answered(phones, 5)
    counted = metrics(lab).teams()["L03"]
    assert {"offered": 5, "answered": 5} == {name: counted[name] - before[name] for name in ("offered", "answered")}
    assert counted["offered"] == sum(counted[outcome] for outcome in Outcome)
    assert {key: int(report(lab)["L03"][key]) for key in ("offered", "answered")} == {
        key: counted[key] for key in ("offered", "answered")
    }
    _assert_one_stay_each(lab, "L03")


def _assert_one_stay_each(lab: RunningLab, team: str) -> None:
    """Every slice but the last is told as a time-out that returns; the last knows the whole wait."""
    facts = [fact for fact in journal(lab).facts if isinstance(fact, CallerJoined | CallerLeft)]
    of_team = [fact for fact in facts if fact.place.team == team]
    calls = {fact.place.call for fact in of_team}
    sliced = 0
    for call in calls:
        first, *_, last = [fact for fact in of_team if fact.place.call == call]
        between = [fact for fact in of_team if fact.place.call == call and isinstance(fact, CallerLeft)][:-1]
        assert isinstance(last, CallerLeft)
        assert LeftBy.ANSWERED is last.cause
        assert {(LeftBy.TIMEOUT, True)} >= {(fact.cause, fact.returns) for fact in between}
        assert last.hold_seconds == pytest.approx(last.at - first.at, abs=1.0)
        sliced += len(between) >= len("ab")
    assert 5 == len(calls)
    assert sliced >= len("cde")


def test_slices_are_no_drift_of_live_truth(lab: RunningLab) -> None:
    told = metrics(lab)
    drift = {dict(found)["kind"]: value for (name, found), value in told.samples.items() if "live_drift_total" in name}
    assert {0} == set(drift.values()), drift


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_with_the_router_away_a_slice_costs_nobody_their_place_and_no_other_follows_soon(
    lab: RunningLab, how: signal.Signals
) -> None:
    with lab.in_turn(_callers("L01", 3)):
        lab.until_waiting("L01", 3)
        channels = _channels(lab, "L01")
        _begin_slice(lab, channels)
        lab.signal("router", how)
        _until_back(lab, "L01", channels, 3)
        assert channels == _channels(lab, "L01")
        assert {"300"} == {lab.variable(channel, "TEAMLINE_SLICE") for channel in channels}
        with lab.phones("one", habits=STEADY) as phones:
            assert [f"021150000{place}" for place in range(3)] == _answered(phones, 3)
