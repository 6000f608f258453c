import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.phrases.catalogue import Catalogue
from ivr.wait import Told, sentence, tell, tellable, told_before
from routing.centre import WaitRules
from routing.spoken_wait import OPEN, ROUND_MINUTES, WaitRange
from routing.wait_estimate import Expected
from tests.fakes.line import FakeLine
from tests.fakes.waits import ScriptedWaits, minutes

CATALOGUE = Catalogue.load()
RULES = WaitRules()
FIVE_TO_EIGHT = Expected(4, minutes(5.5, 7), 0)
SAID = {
    WaitRange(0, 1): (
        "Sie warten voraussichtlich weniger als eine Minute.",
        "Sie warten wahrscheinlich weniger als eine Minute.",
        "You will probably wait less than a minute.",
    ),
    WaitRange(0, 3): (
        "Sie warten voraussichtlich höchstens drei Minuten.",
        "Sie warten wahrscheinlich bis zu drei Minuten.",
        "You will probably wait at most three minutes.",
    ),
    WaitRange(1, 2): (
        "Sie warten voraussichtlich eine bis zwei Minuten.",
        "Sie warten ungefähr eine bis zwei Minuten.",
        "You will probably wait one to two minutes.",
    ),
    WaitRange(5, 8): (
        "Sie warten voraussichtlich fünf bis acht Minuten.",
        "Sie warten ungefähr fünf bis acht Minuten.",
        "You will probably wait five to eight minutes.",
    ),
    WaitRange(10, 10): (
        "Sie warten voraussichtlich etwa zehn Minuten.",
        "Sie warten ungefähr zehn Minuten.",
        "You will probably wait about ten minutes.",
    ),
    WaitRange(45, 120): (
        "Sie warten voraussichtlich fünfundvierzig bis einhundertzwanzig Minuten.",
        "Sie warten ungefähr fünfundvierzig bis einhundertzwanzig Minuten.",
        "You will probably wait forty-five to one hundred and twenty minutes.",
    ),
    WaitRange(60, OPEN): (
        "Sie warten voraussichtlich länger als eine Stunde.",
        "Sie warten wahrscheinlich länger als eine Stunde.",
        "You will probably wait more than an hour.",
    ),
}


@pytest.mark.parametrize(("wait", "texts"), SAID.items())
def test_a_range_is_a_sentence_in_every_language(wait: WaitRange, texts: tuple[str, ...]) -> None:
    languages = ("de", "de-leicht", "en")
    assert texts == tuple(CATALOGUE.text(language, sentence(wait)) for language in languages)


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_every_range_can_be_said(language: str) -> None:
    ranges = (WaitRange(low, high) for low in (0, *ROUND_MINUTES) for high in (*ROUND_MINUTES, OPEN))
    assert all(CATALOGUE.sounds(language, sentence(wait)) for wait in ranges)


def test_place_and_wait_are_told_together() -> None:
    told = tellable(FIVE_TO_EIGHT, Told(), RULES)
    assert [sentence.phrase for sentence in told.sentences] == ["place", "wait-range"]


def test_a_centre_that_says_no_waits_tells_the_place() -> None:
    assert tellable(FIVE_TO_EIGHT, Told(), WaitRules(spoken=False)) == Told(4)


def test_a_wait_that_is_not_known_is_not_told() -> None:
    assert tellable(Expected(4, None, 0), Told(), RULES) == Told(4)


def test_a_wait_that_is_too_vague_is_not_told() -> None:
    assert tellable(Expected(4, minutes(0.5, 20), 0), Told(), RULES) == Told(4)


def test_the_first_in_line_hears_the_wait_alone() -> None:
    assert tellable(Expected(1, minutes(5.5, 7), 0), Told(), RULES) == Told(None, WaitRange(5, 8))


def test_a_place_that_got_worse_is_not_told() -> None:
    assert tellable(FIVE_TO_EIGHT, Told(3), RULES) == Told(None, WaitRange(5, 8))


def test_a_wait_that_got_worse_is_not_told() -> None:
    assert tellable(FIVE_TO_EIGHT, Told(4, WaitRange(4, 6)), RULES) == Told(4)


EXPECTED = st.builds(
    Expected,
    st.integers(1, 40),
    st.none() | st.builds(minutes, st.floats(0, 50), st.floats(50, 100)) | st.builds(minutes, st.floats(0, 9)),
    st.integers(0, 3),
)


@given(st.lists(EXPECTED, max_size=20), st.booleans())
async def test_no_number_that_a_caller_hears_ever_grows(whole: list[Expected], spoken: bool) -> None:
    heard = Told()
    for expected in whole:
        news = tellable(expected, heard, WaitRules(spoken=spoken))
        assert not news.place or not heard.place or news.place <= heard.place
        if news.wait and heard.wait:
            assert news.wait.low_minutes <= heard.wait.low_minutes
            assert news.wait.high_minutes <= heard.wait.high_minutes
        heard = await told_before(FakeLine(variables=heard.then(news).variables(was_heard=True)))


async def test_a_wait_that_was_heard_is_noted() -> None:
    waits = ScriptedWaits()
    assert await tell(FakeLine(), waits, "L01", FIVE_TO_EIGHT, Told(4, WaitRange(5, 8)), None)
    assert waits.has_told == [("L01", WaitRange(5, 8), None)]


async def test_a_wait_that_was_cut_short_by_a_key_is_not_noted() -> None:
    waits = ScriptedWaits()
    assert not await tell(FakeLine(patient=False), waits, "L01", FIVE_TO_EIGHT, Told(4, WaitRange(5, 8)), None)
    assert waits.has_told == []


async def test_a_place_alone_is_not_noted() -> None:
    waits = ScriptedWaits()
    await tell(FakeLine(), waits, "L01", FIVE_TO_EIGHT, Told(4), None)
    assert waits.has_told == []


async def test_nothing_is_said_where_nothing_is_to_be_told() -> None:
    line = FakeLine()
    await tell(line, ScriptedWaits(), "L01", FIVE_TO_EIGHT, Told(), None)
    assert line.transcript == []


@pytest.mark.parametrize("told", [Told(), Told(4), Told(None, WaitRange(5, 8)), Told(12, WaitRange(60, OPEN))])
async def test_the_channel_keeps_what_was_told(told: Told) -> None:
    assert told == await told_before(FakeLine(variables=told.variables(was_heard=True)))


@pytest.mark.parametrize("place", ["0", "-4", "4a", "٤", "²", "12345", "4\n"])
async def test_a_garbled_place_was_never_told(place: str) -> None:
    assert Told() == await told_before(FakeLine(variables={"TEAMLINE_TOLD_PLACE": place, "TEAMLINE_TOLD": place}))
