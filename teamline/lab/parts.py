"""The lab's three parts, as siblings: the store, Asterisk, the router. Killing one leaves the others running."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from store.embedded import EmbeddedStore
from teamline.lab.places import LabPlaces
from telephony.lab.asterisk import PrivateAsterisk
from telephony.lab.children import Child, end_child, start_child

ROUTER_GRACE_SECONDS = 6
GIVEN_BY_THE_USER = ("TEAMLINE_SMTP_", "TEAMLINE_DROP")
"""What a lab has none of by itself, and its router takes from whoever starts it: where mail and copies go."""


class Parts:
    """Starts, starts again and ends them; all calls from the lab's main thread, whose end is theirs."""

    def __init__(self, places: LabPlaces, asterisk: PrivateAsterisk) -> None:
        self._places = places
        self.asterisk = asterisk
        self._store = EmbeddedStore(places.home / "data" / "store", places.run)
        self._router: Child | None = None
        self.environment: Mapping[str, str] = {}

    def start_store(self) -> None:
        """Start the store, over the data it had. Raises EmbeddedStoreFailed."""
        self._store.stop()
        self._store.start()

    def start_asterisk(self) -> None:
        """Start Asterisk on its ports, with the members it knew. Raises AsteriskDidNotStart."""
        self.asterisk.stop()
        self.asterisk.start()

    def start_router(self) -> None:
        """Start `teamline serve` on its ports."""
        if self._router is not None:
            end_child(self._router, ROUTER_GRACE_SECONDS)
        argv = [sys.executable, "-m", "teamline", "serve"]
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name.startswith(GIVEN_BY_THE_USER) or not name.startswith("TEAMLINE_")
        }
        self._router = start_child(
            argv,
            output=self._places.router_log,
            folder=self._places.home,
            environment=inherited | dict(self.environment),
        )

    def start(self, part: str) -> None:
        """Start one part again by name."""
        {"store": self.start_store, "asterisk": self.start_asterisk, "router": self.start_router}[part]()

    @property
    def pids(self) -> Mapping[str, int | None]:
        """Process ids; None for a part that has ended."""
        router = self._router.pid if self._router and self._router.poll() is None else None
        return {"asterisk": self.asterisk.pid, "router": router, "store": self._store.running_pid}

    def router_said(self, characters: int = 1500) -> str:
        """The end of the router's log."""
        log: Path = self._places.router_log
        return log.read_text(encoding="utf-8", errors="replace")[-characters:] if log.exists() else ""

    def stop(self) -> None:
        """End all three, the router first, so that its calls fall back while Asterisk still runs."""
        if self._router is not None:
            end_child(self._router, ROUTER_GRACE_SECONDS)
        self.asterisk.stop()
        self.asterisk.remove_run_folder()
        self._store.stop()
