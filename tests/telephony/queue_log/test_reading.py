import os
from pathlib import Path

import pytest

from telephony.queue_log.lines import LONGEST_LINE
from telephony.queue_log.reading import CHUNK, Lines, read_since

START = 1795345000


def _line(second: int, text: str = "x") -> bytes:
    return f"{START + second}|{text}".encode()


def _write(path: Path, *lines: bytes, end: bytes = b"") -> Path:
    path.write_bytes(b"".join(line + b"\n" for line in lines) + end)
    return path


def test_lines_from_then_on_are_read_in_their_order(tmp_path: Path) -> None:
    log = _write(tmp_path / "queue_log", *(_line(second) for second in range(10)))

    assert Lines((_line(7), _line(8), _line(9)), is_whole=True) == read_since(log, START + 7)


def test_a_long_log_is_read_from_its_end_only(tmp_path: Path) -> None:
    log = _write(tmp_path / "queue_log", *(_line(second, "y" * 90) for second in range(5000)))
    with log.open("r+b") as opened:
        opened.write(b"\n" * (log.stat().st_size - 3 * CHUNK))  # what stands far before is never looked at

    read = read_since(log, START + 4000)

    assert read is not None
    assert tuple(_line(second, "y" * 90) for second in range(4000, 5000)) == read.lines


def test_a_line_still_being_written_is_left_out(tmp_path: Path) -> None:
    log = _write(tmp_path / "queue_log", _line(1), end=b"1795345002|17953")

    assert Lines((_line(1),), is_whole=True) == read_since(log, START)


def test_nothing_but_a_torn_line_is_nothing(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_bytes(b"1" * (2 * CHUNK))

    assert Lines((), is_whole=True) == read_since(log, START)


def test_an_empty_log_tells_nothing(tmp_path: Path) -> None:
    assert Lines((), is_whole=True) == read_since(_write(tmp_path / "queue_log"), START)


def test_a_line_without_a_moment_stops_nothing(tmp_path: Path) -> None:
    log = _write(tmp_path / "queue_log", _line(1), _line(5), b"\x00\xff garbage", b"", _line(6))

    assert Lines((_line(5), b"\x00\xff garbage", _line(6)), is_whole=True) == read_since(log, START + 5)


@pytest.mark.parametrize("size", [LONGEST_LINE + 1, CHUNK, 3 * CHUNK + 7])
def test_a_line_far_too_long_is_passed_over(tmp_path: Path, size: int) -> None:
    log = _write(tmp_path / "queue_log", _line(1), _line(5), b"z" * size, _line(6))

    assert Lines((_line(5), _line(6)), is_whole=True) == read_since(log, START + 5)


@pytest.mark.parametrize("older", ["queue_log.0", "queue_log.1795345003", "queue_log-20261122"])
def test_a_log_moved_aside_during_the_gap_is_read_before(tmp_path: Path, older: str) -> None:
    _write(tmp_path / older, _line(1), _line(2), _line(3))
    log = _write(tmp_path / "queue_log", _line(4))

    assert Lines((_line(2), _line(3), _line(4)), is_whole=True) == read_since(log, START + 2)


def test_logs_moved_aside_are_read_newest_first(tmp_path: Path) -> None:
    for place, second in enumerate([3, 2, 1]):
        moved = _write(tmp_path / f"queue_log.{place}", _line(second))
        os.utime(moved, (START + second, START + second))
    log = _write(tmp_path / "queue_log", _line(4))

    assert Lines((_line(2), _line(3), _line(4)), is_whole=True) == read_since(log, START + 2)


def test_an_older_log_is_not_touched_once_the_beginning_is_found(tmp_path: Path) -> None:
    _write(tmp_path / "queue_log.0.gz", _line(1))
    log = _write(tmp_path / "queue_log", _line(3), _line(4))

    assert Lines((_line(4),), is_whole=True) == read_since(log, START + 4)


def test_a_compressed_log_of_the_gap_makes_it_incomplete(tmp_path: Path) -> None:
    _write(tmp_path / "queue_log.0.gz", _line(1))
    log = _write(tmp_path / "queue_log", _line(4))

    assert Lines((_line(4),), is_whole=False) == read_since(log, START + 1)


def test_a_compressed_log_from_before_the_gap_does_not(tmp_path: Path) -> None:
    old = _write(tmp_path / "queue_log.0.gz", _line(1))
    os.utime(old, (START, START))
    log = _write(tmp_path / "queue_log", _line(4))

    assert Lines((_line(4),), is_whole=True) == read_since(log, START + 3)


def test_no_log_tells_that_nobody_knows(tmp_path: Path) -> None:
    assert read_since(tmp_path / "queue_log", START) is None


def test_a_folder_is_no_log(tmp_path: Path) -> None:
    assert read_since(tmp_path, START) is None


def test_more_than_a_gap_may_hold_is_not_taken(tmp_path: Path) -> None:
    log = _write(tmp_path / "queue_log", *(_line(second) for second in range(1000)))

    assert read_since(log, START, most=1000) is None
