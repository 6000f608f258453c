from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.announcements import (
    LONGEST_NAME,
    LONGEST_SENTENCE,
    Sentence,
    counts,
    every_sentence,
    sentences,
    spoken,
    whispered_teams,
)
from routing.centre import Centre, Member
from routing.contact_rules import Announcement
from routing.teams.file import TeamsFileError, parse
from tests.fakes.router import MONDAY_AT_NINE, small_centre

SHIPPED = Path("teams.yaml").read_text(encoding="utf-8")
ONE = '{id: a, texts: {de: "Ja."}, until: "2026-12-01 10:00"}'
MEETING = Announcement(
    "meeting", {"de": "Heute nur bis zehn Uhr. Danke!", "en": "Open until ten."}, until=MONDAY_AT_NINE
)


def centre(*announcements: Announcement) -> Centre:
    return replace(small_centre(), announcements=announcements)


def words(team: str | None, language: str, *announcements: Announcement) -> list[str]:
    known = every_sentence(centre(*announcements), MONDAY_AT_NINE - timedelta(hours=1))
    heard = spoken(centre(*announcements), team, language, MONDAY_AT_NINE - timedelta(hours=1))
    return [known[str(each.slots["sound"])].words for each in heard]


@pytest.mark.parametrize(
    ("begins", "until", "is_said"),
    [
        (None, None, True),
        (None, MONDAY_AT_NINE, False),
        (None, MONDAY_AT_NINE + timedelta(microseconds=1), True),
        (MONDAY_AT_NINE, None, True),
        (MONDAY_AT_NINE + timedelta(microseconds=1), None, False),
    ],
)
def test_an_announcement_counts_from_its_beginning_to_its_end(
    begins: datetime | None, until: datetime | None, is_said: bool
) -> None:
    assert is_said == counts(Announcement("a", {"de": "x"}, begins=begins, until=until), MONDAY_AT_NINE)


def test_an_announcement_is_said_sentence_by_sentence() -> None:
    assert ["Heute nur bis zehn Uhr.", "Danke!"] == words(None, "de", MEETING)


@pytest.mark.parametrize(
    ("language", "first"), [("en", "Open until ten."), ("de-leicht", "Heute nur bis zehn Uhr."), ("tr", "Heute nur")]
)
def test_an_announcement_is_said_in_the_callers_language_or_the_nearest_there_is(language: str, first: str) -> None:
    assert words(None, language, MEETING)[0].startswith(first)


def test_an_announcement_in_a_foreign_language_alone_is_said_in_that() -> None:
    assert ["Kapalı."] == words(None, "de", replace(MEETING, texts={"tr": "Kapalı."}))


def test_a_teams_announcement_is_for_its_callers_only() -> None:
    own = replace(MEETING, teams=("L01",))
    assert ([], [], ["Heute nur bis zehn Uhr.", "Danke!"]) == tuple(
        words(team, "de", own) for team in (None, "L02", "L01")
    )


def test_what_is_over_is_not_spoken_any_more_and_what_comes_is_spoken_before() -> None:
    coming = replace(MEETING, texts={"de": "Morgen."}, begins=MONDAY_AT_NINE, until=MONDAY_AT_NINE + timedelta(days=1))
    known = every_sentence(centre(MEETING, coming), MONDAY_AT_NINE)
    assert ["Morgen."] == [each.words for each in known.values()]


@given(st.text(alphabet="abcäß .!?", min_size=3, max_size=600))
def test_no_word_is_lost_and_no_sentence_is_long(text: str) -> None:
    parts = [each.words for each in sentences(Announcement("a", {"de": text}), "de", "de")]
    assert "".join(text.split()) == "".join("".join(parts).split())
    assert all(len(part) <= LONGEST_SENTENCE for part in parts)


@pytest.mark.parametrize(
    ("yaml", "what"),
    [
        ('[{id: a, texts: {de: "Ja."}, until: "2026-13-01 10:00"}]', '"2026-13-01 10:00" is no date and time'),
        ('[{id: a, texts: {de: "Ja."}, until: "2026-12-01"}]', '"2026-12-01" is no date and time'),
        ('[{id: a, texts: {de: "$x"}, until: "2026-12-01 10:00"}]', '"$x" cannot be spoken'),
        ('[{id: a, texts: {fr: "Oui."}, until: "2026-12-01 10:00"}]', 'nobody can choose the language "fr"'),
        ('[{id: a, texts: {de: "Ja."}, teams: [L99], until: "2026-12-01 10:00"}]', 'there is no team "L99"'),
        (
            '[{id: a, texts: {de: "Ja."}, begins: "2026-12-01 10:00", until: "2026-12-01 10:00"}]',
            '"2026-12-01 10:00" is not after "2026-12-01 10:00"',
        ),
        (f"[{ONE}, {ONE.replace('id: a', 'id: A')}]", 'the announcement "A" is used twice'),
        ("[3]", '"announcements" must be a block of keys and values'),
    ],
)
def test_a_mistake_in_an_announcement_is_told_in_words(yaml: str, what: str) -> None:
    with pytest.raises(TeamsFileError) as raised:
        parse(f"{SHIPPED}\nannouncements: {yaml}\n")
    assert raised.value.mistakes[0].what.startswith(what)


def test_an_announcement_of_teams_yaml_ends_by_the_clock_of_the_centre() -> None:
    read = parse(f'{SHIPPED}\nannouncements: [{{id: a, texts: {{de: "Zu."}}, until: "2026-07-01 10:00"}}]\n')
    assert "2026-07-01T10:00:00+02:00" == read.announcements[0].until.isoformat()  # type: ignore[union-attr]


def test_announcers_must_be_members() -> None:
    with pytest.raises(TeamsFileError) as raised:
        parse(f"{SHIPPED}\ndesk: {{announcers: [m9999]}}\n")
    assert 'there is no member "m9999"' == raised.value.mistakes[0].what


def test_names_of_teams_are_spoken_where_a_member_serves_several_and_hears_for_whom_a_citizen_is_called() -> None:
    known = centre()
    first, second, third = list(known.teams.values())[:3]
    members = {
        "both": Member("both", "Platz", (first.id, second.id), "3001"),
        "one": Member("one", "", (third.id,), "3"),
    }
    teams = {**known.teams, second.id: replace(second, name="x" * (LONGEST_NAME + 1))}
    served = replace(known, members=members, teams=teams)
    assert {first.id: Sentence(f"{first.name}.", "de")} == whispered_teams(served)
    assert f"{first.name}." in [each.words for each in every_sentence(served, MONDAY_AT_NINE).values()]
