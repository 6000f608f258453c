from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.phrases import english, german
from ivr.phrases.words import TONGUES, counts, sounds, tongue, words
from routing.spoken import Slot, Upcoming

BERLIN = ZoneInfo("Europe/Berlin")
GERMAN_NUMBERS = [
    (0, "null"),
    (1, "eins"),
    (7, "sieben"),
    (11, "elf"),
    (12, "zwölf"),
    (16, "sechzehn"),
    (17, "siebzehn"),
    (20, "zwanzig"),
    (21, "einundzwanzig"),
    (30, "dreißig"),
    (66, "sechsundsechzig"),
    (77, "siebenundsiebzig"),
    (100, "einhundert"),
    (101, "einhunderteins"),
    (121, "einhunderteinundzwanzig"),
    (999, "neunhundertneunundneunzig"),
    (1000, "mehr als neunhundertneunundneunzig"),
    (10**30, "mehr als neunhundertneunundneunzig"),
    (-3, "null"),
]
ENGLISH_NUMBERS = [
    (0, "zero"),
    (12, "twelve"),
    (13, "thirteen"),
    (20, "twenty"),
    (21, "twenty-one"),
    (40, "forty"),
    (100, "one hundred"),
    (101, "one hundred and one"),
    (999, "nine hundred and ninety-nine"),
    (1000, "more than nine hundred and ninety-nine"),
]
GERMAN_ORDINALS = [
    (1, "ersten"),
    (3, "dritten"),
    (7, "siebten"),
    (8, "achten"),
    (12, "zwölften"),
    (16, "sechzehnten"),
    (19, "neunzehnten"),
    (20, "zwanzigsten"),
    (21, "einundzwanzigsten"),
    (24, "vierundzwanzigsten"),
    (30, "dreißigsten"),
    (31, "einunddreißigsten"),
]
ENGLISH_ORDINALS = [
    (1, "first"),
    (2, "second"),
    (3, "third"),
    (4, "fourth"),
    (5, "fifth"),
    (8, "eighth"),
    (9, "ninth"),
    (11, "eleventh"),
    (12, "twelfth"),
    (13, "thirteenth"),
    (20, "twentieth"),
    (21, "twenty-first"),
    (22, "twenty-second"),
    (24, "twenty-fourth"),
    (30, "thirtieth"),
    (31, "thirty-first"),
]
TIMES = [
    (time(0), "um null Uhr", "at twelve midnight"),
    (time(0, 5), "um null Uhr fünf", "at twelve oh five a.m."),
    (time(1), "um ein Uhr", "at one a.m."),
    (time(8, 30), "um acht Uhr dreißig", "at eight thirty a.m."),
    (time(12), "um zwölf Uhr", "at twelve noon"),
    (time(12, 1), "um zwölf Uhr eins", "at twelve oh one p.m."),
    (time(13, 15), "um dreizehn Uhr fünfzehn", "at one fifteen p.m."),
    (time(21), "um einundzwanzig Uhr", "at nine p.m."),
]


@pytest.mark.parametrize(("number", "spoken"), GERMAN_NUMBERS)
def test_a_number_is_german(number: int, spoken: str) -> None:
    assert spoken == words(tongue("de"), number)


@pytest.mark.parametrize(("number", "spoken"), ENGLISH_NUMBERS)
def test_a_number_is_english(number: int, spoken: str) -> None:
    assert spoken == words(tongue("en"), number)


@pytest.mark.parametrize(("day", "spoken"), GERMAN_ORDINALS)
def test_a_day_is_a_german_ordinal_after_am(day: int, spoken: str) -> None:
    assert spoken == german.ordinal(day)


@pytest.mark.parametrize(("day", "spoken"), ENGLISH_ORDINALS)
def test_a_day_is_an_english_ordinal(day: int, spoken: str) -> None:
    assert spoken == english.ordinal(day)


@pytest.mark.parametrize(("at", "in_german", "in_english"), TIMES)
def test_a_time_of_day_is_spoken(at: time, in_german: str, in_english: str) -> None:
    assert (in_german, in_english) == (words(tongue("de"), at), words(tongue("en"), at))


def test_a_moment_has_weekday_day_month_and_time() -> None:
    opens = datetime(2025, 11, 24, 8, 30)  # noqa: DTZ001 spoken as it is, whatever the zone
    assert words(tongue("de"), opens) == "Montag, den vierundzwanzigsten November, acht Uhr dreißig"
    assert words(tongue("en"), opens) == "on Monday, the twenty-fourth of November, at eight thirty a.m."


@pytest.mark.parametrize(
    ("now", "in_german", "in_english"),
    [
        ("2026-12-28T23:59", "Montag, den vierten Januar, acht Uhr", "on Monday, the fourth of January, at eight a.m."),
        ("2026-12-29T00:00", "Montag, acht Uhr", "on Monday, at eight a.m."),
        ("2027-01-02T12:00", "Montag, acht Uhr", "on Monday, at eight a.m."),
        ("2027-01-03T12:00", "morgen, acht Uhr", "tomorrow at eight a.m."),
        ("2027-01-04T00:00", "heute, acht Uhr", "today at eight a.m."),
        ("2027-01-05T00:00", "Montag, den vierten Januar, acht Uhr", "on Monday, the fourth of January, at eight a.m."),
    ],
)
def test_a_moment_to_come_is_told_as_one_says_it_now(now: str, in_german: str, in_english: str) -> None:
    opens = datetime(2027, 1, 4, 8, tzinfo=BERLIN)
    upcoming = Upcoming(opens, datetime.fromisoformat(now).replace(tzinfo=BERLIN))
    assert (in_german, in_english) == (words(tongue("de"), upcoming), words(tongue("en"), upcoming))


def test_tomorrow_is_by_the_calendar_of_the_centre() -> None:
    upcoming = Upcoming(datetime(2027, 1, 4, 8, tzinfo=BERLIN), datetime(2027, 1, 3, 23, 30, tzinfo=UTC))
    assert words(tongue("de"), upcoming) == "heute, acht Uhr"


def test_digits_are_spelled_in_pairs_and_letters_alone() -> None:
    assert sounds(tongue("de"), "123A45") == ("digits-12", "digit-3", "letter-a", "digits-45")
    assert words(tongue("de"), "1230") == "eins zwei, drei null"


def test_what_cannot_be_spelled_is_skipped() -> None:
    assert sounds(tongue("de"), " *#-/ä\0٣\u2028B") == ("letter-b",)
    assert words(tongue("de"), "") == ""


def test_leichte_sprache_counts_like_german() -> None:
    assert tongue("de-leicht") is tongue("de")
    assert not counts("tlh")


@pytest.mark.parametrize("language", TONGUES)
@given(value=st.one_of(st.integers(), st.text(), st.times(), st.datetimes()))
def test_any_value_is_spoken_by_sounds_of_the_vocabulary(language: str, value: Slot) -> None:
    assert set(sounds(tongue(language), value)) <= tongue(language).vocabulary.keys()


@pytest.mark.parametrize("language", TONGUES)
def test_every_number_and_every_minute_of_a_year_has_its_own_words(language: str) -> None:
    speaker = tongue(language)
    first = datetime(2028, 1, 1)  # noqa: DTZ001 the same
    assert len({words(speaker, number) for number in range(1000)}) == 1000
    assert len({words(speaker, (first + timedelta(minutes=minute)).time()) for minute in range(1440)}) == 1440
    days = (date(2028, 1, 1) + timedelta(days=day) for day in range(366))
    assert len({words(speaker, datetime.combine(day, time(8)))[4:] for day in days}) == 366
