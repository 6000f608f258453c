import ctypes
import os
import shutil
from pathlib import Path
from typing import cast

import pytest

from telephony.prompts import espeak_library, programs
from telephony.prompts.engines import EspeakNg, Pico2Wave, Piper, SpeechFailed, available
from telephony.prompts.sound import loudness, read, trim

needs_espeak = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
NASTY = "-w /etc/passwd; $(reboot) `id` <speak>"


def program(folder: Path, name: str, script: str = "") -> Path:
    """A small program that notes its arguments and its input beside itself."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    noting = f'printf "%s\\n" "$@" > {folder}/arguments; cat > {folder}/input\n'
    file.write_text(f"#!/bin/sh\n{noting}{script}\n")
    file.chmod(0o755)
    return file


def arguments(folder: Path) -> list[str]:
    return (folder / "arguments").read_text().splitlines()


@needs_espeak
@pytest.mark.parametrize(("language", "text"), [("de", "Grüße, Straße."), ("de-leicht", "Eins."), ("en", "One.")])
def test_program_and_library_of_espeak_sound_alike(tmp_path: Path, language: str, text: str) -> None:
    library = espeak_library.load()
    assert library
    library.speak(text, language, tmp_path / "library.wav")
    EspeakNg().speak(text, language, tmp_path / "program.wav")
    one, other = (read(tmp_path / f"{name}.wav") for name in ("library", "program"))
    assert len(trim(*one)) == pytest.approx(len(trim(*other)), rel=0.02)
    assert loudness(*one) == pytest.approx(loudness(*other), rel=0.05)
    assert (library.name, library.version()) == ("espeak-ng", EspeakNg().version())


@needs_espeak
def test_leichte_sprache_is_spoken_slower(tmp_path: Path) -> None:
    engine = available()
    for language in ("de", "de-leicht"):
        engine.speak("Wir verbinden Sie mit Ihrem Team.", language, tmp_path / f"{language}.wav")
    normal, slow = (len(trim(*read(tmp_path / f"{name}.wav"))) for name in ("de", "de-leicht"))
    assert slow > 1.1 * normal


@needs_espeak
def test_a_text_is_never_an_option_or_a_command(tmp_path: Path) -> None:
    for number, engine in enumerate((EspeakNg(), available())):
        engine.speak(NASTY, "en", tmp_path / f"{number}.wav")
        assert len(read(tmp_path / f"{number}.wav")[0]) > 22050


@needs_espeak
def test_a_voice_that_espeak_lacks_is_an_error(tmp_path: Path) -> None:
    for engine in (EspeakNg(), available()):
        assert engine.speaks("xqz")
        with pytest.raises(SpeechFailed, match="espeak-ng"):
            engine.speak("Hello", "xqz", tmp_path / "a.wav")


class Refusing:
    """A library that finds every voice and speaks none."""

    def espeak_SetVoiceByName(self, _: bytes) -> int:  # noqa: N802 the library's name
        return 0

    def espeak_SetParameter(self, *_: int) -> int:  # noqa: N802 the same
        return 0

    def espeak_SetSynthCallback(self, _: object) -> None:  # noqa: N802 the same
        return None

    def espeak_Synth(self, *_: object) -> int:  # noqa: N802 the same
        return 2


def test_a_library_that_fails_is_named_with_its_code(tmp_path: Path) -> None:
    library = espeak_library.EspeakLibrary(cast("ctypes.CDLL", Refusing()), 22050, EspeakNg())
    with pytest.raises(SpeechFailed, match="code 2"):
        library.speak("Hallo", "de", tmp_path / "a.wav")


def test_a_machine_without_the_library_uses_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(espeak_library, "_LIBRARY", "libnothing.so.99")
    espeak_library.load.cache_clear()
    try:
        program(tmp_path, "espeak-ng")
        assert available(search_path=str(tmp_path)) == EspeakNg()
    finally:
        espeak_library.load.cache_clear()


def test_without_any_engine_the_cure_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpeechFailed, match="apt-get install espeak-ng"):
        available(search_path=str(tmp_path))
    with pytest.raises(SpeechFailed, match="pip install piper-tts"):
        available({"de": tmp_path / "voice.onnx"}, str(tmp_path))


def test_pico2wave_is_the_second_choice(tmp_path: Path) -> None:
    program(tmp_path, "pico2wave")
    assert available(search_path=str(tmp_path)) == Pico2Wave()


def test_piper_speaks_where_the_operator_brought_a_voice(tmp_path: Path) -> None:
    program(tmp_path, "piper")
    voices = {"de": tmp_path / "voice.onnx"}
    assert available(voices, str(tmp_path)) == Piper(voices)


def test_piper_gets_the_text_by_standard_input_and_speaks_leichte_sprache_slower(tmp_path: Path) -> None:
    piper = Piper({"de": Path("de.onnx")}, str(program(tmp_path / "bin", "piper")))
    piper.speak(NASTY, "de-leicht", tmp_path / "a.wav")
    wanted = ["--model", "de.onnx", "--length_scale", "1.2", "--output_file", str(tmp_path / "a.wav")]
    assert wanted == arguments(tmp_path / "bin")
    assert (tmp_path / "bin" / "input").read_text() == NASTY
    assert (piper.speaks("de-leicht"), piper.speaks("en")) == (True, False)


def test_another_piper_voice_is_another_version(tmp_path: Path) -> None:
    model = tmp_path / "voice.onnx"
    model.write_bytes(b"one")
    before = Piper({"de": model}).version()
    model.write_bytes(b"other")
    assert Piper({"de": model}).version() != before


def test_a_piper_voice_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpeechFailed, match=r"voice\.onnx: No such file or directory: give the path"):
        Piper({"de": tmp_path / "voice.onnx"}).version()


def test_pico2wave_gets_the_text_as_one_argument_that_is_no_option(tmp_path: Path) -> None:
    pico = Pico2Wave(str(program(tmp_path / "bin", "pico2wave")))
    pico.speak(NASTY, "de", tmp_path / "a.wav")
    assert ["-l", "de-DE", "-w", str(tmp_path / "a.wav"), f" {NASTY}"] == arguments(tmp_path / "bin")
    assert (pico.speaks("de-leicht"), pico.speaks("tr")) == (True, False)
    assert pico.version()


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("echo no voice >&2; exit 3", "ended with 3: no voice: try it by hand"),
        ("exit 3", "ended with 3: no message: try it by hand"),
    ],
)
def test_a_program_that_fails_is_named_with_what_it_said(tmp_path: Path, script: str, sentence: str) -> None:
    engine = EspeakNg(str(program(tmp_path, "espeak-ng", script)))
    with pytest.raises(SpeechFailed, match=sentence):
        engine.speak("Hallo", "de", tmp_path / "a.wav")


def test_a_program_that_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpeechFailed, match="is not installed"):
        EspeakNg(str(tmp_path / "espeak-ng")).version()


def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "LONGEST_SECONDS", 0.1)
    engine = EspeakNg(str(program(tmp_path, "espeak-ng", f"exec sleep 60 <{os.devnull}")))
    with pytest.raises(SpeechFailed, match="took over"):
        engine.speak("Hallo", "de", tmp_path / "a.wav")


def test_a_version_without_a_number_still_is_one(tmp_path: Path) -> None:
    assert "unknown" in EspeakNg(str(program(tmp_path, "espeak-ng"))).version()
