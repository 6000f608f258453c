"""What was in force last, kept on disk: a router that starts while the store is away still knows every team."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from operations.closings import ClosedNow
from routing.directory import DirectoryTable, KeyedHash
from store.closings import read, written


@dataclass(frozen=True, slots=True)
class LastKnown:
    """A folder with one teams.yaml and one directory."""

    folder: Path

    def keep_config(self, version: str, text: str) -> None:
        """Note the configuration in force."""
        self._write("teams.yaml", f"{version}\n{text}".encode())

    def keep_directory(self, table: DirectoryTable) -> None:
        """Note the directory in force."""
        self._write("directory", table.to_bytes())

    def config(self) -> tuple[str, str] | None:
        """Version and text, None if nothing was noted."""
        file = self.folder / "teams.yaml"
        if not file.exists():
            return None
        version, _, text = file.read_text(encoding="utf-8").partition("\n")
        return version, text

    def directory(self, keyed_hash: KeyedHash) -> DirectoryTable:
        """The directory noted; an empty one if there is none. Raises ValueError if it is damaged or foreign."""
        file = self.folder / "directory"
        return DirectoryTable.from_bytes(file.read_bytes(), keyed_hash) if file.exists() else DirectoryTable.empty()

    def keep_closings(self, orders: Sequence[ClosedNow]) -> None:
        """Note what is closed now."""
        self._write("closings.json", json.dumps([written(order) for order in orders]).encode())

    def closings(self) -> Sequence[ClosedNow]:
        """What was closed; nothing if that was not noted, or cannot be read."""
        try:
            return read(map(str, json.loads((self.folder / "closings.json").read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError):
            return ()

    def _write(self, name: str, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = self.folder / f".{name}.new"
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.folder / name)
