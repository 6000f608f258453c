import pytest

from kiosk.codes import Code
from kiosk.station import OFF_HOOK_SECONDS, REMEMBERED_SECONDS, RETRY_SECONDS, SCAN_SECONDS, Station
from kiosk.words import (
    Answer,
    Bound,
    Connected,
    Dial,
    DirectCall,
    Event,
    Forget,
    HangUp,
    Lifted,
    Order,
    Over,
    PhoneGone,
    Play,
    Post,
    Press,
    Pressed,
    PutDown,
    Rang,
    Readers,
    Refused,
    Registered,
    Seen,
    Sound,
    Ticked,
)
from operations.kiosks.reports import Device, Handset, Report

FIRST, SECOND = Code("TLK1" + "A" * 96), Code("TLK1" + "B" * 96)
HERE = Registered(is_known=True)
AWAY = Registered(is_known=False)


class Played:
    """A station and its clock."""

    def __init__(self, *, has_hook: bool = True) -> None:
        self.station = Station(has_hook=has_hook)
        self.now = 1000.0

    def __call__(self, *events: Event, after: float = 0.0) -> list[Order]:
        self.now += after
        return [order for event in events for order in self.station.take(event, self.now)]

    def report(self) -> Report:
        return self.station.report("1")


@pytest.fixture
def kiosk() -> Played:
    played = Played()
    played(HERE)
    return played


@pytest.fixture
def hands_free() -> Played:
    played = Played(has_hook=False)
    played(HERE)
    return played


def test_a_lifted_handset_calls(kiosk: Played) -> None:
    assert [Dial()] == kiosk(Lifted())


def test_a_handset_put_down_hangs_up(kiosk: Played) -> None:
    assert [Dial(), HangUp()] == kiosk(Lifted(), Connected(), PutDown())


def test_a_key_in_a_talk_goes_into_the_call(kiosk: Played) -> None:
    kiosk(Lifted(), Connected())
    assert [Press("5"), Press("#")] == kiosk(Pressed("5"), Pressed("#"))


def test_keys_pressed_before_the_call_stands_are_sent_once_it_does(kiosk: Played) -> None:
    assert [Dial(), Press("1"), Press("2")] == kiosk(Lifted(), Pressed("1"), Pressed("2"), Connected())


def test_a_key_with_the_handset_down_does_nothing(kiosk: Played) -> None:
    assert [] == kiosk(Pressed("1"))


def test_without_a_hook_any_key_calls_and_is_none_of_the_number(hands_free: Played) -> None:
    assert [Dial()] == hands_free(Pressed("7"), Connected())


def test_without_a_hook_the_hang_up_key_ends_the_call(hands_free: Played) -> None:
    assert [Dial(), HangUp()] == hands_free(Pressed("7"), Connected(), PutDown())


def test_a_scan_is_told_to_the_router(kiosk: Played) -> None:
    assert [Post(1, FIRST)] == kiosk(Seen(FIRST))


def test_a_scan_that_was_taken_is_heard(kiosk: Played) -> None:
    assert [Post(1, FIRST), Play(Sound.TAKEN)] == kiosk(Seen(FIRST), Bound(1))


def test_a_scan_that_was_refused_is_heard(kiosk: Played) -> None:
    assert [Post(1, FIRST), Play(Sound.REFUSED)] == kiosk(Seen(FIRST), Refused(1))


def test_a_call_waits_for_the_scan_before_it(kiosk: Played) -> None:
    kiosk(Seen(FIRST))
    assert [] == kiosk(Lifted())
    assert [Play(Sound.TAKEN), Dial()] == kiosk(Bound(1))


def test_a_call_does_not_wait_for_ever_for_a_scan(kiosk: Played) -> None:
    kiosk(Seen(FIRST), Lifted())
    assert [Dial()] == kiosk(Ticked(), after=SCAN_SECONDS)


def test_a_call_waits_for_the_last_of_two_scans(kiosk: Played) -> None:
    kiosk(Seen(FIRST))
    assert [Post(2, SECOND)] == kiosk(Seen(SECOND), Lifted(), Bound(1), after=0.5)
    assert [Play(Sound.TAKEN), Dial()] == kiosk(Bound(2))


def test_the_same_code_held_before_the_camera_is_one_scan(kiosk: Played) -> None:
    kiosk(Seen(FIRST))
    assert [] == kiosk(Seen(FIRST), after=4.0) + kiosk(Seen(FIRST), after=4.0)
    assert [Post(2, FIRST)] == kiosk(Seen(FIRST), after=5.0)


def test_a_card_that_was_refused_is_read_again_by_a_scanner_a_moment_later(kiosk: Played) -> None:
    kiosk(Seen(FIRST, is_typed=True), Refused(1))
    assert [] == kiosk(Seen(FIRST, is_typed=True), after=0.9)
    assert [Post(2, FIRST)] == kiosk(Seen(FIRST, is_typed=True), after=1.0)


def test_a_code_that_nobody_can_read_ends_what_was_bound_before(kiosk: Played) -> None:
    kiosk(Seen(FIRST), Bound(1))
    assert [Forget(), Play(Sound.REFUSED)] == kiosk(Seen(None), after=1.0)


def test_an_unreadable_code_is_said_once_while_it_is_seen(kiosk: Played) -> None:
    kiosk(Seen(None))
    assert [] == kiosk(Seen(None), after=1.0)


def test_an_answer_about_a_scan_of_before_counts_no_more(kiosk: Played) -> None:
    kiosk(Seen(FIRST), Seen(SECOND))
    assert [] == kiosk(Bound(1), Refused(1))


def test_a_scan_in_somebodys_talk_makes_no_sound_there(kiosk: Played) -> None:
    kiosk(Lifted(), Connected())
    assert [Post(1, FIRST)] == kiosk(Seen(FIRST), Bound(1))


def test_after_three_minutes_the_same_code_is_a_new_person(kiosk: Played) -> None:
    for _ in range(int(REMEMBERED_SECONDS / 3)):
        kiosk(Seen(FIRST), Ticked(), after=3.0)
    assert [Post(2, FIRST)] == kiosk(Ticked(), Seen(FIRST), after=3.0)


def test_a_call_rings_until_it_is_lifted(kiosk: Played) -> None:
    assert [Play(Sound.RING)] == kiosk(Rang())
    assert [Answer(), Play(Sound.QUIET)] == kiosk(Lifted())


def test_a_call_that_nobody_lifts_ends_in_silence(kiosk: Played) -> None:
    assert [Play(Sound.RING), Play(Sound.QUIET)] == kiosk(Rang(), Over())


def test_the_handset_put_down_while_it_rings_lets_it_ring(kiosk: Played) -> None:
    kiosk(Lifted(), Over(), Rang())
    assert [] == kiosk(PutDown())
    assert [Answer(), Play(Sound.QUIET)] == kiosk(Lifted())


def test_a_key_answers_a_ringing_phone_that_has_no_hook(hands_free: Played) -> None:
    assert [Play(Sound.RING), Answer(), Play(Sound.QUIET)] == hands_free(Rang(), Pressed("1"))


def test_a_call_that_the_person_asked_for_is_answered_where_it_is_heard(hands_free: Played) -> None:
    assert [Answer()] == hands_free(Rang(was_asked_for=True))


def test_a_call_that_the_router_announced_is_answered_by_itself(hands_free: Played) -> None:
    assert [Answer()] == hands_free(DirectCall("c-1"), Rang())


def test_a_call_announced_while_it_rings_is_answered_by_itself(hands_free: Played) -> None:
    assert [Play(Sound.RING), Answer(), Play(Sound.QUIET)] == hands_free(Rang(), DirectCall("c-1"))


def test_what_was_announced_once_answers_one_call(hands_free: Played) -> None:
    hands_free(DirectCall("c-1"), Rang(), Connected(), Over())
    assert [Play(Sound.RING)] == hands_free(Rang())


def test_with_the_handset_down_a_call_that_was_asked_for_rings_until_it_is_lifted(kiosk: Played) -> None:
    assert [Play(Sound.RING)] == kiosk(Rang(was_asked_for=True))
    assert [Answer(), Play(Sound.QUIET)] == kiosk(Lifted())


def test_a_second_call_changes_nothing(kiosk: Played) -> None:
    kiosk(Lifted(), Connected())
    assert [] == kiosk(Rang(was_asked_for=True))


def test_a_talk_that_the_other_side_ended_is_heard_as_busy_until_the_handset_is_down(kiosk: Played) -> None:
    kiosk(Lifted(), Connected())
    assert [Play(Sound.BUSY), Play(Sound.QUIET)] == kiosk(Over(), PutDown())


def test_a_handset_beside_the_phone_raises_the_alarm(kiosk: Played) -> None:
    kiosk(Lifted(), Connected(), Over())
    assert [] == kiosk(Ticked(), after=OFF_HOOK_SECONDS - 1)
    assert [Play(Sound.ALARM)] == kiosk(Ticked(), after=1)
    assert [Play(Sound.QUIET)] == kiosk(PutDown())


def test_a_long_talk_raises_no_alarm(kiosk: Played) -> None:
    kiosk(Lifted(), Connected())
    assert [] == kiosk(Ticked(), after=10 * OFF_HOOK_SECONDS)


def test_a_phone_that_is_not_registered_says_so_and_calls_once_it_is(kiosk: Played) -> None:
    kiosk(AWAY)
    assert [Play(Sound.AWAY)] == kiosk(Lifted())
    assert [Dial(), Play(Sound.QUIET)] == kiosk(HERE)


def test_a_call_that_reached_nobody_is_tried_again_while_the_handset_is_up(kiosk: Played) -> None:
    kiosk(Lifted())
    assert [Play(Sound.AWAY)] == kiosk(Over(is_fault=True))
    assert [] == kiosk(Ticked(), after=RETRY_SECONDS / 2)
    assert [Dial(), Play(Sound.QUIET)] == kiosk(Ticked(), after=RETRY_SECONDS / 2)


def test_calls_in_vain_without_end_raise_the_alarm_in_the_end(kiosk: Played) -> None:
    kiosk(Lifted(), Over(is_fault=True))
    assert Play(Sound.ALARM) in kiosk(AWAY, Ticked(), after=OFF_HOOK_SECONDS)


def test_without_a_hook_a_call_that_is_not_possible_is_told_for_a_moment(hands_free: Played) -> None:
    hands_free(AWAY)
    assert [Play(Sound.AWAY)] == hands_free(Pressed("1"))
    assert [Play(Sound.QUIET)] == hands_free(Ticked(), after=10)


def test_a_phone_that_broke_down_in_a_talk_is_heard_as_away(kiosk: Played) -> None:
    kiosk(Lifted(), Connected())
    assert [Play(Sound.AWAY)] == kiosk(PhoneGone())


def test_an_answer_to_a_call_that_was_hung_up_begins_no_talk(kiosk: Played) -> None:
    kiosk(Lifted(), PutDown(), Connected())
    assert not kiosk.report().in_call


def test_the_report_tells_how_the_kiosk_is(kiosk: Played) -> None:
    kiosk(Readers(Device.OK, Device.MISSING), Lifted(), Connected())
    expected = Report(Handset.UP, registered=True, in_call=True, scanner=Device.OK, camera=Device.MISSING, version="1")
    assert expected == kiosk.report()


def test_a_kiosk_without_a_hook_reports_none(hands_free: Played) -> None:
    hands_free(Lifted())
    assert Handset.NONE is hands_free.report().handset


def test_a_code_is_in_no_repr(kiosk: Played) -> None:
    assert "A" * 10 not in repr(kiosk(Seen(FIRST)))
