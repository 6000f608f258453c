"""What announcements in teams.yaml mean for the rest of the file."""

from collections.abc import Iterator

from routing.teams.mistakes import listed, shown
from routing.teams.places import Document, Finding
from routing.teams.sightings import found, once, texts


def announcement_findings(document: Document) -> Iterator[Finding]:
    """An id twice, a language that nobody can choose, an end that is not after its beginning."""
    yield from once(document, "the announcement", "give it another id", texts(document, "announcements.*.id"))
    yield from _languages(document)
    yield from _spans(document)


def _languages(document: Document) -> Iterator[Finding]:
    spoken = {language for _, language in texts(document, "languages.*")}
    for path, _ in found(document.value, ("announcements", "*", "texts", "*")):
        if spoken and path[-1] not in spoken:
            cure = f"write one of {listed(sorted(spoken))}, or add it under languages"
            yield Finding(path, f"nobody can choose the language {shown(path[-1])}", cure, at_key=True)


def _spans(document: Document) -> Iterator[Finding]:
    for path, one in found(document.value, ("announcements", "*")):
        if not isinstance(one, dict):
            continue
        begins, until = one.get("begins"), one.get("until")
        if isinstance(begins, str) and isinstance(until, str) and begins >= until:
            yield Finding((*path, "until"), f"{shown(until)} is not after {shown(begins)}", "write a later moment")
