import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.teams.file import TeamsFileError, parse

BOMB = "a: &a [1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{one}: &{one} [{', '.join(['*' + other] * 8)}]\n" for other, one in zip("abcdefg", "bcdefgh", strict=True)
)

SYNTAX = [
    ("", 1, 1, "the file is empty: begin with the example"),
    ("# nothing yet\n", 1, 1, "the file is empty"),
    ("- a\n- b\n", 1, 1, "the file is no block of keys and values: begin with"),
    ("a:\n\tb: c\n", 2, 1, "a tab: use spaces"),
    ("a: 1\nb: [1, 2\nc: 3\n", 2, 4, 'a list that begins here is not closed: close it with "]"'),
    ("a: 1\nb: {c: 1\nd: [", 2, 4, 'a block that begins here is not closed: close it with "}"'),
    ('a: 1\nb: "c\nd: e\n', 2, 4, "a quote that begins here is not closed: write the second quote"),
    ("a: b: c\n", 1, 5, "a colon where none can be: indent this line"),
    ("a: 1\nb\n", 2, 1, 'a line without a colon: write it as "key: value"'),
    ("a: |\n  b\n c: 1\n", 3, 2, "this line does not fit the block it stands in: indent it"),
    ("- a\nb: 1\n", 2, 1, "this line does not fit the list it stands in"),
    ("a: *b\n", 1, 4, "a * name that no & name introduced"),
    ("a: &x 1\nb: &x 2\n", 2, 4, "an & name that is used twice"),
    ("a: 1\n---\nb: 1\n", 2, 1, 'a second document begins here: remove the line "---"'),
    ("a: @b\n", 1, 4, "a character that cannot begin a value: put the text in quotes"),
    ('a: "\\x"\n', 1, 7, "YAML cannot read this (did not find expected hex"),
    ("a: b\x00c\n", 1, 5, "an invisible character (U+0000): delete it"),
    ("ä: ö\nü: ö\u2028", 2, 5, "an invisible character (U+2028)"),
    ("ä: ö\nü: @x\n", 2, 4, "a character that cannot begin a value"),
    ("[" * 100_000, 1, 13, "too many levels inside each other: write it as in docs/teams-yaml.md"),
    ("- " * 100_000, 1, 25, "too many levels inside each other"),
    ("a: &a [*a]\n", 1, 4, "too many levels inside each other"),
    (BOMB, 1, 14, "too many values: remove repeated blocks"),
]


@pytest.mark.parametrize(("text", "line", "column", "says"), SYNTAX, ids=range(len(SYNTAX)))
def test_what_is_no_yaml_is_told_where_a_reader_sees_it(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(TeamsFileError) as raised:
        parse(text)
    assert [(line, column)] == [(mistake.line, mistake.column) for mistake in raised.value.mistakes]
    assert str(raised.value).startswith(f"teams.yaml:{line}:{column}: {says}")


def test_each_invisible_character_has_its_place_up_to_twenty() -> None:
    with pytest.raises(TeamsFileError) as raised:
        parse("a: 1\n" + "\x07" * 30)
    assert [(2, column) for column in range(1, 21)] == [(one.line, one.column) for one in raised.value.mistakes]


PIECES = st.sampled_from([*"abL01:,-[]{}&*!|>'\"#%@`? \n\t", "teams", ": ", "- ", "<<", "\u2028", "ü", "\ud800", "\r"])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60))
def test_any_text_is_a_centre_or_mistakes_in_single_lines(text: str) -> None:
    with pytest.raises(TeamsFileError) as raised:
        parse(text)
    assert raised.value.mistakes
    assert len(raised.value.mistakes) == len(str(raised.value).split("\n"))
