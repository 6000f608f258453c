import io
from pathlib import Path

import pytest
import segno
from PIL import Image

from kiosk.codes import Code
from kiosk.pictures import NoFrame, codes_on, ffmpeg, frames_in, pgm
from routing.number import NumberFormat

CARD = "TLK1" + "A2" * 48


def picture(content: str | bytes) -> Image.Image:
    made = io.BytesIO()
    segno.make(content, error="m").save(made, kind="png", scale=6, border=4)
    return Image.open(made).convert("L")


def beside(*pictures: Image.Image) -> Image.Image:
    whole = Image.new("L", (sum(each.width for each in pictures), max(each.height for each in pictures)), 255)
    left = 0
    for each in pictures:
        whole.paste(each, (left, 0))
        left += each.width
    return whole


def test_a_card_before_the_camera_is_read() -> None:
    assert (Code(CARD),) == codes_on(picture(CARD), None)


def test_a_printed_number_is_read_where_they_are_taken() -> None:
    assert (Code("123A456789"),) == codes_on(picture("123A456789"), NumberFormat())
    assert (None,) == codes_on(picture("123A456789"), None)


def test_a_picture_without_a_code_is_nothing() -> None:
    assert () == codes_on(Image.new("L", (640, 480), 200), None)


@pytest.mark.parametrize(
    "hostile",
    [
        "https://example.org/?" + "a" * 500,
        "sip:0900@example.org",
        b"\x00\xff\x01" * 40,
        "TLK1",
        CARD + "\r\n",
        "A" * 2000,
    ],
)
def test_a_hostile_code_is_unreadable(hostile: str | bytes) -> None:
    assert (None,) == codes_on(picture(hostile), NumberFormat())


def test_two_codes_on_one_picture_are_unreadable() -> None:
    assert (None,) == codes_on(beside(picture(CARD), picture("TLK1" + "B" * 96)), None)


def test_the_same_code_twice_is_one() -> None:
    assert (Code(CARD),) == codes_on(beside(picture(CARD), picture(CARD)), None)


def test_pictures_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    for width, name in enumerate(("b.png", "a.png"), 1):
        Image.new("L", (width, 1)).save(tmp_path / name)
    frames = frames_in(tmp_path)
    assert [2, 1] == [found.width for found in (next(frames), next(frames)) if found]
    assert next(frames) is None


def test_what_is_no_picture_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    (tmp_path / "b.png").write_text("no picture")
    frames = frames_in(tmp_path)
    assert [None, None] == [next(frames), next(frames)]


def test_frames_of_a_stream_are_read_one_by_one() -> None:
    stream = io.BytesIO(b"P5\n2 1\n255\nab" + b"P5\n1 1\n255\nc")
    assert [b"ab", b"c"] == [pgm(stream).tobytes(), pgm(stream).tobytes()]


@pytest.mark.parametrize(
    "broken",
    [b"", b"P6\n1 1\n255\nabc", b"P5\n9 9\n255\nab", b"P5\n99999 99999\n255\n", b"P5\n-1 1\n255\na", b"P5" * 99],
)
def test_a_stream_that_is_none_ends(broken: bytes) -> None:
    with pytest.raises(NoFrame):
        pgm(io.BytesIO(broken))


def test_the_camera_is_asked_for_grey_frames() -> None:
    assert ("-f", "v4l2", "-video_size", "640x480", "-i", "/dev/video0") == ffmpeg("/dev/video0", 640, 480, 5)[5:11]
