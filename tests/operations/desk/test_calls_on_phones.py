"""Who is on which phone: from the first ring through after-call work to `just before`, and never for longer."""

from dataclasses import replace

import pytest

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy, MemberAnswered, MemberRang, RingEnded, TalkEnded
from facts.kinds import Fact
from facts.member import MemberPaused, MemberSignedIn, MemberSignedOut, PhoneChanged, PhoneState
from facts.pause_reasons import wrap_up
from facts.place import Place
from metrics.live import LiveModel
from operations.desk.caller import Mark, Phase, Whose
from operations.desk.calls_on_phones import LAST_SECONDS, MOST_LAST, CallsOnPhones, team_topic
from operations.desk.phone import SIGNED_OUT, PhoneLook, PhoneNow
from tests.fakes.router import small_centre

MEMBER, RING = "mL01", "9.1"
PLACE = Place(node="n", call="1.1", queue="L01", visit=1, team="L01", arrival=1000, concern="money", language="de")
WHOSE = Whose("123A456789", area="Nord 1")


class House:
    """A live model with the fold after it."""

    def __init__(self, wrap_up_seconds: int = 10) -> None:
        self.now = 1100.0
        centre = small_centre()
        teams = {name: replace(team, wrap_up_seconds=wrap_up_seconds) for name, team in centre.teams.items()}
        centre = replace(centre, teams=teams)
        self.model = LiveModel()
        self.calls = CallsOnPhones(self.model, lambda _: WHOSE, lambda: self.now)
        self.look = PhoneLook(self.model, self.calls, lambda: centre)
        self.tell(MemberSignedIn(at=self.now, node="n", member=MEMBER, queue="L01"))

    def tell(self, *facts: Fact) -> None:
        for fact in facts:
            self.model.fold(fact)
            self.calls.fold(fact)

    def rings(self, place: Place = PLACE, ring: str = RING) -> None:
        self.tell(
            CallerJoined(at=self.now, place=place), MemberRang(at=self.now, place=place, ring=ring, member=MEMBER)
        )

    def talks(self, place: Place = PLACE, ring: str = RING) -> None:
        self.rings(place, ring)
        self.tell(
            CallerLeft(at=self.now, place=place, cause=LeftBy.ANSWERED, hold_seconds=1.0),
            MemberAnswered(at=self.now, place=place, ring=ring, member=MEMBER),
        )

    def ends(self, place: Place = PLACE, ring: str = RING) -> None:
        self.tell(TalkEnded(at=self.now, place=place, ring=ring, member=MEMBER, talk_seconds=1.0))

    @property
    def phone(self) -> PhoneNow:
        return self.look(MEMBER, self.now)


@pytest.fixture
def house() -> House:
    return House()


def test_who_rings_is_known_with_the_number_and_the_wait_since_the_first_contact(house: House) -> None:
    house.rings()
    caller = house.phone.caller
    assert caller
    assert (Phase.RINGING, WHOSE, 100.0) == (house.phone.phase, caller.whose, caller.waited_seconds)


def test_whoever_has_answered_talks_to_the_same_caller(house: House) -> None:
    house.talks()
    assert (Phase.TALKING, "1.1") == (house.phone.phase, house.phone.caller and house.phone.caller.place.call)


def test_the_caller_stays_through_after_call_work_and_is_just_before_then(house: House) -> None:
    house.talks()
    house.ends()
    during = house.phone
    house.now += 11
    after = house.phone
    assert (Phase.WRAPUP, "1.1", 0) == (during.phase, during.caller and during.caller.place.call, len(during.last))
    assert (None, None, ["1.1"]) == (after.phase, after.caller, [each.place.call for each in after.last])


def test_after_call_work_says_until_when(house: House) -> None:
    house.talks()
    house.ends()
    assert ("wrapup", 1110.0, False) == (house.phone.state, house.phone.until, house.phone.is_extended)


def test_more_after_call_work_is_no_pause_and_can_be_ended(house: House) -> None:
    house.tell(MemberPaused(at=house.now, node="n", member=MEMBER, reason=wrap_up(1200)))
    phone = house.phone
    assert ("wrapup", None, 1200, True) == (phone.state, phone.reason, phone.until, phone.is_extended)


@pytest.mark.parametrize(
    "fact",
    [
        RingEnded(at=1101.0, place=PLACE, ring=RING, member=MEMBER),
        CallerLeft(at=1101.0, place=PLACE, cause=LeftBy.ABANDONED, hold_seconds=1.0),
        CallEnded(at=1101.0, place=PLACE),
    ],
)
def test_a_ring_that_nobody_picked_up_leaves_nothing(house: House, fact: Fact) -> None:
    house.rings()
    house.tell(fact)
    assert (None, ()) == (house.phone.caller, house.phone.last)


def test_a_call_that_ends_in_the_talk_is_over_for_the_phone_too(house: House) -> None:
    house.talks()
    house.tell(CallEnded(at=house.now, place=PLACE))
    house.now += 11
    assert (None, 1) == (house.phone.caller, len(house.phone.last))


def test_a_talk_that_was_there_before_the_router_has_its_caller(house: House) -> None:
    house.tell(MemberAnswered(at=house.now, place=PLACE, ring=RING, member=MEMBER))
    assert (Phase.TALKING, WHOSE) == (house.phone.phase, house.phone.caller and house.phone.caller.whose)


def test_only_the_last_few_are_remembered_and_only_for_half_an_hour(house: House) -> None:
    for call in range(MOST_LAST + 2):
        place, ring = replace(PLACE, call=f"1.{call}"), f"9.{call}"
        house.talks(place, ring)
        house.ends(place, ring)
    house.now += 11
    assert MOST_LAST == len(house.phone.last)
    house.now += LAST_SECONDS
    assert () == house.phone.last


def test_who_signs_out_leaves_no_caller_behind(house: House) -> None:
    house.talks()
    house.ends()
    house.tell(MemberSignedOut(at=house.now, node="n", member=MEMBER, queue="L01"))
    assert (SIGNED_OUT, None, ()) == (house.phone.state, house.phone.caller, house.phone.last)


def test_a_phone_that_is_gone_is_told_so(house: House) -> None:
    house.tell(PhoneChanged(at=house.now, node="n", member=MEMBER, phone=PhoneState.UNAVAILABLE))
    assert "unavailable" == house.phone.state


@pytest.mark.parametrize(
    ("place", "marks"),
    [
        (PLACE, ()),
        (replace(PLACE, concern="emergency"), (Mark.EMERGENCY,)),
        (replace(PLACE, rule="callback"), (Mark.CALLBACK,)),
        (replace(PLACE, rule="redial", kiosk="k1"), (Mark.REDIAL, Mark.KIOSK)),
    ],
)
def test_what_is_special_is_marked(house: House, place: Place, marks: tuple[Mark, ...]) -> None:
    house.rings(place)
    assert house.phone.caller
    assert marks == house.phone.caller.marks


async def test_whoever_listens_is_woken_with_the_ring_and_others_are_not(house: House) -> None:
    with house.calls.listening(MEMBER) as mine, house.calls.listening("mV01", team_topic("V01")) as other:
        house.rings()
        assert (True, False) == (mine.is_set(), other.is_set())


def test_no_repr_has_a_number(house: House) -> None:
    house.rings()
    assert WHOSE.number not in repr(house.phone)


def test_a_fault_in_the_fold_ends_nothing(house: House) -> None:
    def broken(_: Place) -> Whose:
        raise RuntimeError

    CallsOnPhones(house.model, broken, lambda: house.now).fold(
        MemberAnswered(at=house.now, place=PLACE, ring=RING, member=MEMBER)
    )
