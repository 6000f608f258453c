"""`telephony.agi.Sounds` over the built prompts: which files a phrase is, and how long each lasts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ivr.phrases.catalogue import Catalogue
from routing.announcements import PHRASE
from routing.spoken import Spoken
from telephony.prompts import announced
from telephony.prompts.build import lengths, missing


class BuiltSounds:
    """The sound files of every language, measured once; a file that is missing is left out, not waited for."""

    def __init__(self, catalogue: Catalogue, folder: Path, languages: Sequence[str]) -> None:
        self._catalogue = catalogue
        self._folder = folder.absolute()
        self._languages = tuple(languages)
        self._seconds: Mapping[str, Mapping[str, float]] = {}
        self._announced: Mapping[str, float] = {}
        self.announced_words: Mapping[str, str] = {}
        """Sound -> words, of announcements that are not recorded."""
        self.centre = ""
        """Its name, for texts that hold it."""
        self.missing: tuple[str, ...] = ()
        self.measure()

    def measure(self) -> None:
        """Look at the folder again, as after `teamline prompts build`."""
        self._seconds = {language: lengths(self._folder, language) for language in self._languages}
        self.measure_announced()
        self.missing = missing(self._catalogue, self._folder, self._languages)

    def measure_announced(self) -> None:
        """Look for announcements again."""
        self._announced = lengths(self._folder, announced.FOLDER)

    def speak(self, languages: Sequence[str]) -> None:
        """Other languages from now on, as after `teamline activate`. Reads files: may run in a thread."""
        self._languages = tuple(languages)
        self.measure()

    def files(self, language: str, spoken: Spoken) -> Sequence[tuple[str, float]]:
        """Absolute paths without extension, with their seconds, in the order of speaking."""
        if spoken.phrase == PHRASE:
            name = str(spoken.slots["sound"])
            heard = self._announced.get(name)
            return [(f"{self._folder}/{announced.FOLDER}/{name}", heard)] if heard else []
        seconds = self._seconds.get(language, {})
        names = self._catalogue.sounds(language, spoken)
        return [(f"{self._folder}/{language}/{name}", seconds[name]) for name in names if name in seconds]

    def text(self, language: str, spoken: Spoken) -> str:
        """The phrase in writing; empty for what somebody recorded."""
        if spoken.phrase == PHRASE:
            return self.announced_words.get(str(spoken.slots["sound"]), "")
        return self._catalogue.text(language, spoken, self.centre)
