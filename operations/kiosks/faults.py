"""Why a kiosk does not do what it was asked to, with a sentence for its screen that repeats no code and no number."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Why(StrEnum):
    """The reason, for programs."""

    NOT_A_CODE = "not-a-code"
    CARD_UNKNOWN = "card-unknown"
    ANOTHER_SCAN = "another-scan"
    TOO_MANY = "too-many"
    IN_USE = "in-use"
    PHONE_AWAY = "phone-away"
    TELEPHONY_AWAY = "telephony-away"
    CLOSED = "closed"
    WAITS_ALREADY = "waits-already"
    NUMBER_REFUSED = "number-refused"
    CALLBACKS_OFF = "callbacks-off"
    NOT_KEPT = "not-kept"
    OFF_HOOK = "off-hook"
    SCANNER_MISSING = "scanner-missing"
    CAMERA_MISSING = "camera-missing"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Says:
    """For a screen."""

    de: str
    en: str


SENTENCES: Mapping[Why, Says] = MappingProxyType(
    {
        Why.NOT_A_CODE: Says(
            "Das ist keine Kundenkarte. Bitte legen Sie Ihre Kundenkarte auf.",
            "This is no customer card. Please present your customer card.",
        ),
        Why.CARD_UNKNOWN: Says(
            "Diese Karte gilt hier nicht. Bitte wenden Sie sich an den Empfang.",
            "This card is not valid here. Please ask at the reception desk.",
        ),
        Why.ANOTHER_SCAN: Says(
            "Die Zeit ist um. Bitte legen Sie Ihre Karte noch einmal auf.",
            "Your time is over. Please scan your card again.",
        ),
        Why.TOO_MANY: Says(
            "Das ging zu schnell. Bitte warten Sie einen Moment.",
            "That was too fast. Please wait a moment.",
        ),
        Why.IN_USE: Says(
            "An diesem Telefon wird gerade gesprochen, oder es klingelt.",
            "This phone rings or is in a call.",
        ),
        Why.PHONE_AWAY: Says(
            "Dieses Telefon ist gerade nicht angeschlossen. Bitte wenden Sie sich an den Empfang.",
            "This phone is not connected just now. Please ask at the reception desk.",
        ),
        Why.TELEPHONY_AWAY: Says(
            "Telefonieren geht gerade nicht. Bitte wenden Sie sich an den Empfang.",
            "Telephone calls are not possible just now. Please ask at the reception desk.",
        ),
        Why.CLOSED: Says(
            "Ihr Team hat gerade geschlossen. Es kann Ihr eigenes Telefon anrufen, sobald es wieder da ist.",
            "Your team is closed just now. It can call your own phone when it is back.",
        ),
        Why.WAITS_ALREADY: Says(
            "An diesem Telefon wartet schon jemand auf einen Anruf.",
            "Somebody is waiting for a call at this phone already.",
        ),
        Why.NUMBER_REFUSED: Says(
            "Diese Nummer können wir nicht anrufen. Bitte geben Sie eine deutsche Nummer mit Vorwahl ein.",
            "We cannot call this number. Please enter a German number with its area code.",
        ),
        Why.CALLBACKS_OFF: Says(
            "Rückrufe gibt es gerade nicht.",
            "There are no callbacks just now.",
        ),
        Why.NOT_KEPT: Says(
            "Das geht gerade nicht: Nichts wurde gespeichert. Bitte versuchen Sie es gleich noch einmal.",
            "Not possible just now: nothing was kept. Please try again in a moment.",
        ),
        Why.OFF_HOOK: Says(
            "Der Hörer liegt daneben. Bitte legen Sie ihn auf.",
            "The handset is off the hook. Please put it back.",
        ),
        Why.SCANNER_MISSING: Says(
            "Der Leser für Karten ist nicht angeschlossen. Bitte wenden Sie sich an den Empfang.",
            "The card reader is not connected. Please ask at the reception desk.",
        ),
        Why.CAMERA_MISSING: Says(
            "Die Kamera ist nicht angeschlossen. Bitte wenden Sie sich an den Empfang.",
            "The camera is not connected. Please ask at the reception desk.",
        ),
        Why.SILENT: Says(
            "Dieses Telefon meldet sich nicht. Bitte wenden Sie sich an den Empfang.",
            "This phone does not answer. Please ask at the reception desk.",
        ),
    }
)


class KioskRefused(Exception):
    """A kiosk does not do that now. `again_seconds`: when it may, where that is known."""

    def __init__(self, why: Why, again_seconds: float | None = None) -> None:
        super().__init__(SENTENCES[why].en)
        self.why, self.again_seconds = why, again_seconds

    @property
    def says(self) -> Says:
        """For its screen."""
        return SENTENCES[self.why]
