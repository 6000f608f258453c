"""Callbacks and calls of kiosks, counted for Prometheus."""

import pytest

from facts.call import CallEnded, CallerJoined, LeftBy
from facts.callback import CallbackMoved
from facts.contact import LeftKind, LeftState
from facts.place import CALLBACK, Place
from metrics.board import TodayFigures, board
from metrics.books import Books, Earlier
from metrics.call_counts import CallCounts
from metrics.callback_counts import CallbackCounts
from metrics.callback_steps import ATTEMPTS, ENDS, KINDS
from metrics.counts import target_in
from metrics.exporter import Exporter
from metrics.kiosk_counts import KioskCounts
from metrics.left_open import is_open
from metrics.live import LiveModel
from metrics.live_figures import LiveFigures
from metrics.stays import Outcome as WayOut
from routing.callback import Outcome, State
from tests.fakes.router import small_centre
from tests.fakes.told_calls import left

CENTRE = small_centre()
TEAM = next(iter(CENTRE.teams))
NOON = 1_795_345_200.0


def moved(
    before: str, state: State, outcome: str = "", kind: str = "callback", waited: float | None = None
) -> CallbackMoved:
    return CallbackMoved(
        at=NOON,
        callback="m-1",
        team=TEAM,
        before=before,
        state=state,
        kind=kind,
        outcome=outcome,
        waited_seconds=waited,
    )


@pytest.fixture
def counts() -> CallbackCounts:
    return CallbackCounts(CENTRE.teams.values())


def counted(counts: CallbackCounts, *facts: CallbackMoved) -> dict[str, dict[str, int]]:
    for fact in facts:
        counts.fold(fact)
    team = next(team for team in counts.copy().teams if team.team == TEAM)
    told = (("confirmed", KINDS, team.confirmed), ("ended", ENDS, team.ended), ("attempts", ATTEMPTS, team.attempts))
    return {
        what: {str(name): count for name, count in zip(names, figures, strict=True) if count}
        for what, names, figures in told
    }


NOTHING: dict[str, int] = {}


@pytest.mark.parametrize("before", ["", "offered"])
def test_a_promise_counts_once_by_its_kind(counts: CallbackCounts, before: str) -> None:
    promised = moved(before, State.CONFIRMED, kind="appointment")
    due_again = moved("retry", State.CONFIRMED, kind="appointment")
    assert {"appointment": 1} == counted(counts, promised, due_again)["confirmed"]


def test_a_kind_of_a_newer_version_is_a_callback(counts: CallbackCounts) -> None:
    assert {"callback": 1} == counted(counts, moved("", State.CONFIRMED, kind="by-post"))["confirmed"]


@pytest.mark.parametrize(
    ("state", "outcome", "ended"),
    [
        (State.REACHED, "reached", Outcome.REACHED),
        (State.GIVEN_UP, "no-answer", Outcome.NO_ANSWER),
        (State.GIVEN_UP, "busy", Outcome.BUSY),
        (State.GIVEN_UP, "refused", Outcome.REFUSED),
        (State.GIVEN_UP, "invalid", Outcome.INVALID),
        (State.GIVEN_UP, "failed", Outcome.FAILED),
        (State.GIVEN_UP, "by a newer version", Outcome.FAILED),
        (State.GIVEN_UP, "expired", Outcome.FAILED),
        (State.CANCELLED, "", Outcome.CANCELLED),
    ],
)
def test_a_dial_that_was_the_last_is_an_attempt_and_an_end(
    counts: CallbackCounts, state: State, outcome: str, ended: Outcome
) -> None:
    once = {ended.value: 1}
    assert {"confirmed": NOTHING, "ended": once, "attempts": once} == counted(counts, moved("dialling", state, outcome))


@pytest.mark.parametrize("before", ["confirmed", "in-line", "retry", "by-hand"])
def test_an_end_without_a_dial_is_no_attempt(counts: CallbackCounts, before: str) -> None:
    told = counted(counts, moved(before, State.EXPIRED, "no-answer"))
    assert ({"expired": 1}, NOTHING) == (told["ended"], told["attempts"])


def test_an_attempt_in_vain_with_others_to_come_is_no_end(counts: CallbackCounts) -> None:
    told = counted(counts, moved("dialling", State.RETRY, "busy"))
    assert (NOTHING, {"busy": 1}) == (told["ended"], told["attempts"])


def test_a_task_on_the_desk_that_is_struck_off_has_ended_before(counts: CallbackCounts) -> None:
    told = counted(counts, moved("dialling", State.GIVEN_UP, "busy"), moved("given-up", State.CANCELLED))
    assert {"busy": 1} == told["ended"]


def test_what_was_only_offered_ends_nothing(counts: CallbackCounts) -> None:
    assert NOTHING == counted(counts, moved("offered", State.DECLINED))["ended"]


def test_the_wait_for_the_citizen_to_be_reached_is_counted(counts: CallbackCounts) -> None:
    counted(counts, moved("dialling", State.REACHED, waited=700.0), moved("by-hand", State.REACHED, waited=None))
    assert (700.0, 1) == (counts.copy().waits.total_seconds, counts.copy().waits.cumulative[-1])


def test_a_team_that_nobody_configured_is_counted_nowhere(counts: CallbackCounts) -> None:
    counts.fold(CallbackMoved(at=NOON, callback="m-1", team="gone", before="", state="confirmed"))
    assert "gone" not in {team.team for team in counts.copy().teams}


def test_a_team_that_is_gone_stays_while_it_has_counted_something(counts: CallbackCounts) -> None:
    counted(counts, moved("", State.CONFIRMED))
    counts.configure([])
    assert [TEAM] == [team.team for team in counts.copy().teams]


def test_a_callback_is_open_until_it_is_over_and_a_message_until_somebody_claims_it() -> None:
    kinds = (LeftKind.CALLBACK, LeftKind.VOICE)
    expected = {LeftState.OPEN: (True, True), LeftState.CLAIMED: (True, False), LeftState.DONE: (False, False)}
    assert expected == {state: tuple(is_open(kind, state) for kind in kinds) for state in expected}


# Calls of kiosks

SITE = next(iter(CENTRE.sites))
KIOSK = Place("pbx1", "1.1", TEAM, 1, TEAM, site=SITE, kiosk="K1")


class Kiosks:
    """Books, and what they tell of calls from kiosks."""

    def __init__(self) -> None:
        self.counts = KioskCounts(CENTRE.sites)
        self.books = Books(lambda team: target_in(CENTRE, team), CENTRE.timezone, lambda: "default", lambda *_: None)
        self.books.listen_to_contacts(self.counts.ended)

    def call(self, place: Place, cause: LeftBy = LeftBy.ANSWERED) -> dict[tuple[str, str], int]:
        told = left(NOON + 9, cause, 9.0)
        for fact in (
            CallerJoined(at=NOON, place=place),
            type(told)(at=told.at, place=place, cause=cause, hold_seconds=9.0),
            CallEnded(at=NOON + 60, place=place),
        ):
            self.books.fold(fact)
        return {(site, str(outcome)): count for (site, outcome), count in self.counts.copy().items() if count}


@pytest.fixture
def kiosks() -> Kiosks:
    return Kiosks()


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (LeftBy.ANSWERED, "answered"),
        (LeftBy.ABANDONED, "abandoned"),
        (LeftBy.KEY, "flowed_out"),
        (LeftBy.LOST, "lost"),
    ],
)
def test_a_call_from_a_kiosk_counts_once_for_its_site(kiosks: Kiosks, cause: LeftBy, outcome: str) -> None:
    assert {(SITE, outcome): 1} == kiosks.call(KIOSK, cause)


def test_a_call_from_elsewhere_is_no_kiosk_s(kiosks: Kiosks) -> None:
    assert {} == kiosks.call(Place("pbx1", "1.1", TEAM, 1, TEAM, site=SITE))


def test_a_placeholder_that_rings_a_kiosk_is_no_call_of_it(kiosks: Kiosks) -> None:
    assert {} == kiosks.call(Place("pbx1", "m-1", TEAM, 1, TEAM, site=SITE, kiosk="K1", rule=CALLBACK))


def test_a_site_that_nobody_configured_makes_no_series(kiosks: Kiosks) -> None:
    assert {} == kiosks.call(Place("pbx1", "1.1", TEAM, 1, TEAM, site="elsewhere", kiosk="K1"))


def test_a_call_of_before_the_router_is_not_counted_anew(kiosks: Kiosks) -> None:
    Earlier(kiosks.books).fold(CallerJoined(at=NOON, place=KIOSK))
    Earlier(kiosks.books).fold(CallEnded(at=NOON, place=KIOSK))
    assert not any(kiosks.counts.copy().values())


def test_a_site_that_is_gone_stays_while_it_has_counted_something(kiosks: Kiosks) -> None:
    kiosks.call(KIOSK)
    kiosks.counts.configure([])
    assert {(SITE, WayOut.ANSWERED): 1} == kiosks.counts.copy()


def test_every_series_exists_from_zero() -> None:
    exporter = Exporter("0")
    figures = LiveFigures(
        centre=CENTRE,
        board=board(CENTRE, LiveModel(), lambda _: TodayFigures(), 0.0),
        counted=CallCounts(CENTRE.teams.values()).copy(),
        callbacks=CallbackCounts(CENTRE.teams.values()).copy(),
        kiosk_calls=KioskCounts(CENTRE.sites).copy(),
    )
    exporter.show(figures)
    told = exporter.render().decode()
    for outcome in ("reached", "no-answer", "busy", "refused", "invalid", "expired", "cancelled"):
        assert f'teamline_callbacks_total{{team="{TEAM}",outcome="{outcome}"}} 0.0\n' in told
    for outcome in ("answered", "abandoned", "flowed_out", "lost"):
        assert f'teamline_kiosk_calls_total{{site="{SITE}",outcome="{outcome}"}} 0.0\n' in told
    assert f'teamline_callback_attempts_total{{team="{TEAM}",outcome="busy"}} 0.0\n' in told
    assert f'teamline_callbacks_confirmed_total{{team="{TEAM}",kind="appointment"}} 0.0\n' in told
    assert 'teamline_callback_wait_seconds_bucket{le="+Inf"} 0.0\n' in told
    assert "teamline_callback_wait_seconds_sum 0.0\n" in told
