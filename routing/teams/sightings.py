"""What stands where in the plain values of teams.yaml, whatever their shape."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from routing.teams.mistakes import shown
from routing.teams.places import Document, Finding, Path


def found(value: object, pattern: Sequence[str], path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every value whose path fits the pattern; `*` stands for any key or place in a list."""
    if not pattern:
        yield path, value
        return
    steps: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict):
        steps = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    for step, inner in steps:
        if pattern[0] in ("*", step):
            yield from found(inner, pattern[1:], (*path, step))


def texts(document: Document, *patterns: str) -> Iterator[tuple[Path, str]]:
    """Every text at these dotted patterns, each with its path."""
    for pattern in patterns:
        for path, value in found(document.value, pattern.split(".")):
            if isinstance(value, str):
                yield path, value


def ids(document: Document, section: str) -> dict[str, None] | None:
    """The ids of a section, each once, in the order of the file; None if the section is not there, or no such thing."""
    value = document.value.get(section) if isinstance(document.value, dict) else None
    if isinstance(value, dict):
        return dict.fromkeys(value)
    if isinstance(value, list):
        return dict.fromkeys(text for _, text in texts(document, f"{section}.*.id"))
    return None


def once(
    document: Document,
    what: str,
    cure: str,
    sightings: Iterable[tuple[Path, str]],
    *,
    at_key: bool = False,
    same: Callable[[str], str] = str.casefold,
) -> Iterator[Finding]:
    """A finding for each sighting of something that was seen before. `same`: equal for what counts as the same."""
    first: dict[str, Path] = {}
    for path, name in sightings:
        earlier = first.setdefault(same(name), path)
        if earlier != path:
            line = document.place(earlier).line
            yield Finding(path, f"{what} {shown(name)} is used twice (first in line {line})", cure, at_key)


def keys(document: Document, *sections: str) -> Iterator[tuple[Path, str]]:
    """The keys of these sections, each with its path."""
    for section in sections:
        for path, _ in found(document.value, (section, "*")):
            if isinstance(path[1], str):
                yield path, path[1]
