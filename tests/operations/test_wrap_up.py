from dataclasses import replace

import pytest

from facts.call import MemberAnswered, TalkEnded
from facts.kinds import Fact
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut
from facts.place import Place
from metrics.live import LiveModel
from operations.wrap_up import Begin, End, WrapUps
from routing.centre import Centre
from tests.fakes.small_centre import small_centre

ENDED = 1_000.5
SECONDS = {"L01": 10, "V01": 3}


def a_centre() -> Centre:
    made = small_centre()
    teams = {name: replace(team, wrap_up_seconds=SECONDS.get(name, 0)) for name, team in made.teams.items()}
    return replace(made, teams=teams)


class Watched:
    """One member and what is due; `ours` are the facts so far."""

    def __init__(self) -> None:
        self.model, self.centre = LiveModel(), a_centre()
        self.wrap_ups = WrapUps(self.model, lambda: self.centre)
        self.take(MemberSignedIn(at=1, node="n", member="both", queue="L01"))

    def take(self, *facts: Fact) -> None:
        for fact in facts:
            self.model.fold(fact)

    def talks(self, queue: str, team: str, call: str = "1.1") -> None:
        place = Place("n", call, queue, 1, team)
        ring = f"{call}7"
        self.take(MemberAnswered(at=900, place=place, ring=ring, member="both"))
        self.take(TalkEnded(at=ENDED, place=place, ring=ring, member="both", talk_seconds=1))

    def pauses(self, reason: str) -> None:
        self.take(MemberPaused(at=ENDED, node="n", member="both", reason=reason))

    def due(self, now: float = ENDED + 0.1) -> list[Begin | End]:
        return self.wrap_ups.due(now)


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_after_a_call_of_the_team_with_the_longer_time_the_router_pauses(watched: Watched) -> None:
    watched.talks("L01", "L01")
    assert [Begin("both", "wrapup-1011")] == watched.due()


def test_after_a_call_of_the_other_team_it_does_not(watched: Watched) -> None:
    watched.talks("L02", "L02")
    assert watched.due() == []


def test_after_an_urgent_call_the_time_is_that_of_its_team(watched: Watched) -> None:
    watched.talks("A1-urgent", "V01")
    assert [Begin("both", "wrapup-1004")] == watched.due()


def test_where_asterisk_waits_long_enough_nobody_is_paused(watched: Watched) -> None:
    watched.talks("V01", "V01")
    assert watched.due() == []


def test_whoever_pauses_already_is_left_alone(watched: Watched) -> None:
    watched.talks("L01", "L01")
    watched.pauses("lunch")
    assert watched.due() == []


def test_a_talk_is_seen_to_once(watched: Watched) -> None:
    watched.talks("L01", "L01")
    watched.wrap_ups.begun("both")
    assert watched.due() == []


def test_what_was_not_done_is_due_again(watched: Watched) -> None:
    watched.talks("L01", "L01")
    assert watched.due() == watched.due(ENDED + 5)


def test_the_next_talk_is_seen_to_anew(watched: Watched) -> None:
    watched.talks("L01", "L01")
    watched.wrap_ups.begun("both")
    watched.centre = a_centre()
    watched.model.members["both"].last_talk_ended_at = ENDED + 60
    assert [Begin("both", "wrapup-1071")] == watched.due(ENDED + 61)


def test_nobody_is_paused_for_a_talk_of_long_ago(watched: Watched) -> None:
    watched.talks("L01", "L01")
    assert watched.due(ENDED + 11) == []


def test_after_call_work_ends_when_it_has_run_out(watched: Watched) -> None:
    watched.pauses("wrapup-1011")
    assert ([], [End("both", "wrapup-1011")]) == (watched.due(1010.9), watched.due(1011))


def test_no_other_pause_ends_by_itself(watched: Watched) -> None:
    watched.pauses("lunch")
    assert watched.due(1e12) == []


def test_whoever_rings_again_is_done(watched: Watched) -> None:
    watched.pauses("wrapup-1011")
    watched.take(MemberResumed(at=1, node="n", member="both"))
    assert watched.due(1011) == []


def test_whoever_has_signed_out_is_forgotten(watched: Watched) -> None:
    watched.talks("L01", "L01")
    watched.wrap_ups.begun("both")
    watched.take(MemberSignedOut(at=1, node="n", member="both", queue="L01"))
    watched.wrap_ups.begun("both")
    assert watched.due() == []
