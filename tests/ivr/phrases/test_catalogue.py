import re
from dataclasses import FrozenInstanceError
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.phrases.catalogue import SHIPPED, Catalogue, PhraseUnknown
from ivr.phrases.parts import PHRASES, Blank, TextsRefused
from ivr.phrases.texts_file import read
from ivr.phrases.words import TONGUES
from routing.spoken import Slot, Spoken, Upcoming

CATALOGUE = Catalogue.load()
LANGUAGES = ("de", "de-leicht", "en")
OPENS = datetime(2025, 11, 24, 8, 30, tzinfo=ZoneInfo("Europe/Berlin"))
VALUES: dict[type, tuple[Slot, ...]] = {
    int: (-1, 0, 1, 9, 21, 100, 121, 999, 10**6),
    str: ("", "0", "123A456789", "12345BG1234567", "?"),
    time: (time(0), time(12)),
    Upcoming: tuple(Upcoming(OPENS, OPENS - timedelta(days=days)) for days in (0, 1, 6, 7)),
}


def filled(phrase: str) -> list[Spoken]:
    chosen = [VALUES[kind] for kind in PHRASES[phrase].values()]
    return [
        Spoken(phrase, {slot: values[turn % len(values)] for slot, values in zip(PHRASES[phrase], chosen, strict=True)})
        for turn in range(max(map(len, chosen), default=1))
    ]


def test_three_languages_are_shipped() -> None:
    assert CATALOGUE.languages == LANGUAGES


def test_a_catalogue_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        CATALOGUE.texts = {}  # type: ignore[misc]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_phrase_with_the_same_slots(language: str) -> None:
    texts = CATALOGUE.texts[language]
    slots = {name: {part.slot for part in parts if isinstance(part, Blank)} for name, parts in texts.items()}
    assert slots == {phrase: set(wanted) for phrase, wanted in PHRASES.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("phrase", PHRASES)
def test_every_sound_of_every_phrase_is_built(language: str, phrase: str) -> None:
    built = CATALOGUE.every_sound(language)
    for spoken in filled(phrase):
        assert set(CATALOGUE.sounds(language, spoken)) <= built.keys()
        assert CATALOGUE.text(language, spoken)[-1] in ".?!:"


@pytest.mark.parametrize("language", LANGUAGES)
def test_sound_names_are_plain_and_never_clash(language: str) -> None:
    own = {name for phrase in PHRASES for spoken in filled(phrase) for name in CATALOGUE.sounds(language, spoken)}
    vocabulary = TONGUES[language.partition("-")[0]].vocabulary
    texts = {name for name in own if name.rpartition("-")[0] in PHRASES}
    assert not texts & vocabulary.keys()
    assert all(re.fullmatch("[a-z0-9-]+", name) for name in CATALOGUE.every_sound(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_speaks_something(language: str) -> None:
    assert all(re.search(r"\w", text) for text in CATALOGUE.every_sound(language).values())


def test_leichte_sprache_has_at_most_eight_words_in_a_sentence() -> None:
    slots: dict[str, Slot] = {"key": 1, "letter": "B", "digits": "", "opens": Upcoming(OPENS, OPENS)}
    slots |= {"place": 2, "low": 5, "high": 8, "minutes": 5, "at": Upcoming(OPENS, OPENS)}
    said = " ".join(
        CATALOGUE.text("de-leicht", Spoken(phrase, slots))
        for phrase in PHRASES.keys() - {"closed-until", "callback-from"}
    )
    assert [sentence for sentence in re.split("[.?!:]", said) if len(sentence.split()) > 8] == []


def test_the_centre_greets_with_its_name() -> None:
    greeting = "Jobcenter Musterstadt, guten Tag. Schön, dass Sie anrufen."
    assert greeting == CATALOGUE.text("de", Spoken("welcome"), "Jobcenter Musterstadt")
    assert CATALOGUE.every_sound("de", "Haus der Arbeit")["welcome-1"] == "Haus der Arbeit, guten Tag."


def test_a_centre_without_a_name_still_greets() -> None:
    assert CATALOGUE.every_sound("en")["welcome-1"] == "Jobcenter, good day."


def test_a_closed_centre_says_when_it_opens() -> None:
    spoken = Spoken("closed-until", {"opens": Upcoming(OPENS, OPENS - timedelta(days=9))})
    said = "Wir haben im Moment geschlossen. Wir sind wieder für Sie da ab Montag, den vierundzwanzigsten November, "
    assert said + "acht Uhr dreißig." == CATALOGUE.text("de", spoken)
    sounds = ("closed-until-1", "closed-until-2", "weekday-0", "day-24", "month-11", "hour-8", "n-30")
    assert sounds == CATALOGUE.sounds("de", spoken)


def test_texts_and_values_are_spoken_in_turn() -> None:
    spoken = Spoken("letter-choice", {"key": 2, "letter": "B"})
    assert CATALOGUE.sounds("en", spoken) == ("letter-choice-1", "letter-b", "letter-choice-2", "n-2")
    assert CATALOGUE.text("en", spoken) == "For the letter B press two."


def test_each_language_is_offered_by_its_own_voice() -> None:
    assert CATALOGUE.voice("de", "language-choice-2") == "en"
    assert CATALOGUE.voice("de", "welcome-1") == "de"
    assert CATALOGUE.voice("de-leicht", "n-1") == "de-leicht"


@pytest.mark.parametrize(
    ("language", "spoken"),
    [("fr", Spoken("welcome")), ("de", Spoken("wellcome")), ("de", Spoken("place")), ("de", Spoken("place", {"x": 1}))],
)
def test_what_nobody_can_say_is_an_error(language: str, spoken: Spoken) -> None:
    with pytest.raises(PhraseUnknown):
        CATALOGUE.sounds(language, spoken)
    with pytest.raises(PhraseUnknown):
        CATALOGUE.text(language, spoken)


def test_a_language_without_texts_has_no_sounds() -> None:
    with pytest.raises(PhraseUnknown):
        CATALOGUE.every_sound("fr")


def test_an_own_text_replaces_one_phrase(tmp_path: Path) -> None:
    (tmp_path / "de.yaml").write_text('goodbye: ["Tschüss."]\n', "utf-8")
    own = Catalogue.load(tmp_path)
    assert own.text("de", Spoken("goodbye")) == "Tschüss."
    assert own.text("de", Spoken("closed")) == CATALOGUE.text("de", Spoken("closed"))


def test_an_own_language_needs_every_phrase(tmp_path: Path) -> None:
    (tmp_path / "de-platt.yaml").write_text('welcome: ["Moin."]\n', "utf-8")
    with pytest.raises(TextsRefused, match=r"de-platt.yaml:1:1: goodbye is missing: add it") as refused:
        Catalogue.load(tmp_path)
    assert len(PHRASES) - 1 == len(str(refused.value).splitlines())


def test_an_own_language_is_spoken(tmp_path: Path) -> None:
    (tmp_path / "de-platt.yaml").write_bytes((SHIPPED / "de.yaml").read_bytes())
    assert "de-platt" in Catalogue.load(tmp_path).languages


def test_a_language_without_numbers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tr.yaml").write_bytes((SHIPPED / "de.yaml").read_bytes())
    with pytest.raises(TextsRefused, match=r"^tr.yaml:1:1: no numbers and dates in tr: add them"):
        Catalogue.load(tmp_path)


def test_a_part_in_an_unknown_language_is_refused(tmp_path: Path) -> None:
    (tmp_path / "de.yaml").write_text('welcome:\n  - fr: "Bonjour."\n', "utf-8")
    with pytest.raises(TextsRefused, match=r"unknown language 'fr': use one of de, de-leicht, en"):
        Catalogue.load(tmp_path)


MISTAKES = [
    ('wellcome: ["Hi"]', "1:1: unknown phrase 'wellcome': "),
    ('welcome: ["Hi"]\nwelcome: ["Ho"]', "2:1: welcome stands here twice: "),
    ("welcome: Hi", "1:10: welcome has no list of parts: "),
    ("welcome: []", "1:10: welcome has no list of parts: "),
    ('welcome: ["{name}"]', "1:11: welcome has no slot 'name': its slots are: none"),
    ('place: ["You are {place}"]', "1:9: braces inside a text: "),
    ('place: ["You"]', '1:8: place does not say {place}: add the part "{place}"'),
    ('place: ["{place}", "{digits}"]', "1:20: place has no slot 'digits': its slots are: place"),
    ('welcome: [""]', "1:11: an empty part: "),
    ('welcome: [{en: ["Hi"]}]', "1:16: an empty part: "),
    ("welcome: [[Hi]]", '1:11: a part is a text, "{slot}", or one `language: "text"`: '),
    ("welcome: [{en: Hi, de: Hallo}]", '1:11: a part is a text, "{slot}", or one `language: "text"`: '),
    ('welcome: ["a\\x01b"]', "1:11: characters that nobody can speak: "),
    (f'welcome: ["{"ab " * 40}"]', "1:11: 119 characters in one part: split it"),
    ("- welcome", "1:1: no phrases: "),
    ("welcome: [", "1:11: "),
    ("welcome: \0", "1:1: no YAML: "),
]


@pytest.mark.parametrize(("text", "sentence"), MISTAKES)
def test_a_mistake_is_named_with_its_place_and_cure(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "de.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(TextsRefused) as refused:
        read(file)
    assert f"{file}:{sentence}" in str(refused.value)


def test_every_mistake_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "de.yaml").write_text('a: ["x"]\nb: ["x"]\n', "utf-8")
    (tmp_path / "en.yaml").write_bytes(b"\xff")
    with pytest.raises(TextsRefused) as refused:
        Catalogue.load(tmp_path)
    places = [line.split(": ")[0].rpartition("/")[2] for line in str(refused.value).splitlines()]
    assert places == ["de.yaml:1:1", "de.yaml:2:1", "en.yaml:1:1"]


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "de.yaml").write_text("# later\n", "utf-8")
    assert Catalogue.load(tmp_path).texts == CATALOGUE.texts
