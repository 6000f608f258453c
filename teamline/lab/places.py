"""Where a lab keeps its things, and what its router and commands find in their environment."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from telephony.lab.asterisk import PrivateAsterisk

SOCKET_PATH_BOUND = 100  # sun_path holds 108 bytes (unix(7))


@dataclass(frozen=True, slots=True)
class LabPorts:
    """The router's ports on the loopback address."""

    agi: int
    http: int
    metrics: int


@dataclass(frozen=True, slots=True)
class LabPlaces:
    """One folder for everything that lasts, and a short one for sockets (their paths end at about 107 bytes)."""

    home: Path
    run: Path

    @classmethod
    def below(cls, home: Path) -> "LabPlaces":
        """The places of this folder; made if they are not there."""
        home = home.resolve()
        home.mkdir(parents=True, exist_ok=True)
        return cls(home, _short_folder(home))

    def remove_run_folder(self) -> None:
        """Remove the folder of sockets where it lies outside of the lab's own."""
        if not self.run.is_relative_to(self.home):
            shutil.rmtree(self.run, ignore_errors=True)

    @property
    def teams(self) -> Path:
        """The teams.yaml that the lab runs."""
        return self.home / "teams.yaml"

    @property
    def description(self) -> Path:
        """lab.json."""
        return self.home / "lab.json"

    @property
    def router_log(self) -> Path:
        """What the router says."""
        return self.home / "router.log"

    @property
    def store_url(self) -> str:
        """The embedded store's socket."""
        return f"unix://{self.run / 'store.sock'}"


def _short_folder(home: Path) -> Path:
    inside = home / "run"
    if len(bytes(inside / "control.sock")) > SOCKET_PATH_BOUND:
        return Path(tempfile.mkdtemp(prefix="tl-lab-"))
    inside.mkdir(exist_ok=True, mode=0o700)
    return inside


def environment(
    places: LabPlaces,
    ports: LabPorts,
    asterisk: PrivateAsterisk,
    prompts: Path,
    *,
    is_always_open: bool,
    clock_at: str | None,
) -> Mapping[str, str]:
    """TEAMLINE_* for the router and for every command that is to talk to this lab."""
    told = {
        "CONFIG": str(places.teams),
        "DATA": str(places.home / "data"),
        "STORE_URL": places.store_url,
        "PROMPTS": str(prompts),
        "RENDER_INTO": str(asterisk.places.rendered),
        "ASTERISK_VERSION": str(asterisk.installation.release),
        "AGI_PORT": str(ports.agi),
        "AGI_ADDRESSES": f'["127.0.0.1:{ports.agi}"]',
        "AMI_PORT": str(asterisk.access.ami),
        "TRUNK": asterisk.access.trunk_user,
        "QUEUE_LOG": str(asterisk.places.log / "queue_log"),
        "HTTP_PORT": str(ports.http),
        "METRICS_PORT": str(ports.metrics),
        "CALLBACK_PAGE": "1",
        "ALWAYS_OPEN": "1" if is_always_open else "0",
        **({"CLOCK_AT": clock_at} if clock_at else {}),
    }
    return {f"TEAMLINE_{name}": value for name, value in told.items()}
