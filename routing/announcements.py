"""What is announced to whom now: pure; words become named sounds, which somebody else has spoken beforehand."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from routing.centre import Centre
from routing.contact_rules import Announcement
from routing.spoken import Spoken

PHRASE = "announced"
"""The phrase whose slot `sound` names a sound of an announcement."""
LONGEST_SENTENCE = 120
"""Characters of one sound: longer ones are parted, so that a key cuts in soon."""

_AFTER_SENTENCE = re.compile(r"(?<=[.!?:;])\s+")
_AFTER_WORDS = re.compile(rf"(.{{1,{LONGEST_SENTENCE}}})(?:\s+|$)|(\S{{{LONGEST_SENTENCE}}})")

LONGEST_NAME = 30
"""Characters of a team's name that is spoken: about two seconds."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words to be one sound, in the voice of a language."""

    words: str
    language: str

    @property
    def sound(self) -> str:
        """The name of its sound: the same words in the same voice have the same."""
        return hashlib.sha256(f"{self.language}\0{self.words}".encode()).hexdigest()[:24]

    @property
    def spoken(self) -> Spoken:
        """As conversations say it."""
        return Spoken(PHRASE, {"sound": self.sound})


def recorded(team: str) -> str:
    """The name of what this team's phone recorded."""
    return f"recorded-{team}"


def counts(announcement: Announcement, now: datetime) -> bool:
    """Whether it is said at this moment (aware)."""
    begun = announcement.begins is None or announcement.begins <= now
    return begun and (announcement.until is None or now < announcement.until)


def spoken(centre: Centre, team: str | None, language: str, now: datetime) -> tuple[Spoken, ...]:
    """What everybody hears now (team None), or the callers of this team beside it, in the order of teams.yaml."""
    heard = (each for each in centre.announcements if counts(each, now) and _is_for(each, team))
    return tuple(sentence.spoken for each in heard for sentence in sentences(each, language, centre.default_language))


def every_sentence(centre: Centre, now: datetime) -> Mapping[str, Sentence]:
    """Sound -> sentence, of all announcements that count now or will, and of teams' names that members hear."""
    coming = [each for each in centre.announcements if each.until is None or now < each.until]
    announced = {sentence.sound: sentence for each in coming for sentence in _in_all(each, centre)}
    return announced | {sentence.sound: sentence for sentence in whispered_teams(centre).values()}


def whispered_teams(centre: Centre) -> Mapping[str, Sentence]:
    """Team -> its name, for a member of several teams to hear for which one a citizen is called back."""
    several = {team for member in centre.members.values() if len(member.teams) > 1 for team in member.teams}
    return {
        team.id: Sentence(f"{team.name}.", centre.default_language)
        for team in centre.teams.values()
        if team.id in several and len(team.name) <= LONGEST_NAME
    }


def sentences(announcement: Announcement, language: str, default: str) -> tuple[Sentence, ...]:
    """In this language; where it has no text in its plainer or fuller form, else in the centre's, else in the first."""
    chosen = _chosen(announcement.texts, (language, language.partition("-")[0], default))
    return tuple(Sentence(words, chosen) for words in _parted(announcement.texts[chosen]))


def _is_for(announcement: Announcement, team: str | None) -> bool:
    return team in announcement.teams if team is not None else not announcement.teams


def _in_all(announcement: Announcement, centre: Centre) -> Iterator[Sentence]:
    for language in centre.languages.values():
        yield from sentences(announcement, language, centre.default_language)


def _chosen(texts: Mapping[str, str], wanted: Sequence[str]) -> str:
    return next((language for language in wanted if language in texts), next(iter(texts)))


def _parted(text: str) -> Iterable[str]:
    for sentence in _AFTER_SENTENCE.split(" ".join(text.split())):
        for words in _AFTER_WORDS.finditer(sentence):
            yield words[1] or words[2]
