import os
from pathlib import Path

import pytest

from teamline.settings import Settings
from teamline.stored import ADDRESS_FILE, embedded_store, open_store


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [name for name in os.environ if name.startswith("TEAMLINE_")]:
        monkeypatch.delenv(name)
    return Settings(data=tmp_path / "data")


async def test_half_a_note_of_the_store_stops_no_command(settings: Settings) -> None:
    folder = settings.data / "store"
    folder.mkdir(parents=True)
    (folder / ADDRESS_FILE).write_text("")
    async with open_store(settings) as stored:
        assert await stored.config() is None
    assert not (folder / ADDRESS_FILE).exists()


def test_a_note_that_cannot_be_written_leaves_none(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, _text: str) -> int:
        path.touch()
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"), embedded_store(settings):
        pass
    assert not (settings.data / "store" / ADDRESS_FILE).exists()
