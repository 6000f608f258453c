from dataclasses import replace

from routing.what_if.plan import Kind, Plan, by_slot
from routing.what_if.simulation import runs
from tests.fakes.planned import MONDAY, PROMISE, days_from, plan, pool, queue

TEAM = queue(10.0, 200.0, 300.0)
DAYS = days_from(MONDAY, 5)


def test_teams_are_linked_by_members_of_both_and_by_queues_that_both_answer() -> None:
    urgent = Kind(0.1, 1800.0, frozenset(("L01", "V01")))
    teams = {"L01": replace(TEAM, kinds=(*TEAM.kinds, urgent)), "L02": TEAM, "V01": TEAM, "L09": TEAM, "general": TEAM}
    teams = {
        name: replace(
            team,
            kinds=tuple(
                replace(kind, answered_by=kind.answered_by - {"L03"} | ({name} if kind.credit_seconds == 0 else set()))
                for kind in team.kinds
            ),
        )
        for name, team in teams.items()
    }
    of = Plan(DAYS, teams, (pool(1.0, "L02", "L09"), pool(1.0, "L01"), pool(1.0, "V01")))
    assert [{"L01", "V01"}, {"L02", "L09"}, {"general"}] == [set(each) for each in of.linked()]


def test_who_serves_two_teams_counts_half_in_each() -> None:
    of = Plan(DAYS, {"L01": TEAM, "L03": TEAM}, (pool(1.0, "L01", "L03"), pool(2.0)))
    assert (0.5, 2.5) == (of.present("L01")[0, 0], of.present("L03")[0, 0])


def test_a_half_hour_is_the_mean_of_its_steps() -> None:
    present = plan(TEAM, 1.0).pools[0].present
    present[0, :3] = 3.0
    assert 2.0 == by_slot(present)[0, 0]


def test_emergencies_are_answered_sooner_and_by_the_whole_area() -> None:
    own, other = Kind(0.8, 0.0, frozenset(("L01",))), Kind(1.0, 0.0, frozenset(("V01",)))
    urgent = Kind(0.2, 1800.0, frozenset(("L01", "V01")))
    busy = queue(16.0, 200.0, 300.0)
    quiet = replace(queue(0.0, 200.0, 300.0), kinds=(other,))
    members = (pool(1.0, "L01"), pool(1.0, "V01"))
    promises = {"L01": PROMISE, "V01": PROMISE}
    alone, shared = (
        next(iter(runs([Plan(DAYS, {"L01": replace(busy, kinds=kinds), "V01": quiet}, members)], promises, 1, 1)))[0][
            "L01"
        ]
        for kinds in ((replace(own, share=1.0),), (own, urgent))
    )
    assert shared.tally.answered_in_target > 1.15 * alone.tally.answered_in_target
    assert shared.tally.calls == alone.tally.calls
