"""lab.json: everything that a test, a person or another command needs to use this lab."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from routing.centre import Centre, Member
from teamline.lab.accounts import kiosk_token, web_accounts
from teamline.lab.parts import Parts
from teamline.lab.places import LabPlaces, LabPorts
from teamline.rendering import ami_secret
from teamline.secret_file import phone_password
from teamline.settings import Settings

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Lab:
    """One lab as it was started."""

    places: LabPlaces
    ports: LabPorts
    parts: Parts
    centre: Centre
    phones: Sequence[Member]
    settings: Settings
    secret: bytes


def described(lab: Lab) -> Mapping[str, object]:
    """The document, as the contract names its keys."""
    access = lab.parts.asterisk.access
    http = f"http://{HOST}:{lab.ports.http}"
    return {
        "sip": f"{HOST}:{access.sip}",
        "http": http,
        "metrics": f"http://{HOST}:{lab.ports.metrics}/metrics",
        "agi": f"{HOST}:{lab.ports.agi}",
        "ami": {
            "host": HOST,
            "port": access.ami,
            "username": lab.settings.ami_user,
            "secret": ami_secret(lab.settings, lab.secret),
        },
        "redis": lab.places.store_url,
        "entry": lab.centre.entry[0],
        "console": lab.parts.asterisk.console_argv,
        "pids": lab.parts.pids,
        "accounts": _accounts(lab),
        "dir": str(lab.places.home),
        "control": str(lab.places.run / "control.sock"),
        "env": lab.parts.environment,
    }


def _accounts(lab: Lab) -> Mapping[str, object]:
    access = lab.parts.asterisk.access
    return {
        "members": [
            {
                "user": member.id,
                "password": phone_password(lab.secret, member.id),
                "teams": list(member.teams),
            }
            for member in lab.phones
        ],
        "kiosks": [
            {
                "user": kiosk,
                "password": phone_password(lab.secret, kiosk),
                "token": kiosk_token(lab.secret, kiosk),
            }
            for kiosk in lab.centre.kiosks
        ],
        "trunk": {"user": access.trunk_user, "password": access.trunk_password},
        "web": web_accounts(lab.centre, lab.secret),
    }
