"""What mails say: that something is there, of which kind, since when, and where it is. Nobody's name and no number.

Mail is read by servers on its way and by whoever reads over a shoulder: so it tells nothing of the person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from facts.contact import LeftKind


@dataclass(frozen=True, slots=True)
class Words:
    """One kind of entry in German and English."""

    de: str
    en: str


CAME: Mapping[LeftKind, Words] = {
    LeftKind.VOICE: Words("Neue Sprachnachricht", "New voice message"),
    LeftKind.DOCUMENT: Words("Neues Dokument", "New document"),
    LeftKind.CALLBACK: Words("Neuer Rückrufwunsch", "New request for a callback"),
}
WAITS: Mapping[LeftKind, Words] = {
    LeftKind.VOICE: Words("Sprachnachricht wartet", "Voice message waits"),
    LeftKind.DOCUMENT: Words("Dokument wartet", "Document waits"),
    LeftKind.CALLBACK: Words("Rückrufwunsch wartet", "Request for a callback waits"),
}
AT_RISK = Words("Rückruf-Termin gefährdet", "Appointment for a callback at risk")
"""As things stand the team cannot keep it: its desk says why."""


@dataclass(frozen=True, slots=True)
class MailText:
    """Subject and body of one mail."""

    subject: str
    body: str


def text(
    words: Words, team: str, team_id: str, entry: str, came_at: datetime, *, is_attached: bool, is_too_large: bool
) -> MailText:
    """A mail about this entry of a team. `came_at` in the centre's zone."""
    when_de, when_en = f"{came_at:%d.%m.%Y}, {came_at:%H:%M} Uhr", f"{came_at:%Y-%m-%d %H:%M}"
    if is_attached:
        where_de, where_en = "Der Inhalt liegt bei.", "The content is attached."
    else:
        where_de = f"Sie finden den Eintrag auf der Seite Ihres Teams: /desk/{team_id}"
        where_en = f"You find the entry on your team's page: /desk/{team_id}"
    if is_too_large:
        where_de = f"Der Inhalt ist für eine E-Mail zu groß. {where_de}"
        where_en = f"The content is too large for a mail. {where_en}"
    body = (
        f"{words.de} für {team}\nEingang: {when_de}\n{where_de}\nKennung: {entry}\n\n"
        f"{words.en} for {team}\nReceived: {when_en}\n{where_en}\nReference: {entry}\n"
    )
    return MailText(f"Teamline: {words.de} ({team})", body)
