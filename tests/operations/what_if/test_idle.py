import pytest

from operations.what_if.idle import idle
from operations.what_if.words import changes_of
from routing.what_if.changes import Of, WhatIf

TEAMS = ("L01", "L02")
ALL_DAYS = range(5)


def told(of: Of, *words: str, teams: tuple[str, ...] = TEAMS, weekdays: range = ALL_DAYS) -> list[str]:
    changes: list[WhatIf] = changes_of(of, words, (*TEAMS, "L03"))
    return list(idle(changes, teams, weekdays))


def test_a_change_of_a_team_that_is_not_computed_is_named_with_the_cure() -> None:
    [note] = told(Of.MEMBERS, "L03=-1")
    assert "--members L03=-1 changes nothing here: it shares nobody with the teams shown: add --team L03" == note


def test_a_change_on_a_weekday_that_is_not_looked_at_is_named_with_the_cure() -> None:
    [note] = told(Of.CALLS, "L01@mon=+20%", weekdays=range(1, 2))
    assert note.startswith("--calls L01@mon=+20% changes nothing here: no mon is looked at: name it with --on")


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (Of.MEMBERS, ("L01=-1", "L01=5")),
        (Of.MEMBERS, ("L01=5", "L01=7")),
        (Of.MEMBERS, ("L01@mon=+1", "L01=7")),
        (Of.TALK, ("L01=+10%", "240")),
    ],
)
def test_a_change_that_a_later_one_sets_anew_is_named(of: Of, words: tuple[str, str]) -> None:
    [note] = told(of, *words)
    assert note.startswith(f"--{of} {words[0]} changes nothing here: a later --{of} {words[1]} sets the figure anew")


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (Of.MEMBERS, ("+1", "L01=5")),
        (Of.MEMBERS, ("L01=5", "L01=-1")),
        (Of.MEMBERS, ("L01=5", "L01@mon=7")),
        (Of.CALLS, ("+20%", "L01=-10%")),
        (Of.PATIENCE, ("300", "L02=-20%")),
    ],
)
def test_changes_of_which_something_is_left_are_not_named(of: Of, words: tuple[str, str]) -> None:
    assert [] == told(of, *words)
