from collections.abc import Mapping
from dataclasses import replace

from facts.place import Place
from routing.centre import Centre
from routing.wrap_up import after_call_seconds, rendered_seconds
from tests.fakes.small_centre import small_centre


def centre(without: str = "", **seconds: int) -> Centre:
    made = small_centre()
    teams = {name: replace(team, wrap_up_seconds=seconds.get(name, 0)) for name, team in made.teams.items()}
    members = {name: member for name, member in made.members.items() if name != without}
    return replace(made, teams=teams, members=members)


def rendered(without: str = "", **seconds: int) -> Mapping[str, int]:
    return rendered_seconds(centre(without, **seconds))


def place(queue: str, team: str) -> Place:
    return Place("n", "1.1", queue, 1, team)


def test_a_team_whose_members_serve_no_other_has_its_own_time() -> None:
    assert (30, 10) == (rendered(V01=30)["V01"], rendered("both", L01=10)["L01"])


def test_the_shortest_time_of_a_shared_members_teams_is_left_to_asterisk() -> None:
    shared = rendered(L01=10, L02=4)
    assert (4, 4) == (shared["L01"], shared["L02"])


def test_asterisk_waits_a_little_where_the_router_must_pause_somebody() -> None:
    shared = rendered(L01=10)
    assert (2, 0) == (shared["L01"], shared["L02"])


def test_a_time_shorter_than_that_is_not_made_longer() -> None:
    assert 1 == rendered(L01=1)["L01"]


def test_a_derived_queue_has_the_shortest_time_of_its_teams() -> None:
    derived = rendered("both", L01=10, L02=20, V01=5)
    assert (10, 5) == (derived["A1-wide"], derived["A1-urgent"])


def test_every_queue_has_a_time() -> None:
    assert set(small_centre().queues) == set(rendered())


def test_a_call_has_the_time_of_the_team_whose_line_it_was() -> None:
    assert 4 == after_call_seconds(centre(L01=10, L02=4), place("L02", "L01"))


def test_a_call_of_a_derived_queue_has_the_time_of_its_concern() -> None:
    assert 10 == after_call_seconds(centre(L01=10, L02=4), place("A1-urgent", "L01"))


def test_a_call_of_a_team_that_is_gone_has_none() -> None:
    assert 0 == after_call_seconds(centre(L01=10), place("old", "gone"))
