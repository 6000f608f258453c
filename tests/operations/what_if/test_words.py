import pytest

from operations.what_if.words import WordsRefused, changes_of, seconds_of, share_of, weekdays_of
from routing.what_if.changes import By, Of, WhatIf

TEAMS = ("general", "L03", "V01", "fri")


@pytest.mark.parametrize(
    ("of", "word", "change"),
    [
        (Of.CALLS, "+20%", WhatIf(Of.CALLS, By.TIMES, 1.2)),
        (Of.CALLS, "-100%", WhatIf(Of.CALLS, By.TIMES, 0.0)),
        (Of.CALLS, "L03=-12.5 %", WhatIf(Of.CALLS, By.TIMES, 0.875, "L03")),
        (Of.CALLS, "Mon=+20%", WhatIf(Of.CALLS, By.TIMES, 1.2, None, 0)),
        (Of.CALLS, "L03@tue=+20%", WhatIf(Of.CALLS, By.TIMES, 1.2, "L03", 1)),
        (Of.CALLS, "fri=+20%", WhatIf(Of.CALLS, By.TIMES, 1.2, "fri")),
        (Of.MEMBERS, "L03=-1", WhatIf(Of.MEMBERS, By.MORE, -1.0, "L03")),
        (Of.MEMBERS, "L03=+2", WhatIf(Of.MEMBERS, By.MORE, 2.0, "L03")),
        (Of.MEMBERS, "L03=5", WhatIf(Of.MEMBERS, By.EXACTLY, 5.0, "L03")),
        (Of.MEMBERS, "+1", WhatIf(Of.MEMBERS, By.MORE, 1.0)),
        (Of.TALK, "+10%", WhatIf(Of.TALK, By.TIMES, 1.1)),
        (Of.TALK, "L03=240", WhatIf(Of.TALK, By.EXACTLY, 240.0, "L03")),
        (Of.PATIENCE, "300s", WhatIf(Of.PATIENCE, By.EXACTLY, 300.0)),
    ],
)
def test_words_are_changes(of: Of, word: str, change: WhatIf) -> None:
    (found,) = changes_of(of, [word], TEAMS)
    assert (change.of, change.by, change.team, change.weekday) == (found.of, found.by, found.team, found.weekday)
    assert change.amount == pytest.approx(found.amount)


@pytest.mark.parametrize(
    ("of", "word", "cure"),
    [
        (Of.CALLS, "20%", "write +20%"),
        (Of.CALLS, "+20", "write +20%"),
        (Of.CALLS, "L99=+20%", "no such team: one of general, L03"),
        (Of.CALLS, "L99@mon=+20%", "no such team"),
        (Of.CALLS, "L03@noon=+20%", "no such weekday: one of mon, tue"),
        (Of.CALLS, "-101%", "from -99% to +1000%"),
        (Of.CALLS, "+1001%", "from -99% to +1000%"),
        (Of.TALK, "-100%", "from -99% to +1000%"),
        (Of.TALK, "0", "write seconds like 30, 1 to 36000"),
        (Of.TALK, "L03@mon=+10%", "--talk is for all days"),
        (Of.PATIENCE, "-5", "write -20%"),
        (Of.MEMBERS, "5", "which team's?"),
        (Of.MEMBERS, "L03=+0.5", "write L03=-1"),
        (Of.MEMBERS, "L03=-10%", "write L03=-1"),
        (Of.MEMBERS, "L03=501", "at most 500"),
        (Of.MEMBERS, "L03=", "write L03=-1"),
        (Of.CALLS, "", "write +20%"),
    ],
)
def test_other_words_are_refused_with_a_cure(of: Of, word: str, cure: str) -> None:
    with pytest.raises(WordsRefused) as refused:
        changes_of(of, [word], TEAMS)
    assert str(refused.value).startswith(f"--{of} ")
    assert cure in str(refused.value)


def test_weekdays_come_one_by_one_or_with_commas() -> None:
    assert {0, 1, 4} == weekdays_of(["mon, Tue", "fri"])
    with pytest.raises(WordsRefused, match="--on: no such weekday"):
        weekdays_of(["monday"])


@pytest.mark.parametrize("word", ["75%", "75", " 75 %"])
def test_a_share_is_percent(word: str) -> None:
    assert 0.75 == share_of(word)


@pytest.mark.parametrize("word", ["0", "100%", "-5%", "much", "0.75.1"])
def test_an_impossible_share_is_refused(word: str) -> None:
    with pytest.raises(WordsRefused, match="above 0, below 100"):
        share_of(word)


def test_seconds_have_bounds() -> None:
    assert [30.0, 30.0] == [seconds_of("--within", word) for word in ("30", "30s")]
    for word in ("0", "-30", "36001", "soon"):
        with pytest.raises(WordsRefused, match="--within"):
            seconds_of("--within", word)
