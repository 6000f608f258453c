"""Ids of what lies in mailboxes: they sort by time, are no secret, and come from nothing about a person."""

import re
import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ID = re.compile(f"m-[0-7][{_ALPHABET}]{{25}}").fullmatch
_CHANCE_BITS = 80
_TIME_CHARACTERS = 10


def new_id(now: float) -> str:
    """`m-` and 26 characters: 10 of milliseconds, 16 of chance. `now`: Unix seconds."""
    value = (int(now * 1000) << _CHANCE_BITS) | secrets.randbits(_CHANCE_BITS)
    return "m-" + "".join(_ALPHABET[value >> place & 31] for place in range(125, -1, -5))


def is_entry_id(text: object) -> bool:
    """Whether this may be an id of ours: then it is safe as the name of a file, too."""
    return isinstance(text, str) and _ID(text) is not None


def came_at(entry: str) -> float:
    """The Unix seconds within an id; 0 for what is none."""
    if not is_entry_id(entry):
        return 0.0
    value = 0
    for letter in entry[2 : 2 + _TIME_CHARACTERS]:
        value = value << 5 | _ALPHABET.index(letter)
    return value / 1000
