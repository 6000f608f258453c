"""YAML text -> plain values, and the line and column of each: with the safe yamlcore loader (YAML 1.2 core).

Theory of operation: the text is composed into YAML's node tree, which knows where everything stands. One walk
turns the tree into plain values and notes each place under its path, e.g. ("teams", "L01", "extension"). Keys
are always text, as written. Aliases are followed, but depth and number of values are bounded, so that a few
lines cannot grow into millions of values. Depth is looked at before composing, since the composer recurses in
C and would take the process with it. What the walk finds wrong (a key twice) is noted; reading goes on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import yaml
from yamlcore import CCoreLoader

from routing.teams.mistakes import Mistake, TeamsFileError, shown
from routing.teams.syntax import syntax_mistake

Path = tuple[str | int, ...]

LARGEST_BYTES = 4 * 1024 * 1024
DEEPEST = 12
MOST_VALUES = 50_000  # 800 members take about 6,000

_TOO_DEEP = ("too many levels inside each other", "write it as in docs/teams-yaml.md")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake at a path of the document; `at_key` points at the key, not at its value."""

    path: Path
    what: str
    cure: str
    at_key: bool = False


@dataclass(slots=True)
class Document:
    """What a YAML text says, where each part stands, and how numbers are written in it."""

    file: str
    value: object = None
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)
    findings: list[Mistake] = field(default_factory=list)

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """Where the path stands; where its nearest parent's key stands if it is missing from the file."""
        if path in self.values:
            is_blank = self.written.get(path) == ""
            return self.keys[path] if at_key or is_blank else self.values[path]
        return self.place(path[:-1], at_key=True)

    def mistake(self, finding: Finding) -> Mistake:
        """The finding with its place."""
        place = self.place(finding.path, at_key=finding.at_key)
        return Mistake(self.file, place.line, place.column, finding.what, finding.cure)


def document(text: str, file: str) -> Document:
    """Read a YAML text. Raises TeamsFileError if it is no YAML, empty, or beyond the bounds."""
    text = text.removeprefix("\ufeff")
    _refuse_unfit(text, file)
    loader = CCoreLoader(text)
    try:
        _refuse_deep(text, file)
        root = loader.get_single_node()
        return _Walk(loader, file).document(root)
    except yaml.MarkedYAMLError as error:
        raise TeamsFileError([syntax_mistake(error, text, file)]) from error
    finally:
        loader.dispose()


def _refuse_unfit(text: str, file: str) -> None:
    if len(text.encode(errors="replace")) > LARGEST_BYTES:
        cure = "keep it under 4 MiB; customers belong into the customer file, not here"
        raise TeamsFileError([Mistake(file, 1, 1, "the file is too large", cure)])
    mistakes = [
        Mistake(
            file,
            text.count("\n", 0, found.start()) + 1,
            found.start() - text.rfind("\n", 0, found.start()),
            f"an invisible character (U+{ord(found[0]):04X})",
            "delete it and type the text again",
        )
        for found in _first(_UNPRINTABLE.finditer(text), 20)
    ]
    if mistakes:
        raise TeamsFileError(mistakes)


def _refuse_deep(text: str, file: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=CCoreLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            place = _place(event)
            raise TeamsFileError([Mistake(file, place.line, place.column, *_TOO_DEEP)])


def _first(found: Iterator[re.Match[str]], count: int) -> Iterator[re.Match[str]]:
    yield from (match for _, match in zip(range(count), found, strict=False))


class _Walk:
    """One walk over the node tree of one document."""

    def __init__(self, loader: CCoreLoader, file: str) -> None:
        self._loader = loader
        self._document = Document(file)

    def document(self, root: yaml.Node | None) -> Document:
        if root is None:
            cure = "begin with the example teams.yaml that comes with Teamline"
            raise TeamsFileError([Mistake(self._document.file, 1, 1, "the file is empty", cure)])
        if not isinstance(root, yaml.MappingNode):
            self._give_up(root, "the file is no block of keys and values", "begin with the example teams.yaml")
        self._document.keys[()] = _place(root)
        self._document.value = self._value(root, ())
        return self._document

    def _value(self, node: yaml.Node, path: Path) -> object:
        self._refuse_endless(node, path)
        self._document.values[path] = _place(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node, path)
        return self._scalar(node, path)

    def _refuse_endless(self, node: yaml.Node, path: Path) -> None:
        if len(path) > DEEPEST:
            self._give_up(node, *_TOO_DEEP)
        if len(self._document.values) >= MOST_VALUES:
            self._give_up(node, "too many values", "remove repeated blocks (& and *) and what is not needed")

    def _give_up(self, node: yaml.Node, what: str, cure: str) -> None:
        self._note(node, what, cure)
        raise TeamsFileError(self._document.findings)

    def _note(self, node: yaml.Node, what: str, cure: str) -> None:
        place = _place(node)
        self._document.findings.append(Mistake(self._document.file, place.line, place.column, what, cure))

    def _sequence(self, node: yaml.SequenceNode, path: Path) -> list[object]:
        for index, item in enumerate(node.value):
            self._document.keys[(*path, index)] = _place(item)
        return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        result: dict[str, object] = {}
        for key, value in node.value:
            if self._is_fit(key, path):
                self._document.keys[(*path, key.value)] = _place(key)
                result[key.value] = self._value(value, (*path, key.value))
        return result

    def _is_fit(self, key: yaml.Node, path: Path) -> bool:
        """Whether this is a key that stands here for the first time; if not, say so."""
        if not isinstance(key, yaml.ScalarNode):
            self._note(key, "a list or block where a key should be", "write one word before the colon")
        elif key.value == "<<":
            self._note(key, 'a merge key "<<"', "write the merged keys out here")
        elif (first := self._document.keys.get((*path, key.value))) is not None:
            what = f"{shown(key.value)} stands here a second time (first in line {first.line})"
            self._note(key, what, "remove one of the two, or give it another name")
        else:
            return True
        return False

    def _scalar(self, node: yaml.Node, path: Path) -> object:
        self._document.written[path] = node.value
        try:
            return self._loader.construct_object(node)
        except (yaml.YAMLError, ValueError, LookupError):
            self._note(node, f"{shown(node.value)} cannot be read as {shown(node.tag)}", "put it in quotes")
            return None


def _place(part: yaml.Node | yaml.Event) -> Place:
    mark = cast("yaml.Mark", part.start_mark)  # only parts made by hand have none
    return Place(mark.line + 1, mark.column + 1)
