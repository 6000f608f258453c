"""Why a document is not taken: a closed list of words, each with the sentence for the scanner's screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why a document was refused; explained in docs/documents.md."""

    NOT_A_DOCUMENT = "not-a-document"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_MANY_PAGES = "too-many-pages"
    TOO_LARGE = "too-large"
    EMPTY = "empty"
    NUMBER_MALFORMED = "number-malformed"
    CARD_UNKNOWN = "card-unknown"
    CONCERN_UNKNOWN = "concern-unknown"


@dataclass(frozen=True, slots=True)
class Says:
    """One sentence or two for the scanner's screen."""

    de: str
    en: str


SAYS: Mapping[Why, Says] = {
    Why.NOT_A_DOCUMENT: Says(
        "Diese Datei kann nicht angenommen werden. Bitte nehmen Sie PDF, JPEG, PNG oder TIFF.",
        "This file cannot be accepted. Please use PDF, JPEG, PNG or TIFF.",
    ),
    Why.ENCRYPTED: Says(
        "Die Datei ist mit einem Passwort geschützt. Bitte senden Sie sie ohne Passwort.",
        "The file is protected by a password. Please send it without one.",
    ),
    Why.DAMAGED: Says(
        "Die Datei ist beschädigt oder nicht vollständig. Bitte scannen Sie noch einmal.",
        "The file is damaged or incomplete. Please scan again.",
    ),
    Why.TOO_MANY_PAGES: Says(
        "Das sind zu viele Seiten. Bitte teilen Sie das Dokument.",
        "These are too many pages. Please split the document.",
    ),
    Why.TOO_LARGE: Says(
        "Die Datei ist zu groß. Bitte scannen Sie mit weniger Auflösung oder weniger Seiten.",
        "The file is too large. Please scan with a lower resolution or fewer pages.",
    ),
    Why.EMPTY: Says(
        "Es ist nichts angekommen. Bitte scannen Sie noch einmal.",
        "Nothing has arrived. Please scan again.",
    ),
    Why.NUMBER_MALFORMED: Says(
        "Die Nummer hat nicht die richtige Form. Bitte prüfen Sie Ihre Kundennummer.",
        "The number does not have the right form. Please check your customer number.",
    ),
    Why.CARD_UNKNOWN: Says(
        "Diese Karte gilt hier nicht. Bitte geben Sie Ihre Kundennummer ein.",
        "This card is not valid here. Please enter your customer number.",
    ),
    Why.CONCERN_UNKNOWN: Says(
        "Dieses Anliegen gibt es nicht. Bitte wählen Sie noch einmal.",
        "There is no such concern. Please choose again.",
    ),
}


class DocumentRefused(Exception):
    """The document is not taken, and nothing of it is kept; `why` tells the reason."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why

    @property
    def says(self) -> Says:
        """What the scanner shows."""
        return SAYS[self.why]


class NoRoom(Exception):
    """The disk is full: nothing of the document is kept."""


class ReaderAway(Exception):
    """Documents cannot be looked into just now: nothing is kept. Try again in a moment."""
