"""The package mirror this host already uses, read from its own apt sources (sources.list(5))."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SCHEMES = ("http://", "https://", "file:/", "copy:/", "ftp://")
_ONE_LINE = re.compile(r"^deb\s+(?:\[[^\]]*\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)(?P<components>.*)$")


@dataclass(frozen=True, slots=True)
class AptSource:
    """One place that binary packages come from: its address, suites and components."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]


def classic_sources(text: str) -> Iterator[AptSource]:
    """The `deb` lines of a sources.list, in order; comments, deb-src and broken lines are passed over."""
    for line in text.splitlines():
        found = _ONE_LINE.match(line.split("#", 1)[0].strip())
        if found:
            components = tuple(found["components"].split())
            yield AptSource(found["uri"], (found["suite"],), components)


def deb822_sources(text: str) -> Iterator[AptSource]:
    """The enabled `Types: deb` stanzas of a *.sources file, one source for each of their URIs."""
    for stanza in re.split(r"\n\s*\n", text):
        fields = _fields(stanza)
        if "deb" in fields.get("types", "").split() and fields.get("enabled", "yes").lower() != "no":
            suites = tuple(fields.get("suites", "").split())
            components = tuple(fields.get("components", "").split())
            for uri in fields.get("uris", "").split():
                yield AptSource(uri, suites, components)


def _fields(stanza: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line.startswith("#"):
            continue
        if line[:1].isspace() and name:
            fields[name] += " " + line.strip()
        elif ":" in line:
            head, _, value = line.partition(":")
            name = head.strip().lower()
            fields[name] = value.strip()
    return fields


def sources_below(etc_apt: Path) -> list[AptSource]:
    """Every source of a host, in apt's order: sources.list, then sources.list.d by name."""
    found = list(classic_sources(_text(etc_apt / "sources.list")))
    for path in sorted((etc_apt / "sources.list.d").glob("*")):
        if path.suffix == ".list":
            found += classic_sources(_text(path))
        elif path.suffix == ".sources":
            found += deb822_sources(_text(path))
    return found


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def debian_mirror(sources: list[AptSource], codename: str) -> str | None:
    """The address of the distribution's own archive: the first source of this release, else the first of all."""
    usable = [source for source in sources if source.uri.startswith(_SCHEMES)]
    own = [source for source in usable if codename in source.suites and "main" in source.components]
    return next((source.uri for source in own + usable), None)
