from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.ami.reader import GREETING, MAX_FRAME, MAX_GREETING, MAX_LINE, Frame, Reader, ReaderError

HELLO = b"Asterisk Call Manager/11.0.0\r\n"

CASES = [
    (b"", []),
    (b"Event: Hangup\r\nUniqueid: 1.1\r\n\r\n", [b"Event: Hangup\r\nUniqueid: 1.1"]),
    (b"Response: Success\r\n\r\nEvent: A\r\n\r\n", [b"Response: Success", b"Event: A"]),
    (b"Event: A\r\n\r\n\r\nEvent: B\r\n\r\n", [b"Event: A", b"Event: B"]),
    (b"\r\n\r\nEvent: A\r\n\r\n\r\n\r\n", [b"Event: A"]),
    (b"Event: A\r\nValue: one\ntwo\r\n\r\n", [b"Event: A\r\nValue: one\ntwo"]),
    (b"Event: A\r\nX: \xff\r\n\r\nEvent: cut o", [b"Event: A\r\nX: \xff"]),
]


def raws(frames: list[Frame]) -> list[bytes]:
    return [frame.raw for frame in frames]


@pytest.mark.parametrize(("stream", "expected"), CASES)
def test_a_stream_in_one_piece_is_its_frames(stream: bytes, expected: list[bytes]) -> None:
    assert expected == raws(Reader().feed(HELLO + stream))


@pytest.mark.parametrize(("stream", "expected"), CASES)
def test_a_stream_byte_by_byte_is_the_same_frames(stream: bytes, expected: list[bytes]) -> None:
    reader = Reader()

    assert expected == [frame.raw for byte in HELLO + stream for frame in reader.feed(bytes([byte]))]


@pytest.mark.parametrize("size", [2, 3, 5])
@pytest.mark.parametrize(("stream", "expected"), CASES)
def test_a_stream_in_small_pieces_is_the_same_frames(stream: bytes, expected: list[bytes], size: int) -> None:
    reader, whole = Reader(), HELLO + stream
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]

    assert expected == [frame.raw for piece in pieces for frame in reader.feed(piece)]


def test_the_greeting_is_kept_and_is_no_frame() -> None:
    reader = Reader()
    frames = [*reader.feed(HELLO[:10]), *reader.feed(HELLO[10:])]

    assert (reader.greeting, frames) == ("Asterisk Call Manager/11.0.0", [])


def test_there_is_no_greeting_before_its_line_ended() -> None:
    reader = Reader()
    reader.feed(HELLO[:-1])

    assert reader.greeting is None


@pytest.mark.parametrize("stream", [b"HTTP/1.1 400 Bad Request\r\n", b"SSH-2.0", b"\r\n", b"Asterisk\r\n"])
def test_another_service_is_found_out_by_its_greeting(stream: bytes) -> None:
    with pytest.raises(ReaderError, match="not Asterisk's manager"):
        Reader().feed(stream)


def test_an_endless_greeting_is_refused() -> None:
    with pytest.raises(ReaderError, match="greeting longer"):
        Reader().feed(GREETING + b"1" * MAX_GREETING)


def test_a_line_up_to_the_bound_is_read() -> None:
    line = b"Event: " + b"x" * (MAX_LINE - 7)

    assert [line] == raws(Reader().feed(HELLO + line + b"\r\n\r\n"))


def test_a_frame_up_to_the_bound_is_read_in_any_split() -> None:
    full = b"\r\n".join([b"X" * (MAX_LINE - 2)] * (MAX_FRAME // MAX_LINE)) + b"YY"
    reader, stream = Reader(), HELLO + full + b"\r\n\r\n"

    assert len(full) == MAX_FRAME
    assert [full] == [frame.raw for cut in (stream[:-1], stream[-1:]) for frame in reader.feed(cut)]


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"])
def test_a_longer_line_is_refused_finished_or_not(end: bytes) -> None:
    with pytest.raises(ReaderError, match="a line longer"):
        Reader().feed(HELLO + b"Event: " + b"x" * MAX_LINE + end)


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"])
def test_a_longer_frame_is_refused_finished_or_not(end: bytes) -> None:
    with pytest.raises(ReaderError, match="a frame longer"):
        Reader().feed(HELLO + b"A: b\r\n" * (MAX_FRAME // 6 + 2) + b"C: d" + end)


def test_a_reader_that_has_raised_stays_broken() -> None:
    reader = Reader()
    with pytest.raises(ReaderError):
        reader.feed(b"HTTP")

    with pytest.raises(ReaderError, match="not Asterisk's manager"):
        reader.feed(HELLO)


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=8))
def test_any_bytes_in_any_split_raise_nothing_else_and_make_the_same_frames(stream: bytes, cuts: list[int]) -> None:
    def fed(pieces: list[bytes]) -> tuple[list[bytes], bool]:
        reader, frames = Reader(), []
        for piece in pieces:
            try:
                frames += raws(reader.feed(piece))
            except ReaderError:
                return [], True
        return frames, False

    whole = HELLO + stream
    edges = [0, *sorted(cut for cut in cuts if cut < len(whole)), len(whole)]
    pieces = [whole[start:end] for start, end in pairwise(edges)]

    assert fed([whole]) == fed(pieces)


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=9), st.integers(1, 9_000)), max_size=8))
def test_what_a_reader_keeps_stays_within_its_bounds(chunks: list[tuple[bytes, int]]) -> None:
    reader = Reader()
    reader.feed(HELLO)
    for chunk in (piece * times for piece, times in chunks):
        try:
            reader.feed(chunk)
        except ReaderError:
            break

    assert len(reader._rest) <= MAX_FRAME + 4


@given(st.binary(max_size=200))
def test_any_frame_can_be_decoded(raw: bytes) -> None:
    frame = Frame(raw)

    assert all(frame[name] in frame.all(name) for name, _ in frame.items())
    assert isinstance(frame.name, str)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"Event: QueueCallerJoin\r\nQueue: L01", "QueueCallerJoin"),
        (b"Event: Alone", "Alone"),
        (b"Response: Success\r\nEvent: no", "Response"),
        (b"event: Lower\r\nA: b", "Lower"),
        (b"ActionID: 1\r\nResponse: Success", "Response"),
        (b"no header at all", ""),
    ],
)
def test_a_frame_is_named_by_its_event_or_as_response(raw: bytes, name: str) -> None:
    assert name == Frame(raw).name


def test_header_names_are_case_insensitive() -> None:
    assert Frame(b"Event: A\r\nCallerIDNum: 1")["calleridNUM"] == "1"


def test_of_repeated_headers_the_first_wins() -> None:
    assert Frame(b"Event: A\r\nVariable: a=1\r\nvariable: b=2")["Variable"] == "a=1"


def test_repeated_headers_are_all_there_in_order() -> None:
    assert Frame(b"Variable: a=1\r\nX: y\r\nvariable: b=2").all("Variable") == ["a=1", "b=2"]


def test_a_missing_header_is_a_key_error_or_a_default() -> None:
    frame = Frame(b"Event: A")

    assert (frame.get("X"), frame.get("X", "none"), "X" in frame) == ("", "none", False)
    with pytest.raises(KeyError):
        frame["X"]


@pytest.mark.parametrize("odd", ["\u2028", "\u0085", "\x0b", "\x1c", "\n", "\r"])
def test_only_crlf_ends_a_line(odd: str) -> None:
    assert Frame(f"Event: A\r\nValue: one{odd}two: three".encode())["Value"] == f"one{odd}two: three"


def test_a_value_keeps_its_colons_and_spaces() -> None:
    assert Frame(b"Event: A\r\nValue:  sip:a@b: c ")["Value"] == " sip:a@b: c "


def test_bytes_that_are_no_utf_8_are_replaced() -> None:
    assert Frame(b"Event: A\r\nValue: \xff")["Value"] == "\ufffd"


def test_the_repr_of_a_frame_shows_no_value() -> None:
    assert "0211" not in repr(Frame(b"Event: A\r\nCallerIDNum: 0211"))
