from pathlib import Path

import pytest

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy
from facts.kinds import Journalled
from facts.place import Place
from facts.watch import GapSeen, StaffCounted
from metrics.stays import Outcome
from operations.missed_past import missed
from tests.fakes.watched_asterisk import NODE
from tests.fakes.watched_router import Router

PLACE = Place(NODE, "100.1", "L01", 1, "L01")
STORY: list[Journalled] = [
    CallerJoined(at=1.0, place=PLACE),
    CallerLeft(at=2.0, place=PLACE, cause=LeftBy.ABANDONED, hold_seconds=1.0),
    CallEnded(at=2.0, place=PLACE),
]


@pytest.fixture
def before(tmp_path: Path) -> Router:
    return Router(tmp_path)


async def _restored(before: Router, again: Router) -> None:
    await again.truth.restore_late(before.journalled, [again.model, again.kept])


def test_of_calls_never_met_every_call_fact_is_missed() -> None:
    counted = StaffCounted(at=1.0, node=NODE, team="L01", signed_in=1, paused=0)
    assert STORY == missed([counted, *STORY], lambda _: False, ())


def test_nothing_is_missed_of_a_call_that_is_followed() -> None:
    assert [] == missed(STORY, lambda _: False, {"100.1"})


def test_nothing_is_missed_of_a_call_whose_end_is_known() -> None:
    assert [] == missed(STORY, {CallEnded(at=9.0, place=PLACE).id}.__contains__, ())


async def test_who_left_while_neither_router_nor_store_was_there_is_told_when_the_journal_is_back(
    before: Router,
) -> None:
    await before.linked()
    waits, leaves = (before.asterisk.joins() for _ in range(2))
    killed_at = before.time.now
    before.asterisk.is_linked = False
    before.time.now += 4
    before.asterisk.hangs_up(leaves)
    again = before.reborn_without_a_journal()
    before.time.now += 16
    began_at = before.time.now
    await again.linked()
    before.time.now += 300
    await _restored(before, again)

    assert [Outcome.ABANDONED] == again.outcomes
    assert [waits] == list(again.model.visits)
    assert (killed_at, began_at, True, 0) == (again.gap.since, again.gap.at, again.gap.filled, again.gap.unknown)
    assert again.truth.is_caught_up
    assert await again.is_true()


async def test_a_call_that_the_new_router_has_met_is_not_told_anew(before: Router) -> None:
    await before.linked()
    call = before.asterisk.joins()
    before.asterisk.is_linked = False
    again = before.reborn_without_a_journal()
    await again.linked()
    before.asterisk.hangs_up(call)
    await _restored(before, again)

    assert [Outcome.ABANDONED] == again.outcomes
    assert {} == dict(again.model.visits)


async def test_a_journal_in_which_nothing_is_new_opens_no_gap(before: Router) -> None:
    again = before.reborn_without_a_journal()
    await again.linked()
    looks = again.asterisk.looks
    await _restored(before, again)

    assert [] == again.told(GapSeen)
    assert looks == again.asterisk.looks


async def test_a_journal_that_comes_back_before_asterisk_does_is_used_at_the_login(before: Router) -> None:
    await before.linked()
    leaves = before.asterisk.joins()
    before.asterisk.is_linked = False
    before.asterisk.hangs_up(leaves)
    again = before.reborn_without_a_journal()
    await _restored(before, again)
    before.time.now += 5
    await again.linked()

    assert [Outcome.ABANDONED] == again.outcomes
    assert before.time.now == again.gap.at


async def test_a_cut_before_the_gap_is_filled_makes_it_last_until_then(before: Router) -> None:
    await before.linked()
    before.asterisk.joins()
    before.asterisk.is_linked = False
    before.asterisk.restarts()
    again = before.reborn_without_a_journal()
    await again.linked()
    before.time.now += 5
    again.asterisk.is_away = True
    await _restored(before, again)
    assert not again.truth.is_caught_up
    again.cut()
    again.asterisk.is_away = False
    before.time.now += 5
    await again.linked()

    assert before.time.now == again.gap.at
    assert [Outcome.LOST] == again.outcomes
