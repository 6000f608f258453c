"""The shipped texts, really spoken once for all tests here."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from ivr.phrases.catalogue import Catalogue
from telephony.prompts.build import build, lengths, missing
from telephony.prompts.engines import available
from telephony.prompts.measure import FASTEST_PLAIN, measure
from telephony.prompts.sound import LEVEL, loudness, read, write

pytestmark = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
CATALOGUE = Catalogue.load()
CENTRE = "Jobcenter Musterstadt"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prompts")
    build(CATALOGUE, CATALOGUE.languages, folder, CENTRE, available())
    return folder


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_no_sound_lasts_longer_than_a_step_of_a_call_may(built: Path, language: str) -> None:
    too_long = {name: seconds for name, seconds in lengths(built, language).items() if seconds > 6}
    assert too_long == {}


def test_every_sound_of_every_language_can_be_played(built: Path) -> None:
    assert missing(CATALOGUE, built, CATALOGUE.languages) == ()


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_every_sound_is_as_loud_as_the_others_and_starts_at_once(built: Path, language: str) -> None:
    for file in (built / language).glob("*.wav16"):
        samples, rate = read(file)
        assert loudness(samples, rate) == pytest.approx(LEVEL, rel=0.35), file.name
        assert np.abs(samples[: rate // 20]).max() > 0.001, file.name


def test_a_second_build_of_everything_renders_nothing(built: Path) -> None:
    report = build(CATALOGUE, CATALOGUE.languages, built, CENTRE, available())
    assert (report.rendered, report.recorded, report.removed, report.strangers) == (0, 0, 0, ())


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_callers_are_spoken_to_as_loudly_and_as_slowly_as_can_be_followed(built: Path, language: str) -> None:
    measured = measure(CATALOGUE, built, language, CENTRE)
    assert measured is not None
    assert () == measured.faults


def test_plain_german_is_spoken_more_slowly_than_german(built: Path) -> None:
    plain, german = (measure(CATALOGUE, built, language, CENTRE) for language in ("de-leicht", "de"))
    assert plain is not None
    assert german is not None
    assert (plain.speed or 0) < FASTEST_PLAIN < (german.speed or 0)


def test_a_recording_that_is_too_loud_or_too_fast_is_told_with_its_cure(built: Path, tmp_path: Path) -> None:
    shutil.copytree(built / "de-leicht", tmp_path / "de-leicht")
    for file in (tmp_path / "de-leicht").glob("*.wav16"):
        samples, rate = read(file)
        is_loud = file.name.startswith("welcome-")
        write(file, np.clip(samples[::2] * (8 if is_loud else 1), -1, 1), rate)  # twice as fast
    measured = measure(CATALOGUE, tmp_path, "de-leicht", CENTRE)
    assert measured is not None
    assert ["build them again", "build it again", "speak more slowly"] == [
        next(cure for cure in ("build them again", "build it again", "speak more slowly") if cure in fault)
        for fault in measured.faults
    ]


def test_a_folder_without_sounds_has_no_figures(tmp_path: Path) -> None:
    assert measure(CATALOGUE, tmp_path, "de", CENTRE) is None
