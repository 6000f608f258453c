"""The folder of a private Asterisk: laid out, filled with its configuration, and known again later."""

import json
import secrets
import tempfile
from pathlib import Path

from telephony.lab.installation import Installation
from telephony.lab.pbx_files import PbxAccess, PbxPlaces, configuration
from telephony.lab.ports import MEDIA, free_ports, free_range
from telephony.lab.waiting_tone import write_waiting_tone

SOCKET_PATH_BOUND = 100  # sun_path holds 108 bytes (unix(7)), a zero and a little air included
RTP_PORTS = 2000  # two a stream: 500 calls with two legs each
_RTP_ABOVE_BASE = 1000
_NOTES = "asterisk.json"


def settle(home: Path, installation: Installation, port_base: int | None = None) -> tuple[PbxPlaces, PbxAccess]:
    """Folders and configuration files below `home`; ports, secrets and state stay what they were there.

    Raises NoFreePorts when new ports are needed and not found.
    """
    home = home.resolve()
    notes = home / _NOTES
    if notes.exists():
        run, access = _read(json.loads(notes.read_text(encoding="utf-8")))
    else:
        run, access = _run_folder(home), _new_access(port_base)
    places = PbxPlaces(home, run, installation.modules)
    _fill(places, access, installation)
    _write_private(notes, json.dumps(_noted(run, access)))
    return places, access


def _new_access(port_base: int | None) -> PbxAccess:
    sip, ami = free_ports(2, port_base)
    # Not all of them need be free: Asterisk passes over taken ones (res_rtp_asterisk.c, rtp_allocate_transport),
    # and with a few busy labs on one machine no such run is left.
    base = None if port_base is None else port_base + _RTP_ABOVE_BASE
    rtp = free_range(RTP_PORTS, base, within=MEDIA, free=lambda _: True)
    return PbxAccess(sip, ami, rtp, secrets.token_hex(16), secrets.token_hex(16))


def _noted(run: Path, access: PbxAccess) -> dict[str, str | int]:
    return {
        "run": str(run),
        "sip": access.sip,
        "ami": access.ami,
        "rtp_first": access.rtp.start,
        "rtp_after": access.rtp.stop,
        "ami_secret": access.ami_secret,
        "trunk_password": access.trunk_password,
    }


def _read(noted: dict[str, str | int]) -> tuple[Path, PbxAccess]:
    rtp = range(int(noted["rtp_first"]), int(noted["rtp_after"]))
    kept = str(noted["ami_secret"]), str(noted["trunk_password"])
    return Path(str(noted["run"])), PbxAccess(int(noted["sip"]), int(noted["ami"]), rtp, *kept)


def _fill(places: PbxPlaces, access: PbxAccess, installation: Installation) -> None:
    for folder in places.folders():
        folder.mkdir(parents=True, exist_ok=True)
    for name, text in configuration(places, access).items():
        _write_private(places.etc / name, text)
    _link(places.texts / "documentation", installation.documentation)
    for language, folder in installation.sounds:
        _link(places.texts / "sounds" / language, folder)
    write_waiting_tone(places.texts / "moh" / "waiting.wav")


def _run_folder(home: Path) -> Path:
    inside = home / "run"
    if len(str(inside / "asterisk.ctl").encode()) < SOCKET_PATH_BOUND:
        return inside
    return Path(tempfile.mkdtemp(prefix="teamline-"))


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _link(place: Path, target: Path) -> None:
    place.unlink(missing_ok=True)
    place.symlink_to(target)
