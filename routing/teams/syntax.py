"""What the YAML parser stumbled over, in an administrator's words."""

import yaml

from routing.teams.mistakes import Mistake

_CURES: tuple[tuple[str, str, str], ...] = (
    (
        "expected ',' or ']'",
        "a list that begins here is not closed",
        'close it with "]" and put commas between its parts',
    ),
    (
        "expected ',' or '}'",
        "a block that begins here is not closed",
        'close it with "}" and put commas between its parts',
    ),
    ("unexpected end of stream", "a quote that begins here is not closed", "write the second quote"),
    (
        "mapping values are not allowed",
        "a colon where none can be",
        "indent this line like its neighbours, or put the text in quotes if the colon belongs to it",
    ),
    ("could not find expected ':'", "a line without a colon", 'write it as "key: value"'),
    (
        "did not find expected key",
        "this line does not fit the block it stands in",
        "indent it with spaces exactly like its neighbours",
    ),
    (
        "expected '-' indicator",
        "this line does not fit the list it stands in",
        'begin it with "- " exactly below the lines before it',
    ),
    (
        "undefined alias",
        "a * name that no & name introduced",
        "write the value itself, or put the text in quotes",
    ),
    ("second occurrence", "an & name that is used twice", "give each & name once"),
    ("another document", "a second document begins here", 'remove the line "---"'),
    (
        "cannot start any token",
        "a character that cannot begin a value",
        "put the text in quotes",
    ),
)
_FROM_THE_BEGINNING = (
    "expected ',' or ']'",
    "expected ',' or '}'",
    "unexpected end of stream",
    "could not find expected ':'",
)
_OTHERWISE = "check indentation, colons, quotes and brackets here and in the line above"


def syntax_mistake(error: yaml.MarkedYAMLError, text: str, file: str) -> Mistake:
    """The mistake behind a YAML error, at the place where a reader can see it."""
    problem = error.problem or ""
    begins_before = any(part in problem for part in _FROM_THE_BEGINNING)
    mark = (error.context_mark if begins_before else None) or error.problem_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    what, cure = _words(problem)
    if _is_tab(text, line, column):
        what, cure = "a tab", "use spaces: YAML takes no tabs for indentation"
    return Mistake(file, line + 1, column + 1, what, cure)


def _words(problem: str) -> tuple[str, str]:
    for part, what, cure in _CURES:
        if part in problem:
            return what, cure
    return f"YAML cannot read this ({problem})", _OTHERWISE


def _is_tab(text: str, line: int, column: int) -> bool:
    lines = text.split("\n")
    return line < len(lines) and lines[line][column : column + 1] == "\t"
