"""What is rendered for Asterisk, from the centre and the settings; the same for `render`, the router and the lab."""

from collections.abc import Mapping

from ivr.phrases.catalogue import Catalogue
from routing.announcements import whispered_teams
from routing.centre import Centre
from routing.rules import Concern
from routing.spoken import Spoken
from teamline.secret_file import derived, phone_password
from teamline.settings import Settings
from telephony.dialplan.render import render
from telephony.dialplan.wiring import AsteriskVersion, Wiring
from telephony.prompts import announced

_GOODBYE = ("on-call-nobody", "closed", "goodbye")


def ami_secret(settings: Settings, secret: bytes) -> str:
    """The manager password: as set, else derived from the secret file."""
    return settings.ami_secret.get_secret_value() if settings.ami_secret else derived(secret, "ami")


def wiring(centre: Centre, config_version: str, settings: Settings, secret: bytes) -> Wiring:
    """How this centre's Asterisk and its routers reach each other. Raises UnsupportedAsterisk."""
    version = AsteriskVersion.parse(settings.asterisk_version)
    version.require_support()
    prompts = settings.prompts_folder.absolute()
    language = centre.default_language
    others = [each for each in dict.fromkeys(centre.languages.values()) if each != language]
    catalogue = Catalogue.load()

    def sounds(*phrases: str, spoken: str = language) -> tuple[str, ...]:
        names = (name for phrase in phrases for name in catalogue.sounds(spoken, Spoken(phrase)))
        return tuple(str(prompts / spoken / name) for name in names)

    return Wiring(
        ami_user=settings.ami_user,
        ami_secret=ami_secret(settings, secret),
        version=config_version,
        asterisk=version,
        phone_password=lambda phone: phone_password(secret, phone),
        prompts=prompts,
        agi=tuple(settings.agi_addresses) or (f"{settings.agi_host}:{settings.agi_port}",),
        ami_permit=tuple(settings.ami_permit),
        music=prompts / "music",
        silence=prompts / "silence",
        fallback_sounds=sounds("please-wait"),
        trunk=settings.trunk,
        on_call_sounds=sounds("on-call-accept"),
        callback_sounds=sounds("callback-press-one"),
        later_sounds=sounds("callback-later"),
        whisper_sounds={
            "": sounds("whisper-callback"),
            **{concern.value: sounds(f"whisper-{concern.value}") for concern in Concern},
        },
        team_sounds={
            team: str(prompts / announced.FOLDER / name.sound) for team, name in whispered_teams(centre).items()
        },
        goodbye_sounds=sounds(*_GOODBYE),
        goodbye_sounds_in={each: sounds(*_GOODBYE, spoken=each) for each in others},
    )


def rendered(centre: Centre, config_version: str, settings: Settings, secret: bytes) -> Mapping[str, str]:
    """File name -> text for `<etc>/teamline.d/`. Raises UnsupportedAsterisk."""
    return render(centre, wiring(centre, config_version, settings, secret))
