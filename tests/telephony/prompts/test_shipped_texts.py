"""The shipped texts, really spoken once for all tests here."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from ivr.phrases.catalogue import Catalogue
from telephony.prompts.build import build, lengths, missing
from telephony.prompts.engines import available
from telephony.prompts.sound import LEVEL, loudness, read

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
