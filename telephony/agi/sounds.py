"""What the line needs of rendered prompts."""

from collections.abc import Sequence
from typing import Protocol

from routing.spoken import Spoken


class Sounds(Protocol):
    """Where each phrase lies as sound files that Asterisk can read."""

    def files(self, language: str, spoken: Spoken) -> Sequence[tuple[str, float]]:
        """The files to play in turn: absolute path without extension, length in seconds."""
        ...

    def text(self, language: str, spoken: Spoken) -> str:
        """The phrase in writing; empty where nobody knows."""
        ...
