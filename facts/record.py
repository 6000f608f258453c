"""A fact as bytes, for the journal: compact JSON, and back. The same fact gives the same bytes.

A record names its kind and the version of this format; who a member is, or who did it by hand, is never in it.
Readers pass over keys that they do not know (a newer version may add some) and fill in what an older version left out;
a change that an older reader would misread gets a kind of its own.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from functools import lru_cache
from typing import Any, cast

from facts.call import (
    CallEnded,
    CallerJoined,
    CallerLeft,
    EndedBy,
    LeftBy,
    MemberAnswered,
    MemberRang,
    RingEnded,
    Source,
    TalkEnded,
)
from facts.callback import CallbackMoved
from facts.contact import ContactDecided, LeftKind, LeftState, LeftWithUs, OnCallAnswered
from facts.kinds import Journalled
from facts.place import Place
from facts.wait import WaitLearned, WaitProved, WaitTold
from facts.watch import GapSeen, StaffCounted

VERSION = 1
MOST_BYTES = 4096
"""No record is longer."""
KINDS: tuple[type[Journalled], ...] = (
    CallerJoined,
    CallerLeft,
    CallEnded,
    MemberRang,
    RingEnded,
    MemberAnswered,
    TalkEnded,
    StaffCounted,
    GapSeen,
    WaitTold,
    WaitProved,
    WaitLearned,
    ContactDecided,
    OnCallAnswered,
    LeftWithUs,
    CallbackMoved,
)
"""Every journalled kind."""

_TEXT = re.compile(r"[!#-\[\]-~]{0,128}")  # visible ASCII but quote and backslash: JSON escapes none of it
_LARGEST = 2**53  # beyond it other readers of JSON round
_LEFT_OUT = frozenset(("member", "by"))  # no history of a person is kept

Check = Callable[[object], object]


class NotAFact(ValueError):
    """These bytes are no fact that we know, or a fact holds what no record may. The sentence repeats no value."""


def record(fact: Journalled) -> bytes:
    """The fact as one line of JSON, without a newline. Raises NotAFact for values that could not be read back."""
    kind = type(fact)
    shape = _WRITTEN.get(kind)
    if shape is None:
        raise NotAFact(f"{kind.__name__} is not journalled")
    values = {_written(name): _kept(check, fact, name) for name, check in shape.items()}
    told = {"v": VERSION, "kind": kind.__name__, **values}
    return _encoded(told).encode("ascii")


def fact_from(record: bytes) -> Journalled:
    """The fact that was recorded. Raises NotAFact for anything else, whatever the bytes."""
    told = _parsed(record)
    version, name = told.get("v"), told.get("kind")
    if type(version) is not int or version < 1 or not isinstance(name, str):
        raise NotAFact("a record names its version and its kind")
    kind = _BY_NAME.get(name)
    if kind is None:
        raise NotAFact("a kind of fact that this version does not know")
    return cast("Journalled", _built(kind, _READ[kind], told))


def _parsed(record: bytes) -> dict[str, object]:
    if len(record) > MOST_BYTES:
        raise NotAFact(f"a record has at most {MOST_BYTES} bytes")
    try:
        told = json.loads(record.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise NotAFact("a record is JSON in UTF-8") from error
    if not isinstance(told, dict):
        raise NotAFact("a record is a JSON object")
    return told


def _built(kind: type, shape: Mapping[str, "_Key"], told: Mapping[str, object]) -> object:
    given = {}
    for name, key in shape.items():
        if (written := _written(name)) in told:
            given[name] = _checked(key.check, told[written], name)
        elif key.is_needed:
            raise NotAFact(f"a {kind.__name__} has {name}")
    try:
        return kind(**given)
    except ValueError as error:
        raise NotAFact(str(error)) from error


def _written(name: str) -> str:
    return "is" if name == "kind" else name  # `kind` is that of the record


def _kept(check: Check, fact: object, name: str) -> object:
    return _checked(check, getattr(fact, name), name)


def _checked(check: Check, value: object, name: str) -> object:
    try:
        return check(value)
    except NotAFact:
        raise
    except (ValueError, OverflowError) as error:
        raise NotAFact(f"{name}: not a value that a record may hold") from error


def _text(value: object) -> str:
    if isinstance(value, str) and _TEXT.fullmatch(value):
        return value
    raise ValueError


def _whole(value: object) -> int:
    if type(value) is int and abs(value) <= _LARGEST:
        return value
    raise ValueError


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError


def _seconds(value: object) -> float:
    """One way to write each number: always a float, its shortest digits that read back the same, no minus zero."""
    if type(value) not in {int, float}:
        raise ValueError
    seconds = float(cast("float", value)) + 0.0
    if not math.isfinite(seconds) or abs(seconds) > _LARGEST:
        raise ValueError
    return seconds


def _seconds_if_known(value: object) -> float | None:
    return None if value is None else _seconds(value)


@lru_cache(maxsize=1024)
def _place_told(value: object) -> dict[str, object]:
    """The facts of one visit share its place."""
    return {name: _kept(key.check, value, name) for name, key in _PLACE.items()}


def _place_read(value: object) -> Place:
    if not isinstance(value, dict):
        raise NotAFact("a place is a JSON object")
    return cast("Place", _built(Place, _PLACE, value))


_CHECKS: Mapping[str, Check] = {
    **dict.fromkeys(("node", "team", "ring", "call", "queue", "rule", "concern", "language", "site", "reasons"), _text),
    **dict.fromkeys(("home", "goal", "way", "steps", "customer", "entry"), _text),
    **dict.fromkeys(("kiosk", "callback", "before", "kind"), _text),
    **dict.fromkeys(("visit", "arrival", "credit", "signed_in", "paused", "unknown", "position", "attempts"), _whole),
    **dict.fromkeys(("at", "since", "told_at", "second", "factor", "ratio"), _seconds),
    **dict.fromkeys(("mean_seconds", "p50_seconds", "p80_seconds", "p90_seconds"), _seconds),
    **dict.fromkeys(("low_seconds", "high_seconds", "waited_seconds", "end_seconds"), _seconds),
    **dict.fromkeys(("hold_seconds", "ring_seconds", "talk_seconds"), _seconds_if_known),
    **dict.fromkeys(("returns", "filled", "answered", "taken_back"), _yes_or_no),
    "source": cast("Check", Source),
    "what": cast("Check", LeftKind),
    "state": cast("Check", LeftState),
    "cause": cast("Check", LeftBy),
    "outcome": cast("Check", LeftBy),
    "ended_by": cast("Check", EndedBy),
    "place": _place_read,
}
"""What each field of a fact may hold."""

_OWN_CHECKS: Mapping[type, Mapping[str, Check]] = {
    CallbackMoved: {"state": _text, "outcome": _text, "waited_seconds": _seconds_if_known},
}
"""Where a name means something else in one kind: the words of a callback's life are those of `routing.callback`."""


class _Key:
    """One field: how it is read, and whether there is no fact without it."""

    __slots__ = ("check", "is_needed")

    def __init__(self, field: Field[Any], own: Mapping[str, Check]) -> None:
        self.check = own[field.name] if field.name in own else _CHECKS[field.name]
        self.is_needed = field.default is MISSING


def _shape(kind: type) -> dict[str, _Key]:
    own = _OWN_CHECKS.get(kind, {})
    return {field.name: _Key(field, own) for field in fields(kind) if field.name not in _LEFT_OUT}


_PLACE = _shape(Place)
_READ = {kind: _shape(kind) for kind in KINDS}
_WRITTEN: Mapping[type, Mapping[str, Check]] = {
    kind: {name: _place_told if name == "place" else key.check for name, key in shape.items()}
    for kind, shape in _READ.items()
}
_BY_NAME = {kind.__name__: kind for kind in KINDS}
_encoded = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False).encode
