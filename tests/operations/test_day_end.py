from dataclasses import replace
from datetime import datetime, time
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from facts.call import CallerJoined, CallerLeft, LeftBy, MemberAnswered
from facts.kinds import Fact
from facts.member import MemberSignedIn, MemberSignedOut, PhoneChanged, PhoneState
from facts.place import Place
from metrics.live import LiveModel
from operations.day_end import DayEnd
from routing.centre import Centre
from routing.contact_rules import DeskRules
from routing.hours import OpeningHours, Span, WeeklyHours
from tests.fakes.small_centre import small_centre

ZONE = ZoneInfo("Europe/Berlin")


def hours(*spans: tuple[int, int]) -> OpeningHours:
    day = tuple(Span(time(begin), time(end)) for begin, end in spans)
    return OpeningHours(WeeklyHours(ZONE, MappingProxyType(dict.fromkeys(range(5), day))))


def a_centre(*, is_wanted: bool = True) -> Centre:
    made = small_centre()
    open_ = {"L01": hours((8, 12), (14, 16)), "L02": hours((8, 18)), "V01": hours((8, 12))}
    teams = {name: replace(team, hours=open_.get(name, team.hours)) for name, team in made.teams.items()}
    return replace(made, teams=teams, desk=DeskRules(sign_out_at_closing=is_wanted))


class Day:
    """Monday, 23 November 2026."""

    def __init__(self) -> None:
        self.model, self.centre = LiveModel(), a_centre()
        self.at = 9
        self.end = DayEnd(self.model, lambda: self.centre, lambda: datetime(2026, 11, 23, self.at, tzinfo=ZONE))

    def take(self, *facts: Fact) -> None:
        for fact in facts:
            self.model.fold(fact)

    def sign_in(self, member: str, queue: str = "L01") -> None:
        self.take(MemberSignedIn(at=1, node="n", member=member, queue=queue))
        self.end.signed_in(member, queue)

    def sign_out(self, member: str, queue: str = "L01") -> None:
        self.take(MemberSignedOut(at=1, node="n", member=member, queue=queue))

    def due(self, hour: int) -> list[str]:
        self.at = hour
        return self.end.due()


@pytest.fixture
def day() -> Day:
    return Day()


WAITING = Place("n", "1.1", "A1-urgent", 1, "V01")


def test_whoever_is_there_when_the_last_team_closes_is_due(day: Day) -> None:
    day.sign_in("one")
    assert ([], ["one"]) == (day.due(9), day.due(16))


def test_a_midday_break_is_not_the_end_of_the_day(day: Day) -> None:
    day.sign_in("one")
    assert day.due(13) == []


def test_before_the_first_opening_nobody_is_due(day: Day) -> None:
    day.sign_in("one")
    assert day.due(7) == []


def test_a_member_of_two_teams_works_until_both_have_closed(day: Day) -> None:
    day.sign_in("both")
    assert ([], ["both"]) == (day.due(16), day.due(18))


def test_a_team_that_never_closes_signs_nobody_out(day: Day) -> None:
    day.sign_in("g01", "general-line")
    assert day.due(23) == []


def test_unless_it_is_wanted_nobody_is_due(day: Day) -> None:
    day.centre = a_centre(is_wanted=False)
    day.sign_in("one")
    assert day.due(20) == []


def test_as_long_as_somebody_waits_in_an_own_queue_nobody_is_due(day: Day) -> None:
    day.sign_in("one")
    day.take(CallerJoined(at=1, place=WAITING))
    before = day.due(16)
    day.take(CallerLeft(at=2, place=WAITING, cause=LeftBy.ABANDONED, hold_seconds=1))
    assert ([], ["one"]) == (before, day.due(16))


def test_whoever_talks_is_not_due(day: Day) -> None:
    day.sign_in("one")
    day.take(MemberAnswered(at=1, place=WAITING, ring="7", member="one"))
    assert day.due(16) == []


def test_whoever_has_the_phone_in_use_is_not_due(day: Day) -> None:
    day.sign_in("one")
    day.take(PhoneChanged(at=1, node="n", member="one", phone=PhoneState.IN_USE))
    assert day.due(16) == []


def test_whoever_is_there_at_a_routers_start_after_closing_is_due(day: Day) -> None:
    day.take(MemberSignedIn(at=1, node="n", member="one", queue="L01"))
    assert ["one"] == day.due(20)


def test_whoever_signs_in_after_closing_stays(day: Day) -> None:
    day.at = 20
    day.sign_in("one")
    assert day.due(20) == []


def test_whoever_stayed_late_is_due_at_the_next_closing(day: Day) -> None:
    day.at = 20
    day.sign_in("one")
    assert ([], ["one"]) == (day.due(9), day.due(16))


def test_whoever_was_signed_out_and_comes_back_stays(day: Day) -> None:
    day.sign_in("one")
    day.due(16)
    day.sign_out("one")
    day.sign_in("one")
    assert day.due(20) == []


def test_one_queue_more_is_no_new_sign_in(day: Day) -> None:
    day.sign_in("one")
    day.at = 16
    day.sign_in("one", "A1-wide")
    assert ["one"] == day.due(16)


def test_a_stranger_who_signs_in_is_not_looked_after(day: Day) -> None:
    day.at = 20
    day.sign_in("stranger")
    assert day.due(20) == []


def test_whoever_is_due_is_due_until_it_is_done(day: Day) -> None:
    day.sign_in("one")
    assert ["one"] == day.due(16) == day.due(17)
