"""What callers are told of their waits comes true, and a restart changes none of it.

One day in a small centre, scene by scene; the tests look at what it left behind.
"""

import csv
import io
import math
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from ami_record import AmiRecord
from earlier_talks import LONG_SECONDS, LONG_TEAM, write_talks
from known_callers import KnownCaller, KnownCallers, known_callers
from router_beside import is_ready, kill_router
from running_lab import RunningLab, Waiting, until
from small_centre import SmallCentre
from staffed_lab import QUICK, everybody_works, sign_out, until_phones
from told_figures import Metrics, metrics
from wait_scenes import (
    RING_SECONDS,
    SLICE_SECONDS,
    SPOKEN,
    STEADY,
    TALK_SECONDS,
    Known,
    Told,
    hasty,
    in_metrics,
    listeners,
    listening,
    on_board,
    refreshed,
)
from what_callers_heard import Heard

from telephony.lab.phones import Habits, Phones

A_TALK = TALK_SECONDS + RING_SECONDS + 0.5
"""From one answer to the next, as SIPp and Asterisk on a busy machine manage it."""
MUCH_LONGER = 30.0
"""Seconds: whoever was told less than a minute would be told of minutes."""
SAME = 0.05
RESTART_SECONDS = 15.0
MOST_OF_THEM = 9
"""Of 13: some talk, some are just spoken to."""
ENDLESS = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(600.0, 600.0))
"""Talks that only a test ends, however long a busy machine needs for what happens meanwhile."""
ALONE_SECONDS = 900
SPOKEN_TO_SECONDS = 90
"""Whoever is offered a callback twice is out of line for half of it."""
UNSPOKEN = f"TEAMLINE_SLICE={ALONE_SECONDS}\n"
"""As the console shows it: this caller is not spoken to again for longer than any test."""
ENOUGH = {"L01", "L03", "V01", "V02"}
"""Teams with three talks."""
TALKERS = ("one", "both", "two", "next", "last")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("waits")
    with RunningLab(folder / "lab", *SmallCentre(folder).write(SPOKEN).options) as running:
        with running.phones():
            running.until_signed_in()
        yield running


@dataclass(frozen=True, slots=True)
class Silence:
    """Five callers in the line of a centre that has never talked."""

    board: Known
    scraped: Mapping[str, float]
    heard: Heard
    told: Told


@pytest.fixture(scope="module")
def silence(lab: RunningLab) -> Silence:
    heard = Heard(lab)
    calls = lab.calls([*hasty("L03", 3), *listeners("L03", 2)], rate=2)
    lab.until_waiting("L03", 5)
    heard.until_spoken_to_again("L03")
    seen = Silence(on_board(lab), in_metrics(lab), heard, Told.now(lab))
    calls.close()
    lab.hang_up_all()
    return seen


@dataclass(frozen=True, slots=True)
class Beginning:
    """Boards after each of the two first sets of talks."""

    too_few: Known
    enough: Known


@pytest.fixture(scope="module")
def beginning(lab: RunningLab, silence: Silence) -> Beginning:
    """22 talks of real calls; then a journal of yesterday, so that the estimates are those of a centre that knows."""
    with lab.phones(habits=QUICK):
        lab.calls([*hasty("L01", 5), *hasty("L03", 5)]).wait()
        too_few = on_board(lab)
        lab.calls([*hasty("V01", 5), *hasty("V02", 5), *hasty("L02", 2)]).wait()
        enough = until(lambda: (now := on_board(lab)) and not ENOUGH - _known(now) and now, 30, "four estimates")
    kill_router(lab)
    write_talks(lab, RING_SECONDS, TALK_SECONDS)
    lab.start("router")
    return Beginning(too_few, enough)  # type: ignore[arg-type]


def _known(board: Known) -> set[str]:
    return {team for team, seconds in board.items() if seconds is not None}


@dataclass(frozen=True, slots=True)
class Lines:
    """A line that moved as it was expected to (L03), and one that came to a stop (V01)."""

    told: Told
    heard: Heard
    metrics: Metrics
    report: Mapping[str, Mapping[str, str]]
    before_newcomer: float
    before_stop: float
    at_stop: float


@pytest.fixture(scope="module")
def lines(lab: RunningLab, beginning: Beginning) -> Lines:
    sign_out(lab, "four")
    heard = Heard(lab)
    with lab.phones("three", "work", "more", habits=STEADY):
        placed = [lab.calls(hasty("L03", 13), rate=3)]
        until(lambda: len(lab.line("L03")) >= MOST_OF_THEM, 30, "nearly all of them in line")
        known = _channels(lab)
        placed.append(lab.calls(listeners("L03", 1)))
        before_newcomer = _newest_before_join(lab, "L03", heard, known)
        until(lambda: heard.look() and not lab.line("L03"), 150, "an empty line")
        placed.append(lab.calls(hasty("V01", 8), rate=3))  # afterwards: whoever has seen pauses expects more of them
        before_stop, at_stop = _stop(lab, heard, "V01", "work", "more")
        known = _channels(lab)
        placed.append(lab.calls(listeners("V01", 1)))
        until(lambda: {each.channel for each in lab.line("V01")} - known, 60, "the newcomer, who has heard everything")
        for member in ("work", "more"):
            lab.console(f"queue unpause member PJSIP/{member}")
        until(lambda: heard.look() and not lab.line("V01"), 150, "another one")
    for each in placed:
        each.close()
    lab.hang_up_all()
    told = until(lambda: (now := Told.now(lab)) and len(now.told) == len(now.proved) and now, 20, "all proved")
    return Lines(told, heard, metrics(lab), _report(lab), before_newcomer, before_stop, at_stop)  # type: ignore[arg-type]


def _stop(lab: RunningLab, heard: Heard, team: str, *members: str) -> tuple[float, float]:
    """Everybody there pauses, and callers in line are spoken to; the estimates before, and after it."""
    until(lambda: len(lab.line(team)) == 5, 60, "five in line who have been moving")
    before = refreshed(lab, team)[team]
    for member in members:
        lab.console(f"queue pause member PJSIP/{member}")
    heard.until_spoken_to_again(team)
    assert before is not None
    longer = before + MUCH_LONGER
    after = until(lambda: (now := refreshed(lab, team)[team]) and now > longer and now, 90, "a much longer wait")
    heard.until_spoken_to_again(team)
    return before, after  # type: ignore[return-value]


def _channels(lab: RunningLab) -> set[str]:
    """Of everybody in a call, in line or just spoken to."""
    return {row.partition("!")[0] for row in lab.console("core show channels concise").splitlines()}


def _newest_before_join(lab: RunningLab, team: str, heard: Heard, known: set[str]) -> float:
    """The gauge as it was last before somebody stood in line who is not known."""
    newest = [in_metrics(lab)[team]]

    def is_here() -> bool:
        gauge = in_metrics(lab)[team]
        heard.look()
        if {each.channel for each in lab.line(team)} - known:
            return True
        newest.append(gauge)
        return False

    until(is_here, 40, "the newcomer")
    return newest[-1]


def _report(lab: RunningLab) -> Mapping[str, Mapping[str, str]]:
    done = lab.command("report", "--estimates", "--format", "csv")
    assert 0 == done.returncode, done.stderr
    return {row["team"]: row for row in csv.DictReader(io.StringIO(done.stdout))}


@dataclass(frozen=True, slots=True)
class Restart:
    """The router is killed as callers wait for members in endless talks."""

    without_urgent: Known
    before: Known
    killed_at: float
    after: Known
    heard: Heard
    urgent: Sequence[str]
    """Callers' numbers."""
    answered: Sequence[str]
    told: Told = field(repr=False)


@pytest.fixture(scope="module")
def restart(lab: RunningLab, lines: Lines) -> Restart:
    everybody_works(lab)
    for member in ("work", "more"):
        lab.console(f"queue pause member PJSIP/{member}")
    others = sorted(set(lab.centre.members) - {*TALKERS})
    heard = Heard(lab)
    with (
        lab.phones(*TALKERS, habits=ENDLESS) as phones,
        lab.phones(*others, habits=STEADY),
        known_callers(lab) as callers,
    ):
        talkers = _talking(lab, callers, phones)
        for _ in "ab":
            for one in callers.dial(*[f"{listening('L01')}#"] * 3):
                one.until_in_line("L01")
        heard.until_spoken_to_again("L01")
        without_urgent = refreshed(lab, "L01")
        urgent = callers.dial(*[listening("L01", "91")] * 3)
        for one in urgent:
            one.until_in_line("A1-urgent")
        refreshed(lab, "L01")  # perhaps begun before the last of them came
        before, killed_at, after = _killed(lab)
        _worse(lab, heard)
        answered = _served(lab, talkers, phones)
    told = until(lambda: (now := Told.now(lab)) and len(now.told) == len(now.proved) and now, 20, "all proved")
    numbers = [one.number for one in urgent]
    return Restart(without_urgent, before, killed_at, after, heard, numbers, answered, told)  # type: ignore[arg-type]


def _talking(lab: RunningLab, callers: KnownCallers, phones: Phones) -> Sequence[KnownCaller]:
    """A caller with each of them; who talk with those of L01 and L02."""
    lab.console("queue pause member PJSIP/both")
    talkers = callers.dial(*(f"{listening(team)}#" for team in ("L01", "L02", LONG_TEAM, LONG_TEAM)))[:2]
    until_phones(phones, "answered", 4)
    lab.console("queue unpause member PJSIP/both")
    talkers += callers.dial(f"{listening('L01')}#")
    until_phones(phones, "answered", len(TALKERS))
    return talkers


def _killed(lab: RunningLab) -> tuple[Known, float, Known]:
    """The board right before, when it was, and the first board that knows again."""
    before = refreshed(lab, "L01")
    lab.signal("router", signal.SIGKILL)
    killed_at = time.time()
    lab.start("router")
    until(lambda: is_ready(lab), 30, "a router that takes calls")
    known = {team for team, seconds in before.items() if seconds is not None}
    after = until(lambda: (now := on_board(lab)) and None not in {now[team] for team in known} and now, 30, "estimates")
    return before, killed_at, after  # type: ignore[return-value]


def _worse(lab: RunningLab, heard: Heard) -> None:
    """Two of three members are gone, and everybody in line who may be spoken to is spoken to."""
    for member in ("both", "two"):
        sign_out(lab, member)
    refreshed(lab, "L01")
    _out_of_line_and_back(lab, lab.line("L01"), SLICE_SECONDS)
    heard.until_spoken_to_again("L01")
    everybody_works(lab)
    for member in ("work", "more"):
        lab.console(f"queue pause member PJSIP/{member}")


def _left_alone(lab: RunningLab, queue: str, count: int) -> None:
    """So many stand in this line until they are answered: who is spoken to just then is not served just then."""

    def are_all() -> bool:
        line = lab.line(queue)
        loud = [one for one in line if UNSPOKEN not in lab.console(f"core show channel {one.channel}")]
        _out_of_line_and_back(lab, loud, ALONE_SECONDS)
        return len(line) == count and not loud

    until(are_all, SPOKEN_TO_SECONDS, f"{count} left alone in {queue}")


def _out_of_line_and_back(lab: RunningLab, callers: Sequence[Waiting], slice_seconds: int) -> None:
    with AmiRecord(lab.told["ami"]) as ami:
        for one in callers:
            ami.say("Setvar", Channel=one.channel, Variable="TEAMLINE_SLICE", Value=str(slice_seconds))
            said = ami.say("Redirect", Channel=one.channel, Context="teamline-line", Exten="s", Priority="1")
            until(lambda said=said: f"ActionID: {said}".encode() in ami.text(), 10, "an answer")  # type: ignore[misc]


def _served(lab: RunningLab, talkers: Sequence[KnownCaller], phones: Phones) -> Sequence[str]:
    """The talks end one by one: whose calls are answered then, in order."""
    _left_alone(lab, "A1-urgent", 3)
    _left_alone(lab, "L01", 6)
    for count, one in enumerate(talkers, len(TALKERS) + 1):
        one.hang_up()
        until_phones(phones, "answered", count)
    return [each.caller_number for each in phones.events("answered")][len(TALKERS) :]


def test_in_an_empty_journal_no_caller_is_told_a_wait_but_each_their_place(silence: Silence) -> None:
    assert [] == silence.told.told
    assert set() == silence.heard.ranges_told
    assert {4} <= {*silence.heard.places_told} <= {2, 3, 4, 5}


def test_in_an_empty_journal_every_figure_is_unknown(lab: RunningLab, silence: Silence) -> None:
    assert dict.fromkeys(lab.centre.teams) == silence.board
    assert {True} == {math.isnan(value) for value in silence.scraped.values()}
    assert set(lab.centre.teams) == set(silence.scraped)


def test_whoever_was_told_a_place_hears_no_larger_one_in_their_next_slices(silence: Silence) -> None:
    assert silence.heard.spoken_again
    assert [] == silence.heard.grown


def test_estimates_begin_with_twenty_talks_of_the_centre_and_three_of_the_team(beginning: Beginning) -> None:
    assert {None} == {*beginning.too_few.values()}
    assert _known(beginning.enough) == ENOUGH


def test_callers_got_the_range_that_they_heard(lines: Lines) -> None:
    proved = lines.told.of_team("L03").answered
    assert len(proved) >= 15
    kept = [fact.waited_seconds <= fact.high_seconds for fact in proved]
    assert sum(kept) >= 0.7 * len(kept)
    assert all(fact.waited_seconds <= 2 * fact.high_seconds + 60 for fact in proved)


def test_the_median_that_was_told_is_near_the_wait_that_came(lines: Lines) -> None:
    proved = lines.told.of_team("L03").answered
    errors = sum(abs(fact.p50_seconds - fact.waited_seconds) for fact in proved)
    assert errors <= 0.4 * sum(fact.waited_seconds for fact in proved)


def test_somebody_hears_of_minutes_and_not_only_of_less_than_one(lines: Lines) -> None:
    assert {fact.low_seconds for fact in lines.told.of_team("L03").answered} & {60.0, 120.0}


def test_the_gauge_before_a_newcomer_joins_is_the_wait_that_they_get(lines: Lines) -> None:
    of_team = lines.told.of_team("L03")
    joined = {fact.place.call: fact.at for fact in reversed(of_team.joined)}
    newcomer = max(joined, key=lambda call: joined[call])
    answered_at = max(fact.at for fact in of_team.left if fact.place.call == newcomer)
    assert answered_at - joined[newcomer] == pytest.approx(lines.before_newcomer, rel=0.4, abs=2 * A_TALK)


def test_errors_are_counted_for_every_estimate_whose_wait_ended_in_an_answer(lines: Lines) -> None:
    answered = {team: len(lines.told.of_team(team).answered) for team in ("L03", "V01")}
    name = "teamline_wait_estimate_error_seconds_bucket"
    counted = {team: lines.metrics.value(name, team=team, le="+Inf") for team in ("L03", "V01")}
    assert answered == counted


def test_the_report_shows_the_estimates_of_the_journal(lines: Lines) -> None:
    told = {team: len(lines.told.of_team(team).proved) for team in ("L03", "V01")}
    assert told == {team: int(lines.report[team]["told"]) for team in ("L03", "V01")}


def test_nobody_hears_a_longer_wait_than_before_although_it_is_longer(lines: Lines) -> None:
    assert lines.at_stop > lines.before_stop + MUCH_LONGER
    assert {fact.place.team for heard in lines.told.heard.values() for fact in heard[1:]}
    assert [] == lines.told.grown
    assert [] == lines.heard.grown


def test_a_restart_changes_no_estimate(restart: Restart) -> None:
    """Nearly stationary: nobody comes or goes, and whoever talks or is paused still does.

    What is left of that may have become less by the seconds of the restart itself. V02's talks are long ones by now:
    a router that took them for new ones would expect their ends far sooner.
    """
    changed = {
        team: (before, restart.after[team])
        for team, before in restart.before.items()
        if before is not None and not _is_same(before, restart.after[team])
    }
    assert {} == changed
    assert (restart.before[LONG_TEAM] or 0.0) > LONG_SECONDS / 2


def _is_same(before: float, after: float | None) -> bool:
    bound = max(SAME * before, A_TALK / 4)
    return after is not None and before - RESTART_SECONDS - bound <= after <= before + bound


def test_what_was_told_before_a_restart_is_proved_after_it_once(restart: Restart) -> None:
    told = [fact for fact in restart.told.of_team("L01").told if fact.at < restart.killed_at]
    proved = [(fact.place.call, fact.told_at) for fact in restart.told.proved if fact.at > restart.killed_at]
    of_told = [key for key in proved if key[1] < restart.killed_at]
    assert sorted(of_told) == sorted({*of_told})
    assert len(of_told) >= len(restart.urgent)
    ended = {fact.place.call: fact.at for fact in restart.told.of_team("L01").left}
    assert sorted(of_told) == sorted(
        (fact.place.call, fact.at) for fact in told if ended[fact.place.call] > restart.killed_at
    )


def test_after_a_restart_nobody_hears_a_longer_wait_than_before_it(restart: Restart) -> None:
    assert restart.heard.spoken_again
    assert [] == restart.heard.grown
    assert [] == restart.told.grown


def test_urgent_callers_are_counted_for_those_whom_they_overtake(restart: Restart) -> None:
    without, counted = restart.without_urgent["L01"], restart.before["L01"]
    assert without is not None
    assert counted is not None
    assert counted > without + A_TALK / 2


def test_urgent_callers_overtake_and_are_told_a_shorter_wait(restart: Restart) -> None:
    assert sorted(restart.urgent) == sorted(restart.answered)
    told = restart.told.of_team("L01")
    first = [heard[0] for heard in told.heard.values()]  # later two of three members are gone, for everybody
    urgent = [fact.p50_seconds for fact in first if fact.place.queue == "A1-urgent"]
    ordinary = [fact.p50_seconds for fact in told.told if fact.place.queue == "L01" and fact.position > len("abc")]
    assert max(urgent) < min(ordinary)
