from dataclasses import dataclass, replace

import pytest

from operations.kiosks.faults import Why
from operations.kiosks.ports import PhoneState
from operations.kiosks.reports import AWAY_SECONDS, OFF_HOOK_SECONDS, SILENT_SECONDS, Device, Handset, Report, Reports

WELL = Report(Handset.DOWN, registered=True, in_call=False, scanner=Device.OK, camera=Device.NONE, version="1")


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reports(clock: Clock) -> Reports:
    return Reports(clock)


def test_of_a_kiosk_that_nobody_heard_of_nothing_is_wrong(reports: Reports) -> None:
    reports.seen("k1", PhoneState.AWAY)
    assert () == reports.wrong("k1") == reports.wrong("k2")


def test_a_phone_that_has_told_nothing_for_a_minute_is_silent(reports: Reports, clock: Clock) -> None:
    reports.take("k1", WELL)
    clock.now += SILENT_SECONDS
    early = reports.wrong("k1")
    clock.now += 1
    assert ((), (Why.SILENT,)) == (early, reports.wrong("k1"))


def test_a_handset_off_the_hook_without_a_call_is_told_after_two_minutes(reports: Reports, clock: Clock) -> None:
    lifted = replace(WELL, handset=Handset.UP)
    reports.take("k1", lifted)
    clock.now += OFF_HOOK_SECONDS
    reports.take("k1", lifted)
    early = reports.wrong("k1")
    clock.now += 1
    assert ((), (Why.OFF_HOOK,)) == (early, reports.wrong("k1"))


@pytest.mark.parametrize("in_call", [True, False])
def test_a_handset_in_a_call_is_where_it_belongs(reports: Reports, clock: Clock, in_call: bool) -> None:
    reports.seen("k1", PhoneState.FREE if in_call else PhoneState.IN_CALL)
    lifted = replace(WELL, handset=Handset.UP, in_call=in_call)
    reports.take("k1", lifted)
    clock.now += OFF_HOOK_SECONDS + 1
    reports.take("k1", lifted)
    assert () == reports.wrong("k1")


def test_a_handset_that_was_put_back_begins_anew(reports: Reports, clock: Clock) -> None:
    reports.take("k1", replace(WELL, handset=Handset.UP))
    clock.now += OFF_HOOK_SECONDS + 1
    reports.take("k1", WELL)
    assert () == reports.wrong("k1")


def test_a_phone_that_was_there_and_does_not_register_is_told_after_a_minute(reports: Reports, clock: Clock) -> None:
    reports.seen("k1", PhoneState.FREE)
    reports.seen("k1", PhoneState.AWAY)
    clock.now += AWAY_SECONDS + 1
    assert (Why.PHONE_AWAY,) == reports.wrong("k1")


def test_missing_devices_are_told_at_once(reports: Reports) -> None:
    reports.take("k1", replace(WELL, scanner=Device.MISSING, camera=Device.MISSING))
    assert (Why.SCANNER_MISSING, Why.CAMERA_MISSING) == reports.wrong("k1")


def test_the_same_word_again_is_nothing_new(reports: Reports) -> None:
    assert [True, False, True] == [reports.take("k1", each) for each in (WELL, WELL, replace(WELL, in_call=True))]
