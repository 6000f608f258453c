"""What pydantic refused in teams.yaml, in an administrator's words, with the cure."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from routing.teams.kinds import WRONG
from routing.teams.mistakes import listed, meant, shown
from routing.teams.places import Document, Finding, Path
from routing.teams.schema import TeamsYaml

_WRITTEN = 40  # characters of a value that a message repeats
_KEY = "[key]"  # pydantic's mark for an error about a key itself


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where an error is, what was given there, and what pydantic says about its bounds."""

    path: Path
    given: object
    written: str
    bounds: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The key that the value belongs to, also for a value in a list."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "the file")

    @property
    def example(self) -> str:
        """The key with an example, as one could write it."""
        return f"{self.name}: {_flow(_schema_at(self.path)[1])}"


def finding(error: ErrorDetails, document: Document) -> Finding:
    """One error of pydantic as a finding."""
    path, at_key = error["loc"], False
    if path and path[-1] == _KEY:
        path, at_key = path[:-1], True
    spot = _Spot(path, error["input"], document.written.get(path, "")[:_WRITTEN], error.get("ctx", {}))
    what, cure = _TELLS.get(error["type"], _other)(spot)
    return Finding(path, what, cure, at_key or error["type"] == "extra_forbidden")


def _own(spot: _Spot) -> tuple[str, str]:
    return str(spot.bounds["what"]), str(spot.bounds["cure"])


def _owner(path: Path) -> str:
    """Whose key it is; in a list people count from one."""
    if len(path) == 1:
        return ""
    owner = path[-2]
    return f" of number {owner + 1} in {shown(path[-3])}" if isinstance(owner, int) else f" of {shown(owner)}"


def _missing(spot: _Spot) -> tuple[str, str]:
    return f"{shown(spot.name)}{_owner(spot.path)} is missing", f"add it, for example  {spot.example}"


def _unknown(spot: _Spot) -> tuple[str, str]:
    names = list(getattr(_schema_at(spot.path[:-1])[0], "model_fields", ()))
    cure = meant(spot.name, names, f"remove it; the keys here are {listed(names)}")
    return f"there is no key {shown(spot.name)} here", cure


def _text(spot: _Spot) -> tuple[str, str]:
    if spot.given is None:
        return _empty(spot)
    if isinstance(spot.given, list | dict):
        return f"{shown(spot.name)} is a list or block where one text belongs", _as_in(spot)
    lost = ", so its leading zero would be lost" if spot.written.startswith("0") else ""
    return f"{spot.written} stands without quotes{lost}", f'put it in quotes: "{spot.written}"'


def _empty(spot: _Spot) -> tuple[str, str]:
    return f"{shown(spot.name)} is empty", f"{_as_in(spot)}, or remove the key if it may be left out"


def _as_in(spot: _Spot) -> str:
    return f"write it like  {spot.example}"


def _list(spot: _Spot) -> tuple[str, str]:
    if spot.given is None:
        return _empty(spot)
    brackets = f"put it in square brackets: [{_flow(spot.written)}]"
    return f"{shown(spot.name)} must be a list", brackets if spot.written else _as_in(spot)


def _block(spot: _Spot) -> tuple[str, str]:
    if spot.given is None:
        return _empty(spot)
    return f"{shown(spot.name)} must be a block of keys and values", _as_in(spot)


def _number(spot: _Spot) -> tuple[str, str]:
    if spot.given is None:
        return _empty(spot)
    if isinstance(spot.given, str) and re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", spot.given):
        return f"{shown(spot.name)} is a text, not a number", f"write it without quotes: {spot.given}"
    return f"{shown(spot.name)} must be a number", "write digits alone, without quotes or units"


def _whole_number(spot: _Spot) -> tuple[str, str]:
    if isinstance(spot.given, float):
        return f"{shown(spot.name)} must be a whole number", "write it without a decimal point"
    return _number(spot)


def _yes_or_no(spot: _Spot) -> tuple[str, str]:
    if spot.given is None:
        return _empty(spot)
    return f"{shown(spot.name)} must be true or false", f"write it like  {spot.name}: true, without quotes"


def _too_small(spot: _Spot) -> tuple[str, str]:
    least = spot.bounds["ge"]
    return f"{spot.written} is too small for {shown(spot.name)}", f"write {least:g} or more"


def _too_large(spot: _Spot) -> tuple[str, str]:
    most = spot.bounds["le"]
    hint = " (a part of one: 0.75 is 75 %)" if spot.name == "share" else ""
    return f"{spot.written} is too large for {shown(spot.name)}", f"write {most:g} or less{hint}"


def _choice(spot: _Spot) -> tuple[str, str]:
    if spot.given is None:
        return _empty(spot)
    choices = re.findall("'([^']*)'", str(spot.bounds["expected"]))
    cure = meant(spot.given, choices, f"write one of {', '.join(choices)}")
    return f"{shown(spot.name)} cannot be {shown(spot.written or spot.given)}", cure


def _too_few(spot: _Spot) -> tuple[str, str]:
    return f"{shown(spot.name)} is empty", f"name at least one, for example  {spot.example}"


def _other(spot: _Spot) -> tuple[str, str]:
    return f"{shown(spot.name)} cannot be understood", _as_in(spot)


_TELLS: Mapping[str, Callable[[_Spot], tuple[str, str]]] = {
    WRONG: _own,
    "missing": _missing,
    "extra_forbidden": _unknown,
    "string_type": _text,
    "list_type": _list,
    "dict_type": _block,
    "model_type": _block,
    "int_type": _whole_number,
    "float_type": _number,
    "bool_type": _yes_or_no,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_large,
    "enum": _choice,
    "literal_error": _choice,
    "too_short": _too_few,
}


def _flow(value: object) -> str:
    """A value as one line of YAML."""
    return re.sub(r'"([a-z_-]+)": ', r"\1: ", json.dumps(value, ensure_ascii=False))


def _schema_at(path: Path) -> tuple[object, object]:
    """The type that belongs at a path, and an example of it."""
    here: object = TeamsYaml
    example: object = None
    for step in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = here.model_fields[str(step)]
            here, example = _plain(field.annotation), _example(field)
        else:
            here = _plain(get_args(here)[-1])
            example = next(iter(example.values())) if isinstance(example, dict) else example
    return here, example


def _example(field: FieldInfo) -> object:
    if field.examples:
        return field.examples[0]
    return field.default.model_dump() if isinstance(field.default, BaseModel) else field.default


def _plain(annotation: object) -> object:
    """The type itself, without what Annotated adds and without None."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return _plain(get_args(annotation)[0])
    return annotation
