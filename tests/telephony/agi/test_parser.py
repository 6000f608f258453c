import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.agi.events import Environment, Event, HungUp, Reply
from telephony.agi.parser import LONGEST_LINE, MOST_LINES, AgiParser, ProtocolError

OPENING = b"agi_network: yes\nagi_accountcode: \n\n"
OPENED = Environment({"agi_network": "yes", "agi_accountcode": ""})

CASES: list[tuple[bytes, list[Event]]] = [
    (b"200 result=0\n", [Reply(200, "0")]),
    (b"200 result=1 (en)\n", [Reply(200, "1", "en")]),
    (b"200 result=1 (a (b) c)\n", [Reply(200, "1", "a (b) c")]),
    (b"200 result=123 (timeout)\n", [Reply(200, "123", "timeout")]),
    (b"200 result= (timeout)\n", [Reply(200, "", "timeout")]),
    (b"200 result=\n", [Reply(200, "")]),
    (b"200 result=49 endpos=3000\n", [Reply(200, "49", "endpos=3000")]),
    (b"200 result=-1\n", [Reply(200, "-1")]),
    (b"200 result=1 (\xff\xe2\x80\xa8)\n", [Reply(200, "1", "\ufffd\u2028")]),
    (b"HANGUP\n200 result=-1\n", [HungUp(), Reply(200, "-1")]),
    (b"100 result=0 Trying...\n200 result=0\n", [Reply(100, "", "result=0 Trying..."), Reply(200, "0")]),
    (b"510 Invalid or unknown command\n", [Reply(510, "", "Invalid or unknown command")]),
    (b"511 Command Not Permitted\n", [Reply(511, "", "Command Not Permitted")]),
    (b"520 Invalid command syntax.\n", [Reply(520, "", "Invalid command syntax.")]),
    (
        b"520-Invalid command syntax.  Proper usage follows:\n Usage: ANSWER\n\nHANGUP\n520 End of proper usage.\n",
        [Reply(520, "", "End of proper usage.")],
    ),
]

BAD = [
    b"hello\n",
    b"\n",
    b"200\n",
    b"200 OK\n",
    b"200 RESULT=1\n",
    b"510-no\n",
    b"20 result=1\n",
    b"2000 result=1\n",
    b"HANGUP \n",
    b"\x00\n",
    b"GET / HTTP/1.1\r\n",
    b"a" * (LONGEST_LINE + 1),
    b"200 result=" + b"1" * LONGEST_LINE + b"\n",
    b"520-\n" + b"usage\n" * MOST_LINES,
]

BAD_OPENINGS = [
    b"GET / HTTP/1.1\r\n",
    b"agi_network yes\n",
    b"agi network: yes\n",
    b": yes\n",
    b"network: yes\n",
    b"\x16\x03\x01\n",
    b"agi_a: " + b"b" * LONGEST_LINE,
    b"".join(b"agi_%d: b\n" % number for number in range(MOST_LINES + 1)),
    b"agi_a: b\n" * (MOST_LINES + 1),
]


def opened() -> AgiParser:
    parser = AgiParser()
    parser.feed(OPENING)
    return parser


@pytest.mark.parametrize(("received", "events"), CASES)
def test_a_reply_is_read_whole(received: bytes, events: list[Event]) -> None:
    assert events == opened().feed(received)


@pytest.mark.parametrize(("received", "events"), CASES)
def test_a_reply_is_read_byte_by_byte(received: bytes, events: list[Event]) -> None:
    parser = opened()

    assert events == [event for place in range(len(received)) for event in parser.feed(received[place : place + 1])]


@pytest.mark.parametrize(("received", "events"), CASES)
def test_junk_behind_a_reply_waits_for_its_line_feed(received: bytes, events: list[Event]) -> None:
    parser = opened()

    assert events == parser.feed(received + b"junk")
    with pytest.raises(ProtocolError):
        parser.feed(b"\n")


@pytest.mark.parametrize("received", BAD)
def test_anything_else_than_a_reply_is_their_error(received: bytes) -> None:
    with pytest.raises(ProtocolError):
        opened().feed(received)


@pytest.mark.parametrize("received", BAD_OPENINGS)
def test_anything_else_than_an_environment_is_their_error(received: bytes) -> None:
    with pytest.raises(ProtocolError):
        AgiParser().feed(received)


def test_an_error_never_repeats_what_was_received() -> None:
    with pytest.raises(ProtocolError) as refused:
        opened().feed(b"secret\n")

    assert "secret" not in str(refused.value)


def test_an_environment_ends_with_an_empty_line() -> None:
    parser = AgiParser()

    assert [] == parser.feed(b"agi_network: yes\nagi_accountcode: \n")
    assert [OPENED] == parser.feed(b"\n")


def test_the_first_value_of_a_name_wins() -> None:
    assert [Environment({"agi_a": "1"})] == AgiParser().feed(b"agi_a: 1\nagi_a: 2\n\n")


def test_an_environment_of_the_most_lines_is_taken() -> None:
    [environment] = AgiParser().feed(b"".join(b"agi_%d: b\n" % number for number in range(MOST_LINES)) + b"\n")

    assert isinstance(environment, Environment)
    assert MOST_LINES == len(environment.variables)


def test_an_environment_value_may_hold_any_text() -> None:
    assert [Environment({"agi_a": "ä: \ufffd \r"})] == AgiParser().feed(b"agi_a: \xc3\xa4: \xff \r\n\n")


PIECES = st.sampled_from(
    [
        b"200 result=",
        b"520-",
        b"520 ",
        b"HANGUP",
        b"\n",
        b"\n\n",
        b": ",
        b"a",
        b"1",
        b" ",
        b"(",
        b")",
        b"\xff",
        b"x" * 999,
    ]
)


@given(st.lists(st.one_of(st.binary(max_size=64), st.lists(PIECES, max_size=8).map(b"".join)), max_size=60))
def test_any_bytes_in_any_split_raise_nothing_else_and_stay_in_bounds(chunks: list[bytes]) -> None:
    parser = AgiParser()
    for chunk in chunks:
        try:
            parser.feed(chunk)
        except ProtocolError:
            continue
        finally:
            kept = parser._environment or {}
            assert len(parser._rest) <= LONGEST_LINE
            assert len(kept) <= MOST_LINES
            assert all(len(name) + len(text) <= LONGEST_LINE for name, text in kept.items())


@given(st.lists(st.sampled_from([received for received, _ in CASES]), max_size=8), st.data())
def test_any_split_gives_the_same_events(received: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(received)
    cut = data.draw(st.integers(0, len(whole)))
    parser = opened()

    assert opened().feed(whole) == parser.feed(whole[:cut]) + parser.feed(whole[cut:])
