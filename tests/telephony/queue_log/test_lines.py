import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.queue_log.lines import LONGEST_LINE, AsteriskStarted, CallerLine, epoch, parse

CASES = [
    (
        b"1795345186|1795345186.1|L01|NONE|ENTERQUEUE|||1",
        CallerLine(1795345186, "1795345186.1", "L01", "NONE", "ENTERQUEUE", ("", "", "1")),
    ),
    (
        b"1795345356|1795345354.13|L01|one|CONNECT|2|1795345355.14|0",
        CallerLine(1795345356, "1795345354.13", "L01", "one", "CONNECT", ("2", "1795345355.14", "0")),
    ),
    (
        b"1795345205|pbx1-1795345203.7|L01|NONE|WITHDRAW|1|1|2|",
        CallerLine(1795345205, "pbx1-1795345203.7", "L01", "NONE", "WITHDRAW", ("1", "1", "2", "")),
    ),
    (b"1795345098|NONE|NONE|NONE|QUEUESTART|", AsteriskStarted(1795345098)),
    (b"1795345428|1795345428.41|L01|NO1795345434|NONE|NONE|NONE|QUEUESTART|", AsteriskStarted(1795345434)),
    (b"1795345437|NONE|NONE|NONE|CONFIGRELOAD|", None),
    (b"1795345354|MANAGER|L01|one|ADDMEMBER|", None),
    (b"1795345383|1795345382.28|L01|one|RINGNOANSWER|0", None),
    (b"1795345383|1795345382.28|L01|one|CONNECT", None),
    (b"x795345383|1795345382.28|L01|NONE|ABANDON|1|1|4", None),
    (b"1795345383|1795345382.28/x|L01|NONE|ABANDON|1|1|4", None),
    (b"1795345383|1795345382.28|L 01|NONE|ABANDON|1|1|4", None),
    (b"1795345383|1795345382.28|L01|Erika Muster|ABANDON|1|1|4", None),
    (b"1795345383|1795345382.28|L01|\xff|ABANDON|1|1|4", None),
    (b"1795345383|1795345382.28|L01|NONE|ABANDON|" + b"1" * LONGEST_LINE, None),
    (b"", None),
]


@pytest.mark.parametrize(("line", "told"), CASES)
def test_a_line_tells_what_asterisk_wrote_or_nothing(line: bytes, told: object) -> None:
    assert told == parse(line)


@given(st.binary(max_size=200))
def test_no_bytes_raise(line: bytes) -> None:
    parse(b"1795345383|" + line)
    parse(line)


@pytest.mark.parametrize(("line", "at"), [(b"1795345383|x", 1795345383), (b"1795345383", None), (b"17|x", None)])
def test_a_line_begins_with_its_moment(line: bytes, at: int | None) -> None:
    assert at == epoch(line)


@pytest.mark.parametrize(
    ("data", "place", "seconds"),
    [(("1", "1", "4"), 2, 4.0), (("1",), 2, None), (("", ""), -2, None), (("²",), 0, None), (("9" * 10,), 0, None)],
)
def test_only_a_number_of_seconds_is_one(data: tuple[str, ...], place: int, seconds: float | None) -> None:
    assert seconds == CallerLine(1, "1.1", "L01", "NONE", "ABANDON", data).seconds(place)
