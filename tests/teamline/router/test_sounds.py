from pathlib import Path

from ivr.phrases.catalogue import Catalogue
from teamline.router.sounds import BuiltSounds


def test_a_language_activated_later_is_looked_for_at_once(tmp_path: Path) -> None:
    sounds = BuiltSounds(Catalogue.load(), tmp_path, ["de"])
    in_german = set(sounds.missing)
    sounds.speak(["de", "en"])
    assert in_german < set(sounds.missing)
