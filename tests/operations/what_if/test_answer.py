import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast

import pytest

from facts.call import CallerJoined, CallerLeft, LeftBy, MemberAnswered, TalkEnded
from facts.kinds import Journalled
from facts.place import CALLBACK, Place
from facts.watch import StaffCounted
from operations.report_span import span_of
from operations.what_if.answer import Answer, NothingKnown, Question, answer
from operations.what_if.observed import Seen
from operations.what_if.plan import plan_of
from operations.what_if.row import Row
from operations.what_if.sides import target_for
from operations.what_if.text import COLUMNS, FORMATS, HOWS
from routing.centre import CENTRE
from routing.what_if.changes import By, Of, WhatIf
from routing.what_if.intervals import Interval
from tests.fakes.invented_month import BERLIN, InventedTeam, invented
from tests.fakes.small_centre import small_centre

CENTRE_OF = small_centre()
MONDAY = date(2026, 10, 5)
WEEKDAYS = [day for number in range(28) if (day := MONDAY + timedelta(days=number)).weekday() < 5]
L01 = InventedTeam("L01", members=2, calls_a_day=110.0)
V01 = InventedTeam("V01", members=1, calls_a_day=40.0)
ONE_LESS = WhatIf(Of.MEMBERS, By.MORE, -1.0, "L01")


def seen_of(
    facts: Sequence[Journalled], begin: str = "2026-10-05", end: str = "2026-11-02", within: float | None = None
) -> Seen:
    seen = Seen(span_of(begin, end, 0.0, BERLIN), CENTRE_OF, target_for(CENTRE_OF, within))
    for fact in facts:
        seen.fold(fact)
    return seen


def month() -> list[Journalled]:
    return [fact for facts in invented([L01, V01], WEEKDAYS).values() for fact in facts]


@pytest.fixture(scope="module")
def seen() -> Seen:
    return seen_of(month())


def asked(seen: Seen, question: Question) -> Answer:
    return answer(seen, CENTRE_OF, question, lambda _: None)


@pytest.fixture(scope="module")
def one_less(seen: Seen) -> Answer:
    return asked(seen, Question(changes=(ONE_LESS,), runs=6))


def row(of: Answer, team: str) -> Row:
    (found,) = (each for each in of.rows if each.team == team)
    return found


def mean(of: Interval | None) -> float:
    return cast("Interval", of).mean


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


def test_days_are_those_on_which_somebody_called_and_somebody_was_there(one_less: Answer) -> None:
    assert (20, 28, "2026-10-05", "2026-10-30") == (one_less.days, one_less.days_asked, one_less.first, one_less.last)


def test_what_is_simulated_as_it_was_is_what_was(seen: Seen) -> None:
    of = asked(seen, Question(runs=12))
    for team in ("L01", "V01"):
        found = row(of, team)
        assert found.now.calls == pytest.approx(mean(found.simulated_now["calls"]), rel=0.03)
        assert found.now.service_level == pytest.approx(mean(found.simulated_now["service_level"]), abs=0.04)
        assert found.now.abandoned_share == pytest.approx(mean(found.simulated_now["abandoned_share"]), abs=0.02)
        assert found.now.asa_seconds == pytest.approx(mean(found.simulated_now["asa_seconds"]), rel=0.25)
        assert found.now.occupancy == pytest.approx(mean(found.simulated_now["occupancy"]), rel=0.06)


def test_formula_and_runs_agree_where_calls_come_at_random(one_less: Answer) -> None:
    for team in ("L01", "V01"):
        found = row(one_less, team)
        assert found.quick.service_level == pytest.approx(mean(found.simulated["service_level"]), abs=0.04)
        assert found.quick_now.service_level == pytest.approx(mean(found.simulated_now["service_level"]), abs=0.04)


def test_one_member_less_in_one_team_leaves_the_other_as_it_was(one_less: Answer) -> None:
    assert mean(row(one_less, "L01").difference["service_level"]) < -0.1
    assert 0.0 == mean(row(one_less, "V01").difference["service_level"])
    assert 1.0 == pytest.approx(
        cast("float", row(one_less, "L01").at_work.mean if row(one_less, "L01").at_work else None)
    )


def test_the_members_needed_reach_the_share_in_the_runs(one_less: Answer) -> None:
    for team in ("L01", "V01"):
        found = row(one_less, team)
        assert found.needed is not None
        assert mean(found.staffed["service_level"]) >= 0.75


def test_the_centre_is_all_teams_together(one_less: Answer) -> None:
    *teams, centre = one_less.rows
    assert CENTRE == centre.team
    assert centre.now.calls == sum(each.now.calls for each in teams)
    assert centre.quick.calls == pytest.approx(sum(each.quick.calls for each in teams))
    assert centre.quick.p80_seconds is not None


def test_the_same_seed_gives_the_same_answer_and_progress_is_told(seen: Seen) -> None:
    told: list[int] = []
    first = answer(seen, CENTRE_OF, Question(runs=3), told.append)
    assert first == asked(seen, Question(runs=3))
    assert first != asked(seen, Question(runs=3, seed=2))
    assert [1, 2, 3] == told


def test_a_team_that_is_asked_for_alone_has_the_figures_that_it_has_among_all(seen: Seen, one_less: Answer) -> None:
    alone = asked(seen, Question(changes=(ONE_LESS,), teams=("L01",), runs=6))
    assert (row(one_less, "L01"),) == alone.rows


def test_mondays_alone(seen: Seen) -> None:
    of = asked(seen, Question(weekdays=frozenset((0,)), runs=2))
    assert (4, 4, "2026-10-26") == (of.days, of.days_asked, of.last)
    assert row(of, "L01").now.calls < 0.3 * 110 * 20


def test_other_seconds_for_all_teams_are_held_to_by_all_three() -> None:
    seen = seen_of(month(), within=300.0)
    found = row(asked(seen, Question(within_seconds=300.0, runs=2)), "L01")
    assert 300.0 == found.target_seconds
    assert found.now.service_level == pytest.approx(1 - cast("float", found.now.abandoned_share), abs=0.03)
    assert found.quick_now.service_level == pytest.approx(found.now.service_level, abs=0.03)
    assert mean(found.simulated["service_level"]) == pytest.approx(found.now.service_level, abs=0.03)


def test_an_empty_journal_says_that_nothing_is_known() -> None:
    with pytest.raises(NothingKnown, match=r"nothing is known yet: .*let the router run"):
        asked(seen_of([]), Question())


def test_calls_without_anybody_at_work_are_not_enough() -> None:
    with pytest.raises(NothingKnown, match="nothing is known of members"):
        asked(seen_of([fact for fact in month() if not isinstance(fact, StaffCounted)]), Question())


def test_a_weekday_on_which_nobody_worked_is_told(seen: Seen) -> None:
    with pytest.raises(NothingKnown, match="--on: the teams did not work on such a day"):
        asked(seen, Question(weekdays=frozenset((6,))))


def place(call: str, queue: str = "L01", credit: int = 0) -> Place:
    return Place("pbx1", call, queue, 1, "L01", 1, credit)


def test_emergencies_wait_in_the_area_s_queue_with_their_credit() -> None:
    nine = at("2026-10-05T09:10")
    facts = [
        StaffCounted(at=nine - 600, node="pbx1", team="L01", signed_in=2, paused=1),
        *(CallerJoined(at=nine, place=place(f"1.{number}")) for number in range(3)),
        CallerJoined(at=nine, place=place("1.9", "A1-urgent", 1800)),
        CallerJoined(at=nine, place=place("1.8", "A1-wide")),
    ]
    seen = seen_of(facts)
    kinds = {
        each.credit_seconds: each for each in plan_of(seen, CENTRE_OF, [0]).teams["L01"].kinds if each.share == 0.2
    }
    assert {"L01", "L02", "V01"} == kinds[1800.0].answered_by
    assert {"L01", "L02"} == kinds[0.0].answered_by


def test_members_are_counted_by_the_time_that_they_were_there() -> None:
    counts = [("08:00", 2, 0), ("08:10", 2, 1), ("08:15", 0, 0)]
    facts = [
        StaffCounted(at=at(f"2026-10-05T{clock}"), node="pbx1", team="L02", signed_in=some, paused=paused)
        for clock, some, paused in counts
    ]
    present = seen_of(facts).present()["L02"]
    assert [0.0, 2.0, 2.0, 1.0, 0.0] == present[0, 95:100].tolist()


def test_after_the_newest_fact_of_a_day_that_is_not_over_nobody_is_known_to_be_at_work() -> None:
    nine, ten = at("2026-10-05T09:00"), at("2026-10-05T10:00")
    facts = [
        StaffCounted(at=nine, node="pbx1", team="L01", signed_in=2, paused=0),
        CallerJoined(at=ten, place=place("1.1")),
    ]
    present = seen_of(facts).present()["L01"]
    assert ([2.0, 0.0], 24.0) == (present[0, 119:121].tolist(), present[0].sum())


def test_who_serves_two_teams_is_one_pool_and_the_rest_are_the_team_s_own() -> None:
    noon = at("2026-10-05T12:00")
    facts = [
        StaffCounted(at=noon, node="pbx1", team=team, signed_in=some, paused=0)
        for team, some in (("L01", 2), ("L02", 1))
    ]
    facts.append(StaffCounted(at=at("2026-10-05T13:00"), node="pbx1", team="V01", signed_in=0, paused=0))
    pools = {each.teams: each.present[0, 150] for each in plan_of(seen_of(facts), CENTRE_OF, [0]).pools}
    assert {frozenset(("L01", "L02")): 0.5, frozenset(("L01",)): 1.5, frozenset(("L02",)): 0.5} == {
        teams: some for teams, some in pools.items() if some
    }


def test_what_nobody_knows_or_is_out_of_the_span_is_learned_from_by_nobody() -> None:
    noon = at("2026-10-05T12:00")
    unknown = [
        CallerJoined(at=noon, place=place("1.1")),
        CallerLeft(at=noon, place=place("1.1"), cause=LeftBy.ANSWERED, hold_seconds=None),
        MemberAnswered(at=noon, place=place("1.1"), ring="r", ring_seconds=None),
        TalkEnded(at=noon, place=place("1.1"), ring="r", talk_seconds=None),
        CallerJoined(at=noon - 86400 * 9, place=place("1.2")),
        TalkEnded(at=noon - 86400 * 9, place=place("1.2"), ring="s", talk_seconds=9.0),
    ]
    seen = seen_of(unknown)
    assert 1.0 == seen.calls["L01"].sum()
    assert not any((seen.holds, seen.talks, seen.rings))


def text(of: Answer, form: str) -> str:
    return "".join(FORMATS[form](of))


def test_json_has_keys_that_stay(one_less: Answer) -> None:
    told = json.loads(text(one_less, "json"))
    assert ["first", "last", "days", "days_asked", "formula", "share", "runs", "seed", "is_changed", "rows"] == list(
        told
    )
    (l01,) = (each for each in told["rows"] if each["team"] == "L01")
    assert ["team", "target_seconds", "now", "quick", "simulated", "members"] == list(l01)
    assert ["calls", "service_level", "asa_seconds", "p80_seconds", "abandoned_share", "occupancy"] == list(l01["now"])
    assert {"mean", "low", "high"} == set(l01["simulated"]["what_if"]["service_level"])
    assert {"mean", "most", "most_at"} == set(l01["members"]["needed"])


def test_intervals_are_of_figures_that_can_be(one_less: Answer) -> None:
    found = row(one_less, "V01")
    beyond = replace(found, simulated={**found.simulated, "service_level": Interval(0.99, 0.97, 1.01)})
    of = replace(one_less, rows=(replace(beyond, difference={**found.difference, "calls": Interval(-2.0, -5.0, 1.0)}),))
    told = json.loads(text(of, "json"))["rows"][0]["simulated"]
    assert {"mean": 0.99, "low": 0.97, "high": 1.0} == told["what_if"]["service_level"]
    assert {"mean": -2.0, "low": -5.0, "high": 1.0} == told["difference"]["calls"]
    lines = {line["how"]: line for line in csv.DictReader(io.StringIO(text(of, "csv")))}
    assert ("1.0000", "-5.0") == (lines["simulated"]["service_level_high"], lines["difference"]["calls_low"])


def test_a_change_that_changes_nothing_is_noted_beside_the_answer(seen: Seen) -> None:
    of = asked(seen, Question(changes=(ONE_LESS,), teams=("V01",), runs=2))
    assert ["--members L01=-1 changes nothing here: it shares nobody with the teams shown: add --team L01"] == [
        *of.notes
    ]


def test_where_nobody_is_left_no_mean_wait_is_told(seen: Seen) -> None:
    nobody = WhatIf(Of.MEMBERS, By.EXACTLY, 0.0, "V01")
    told = text(asked(seen, Question(changes=(nobody,), teams=("V01",), runs=2)), "table")
    assert "then none, as nobody is answered; " in told


def test_csv_has_a_line_for_each_way_of_knowing(one_less: Answer) -> None:
    lines = list(csv.DictReader(io.StringIO(text(one_less, "csv"))))
    assert list(COLUMNS) == list(lines[0])
    assert len(one_less.rows) * len(HOWS) == len(lines)
    assert "-" == next(line["asa_seconds"] for line in lines if line["team"] == "L02")


def test_the_table_says_in_words_what_a_member_less_means(one_less: Answer) -> None:
    told = text(one_less, "table")
    assert "20 of 28 days had calls and members" in told
    assert "with the change; mean wait" in told
    assert "75% within 30 s needs" in told
    assert "With these the simulation reaches" in told
    assert all(len(line) <= 110 for line in told.splitlines()[: 3 * len(one_less.rows) + 1])


def test_without_a_change_the_words_are_of_what_was(seen: Seen) -> None:
    told = text(asked(seen, Question(teams=("L01",), runs=4)), "table")
    assert "L01: " in told
    assert "in the simulation" in told
    assert "with the change" not in told


def test_a_team_without_calls_is_not_talked_about(seen: Seen) -> None:
    assert "L02: too few calls" in text(asked(seen, Question(teams=("L02",), runs=2)), "table")


def test_a_simulation_that_is_far_from_the_journal_warns(one_less: Answer) -> None:
    found = row(one_less, "L01")
    far = replace(one_less, rows=(replace(found, now=replace(found.now, service_level=0.1)),))
    assert "Careful: the journal says 10%" in text(far, "table")
    near = replace(found.now, service_level=mean(found.simulated_now["service_level"]) + 0.02)
    assert "The journal says" in text(replace(one_less, rows=(replace(found, now=near),)), "table")
    none = replace(found, now=replace(found.now, service_level=None), needed=None, at_work=None)
    assert "No number of members reaches 75%" in text(replace(one_less, rows=(none,)), "table")


def test_callbacks_are_no_calls_of_the_days() -> None:
    when, place = at("2026-10-05T09:00"), Place("pbx", "m-1", "L01", 1, "L01", rule=CALLBACK)
    told = seen_of(
        [
            CallerJoined(at=when, place=place),
            CallerLeft(at=when + 9, place=place, cause=LeftBy.ANSWERED, hold_seconds=9),
            MemberAnswered(at=when + 9, place=place, ring="r", ring_seconds=9),
            TalkEnded(at=when + 20, place=place, ring="r", talk_seconds=11),
        ]
    )
    assert ({}, {}, {}) == (told.calls, told.talks, told.rings)
