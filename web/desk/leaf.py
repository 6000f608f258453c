"""A long list of the mailbox, some entries at a time: which of them are looked at is in the address, list by list."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlencode

from fastapi import Request

from facts.contact import LeftState
from operations.callbacks.life import is_dialled_by_us
from operations.mailbox.entry_id import is_entry_id
from operations.mailbox.ports import Entry
from web.page import LANGUAGES

MOST = 25
"""Entries of one list in an answer."""
LISTS = ("callbacks", *(state.value for state in (LeftState.OPEN, LeftState.CLAIMED, LeftState.DONE)))
"""What the mailbox has, in its order; so they are called in addresses, too."""


@dataclass(frozen=True, slots=True)
class Leafed:
    """How far somebody has leafed, and the language that the address has chosen; empty for the remembered one."""

    after: Mapping[str, str]
    """List -> the last entry before the ones that are looked at."""
    lang: str = ""

    @property
    def query(self) -> str:
        """What addresses end with to stay here; empty at the beginning of every list."""
        chosen = {"lang": self.lang} if self.lang else {}
        return f"?{urlencode(told)}" if (told := {**chosen, **self.after}) else ""

    def to(self, name: str, entry: str = "") -> "Leafed":
        """On in this list, behind this entry; back to its beginning without one."""
        others = {each: last for each, last in self.after.items() if each != name}
        return Leafed({**others, name: entry} if entry else others, self.lang)


@dataclass(frozen=True, slots=True)
class Part:
    """These of so many entries; `first` counts from 1."""

    entries: Sequence[Entry] = ()
    first: int = 1
    all: int = 0

    @property
    def last(self) -> int:
        """Counted from 1, too."""
        return self.first + len(self.entries) - 1


Parts: TypeAlias = Mapping[str, Part]
"""List -> what is looked at of it."""


def leafed(request: Request) -> Leafed:
    """What an address says; nonsense is nothing."""
    told = request.query_params
    after = {name: told[name] for name in LISTS if is_entry_id(told.get(name))}
    chosen = told.get("lang", "")
    return Leafed(after, chosen if chosen in LANGUAGES else "")


def parts_of(entries: Sequence[Entry], leafed: Leafed) -> Parts:
    """Every list of the mailbox, oldest first, as far as it is looked at."""
    lists: dict[str, list[Entry]] = {name: [] for name in LISTS}
    for name, entry in _listed(entries):
        lists[name].append(entry)
    return {name: part_of(found, leafed.after.get(name, "")) for name, found in lists.items()}


def part_of(entries: Sequence[Entry], after: str) -> Part:
    """The oldest after this entry, be it there or not; where nothing is left, those at the beginning."""
    by_id = sorted(entries, key=lambda entry: entry.id)  # ids sort by time
    start = bisect_right(by_id, after, key=lambda entry: entry.id)
    start = start if start < len(by_id) else 0
    return Part(by_id[start : start + MOST], start + 1, len(by_id))


def _listed(entries: Sequence[Entry]) -> Iterator[tuple[str, Entry]]:
    for entry in entries:
        name = "callbacks" if is_dialled_by_us(entry) else entry.state.value
        if name in LISTS:
            yield name, entry
