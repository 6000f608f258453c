"""Spoken texts to sound files: `<into>/<language>/<name>.wav` (8 kHz) and `.wav16` (16 kHz), 16 bit mono PCM.

Only what changed is rendered again; files appear whole or not at all; an interrupted build is picked up.
"""

import os
import tempfile
import wave
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from telephony.prompts import music, plan, sound
from telephony.prompts.speech import SpeechEngine, SpeechFailed

Progress = Callable[[int, int], None]
"""Called with sounds done and sounds in all."""

PAUSES: Mapping[str, float] = {".": 0.3, "!": 0.3, "?": 0.3, ":": 0.2, ",": 0.12}
"""Seconds of silence after a sound, by the last character of its text; 0.03 after any other."""

_SAVED_EVERY = 50


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did, in sounds."""

    rendered: int
    recorded: int
    kept: int
    removed: int
    strangers: tuple[str, ...]
    """Recordings that fit no sound, as `<language>/<file>`."""


def build(
    catalogue: plan.Catalogue,
    languages: Iterable[str],
    into: Path,
    centre: str,
    engine: SpeechEngine,
    progress: Progress | None = None,
    recordings: Path | None = None,
) -> BuildReport:
    """Bring the sounds of these languages up to date, and the hold music if there is none.

    `recordings` is the folder of studio recordings (default: `<into>/recordings`). Raises SpeechFailed,
    SoundRefused with every recording that cannot be used, PhraseUnknown for a language without texts.
    """
    source = recordings or into / "recordings"
    version = f"{engine.name} {engine.version()}"
    wanted = {name: tuple(plan.sounds(catalogue, name, centre, version, source)) for name in languages}
    held = {language: plan.manifest(into / language) for language in wanted}
    removed = sum(_remove_stale(into / language, held[language], wanted[language]) for language in wanted)
    everything = [each for group in wanted.values() for each in group]
    due = [each for each in everything if held[each.language].get(each.name) != each.digest or not each.lies_in(into)]
    _check_voices(engine, due)
    music.provide(into)
    music.provide_silence(into)
    _render_all(due, into, engine, held, _Count(len(everything) - len(due), len(everything), progress))
    return BuildReport(
        rendered=sum(not each.recording for each in due),
        recorded=sum(bool(each.recording) for each in due),
        kept=len(everything) - len(due),
        removed=removed,
        strangers=tuple(
            name
            for language, group in wanted.items()
            for name in plan.strangers(source, language, {each.name: each for each in group})
        ),
    )


def lengths(folder: Path, language: str) -> Mapping[str, float]:
    """Seconds of every sound of a language, from the headers of its 8 kHz files; damaged ones are left out."""
    found: dict[str, float] = {}
    for file in (folder / language).glob("*.wav"):
        try:
            with file.open("rb") as stream, wave.open(stream) as header:
                found[file.stem] = header.getnframes() / header.getframerate()
        except (wave.Error, EOFError, OSError):
            continue
    return found


def missing(catalogue: plan.Catalogue, folder: Path, languages: Iterable[str]) -> tuple[str, ...]:
    """Sounds that a call may need and that cannot be played, as `<language>/<name>`; empty when all is well."""
    gaps: list[str] = []
    for language in languages:
        there = lengths(folder, language)
        gaps.extend(
            f"{language}/{name}"
            for name in catalogue.every_sound(language)
            if not there.get(name) or not plan.is_filled(folder / language / f"{name}.wav16")
        )
    return tuple(gaps)


class _Count:
    """Counts sounds for whoever watches."""

    def __init__(self, done: int, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._progress = done, total, progress
        self._tell()

    def one_more(self) -> None:
        self._done += 1
        self._tell()

    def _tell(self) -> None:
        if self._progress:
            self._progress(self._done, self._total)


def _is_kept(each: plan.Sound, held: Mapping[str, Mapping[str, str]], into: Path) -> bool:
    return held[each.language].get(each.name) == each.digest and each.lies_in(into)


def _check_voices(engine: SpeechEngine, due: Sequence[plan.Sound]) -> None:
    for voice in sorted({each.voice for each in due if not each.recording}):
        if not engine.speaks(voice):
            raise SpeechFailed(f"{engine.name} has no voice for {voice!r}: add one, or use espeak-ng")


def _remove_stale(folder: Path, held: dict[str, str], wanted: Sequence[plan.Sound]) -> int:
    stale = held.keys() - {each.name for each in wanted}
    for name in stale:
        del held[name]
        for extension in plan.EXTENSIONS:
            (folder / f"{Path(name).name}{extension}").unlink(missing_ok=True)
    return len(stale)


def _render_all(
    due: Sequence[plan.Sound],
    into: Path,
    engine: SpeechEngine,
    held: dict[str, dict[str, str]],
    count: _Count,
) -> None:
    for language in held:
        (into / language).mkdir(parents=True, exist_ok=True)
    for each in due:  # from here on its files may be of two minds, until both are replaced
        held[each.language].pop(each.name, None)
    _save(into, held)
    pool = ThreadPoolExecutor(os.cpu_count() or 2, "prompts")
    try:
        with tempfile.TemporaryDirectory(prefix="teamline-prompts-") as scratch:
            futures = {pool.submit(_render, each, into, engine, Path(scratch)): each for each in due}
            try:
                _collect(futures, into, held, count)
            finally:
                pool.shutdown(cancel_futures=True)
    finally:
        _save(into, held)


def _collect(
    futures: Mapping[Future[None], plan.Sound], into: Path, held: dict[str, dict[str, str]], count: _Count
) -> None:
    refused: list[str] = []
    for number, future in enumerate(as_completed(futures), 1):
        each = futures[future]
        try:
            future.result()
        except sound.SoundRefused as refusal:
            refused.append(str(refusal))
        else:
            held[each.language][each.name] = each.digest
        if not number % _SAVED_EVERY:
            _save(into, held)
        count.one_more()
    if refused:
        raise sound.SoundRefused("\n".join(sorted(refused)))


def _save(into: Path, held: Mapping[str, Mapping[str, str]]) -> None:
    for language, digests in held.items():
        plan.keep_manifest(into / language, digests)


def _render(each: plan.Sound, into: Path, engine: SpeechEngine, scratch: Path) -> None:
    source = each.recording or scratch / f"{each.language}-{each.name}.wav"
    if not each.recording:
        engine.speak(each.text, each.voice, source)
    samples, rate = sound.read(source)
    spoken = sound.level(sound.trim(samples, rate), rate)
    if not len(spoken):
        cure = "record it again" if each.recording else f"try {engine.name} by hand"
        raise sound.SoundRefused(f"{source}: nothing but silence: {cure}")
    whole = np.concatenate((spoken, np.zeros(int(rate * PAUSES.get(each.text[-1:], 0.03)))))
    for extension, wanted in plan.EXTENSIONS.items():
        file = into / each.language / f"{each.name}{extension}"
        sound.write(file, sound.resample(whole, rate, wanted), wanted)
