import io
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.csv_records import BLOCK_BYTES, LINE_LIMIT, Records, encoding_of, lines_of
from routing.directory_file import LineMistake


def lines(raw: bytes, encoding: str = "utf-8-sig") -> list[str]:
    return list(lines_of(io.BytesIO(raw), encoding, len(raw), lambda _done, _total: None))


def records(text: str) -> list[tuple[int, object]]:
    found = Records(iter(text.split("\n")))
    return [(line, "mistake" if isinstance(each, LineMistake) else each) for line, each in found]


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (b"", "utf-8-sig"),
        (b"area", "utf-8-sig"),
        (b"\xef\xbb\xbfarea", "utf-8-sig"),
        ("Süd".encode(), "utf-8-sig"),
        ("Süd".encode("windows-1252"), "windows-1252"),
        (b"cut short \xc3", "windows-1252"),
        ("area".encode("utf-16"), None),
        (b"\xfe\xff\0a", None),
        (b"a" * (BLOCK_BYTES - 1) + "ü".encode(), "utf-8-sig"),
    ],
)
def test_the_encoding_is_found_by_reading(raw: bytes, encoding: str | None) -> None:
    assert encoding_of(io.BytesIO(raw)) == encoding


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_line(end: str) -> None:
    assert lines(f"a{end}b{end}{end}c".encode()) == ["a", "b", "", "c"]


def test_a_byte_order_mark_is_no_part_of_the_header() -> None:
    assert lines(b"\xef\xbb\xbfarea\n") == ["area"]


def test_what_windows_1252_does_not_have_becomes_a_question_mark() -> None:
    assert lines(b"S\xfcd \x81", "windows-1252") == ["Süd \N{REPLACEMENT CHARACTER}"]


def test_a_line_separator_of_unicode_ends_no_line() -> None:
    assert lines("a\u2028b\x0cc\n".encode()) == ["a\u2028b\x0cc"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("length", range(BLOCK_BYTES - 3, BLOCK_BYTES + 3))
def test_a_line_end_across_two_blocks_counts_once(length: int, end: str) -> None:
    start = "\n" * (length - 3) + "xxx"
    assert lines(f"{start}{end}b{end}".encode())[length - 3 :] == ["xxx", "b"]


def test_an_endless_line_is_never_held() -> None:
    longest = max(len(line) for line in lines(b"x" * (5 * BLOCK_BYTES) + b"\nb"))
    assert LINE_LIMIT < longest <= LINE_LIMIT + 1 + BLOCK_BYTES


def test_progress_ends_with_the_whole_file() -> None:
    told: list[tuple[int, int]] = []
    raw = b"line\n" * BLOCK_BYTES
    list(lines_of(io.BytesIO(raw), "utf-8", len(raw), lambda done, total: told.append((done, total))))
    assert told[-1] == (len(raw), len(raw))
    assert told == sorted(told)


def test_blank_lines_are_skipped_but_counted() -> None:
    assert records("a,b\n\n  \n1,2\n") == [(1, "a,b"), (4, "1,2")]


def test_quotes_are_read_as_csv() -> None:
    assert records('a,b\n"1, ""one""",2') == [(1, "a,b"), (2, ['1, "one"', "2"])]


def test_a_quoted_line_end_keeps_the_files_line_numbers() -> None:
    assert records('a,b\n"1\n1",2\n3,4') == [(1, "a,b"), (2, ["1\n1", "2"]), (4, "3,4")]


def test_one_stray_quote_costs_one_line() -> None:
    expected = [(1, "a,b"), (2, "mistake"), (3, "3,4"), (4, ["5", "6"]), (5, "7,8")]
    assert records('a,b\n"1,2\n3,4\n"5",6\n7,8') == expected


def test_a_quote_that_is_never_closed_costs_one_line() -> None:
    good = [(line, f"{line},x") for line in range(3, 60)]
    text = "\n".join(["a,b", '"1,2', *(each for _, each in good)])
    assert records(text) == [(1, "a,b"), (2, "mistake"), *good]


def test_a_quote_inside_of_a_field_is_a_mistake_or_itself_but_never_lost() -> None:
    assert records('a,b\n"1"x,2\n3,4') == [(1, "a,b"), (2, "mistake"), (3, "3,4")]


def test_a_line_that_is_too_long_is_a_mistake() -> None:
    assert records("a,b\n" + "x" * (LINE_LIMIT + 1) + "\n1,2") == [(1, "a,b"), (2, "mistake"), (3, "1,2")]


@pytest.mark.parametrize(("header", "delimiter"), [("a,b", ","), ("a;b", ";"), ("a", ","), ('"a";"b"', ";")])
def test_the_header_tells_the_delimiter(header: str, delimiter: str) -> None:
    found = Records(iter([header]))
    list(found)
    assert found.delimiter == delimiter


@settings(deadline=None)
@given(st.lists(st.text(alphabet='a1,;"\n \0', max_size=12), max_size=30))
def test_any_text_gives_records_in_order_and_never_raises(texts: list[str]) -> None:
    def fed() -> Iterator[str]:
        yield from "\n".join(texts).split("\n")

    numbers = [line for line, _ in Records(fed())]
    assert numbers == sorted(set(numbers))
