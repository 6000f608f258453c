"""Router, Asterisk and store are killed, stopped and started again at bad moments: no call is lost or counts twice."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from ami_record import AmiRecord
from both_truths import metrics, until_right
from known_callers import KnownCallers, known_callers
from load import TEAMS as LOADED
from load import load
from router_beside import kill_router, router_beside
from running_lab import RunningLab, until
from small_centre import keys
from staffed_lab import (
    GAVE_UP,
    GENERAL,
    L01,
    L02,
    L03,
    LONG_TALK,
    LOST,
    QUICK,
    RIGHT_SECONDS,
    RINGS_LONG,
    TALKED,
    TALKS,
    everybody_works,
    sign_out,
    staffed_lab,
    until_phones,
    until_rung,
)
from what_was_told import Begun, newest_gap, until_caught_up, until_said, until_told

PAUSES_AT_ONCE = 200


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with staffed_lab(tmp_path_factory.mktemp("truth")) as running:
        yield running


@pytest.fixture(autouse=True)
def everybody_signed_in(lab: RunningLab) -> None:
    everybody_works(lab)


@pytest.fixture
def callers(lab: RunningLab) -> Iterator[KnownCallers]:
    with known_callers(lab) as known:
        yield known


def _filled_and_unknown(lab: RunningLab) -> tuple[bool, int]:
    gap = newest_gap(lab)
    return gap.filled, gap.unknown


def test_a_router_killed_between_join_ring_and_talk_knows_how_all_of_them_ended(
    lab: RunningLab, callers: KnownCallers
) -> None:
    with load(lab, 20) as calls, ExitStack() as phones:
        two, three = (phones.enter_context(lab.phones(who, habits=LONG_TALK)) for who in ("two", "three"))
        lab.console("queue pause member PJSIP/four")
        four = phones.enter_context(lab.phones("four", habits=RINGS_LONG))
        patient, quitter = callers.in_line("L01", "L01")
        ends, goes_on = callers.dial(*map(keys, ("L02", "L03")))
        until_phones(two, "answered")
        until_phones(three, "answered")
        lab.console("queue unpause member PJSIP/four")
        [rung] = callers.dial(keys("L03"))
        until_phones(four, "rang")
        kill_router(lab)
        ends.hang_up()
        quitter.hang_up()
        [fallen] = callers.dial(keys("L02"))
        until_phones(four, "hung-up")
        one = phones.enter_context(lab.phones("one", habits=RINGS_LONG))
        until_phones(one, "rang")
        assert until_caught_up(lab, lambda: lab.start("router")) < RIGHT_SECONDS
        until_right(lab)
        until_phones(one, "hung-up")
        goes_on.hang_up()
        assert calls.ended().failed == 0
        until_right(lab)
    talked = {call.call: [queue, *TALKED] for call, queue in ((patient, L01), (ends, L02), (goes_on, L03), (rung, L03))}
    until_told(lab, talked | {quitter.call: [L01, *GAVE_UP], fallen.call: [GENERAL, *TALKED]})
    assert (True, 0) == _filled_and_unknown(lab)
    assert 0 == metrics(lab)["teamline_books_broken_total",]


def test_when_asterisk_is_killed_who_waits_is_lost_and_who_calls_later_counts(
    lab: RunningLab, callers: KnownCallers
) -> None:
    begun = Begun.now(lab)
    with load(lab, 12), lab.phones("two", habits=LONG_TALK) as two:
        [patient] = callers.in_line("L01")
        [talker] = callers.dial(keys("L02"))
        until_phones(two, "answered")
        until_told(lab, {patient.call: [L01], talker.call: [L02, *TALKS]})
        lab.signal("asterisk", signal.SIGKILL)
        assert until_caught_up(lab, lambda: lab.start("asterisk")) < RIGHT_SECONDS
        until_right(lab)
        until_told(lab, {patient.call: [L01, *LOST], talker.call: [L02, *TALKED]})
        two.register_again()
        until_rung(lab, "two", "L02")
        [later] = callers.dial(keys("L02"))
        until_phones(two, "answered", 2)
        later.hang_up()
        until_right(lab)
    until_told(lab, {later.call: [L02, *TALKED]})
    changed = begun.changed(lab)
    assert {"L01": {"offered": 1, "lost": 1}, "L02": {"offered": 2, "answered": 2}} == {
        team: row for team, row in changed.items() if team not in LOADED
    }
    assert all("waiting" not in row for row in changed.values())


def test_when_asterisk_ends_while_no_router_runs_everybody_is_lost_once(lab: RunningLab, callers: KnownCallers) -> None:
    with lab.phones("two", habits=LONG_TALK) as two:
        [patient] = callers.in_line("L01")
        [talker] = callers.dial(keys("L02"))
        until_phones(two, "answered")
        until_told(lab, {patient.call: [L01], talker.call: [L02, *TALKS]})
        kill_router(lab)
        [unseen] = callers.dial(keys("L01"))
        unseen.until_in_line("general-line")
        lab.signal("asterisk", signal.SIGKILL)
        lab.start("asterisk")
        [fallen] = callers.dial(keys("L01"))
        fallen.until_in_line("general-line")
        assert until_caught_up(lab, lambda: lab.start("router")) < RIGHT_SECONDS
        until_right(lab)
        fallen.hang_up()
    until_told(
        lab,
        {
            patient.call: [L01, *LOST],
            talker.call: [L02, *TALKED],
            unseen.call: [GENERAL, *LOST],
            fallen.call: [GENERAL, *GAVE_UP],
        },
    )


def _sessions(lab: RunningLab) -> int:
    """Sessions of the router's account."""
    return lab.console("manager show connected").count(f"\n  {lab.told['ami']['username']} ")


def test_a_router_that_slept_until_asterisk_cut_it_off_knows_everything_when_it_wakes(
    lab: RunningLab, callers: KnownCallers
) -> None:
    patient, quitter, late, short = callers.in_line("L01", "L01", "L01", "L02")
    until_right(lab)
    assert 1 == _sessions(lab)
    lab.signal("router", signal.SIGSTOP)
    quitter.hang_up()
    with AmiRecord(lab.told["ami"]) as pauses:

        def is_cut_off() -> bool:
            for number in range(PAUSES_AT_ONCE):
                pauses.say("QueuePause", Interface="PJSIP/both", Paused=str(number % 2 == 0).lower())
            return _sessions(lab) == 1

        until(is_cut_off, 40, "the sleeper's session closed")
        assert pauses.ask("QueueSummary"), "it was not ours that was closed"
    late.hang_up()
    sign_out(lab, "g02")
    lab.console("queue pause member PJSIP/last")
    with lab.phones("two", habits=QUICK) as two:
        until_phones(two, "hung-up")
        assert until_caught_up(lab, lambda: lab.signal("router", signal.SIGCONT)) < RIGHT_SECONDS
        until_right(lab)
    patient.hang_up()
    gave_up = {one.call: [L01, *GAVE_UP] for one in (patient, quitter, late)}
    until_told(lab, gave_up | {short.call: [L02, *TALKED]})
    assert (True, 0) == _filled_and_unknown(lab)


def test_with_the_store_killed_and_then_the_router_nothing_is_lost_and_nothing_counts_twice(
    lab: RunningLab, callers: KnownCallers
) -> None:
    with lab.phones("two", habits=QUICK) as two:
        patient, quitter, late = callers.in_line("L01", "L01", "L01")
        lab.signal("store", signal.SIGKILL)
        quitter.hang_up()
        [short] = callers.dial(keys("L02"))
        until_phones(two, "hung-up")
        until(lambda: metrics(lab)["teamline_journal_spooled",] >= len(TALKED), 10, "facts on disk")
        kill_router(lab)
        late.hang_up()
        lab.start("store")
        assert until_caught_up(lab, lambda: lab.start("router")) < RIGHT_SECONDS
        until_right(lab)
    patient.hang_up()
    gave_up = {one.call: [L01, *GAVE_UP] for one in (patient, quitter, late)}
    until_told(lab, gave_up | {short.call: [L02, *TALKED]})
    until(lambda: metrics(lab)["teamline_journal_spooled",] == 0, 10, "nothing left on disk")


def test_a_router_that_began_without_the_store_learns_later_what_was_before(
    lab: RunningLab, callers: KnownCallers
) -> None:
    with lab.phones("two", habits=QUICK) as two:
        patient, quitter, late = callers.in_line("L01", "L01", "L01")
        until_told(lab, {one.call: [L01] for one in (patient, quitter, late)})
        lab.signal("store", signal.SIGKILL)
        quitter.hang_up()
        [short] = callers.dial(keys("L02"))
        until_phones(two, "hung-up")
        until(lambda: metrics(lab)["teamline_journal_spooled",] >= len(TALKED), 10, "facts on disk")
        kill_router(lab)
        late.hang_up()
        lab.start("router")
        until_right(lab)
        until_said(lab, "gap_closed", lambda: lab.start("store"))
        until_right(lab)
    patient.hang_up()
    gave_up = {one.call: [L01, *GAVE_UP] for one in (patient, quitter, late)}
    until_told(lab, gave_up | {short.call: [L02, *TALKED]})
    assert (True, 0) == _filled_and_unknown(lab)


def test_report_and_queue_log_have_the_same_calls_of_the_whole_day(lab: RunningLab) -> None:
    assert Begun.nothing(lab).changed(lab)


def test_without_queue_log_what_nobody_saw_is_lost_and_told_as_a_gap(lab: RunningLab, callers: KnownCallers) -> None:
    begun = Begun.now(lab)
    with router_beside(lab, TEAMLINE_QUEUE_LOG="") as router, lab.phones("two", habits=LONG_TALK) as two:
        until_right(lab)
        lab.console("queue pause member PJSIP/two")
        patient, quitter, short = callers.in_line("L01", "L01", "L02")
        until_told(lab, {patient.call: [L01], quitter.call: [L01], short.call: [L02]})
        router.kill()
        quitter.hang_up()
        [unseen] = callers.dial(keys("L01"))
        unseen.until_in_line("general-line")
        unseen.hang_up()
        lab.console("queue unpause member PJSIP/two")
        until_phones(two, "answered")
        assert until_caught_up(lab, router.start) < RIGHT_SECONDS
        until_right(lab)
        until_told(lab, {patient.call: [L01], short.call: [L02, *TALKS], quitter.call: [L01, *LOST], unseen.call: []})
        assert (False, 1) == _filled_and_unknown(lab)
        patient.hang_up()
        short.hang_up()
        until_told(lab, {patient.call: [L01, *GAVE_UP], short.call: [L02, *TALKED]})
        until_right(lab)
        reported = begun.reported(lab)
    assert {"L01": {"offered": 2, "lost": 1, "abandoned": 1}, "L02": {"offered": 1, "answered": 1}} == reported
