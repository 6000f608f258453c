"""The demo's kiosk phone: the real one, and visitors who scan a letter now and then and talk to their team."""

import asyncio
import importlib.util
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from operations.cards import Cards
from teamline.demo.citizens import Customer

BETWEEN_SECONDS = (10.0, 40.0)
LIFT_SECONDS = (2.0, 6.0)
STAY_SECONDS = (30.0, 90.0)
FIRST_SECONDS = 8.0
"""The phone registers meanwhile."""
GOODBYE_SECONDS = 5.0


def is_possible() -> bool:
    """Whether what the phone needs is installed (the extra `kiosk`)."""
    return importlib.util.find_spec("pjsua2") is not None


def cards_of(known: Sequence[Customer], secret: bytes) -> Sequence[str]:
    """A card for each of these customers. `secret`: the lab's."""
    cards = Cards(secret, _NoneRevoked())
    return [cards.make(each.number) for each in known]


class _NoneRevoked:
    """Nobody looks here: the router does."""

    async def has(self, card: str) -> bool:
        return not card

    async def add(self, card: str) -> None:
        raise NotImplementedError(card)


class DemoKiosk:
    """The first kiosk of the centre, with somebody before it every now and then."""

    def __init__(self, told: dict[str, Any], chance: random.Random) -> None:
        self._account = told["accounts"]["kiosks"][0]
        self._told, self._chance = told, chance
        self._process: subprocess.Popen[bytes] | None = None
        self.visitors = 0

    @property
    def id(self) -> str:
        """As teams.yaml calls it."""
        return str(self._account["user"])

    def start(self) -> None:
        """Begin, from the lab's main thread. Raises OSError."""
        folder = Path(self._told["dir"]) / "kiosk"
        folder.mkdir(exist_ok=True)
        for name in ("token", "password"):
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(self._account[name])
        (folder / "kiosk.yaml").write_text(self._configuration(folder), encoding="utf-8")
        with (folder / "kiosk.log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command line
                [sys.executable, "-m", "teamline", "kiosk", "--config", str(folder / "kiosk.yaml")],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours
            )

    def _configuration(self, folder: Path) -> str:
        return f"""\
kiosk: {self.id}
router: "{self._told["http"]}"
token_file: {folder}/token
sip: {{server: "{self._told["sip"]}", user: {self.id}, password_file: {folder}/password}}
scanner: {{device: stdin}}
handset: {{device: stdin}}
"""

    async def visit(self, cards: Sequence[str]) -> None:
        """One visitor after the other until cancelled, each with one of these cards."""
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            self.visitors += 1
            self._do(self._chance.choice(cards))
            await asyncio.sleep(self._chance.uniform(*LIFT_SECONDS))
            self._do("up")
            await asyncio.sleep(self._chance.uniform(*STAY_SECONDS))
            self._do("down")
            await asyncio.sleep(self._chance.uniform(*BETWEEN_SECONDS))

    def _do(self, line: str) -> None:
        if self._process and self._process.stdin and self._process.poll() is None:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()

    def stop(self) -> None:
        """End it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
