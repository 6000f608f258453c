import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.agi.grammar import (
    LONGEST_COMMAND,
    CommandRefused,
    command,
    get_variable,
    queue_waiting_count,
    quoted,
    set_variable,
)


def asterisk_words(line: str) -> list[str]:
    """Split as `parse_args` of res/res_agi.c does, character by character."""
    words: list[str] = []
    in_quotes = escaped = False
    between = True
    for character in line:
        if character == '"' and not escaped:
            in_quotes = not in_quotes
            if in_quotes and between:
                words.append("")
                between = False
        elif character in " \t" and not in_quotes and not escaped:
            between = True
        elif character == "\\" and not escaped:
            escaped = True
            continue
        else:
            if between:
                words.append("")
                between = False
            words[-1] += character
        escaped = False
    return words


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("m0101", "m0101"),
        ('""', ""),
        ('"a b"', "a b"),
        ('"say \\"hi\\""', 'say "hi"'),
        ('"a\\\\b"', "a\\b"),
        ('"ü"', "ü"),
        ("0123456789*#", "0123456789*#"),
    ],
)
def test_an_argument_is_quoted_where_it_must_be(line: str, word: str) -> None:
    assert line == quoted(word)


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029"))))
def test_asterisk_reads_back_every_argument(words: list[str]) -> None:
    line = command("NOOP", *[word[:50] for word in words][:5]).decode().removesuffix("\n")

    assert ["NOOP", *[word[:50] for word in words][:5]] == asterisk_words(line)


def test_the_fake_asterisk_splits_words_alike() -> None:
    line = command("SET VARIABLE", "A", 'x "y" \\z').decode()

    assert shlex.split(line) == asterisk_words(line.removesuffix("\n"))


@pytest.mark.parametrize("character", ["\n", "\r", "\0", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\t", "\udc80"])
def test_a_control_character_is_refused(character: str) -> None:
    with pytest.raises(CommandRefused):
        set_variable("TEAMLINE_NOTE", f"a{character}b")


def test_a_refusal_never_repeats_the_value() -> None:
    with pytest.raises(CommandRefused) as refused:
        set_variable("TEAMLINE_NOTE", "123A456789\n")

    assert "123A" not in str(refused.value)


def test_the_longest_command_is_taken() -> None:
    assert LONGEST_COMMAND == len(command("NOOP", "x" * (LONGEST_COMMAND - 6)))


def test_a_longer_command_is_refused() -> None:
    with pytest.raises(CommandRefused):
        command("NOOP", "x" * (LONGEST_COMMAND - 5))


def test_a_variable_is_set_in_one_line() -> None:
    assert b'SET VARIABLE TEAMLINE_QUEUE "a b"\n' == set_variable("TEAMLINE_QUEUE", "a b")


def test_a_variable_is_asked_for() -> None:
    assert b"GET VARIABLE TEAMLINE_ARRIVAL\n" == get_variable("TEAMLINE_ARRIVAL")


@pytest.mark.parametrize("name", ["", "A B", "CALLERID(num)", "1A", "A-B", "A\n", "Ä"])
def test_a_variable_is_a_plain_name(name: str) -> None:
    with pytest.raises(CommandRefused):
        set_variable(name, "x")
    with pytest.raises(CommandRefused):
        get_variable(name)


def test_the_waiting_count_is_asked_of_the_queue() -> None:
    assert b'GET FULL VARIABLE "${QUEUE_WAITING_COUNT(A1-urgent)}"\n' == queue_waiting_count("A1-urgent")


@pytest.mark.parametrize("queue", ["", "L01)}${SHELL(x)", "L 01", "L01\n"])
def test_a_queue_that_is_no_name_is_refused(queue: str) -> None:
    with pytest.raises(CommandRefused):
        queue_waiting_count(queue)
