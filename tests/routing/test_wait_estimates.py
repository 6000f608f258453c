from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy, MemberAnswered, Source, TalkEnded
from facts.kinds import Fact
from facts.member import MemberSignedIn
from facts.place import CALLBACK, Place
from facts.wait import WaitLearned
from operations.fact_stream import FactStream
from routing import wait_estimate
from routing.centre import Centre
from routing.wait_estimate import COMING_SECONDS, TALKS_OF_CENTRE, TALKS_OF_QUEUE, Expected, WaitEstimates
from routing.waits.learned import Learned
from teamline.bench.invented_days import DAY, Family, gamma, live, weibull
from tests.fakes.days_as_facts import MIDNIGHT, NODE, DaysAsFacts, journalled
from tests.fakes.small_centre import small_centre

NINE = MIDNIGHT + 9 * 3600
PLACE = Place(NODE, "c", "L01", 1, "L01", arrival=int(NINE), concern="money")


def signed_in(member: str = "one", queue: str = "L01") -> MemberSignedIn:
    return MemberSignedIn(at=NINE, node=NODE, member=member, queue=queue)


def talks(queue: str, count: int, at: float = NINE) -> list[Fact]:
    place = replace(PLACE, queue=queue)
    return [
        TalkEnded(at=at, place=replace(place, call=f"{queue}{call}"), ring=f"{queue}{call}", talk_seconds=200)
        for call in range(count)
    ]


def joined(call: str = "c", at: float = NINE, **place: int) -> CallerJoined:
    return CallerJoined(at=at, place=replace(PLACE, call=call, **place))  # type: ignore[arg-type]  # whole numbers


def left(cause: LeftBy, at: float, call: str = "c", *, returns: bool = False) -> CallerLeft:
    return CallerLeft(at=at, place=replace(PLACE, call=call), cause=cause, hold_seconds=None, returns=returns)


ENOUGH = [*talks("L02", TALKS_OF_CENTRE - TALKS_OF_QUEUE), *talks("L01", TALKS_OF_QUEUE)]
BUSY = MemberAnswered(at=NINE, place=replace(PLACE, call="earlier"), ring="r", member="one")


class Router:
    """As a router uses the estimates; `taken` is what it would write into its journal."""

    def __init__(self, centre: Callable[[], Centre] = small_centre, *, is_ready: bool = True) -> None:
        self.estimates = WaitEstimates(centre)
        self.taken: list[Fact] = []
        self.stream = FactStream([self.estimates], self.taken.append, sequels=[self.estimates])
        if is_ready:
            assert self.estimates.catch_up()

    def take(self, *facts: Fact) -> "Router":
        self.stream.take(facts)
        return self

    @property
    def learned(self) -> list[WaitLearned]:
        return [fact for fact in self.taken if isinstance(fact, WaitLearned)]


def test_nothing_is_told_of_an_empty_journal() -> None:
    estimates = Router().take(signed_in(), joined()).estimates
    assert Expected(2, None, 1) == estimates.expect("L01", NINE + 5, NINE + 5)
    assert estimates.for_newcomer("L01", NINE) is None
    assert estimates.line("L01", NINE) is None


def test_an_estimate_is_told_once_enough_talks_are_known_and_somebody_is_there() -> None:
    estimates = Router().take(*ENOUGH, signed_in()).estimates
    found = estimates.for_newcomer("L01", NINE)
    assert found
    assert 0 < found.p50 <= found.p80 <= found.p90
    assert [] == estimates.line("L01", NINE)


@pytest.mark.parametrize(
    "facts",
    [
        [*ENOUGH],
        [*ENOUGH[1:], signed_in()],
        [*talks("L02", TALKS_OF_CENTRE), *talks("L01", TALKS_OF_QUEUE - 1), signed_in()],
        [*ENOUGH, signed_in("two", "L02")],
    ],
)
def test_while_anything_is_missing_nothing_is_told(facts: Iterable[Fact]) -> None:
    assert Router().take(*facts).estimates.for_newcomer("L01", NINE) is None


def test_a_derived_queue_is_known_by_its_area() -> None:
    wide = signed_in("one", "A1-wide")
    assert Router().take(*ENOUGH, wide).estimates.for_newcomer("A1-wide", NINE)
    elsewhere = talks("general-line", TALKS_OF_CENTRE)
    assert Router().take(*elsewhere, wide).estimates.for_newcomer("A1-wide", NINE) is None


def test_queues_that_nobody_has_are_never_known_and_take_no_room() -> None:
    estimates = Router().take(*ENOUGH, signed_in(), signed_in("one", "nowhere")).estimates
    assert Expected(1, None, 0) == estimates.expect("nowhere", NINE, NINE)
    assert ["L01"] == list(estimates._estimator.present.floor.queues)


def test_the_position_is_that_by_virtual_arrival() -> None:
    estimates = Router().take(joined("a"), joined("b", NINE + 10), joined("urgent", NINE + 20, credit=1800)).estimates
    assert 4 == estimates.expect("L01", NINE + 30, NINE + 30).position
    assert 2 == estimates.expect("L01", NINE + 30, NINE - 5).position
    assert 1 == estimates.expect("L01", NINE + 30, NINE - 1801).position


def test_who_is_in_line_already_is_counted_once() -> None:
    estimates = Router().take(*ENOUGH, signed_in(), BUSY, joined("a"), joined("b"), joined("c", NINE + 9)).estimates
    assert [1, 2, 3] == [estimates.expect("L01", NINE + 60, NINE + 60, call).position for call in "abc"]
    line = estimates.line("L01", NINE + 60)
    assert line
    mean = [estimates.expect("L01", NINE + 60, NINE, call).estimate for call in "abc"][-1]
    assert mean
    assert line[-1].mean == pytest.approx(mean.mean)


def test_whoever_returns_in_a_moment_keeps_the_place() -> None:
    router = Router().take(joined("c"), joined("d", NINE + 5), left(LeftBy.TIMEOUT, NINE + 50, returns=True))
    assert 1 == router.estimates.expect("L01", NINE + 60, NINE, "c").position
    router.take(CallerJoined(at=NINE + 61, place=replace(PLACE, visit=2)))
    assert 1 == router.estimates.expect("L01", NINE + 62, NINE, "c").position


def test_in_a_rush_each_is_told_a_place_behind_those_on_their_way() -> None:
    estimates = Router().take(*ENOUGH, signed_in()).estimates
    places = []
    for call in "abc":
        places.append(estimates.expect("L01", NINE, NINE, call).position)
        estimates.comes("L01", NINE, NINE, call)
    assert [1, 2, 3] == places


def test_whoever_has_come_counts_once() -> None:
    router = Router().take(*ENOUGH, signed_in())
    router.estimates.comes("L01", NINE, NINE, "c")
    assert 2 == router.take(joined()).estimates.expect("L01", NINE, NINE).position
    router.estimates.comes("L01", NINE, NINE, "c")
    assert 2 == router.estimates.expect("L01", NINE + COMING_SECONDS, NINE).position
    assert 1 == router.take(left(LeftBy.ABANDONED, NINE + 1)).estimates.expect("L01", NINE + 1, NINE).position


def test_whoever_never_comes_is_waited_for_half_a_minute() -> None:
    estimates = Router().take(*ENOUGH, signed_in()).estimates
    estimates.comes("L01", NINE, NINE, "c")
    assert 2 == estimates.expect("L01", NINE + COMING_SECONDS - 1, NINE).position
    assert 1 == estimates.expect("L01", NINE + COMING_SECONDS, NINE).position


def test_who_hangs_up_on_the_way_is_waited_for_no_longer() -> None:
    router = Router().take(*ENOUGH, signed_in())
    router.estimates.comes("L01", NINE, NINE, "c")
    router.take(CallEnded(at=NINE + 1, place=PLACE))
    assert 1 == router.estimates.expect("L01", NINE + 1, NINE).position


def test_who_is_sent_elsewhere_on_the_way_counts_there_alone() -> None:
    estimates = Router().take(*ENOUGH, signed_in(), signed_in("two", "L02")).estimates
    estimates.comes("L01", NINE, NINE, "c")
    estimates.comes("L02", NINE, NINE, "c")
    assert (1, 2) == tuple(estimates.expect(queue, NINE, NINE).position for queue in ("L01", "L02"))


def test_however_many_are_on_their_way_the_room_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wait_estimate, "MOST_COMING", 2)
    estimates = Router().take(*ENOUGH, signed_in()).estimates
    for call in "abc":
        estimates.comes("L01", NINE, NINE, call)
    estimates.comes("nowhere", NINE, NINE, "d")
    assert 3 == estimates.expect("L01", NINE, NINE).position


def test_what_is_learned_follows_when_the_wait_ends() -> None:
    router = Router().take(signed_in(), BUSY, joined(), left(LeftBy.ANSWERED, NINE + 80))
    (learned,) = router.learned
    assert (NINE + 80, PLACE, 1, 80, 80, True) == (
        learned.at,
        learned.place,
        learned.position,
        learned.waited_seconds,
        learned.end_seconds,
        learned.answered,
    )
    assert 9 * 3600 == learned.second


def test_one_who_gave_up_would_have_waited_at_least_as_long() -> None:
    (learned,) = Router().take(signed_in(), BUSY, joined(), left(LeftBy.ABANDONED, NINE + 80)).learned
    assert 80 == learned.waited_seconds < learned.end_seconds
    assert not learned.answered


def test_a_slice_and_back_is_one_estimate() -> None:
    router = Router().take(signed_in(), BUSY, joined(), left(LeftBy.TIMEOUT, NINE + 50, returns=True))
    again = replace(PLACE, visit=2)
    router.take(CallerJoined(at=NINE + 51, place=again))
    assert [] == router.learned
    router.take(replace(left(LeftBy.ANSWERED, NINE + 90), place=again))
    assert [90] == [learned.waited_seconds for learned in router.learned]


def test_whoever_hangs_up_between_two_visits_is_learned_from_at_the_end_of_the_call() -> None:
    router = Router().take(signed_in(), BUSY, joined(), left(LeftBy.TIMEOUT, NINE + 50, returns=True))
    router.take(CallEnded(at=NINE + 70, place=PLACE))
    assert [(70, False)] == [(learned.waited_seconds, learned.answered) for learned in router.learned]


def test_another_queue_ends_one_estimate_undecided_and_begins_another() -> None:
    router = Router().take(signed_in(), signed_in("one", "L02"), BUSY, joined())
    other = replace(PLACE, queue="L02", team="L02", visit=2)
    router.take(left(LeftBy.TIMEOUT, NINE + 50, returns=True), CallerJoined(at=NINE + 51, place=other))
    router.take(replace(left(LeftBy.ANSWERED, NINE + 90), place=other))
    found = [(learned.place.queue, learned.waited_seconds, learned.answered) for learned in router.learned]
    assert [("L01", 50, False), ("L02", 39, True)] == found


def test_a_caller_of_whom_is_told_late_is_not_estimated_as_if_just_come() -> None:
    late = replace(joined(), source=Source.QUEUE_LOG)
    assert [] == Router().take(signed_in(), BUSY, late, left(LeftBy.ANSWERED, NINE + 80)).learned


def test_a_wait_of_no_time_teaches_nothing() -> None:
    assert [] == Router().take(signed_in(), BUSY, joined(), left(LeftBy.ANSWERED, NINE)).learned


def test_until_the_journal_is_learned_everything_is_silent() -> None:
    router = Router(is_ready=False).take(*ENOUGH, signed_in(), BUSY, joined(), left(LeftBy.ANSWERED, NINE + 80))
    assert not router.estimates.is_ready
    assert router.estimates.for_newcomer("L01", NINE) is None
    assert [] == router.learned
    assert router.estimates.catch_up()
    assert router.estimates.for_newcomer("L01", NINE)


def test_a_wait_that_began_before_the_past_was_learned_is_let_go() -> None:
    router = Router().take(signed_in(), BUSY, joined())
    router.estimates.restoring()
    assert [] == router.take(left(LeftBy.ANSWERED, NINE + 80)).learned


def test_what_is_told_live_and_read_back_counts_once() -> None:
    router = Router(is_ready=False).take(*ENOUGH)
    router.estimates.restored(journalled(ENOUGH))
    assert router.estimates.catch_up()
    assert len(ENOUGH) == learned_of(router.estimates).known.all_talks.seen


def test_reading_the_journal_may_begin_again() -> None:
    estimates = Router(is_ready=False).estimates
    estimates.restored(journalled(ENOUGH[:9]))
    estimates.restoring()
    estimates.restored(journalled(ENOUGH))
    assert estimates.catch_up()
    assert len(ENOUGH) == learned_of(estimates).known.all_talks.seen


def test_what_happened_meanwhile_is_learned_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wait_estimate, "PIECE", 10)
    estimates = Router(is_ready=False).take(*ENOUGH[:15]).estimates
    assert [False, True] == [estimates.catch_up() for _ in range(2)]


def test_while_the_journal_is_away_only_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wait_estimate, "MOST_PENDING", 7)
    estimates = Router(is_ready=False).take(*ENOUGH).estimates
    assert estimates.catch_up()
    assert 7 == learned_of(estimates).known.all_talks.seen


def test_another_centre_may_wrap_up_longer() -> None:
    centres = [small_centre()]
    router = Router(lambda: centres[0]).take(signed_in())
    teams = {team.id: replace(team, wrap_up_seconds=77) for team in centres[0].teams.values()}
    centres[0] = replace(centres[0], teams=teams)
    router.take(joined())
    assert 77 == router.estimates._estimator.present.floor.queues["L01"].wrap_up_seconds


class Stopped(Exception):
    """The router dies here."""


CALM = Family("calm", (4, 3, 5), gamma(240, 0.8), 240, weibull(500, 1.2), 1.0, wrap_up_seconds=0)
QUICK = Family("quick", (4, 3, 5), gamma(100, 0.8), 100, weibull(300, 0.8), 1.1, wrap_up_seconds=0)
LATE = Family("late", (2, 1, 6), gamma(500, 1.2), 500, weibull(900, 1.5), 1.0, wrap_up_seconds=0, break_chance=0.9)


@pytest.mark.parametrize(
    ("family", "seed", "day", "hour"), [(QUICK, 1, 0, 10.0), (CALM, 2, 1, 8.4), (CALM, 3, 1, 10.5), (LATE, 4, 1, 15.0)]
)
def test_a_router_that_is_started_again_in_mid_day_estimates_as_before(
    family: Family, seed: int, day: int, hour: float
) -> None:
    """From the first day on; less than half a second is no difference."""
    stops, before = day * DAY + hour * 3600, Router()

    def take(fact: Fact) -> None:
        if fact.at > MIDNIGHT + stops:
            raise Stopped
        before.take(fact)

    watched = DaysAsFacts(take)
    with pytest.raises(Stopped):
        live(family, 2, seed, watched)
    after = restarted(before, watched, stops)
    now = MIDNIGHT + stops
    for queue in ("L01", "L02", "V01"):
        lines = [estimates.line(queue, now) for estimates in (before.estimates, after)]
        newcomers = [estimates.for_newcomer(queue, now) for estimates in (before.estimates, after)]
        for old, new in [newcomers, *zip(*map(list, filter(None, lines)), strict=True)]:
            assert old
            assert new
            for figure in ("mean", "p50", "p80", "p90"):
                assert getattr(old, figure) == pytest.approx(getattr(new, figure), rel=0.05, abs=0.5)


def restarted(before: Router, watched: DaysAsFacts, stops: float) -> WaitEstimates:
    """The newest day of the journal tells who waits, a snapshot who is there; the past comes late, among live facts."""
    facts, after = journalled(before.taken), Router(is_ready=False)
    today = [fact for fact in facts if fact.at >= MIDNIGHT + stops // DAY * DAY]
    after.stream.restore(today, [after.estimates.present])
    half = len(facts) // 2
    after.estimates.restored(facts[:half])
    after.take(*watched.members_now(stops, before.taken))
    after.estimates.restored(facts[half:])
    while not after.estimates.catch_up():
        pass
    return after.estimates


def learned_of(estimates: WaitEstimates) -> Learned:
    return estimates._estimator.learned


def behind(count: int, rule: str) -> Expected:
    """For a newcomer behind so many, all of this rule, while the one member talks."""
    ahead = [replace(joined(f"c{one}"), place=replace(PLACE, call=f"c{one}", rule=rule)) for one in range(count)]
    gave_up = [
        fact
        for one in range(60)
        for fact in (joined(f"g{one}", NINE - 900), left(LeftBy.ABANDONED, NINE - 840, f"g{one}"))
    ]
    router = Router().take(signed_in(), *ENOUGH, BUSY, *gave_up, *ahead)
    return router.estimates.expect("L01", NINE + 60, NINE + 60)


def test_placeholders_are_callers_ahead() -> None:
    assert 9 == behind(8, CALLBACK).position


def test_whoever_is_called_back_does_not_give_up_and_takes_their_turn() -> None:
    patient, others = (behind(8, rule).estimate for rule in (CALLBACK, "household-team"))
    assert patient
    assert others
    assert others.mean < patient.mean
