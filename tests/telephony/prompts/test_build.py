from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from telephony.prompts.build import BuildReport, build, lengths, missing
from telephony.prompts.sound import LEVEL, SoundRefused, loudness, read, write
from telephony.prompts.speech import SpeechFailed
from tests.fakes.speech import Humming


class FewTexts:
    """A catalogue of two languages with a foreign part in one."""

    def __init__(self, **changed: str) -> None:
        self.german = {"welcome-1": "{centre}, guten Tag.", "offer-1": "English.", "n-1": "eins", **changed}

    def every_sound(self, language: str, centre: str = "") -> Mapping[str, str]:
        texts = self.german if language == "de" else {"welcome-1": "{centre}, good day."}
        return {name: text.replace("{centre}", centre) for name, text in texts.items()}

    def voice(self, language: str, sound: str) -> str:
        return "en" if sound == "offer-1" else language


def made(
    into: Path,
    texts: FewTexts | None = None,
    engine: Humming | None = None,
    centre: str = "Haus",
    languages: tuple[str, ...] = ("de", "en"),
) -> BuildReport:
    (into / "music").mkdir(parents=True, exist_ok=True)
    (into / "music" / "own.wav").touch()  # composing takes half a second
    return build(texts or FewTexts(), languages, into, centre, engine or Humming())


def counts(report: BuildReport) -> tuple[int, int, int, int]:
    return report.rendered, report.recorded, report.kept, report.removed


def recorded(file: Path, rate: int = 44100, seconds: float = 1) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    write(file, 0.9 * np.sin(np.arange(int(rate * seconds)) / 20), rate)
    return file


def test_every_sound_is_written_for_both_rates(tmp_path: Path) -> None:
    assert counts(made(tmp_path)) == (4, 0, 0, 0)
    for name in ("de/welcome-1", "de/offer-1", "de/n-1", "en/welcome-1"):
        narrow, narrow_rate = read(tmp_path / f"{name}.wav")
        wide, wide_rate = read(tmp_path / f"{name}.wav16")
        assert (narrow_rate, wide_rate) == (8000, 16000)
        assert len(wide) / 16000 == pytest.approx(len(narrow) / 8000, abs=0.001)


def test_every_sound_has_the_same_loudness(tmp_path: Path) -> None:
    made(tmp_path)
    for file in (tmp_path / "de").glob("*.wav*"):
        assert loudness(*read(file)) == pytest.approx(LEVEL, rel=0.1)


def test_a_sentence_is_followed_by_a_longer_pause_than_a_word(tmp_path: Path) -> None:
    made(tmp_path, FewTexts(word="abcde", sentence="abcd."))
    spoken = lengths(tmp_path, "de")
    assert spoken["sentence"] - spoken["word"] == pytest.approx(0.27, abs=0.005)
    assert spoken["word"] == pytest.approx(0.25 + 0.03, abs=0.03)


def test_texts_carry_the_centres_name_and_foreign_parts_their_voice(tmp_path: Path) -> None:
    engine = Humming()
    made(tmp_path, engine=engine)
    wanted = {("de", "Haus, guten Tag."), ("en", "English."), ("de", "eins"), ("en", "Haus, good day.")}
    assert wanted == set(engine.spoken)


def test_a_second_build_renders_nothing(tmp_path: Path) -> None:
    made(tmp_path)
    again = Humming()
    assert counts(made(tmp_path, engine=again)) == (0, 0, 4, 0)
    assert again.spoken == []


def test_only_a_changed_text_is_rendered_again(tmp_path: Path) -> None:
    made(tmp_path)
    assert counts(made(tmp_path, FewTexts(**{"n-1": "zwei"}))) == (1, 0, 3, 0)


def test_another_name_of_the_centre_changes_the_greetings(tmp_path: Path) -> None:
    made(tmp_path)
    assert counts(made(tmp_path, centre="Amt")) == (2, 0, 2, 0)


def test_another_engine_renders_everything_again(tmp_path: Path) -> None:
    made(tmp_path)
    assert counts(made(tmp_path, engine=Humming("2"))) == (4, 0, 0, 0)


@pytest.mark.parametrize("extension", [".wav", ".wav16"])
def test_a_file_that_went_away_or_is_empty_is_made_again(tmp_path: Path, extension: str) -> None:
    made(tmp_path)
    (tmp_path / "de" / f"n-1{extension}").unlink()
    (tmp_path / "en" / f"welcome-1{extension}").write_bytes(b"")
    assert counts(made(tmp_path)) == (2, 0, 2, 0)


def test_a_sound_that_no_text_needs_is_removed(tmp_path: Path) -> None:
    made(tmp_path, FewTexts(old="alt"))
    assert counts(made(tmp_path)) == (0, 0, 4, 1)
    assert list((tmp_path / "de").glob("old*")) == []


@pytest.mark.parametrize("content", ["", "[]", "{", "\0"])
def test_a_damaged_manifest_means_a_new_build(tmp_path: Path, content: str) -> None:
    made(tmp_path)
    (tmp_path / "de" / "manifest.json").write_text(content)
    assert counts(made(tmp_path)) == (3, 0, 1, 0)


def test_an_interrupted_build_is_picked_up(tmp_path: Path) -> None:
    with pytest.raises(SpeechFailed, match="drink some water"):
        made(tmp_path, engine=Humming(fails_at="Haus, good day."))
    assert "en/welcome-1" in missing(FewTexts(), tmp_path, ("de", "en"))
    done = 4 - len(missing(FewTexts(), tmp_path, ("de", "en")))
    again = made(tmp_path)
    assert again.rendered + again.kept == 4
    assert again.kept <= done
    assert missing(FewTexts(), tmp_path, ("de", "en")) == ()


def test_a_sound_whose_change_failed_is_made_again_even_if_its_text_comes_back(tmp_path: Path) -> None:
    made(tmp_path)
    with pytest.raises(SpeechFailed):
        made(tmp_path, FewTexts(**{"n-1": "zwei"}), Humming(fails_at="zwei"))
    assert counts(made(tmp_path)) == (1, 0, 3, 0)


def test_progress_counts_up_to_all_sounds(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    build(FewTexts(), ("de",), tmp_path, "Haus", Humming(), lambda done, total: seen.append((done, total)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_many_sounds_are_built_as_well_as_few(tmp_path: Path) -> None:
    many = FewTexts(**{f"x-{number}": f"nummer {number}" for number in range(60)})
    assert made(tmp_path, many).rendered == 64


def test_a_language_that_the_engine_cannot_speak_is_named_before_work_begins(tmp_path: Path) -> None:
    engine = Humming(languages=("de",))
    with pytest.raises(SpeechFailed, match="humming has no voice for 'en'"):
        made(tmp_path, engine=engine)
    assert engine.spoken == []


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000])
def test_a_studio_recording_wins_over_the_engine(tmp_path: Path, rate: int) -> None:
    recorded(tmp_path / "recordings" / "de" / "n-1.wav", rate)
    engine = Humming()
    assert counts(made(tmp_path, engine=engine)) == (3, 1, 0, 0)
    assert ("de", "eins") not in engine.spoken
    assert lengths(tmp_path, "de")["n-1"] == pytest.approx(1.03, abs=0.02)
    assert loudness(*read(tmp_path / "de" / "n-1.wav")) == pytest.approx(LEVEL, rel=0.05)


def test_recordings_may_lie_elsewhere(tmp_path: Path) -> None:
    recorded(tmp_path / "studio" / "en" / "welcome-1.wav")
    report = build(FewTexts(), ("en",), tmp_path / "sounds", "Haus", Humming(), recordings=tmp_path / "studio")
    assert counts(report) == (0, 1, 0, 0)


def test_a_recording_is_used_once_changed_or_taken_away(tmp_path: Path) -> None:
    file = recorded(tmp_path / "recordings" / "de" / "n-1.wav")
    made(tmp_path)
    assert counts(made(tmp_path)) == (0, 0, 4, 0)
    recorded(file, seconds=0.5)
    assert counts(made(tmp_path)) == (0, 1, 3, 0)
    file.unlink()
    assert counts(made(tmp_path)) == (1, 0, 3, 0)


def test_a_recording_that_fits_no_sound_is_reported(tmp_path: Path) -> None:
    recorded(tmp_path / "recordings" / "de" / "wellcome-1.wav")
    assert made(tmp_path).strangers == ("de/wellcome-1.wav",)


def test_every_recording_that_cannot_be_used_is_named_and_the_rest_is_built(tmp_path: Path) -> None:
    recorded(tmp_path / "recordings" / "de" / "n-1.wav").write_bytes(b"no sound")
    write(tmp_path / "recordings" / "de" / "offer-1.wav", np.zeros(8000), 8000)
    with pytest.raises(SoundRefused) as refused:
        made(tmp_path)
    first, second = str(refused.value).splitlines()
    assert "n-1.wav: not a PCM WAV file: save it" in first
    assert "offer-1.wav: nothing but silence: record it again" in second
    assert missing(FewTexts(), tmp_path, ("de", "en")) == ("de/offer-1", "de/n-1")


def test_an_engine_that_stays_silent_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SoundRefused, match="nothing but silence: try humming by hand"):
        made(tmp_path, FewTexts(**{"n-1": "silence"}))


def test_without_a_build_everything_is_missing(tmp_path: Path) -> None:
    assert missing(FewTexts(), tmp_path, ("en", "de")) == ("en/welcome-1", "de/welcome-1", "de/offer-1", "de/n-1")
    assert lengths(tmp_path, "de") == {}


def test_a_damaged_or_one_sided_file_is_missing(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "de" / "n-1.wav").write_bytes(b"RIFF damaged")
    (tmp_path / "de" / "offer-1.wav16").unlink()
    assert missing(FewTexts(), tmp_path, ("de", "en")) == ("de/offer-1", "de/n-1")


def test_hold_music_comes_with_the_sounds(tmp_path: Path) -> None:
    build(FewTexts(), ("en",), tmp_path, "Haus", Humming())
    assert sorted(file.name for file in (tmp_path / "music").iterdir()) == ["hold.wav", "hold.wav16"]
