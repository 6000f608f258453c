import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.directory_file import Columns, Entry, RowReader, RowRefused
from routing.directory_lines import LineReader
from routing.number import NumberFormat
from tests.fakes.directory_centre import centre

FORMATS = [
    NumberFormat(),
    NumberFormat("9999999999", "9999999999"),
    NumberFormat("A9A9", "K9A999"),
    NumberFormat("9A9", "BG9"),
]
HEADERS = [
    "customer_number,household,area",
    "area,household,customer_number,language",
    "language,customer_number,benefit_team,area,placement_team,household",
]


def reader(numbers: NumberFormat, header: str, delimiter: str = ",") -> LineReader:
    where = centre(customer=numbers.customer, household=numbers.household)
    return LineReader(Columns.of(header.split(",")), delimiter, numbers, RowReader(where, numbers))


def told(lines: LineReader, text: str | list[str]) -> Entry | str:
    try:
        return lines.line(text) if isinstance(text, str) else lines.fields(text)
    except RowRefused as refused:
        return str(refused)


def test_a_plain_line_is_read_in_one_go() -> None:
    lines = reader(NumberFormat(), HEADERS[0], ";")
    assert lines.line("123A456789;12345BG0001234;A1") == ("123456789", "A", "123450001234", "", 0)


def test_a_line_that_is_not_plain_is_read_the_long_way() -> None:
    lines = reader(NumberFormat(), HEADERS[0])
    assert lines.line(" 123a456789 , 12345//0001234 ,A1") == ("123456789", "A", "123450001234", "", 0)


def test_a_plain_line_is_refused_like_any_other() -> None:
    lines = reader(NumberFormat(), HEADERS[0])
    with pytest.raises(RowRefused, match="area is not one of"):
        lines.line("123A456789,12345BG0001234,A10")


FIELD = st.one_of(
    st.sampled_from(["", "A1", "A9", "L01", "V01", "en", "de", "A1B2", "K1C234", "1B2", "BG7", "BG8"]),
    st.from_regex(r"[0-9]{3}[A-Z][0-9]{6}|[0-9]{5}BG[0-9]{7}|[0-9]{10}", fullmatch=True),
    st.text(alphabet="019ABGZab -_/'\0\n٣Ä", max_size=12),
)


@settings(deadline=None)
@given(st.sampled_from(FORMATS), st.sampled_from(HEADERS), st.lists(FIELD, min_size=6, max_size=6), st.integers(0, 7))
def test_both_ways_of_reading_agree(numbers: NumberFormat, header: str, fields: list[str], width: int) -> None:
    places = {"area": "A1", "language": "en", "benefit_team": "L02", "placement_team": "V01"}
    names = header.split(",")
    cells = [places.get(name, field) if width > 5 else field for name, field in zip(names, fields, strict=False)]
    cells = cells[: width or None]
    plain, long_way = reader(numbers, header), reader(numbers, header)
    assert told(long_way, cells) == told(plain, ",".join(cells))
