import os
from datetime import date
from pathlib import Path
from zlib import crc32

import pytest

from operations.spool import FILE, Spool, Waiting

SUNDAY = date(2026, 11, 22)


def facts(count: int, first: int = 0) -> list[Waiting]:
    return [Waiting(SUNDAY, f"fact/{number}", b'{"n":%d}' % number) for number in range(first, first + count)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "spool"


def left(folder: Path) -> list[Waiting]:
    """What a router that starts now would find."""
    spool = Spool(folder)
    found = spool.head(1000)
    spool.close()
    return found


def written(folder: Path, count: int) -> Path:
    """The file after a router wrote so many facts and was killed."""
    spool = Spool(folder)
    spool.append(facts(count))
    spool.close()
    return folder / FILE


def test_what_was_written_is_there_after_a_restart(folder: Path) -> None:
    written(folder, 3)
    assert facts(3) == left(folder)


def test_the_oldest_come_first_and_stay_until_they_are_dropped(folder: Path) -> None:
    spool = Spool(folder)
    spool.append(facts(3))
    assert facts(2) == spool.head(2) == spool.head(2)
    spool.drop()
    assert facts(1, first=2) == spool.head(2)


def test_what_comes_while_a_page_is_handed_on_waits_behind_it(folder: Path) -> None:
    spool = Spool(folder)
    spool.append(facts(2))
    spool.head(2)
    spool.append(facts(1, first=2))
    spool.drop()
    assert (1, facts(1, first=2)) == (spool.waiting, spool.head(9))


def test_when_nothing_waits_the_file_is_empty(folder: Path) -> None:
    spool = Spool(folder)
    spool.append(facts(3))
    spool.head(3)
    spool.drop()
    assert (0, 0) == (spool.waiting, (folder / FILE).stat().st_size)


def test_an_empty_spool_has_nothing_to_tell_and_drops_nothing(folder: Path) -> None:
    spool = Spool(folder)
    assert [] == spool.head(5)
    spool.drop()
    assert 0 == spool.waiting


def test_a_crash_while_facts_were_handed_on_hands_them_on_again(folder: Path) -> None:
    spool = Spool(folder)
    spool.append(facts(3))
    spool.head(2)
    spool.drop()
    spool.close()
    assert facts(3) == left(folder)


def test_more_than_one_piece_of_the_file_comes_back_in_order(folder: Path) -> None:
    spool = Spool(folder)
    many = [Waiting(SUNDAY, f"{number}", b"x" * 300) for number in range(3000)]
    spool.append(many)
    found: list[Waiting] = []
    while page := spool.head(700):
        found += page
        spool.drop()
    assert many == found


def test_a_tail_torn_anywhere_costs_its_fact_alone(folder: Path) -> None:
    whole = written(folder, 3).read_bytes()
    last = whole.rindex(b"\n", 0, -1) + 1
    for cut in range(last + 1, len(whole)):
        (folder / FILE).write_bytes(whole[:cut])
        spool = Spool(folder)
        spool.open()
        assert (2, 1, last) == (spool.waiting, spool.damaged, (folder / FILE).stat().st_size)
        spool.close()


def test_after_a_torn_tail_facts_are_written_where_it_began(folder: Path) -> None:
    file = written(folder, 2)
    file.write_bytes(file.read_bytes()[:-1])
    spool = Spool(folder)
    spool.append(facts(1, first=7))
    assert [*facts(1), *facts(1, first=7)] == spool.head(9)


@pytest.mark.parametrize("wrong", [b"", b"\0" * 40, b"zz", b"00000000 2026-11-22 fact/9 {}", b"\xff\xfe"])
def test_a_damaged_line_is_passed_over_and_counted(folder: Path, wrong: bytes) -> None:
    file = written(folder, 2)
    first, second = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(first + wrong + b"\n" + second)
    spool = Spool(folder)
    spool.open()
    assert (2, 1, facts(2)) == (spool.waiting, spool.damaged, spool.head(9))


@pytest.mark.parametrize("told", [b"only-two parts", b"yesterday fact/1 {}", b"2026-11-22 \xff {}"])
def test_a_line_with_its_checksum_and_nothing_that_we_write_is_passed_over(folder: Path, told: bytes) -> None:
    file = written(folder, 1)
    file.write_bytes(b"%08x %s\n" % (crc32(told), told) + file.read_bytes())
    assert facts(1) == left(folder)


def test_a_file_of_damaged_lines_alone_is_emptied(folder: Path) -> None:
    written(folder, 1).write_bytes(b"damaged\n")
    spool = Spool(folder)
    assert [] == spool.head(5)
    spool.drop()
    assert 0 == (folder / FILE).stat().st_size


def test_a_file_that_somebody_cut_under_us_ends_nothing(folder: Path) -> None:
    spool = Spool(folder)
    spool.append(facts(3))
    os.truncate(folder / FILE, 0)
    assert [] == spool.head(5)
    spool.drop()
    assert 0 == spool.waiting


@pytest.mark.parametrize("fails", ["pwrite", "fsync"])
def test_a_full_disk_keeps_none_of_a_batch_and_takes_it_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    spool = Spool(folder)
    spool.append(facts(1))
    real, calls = os.pwrite, 0

    def full(file: int, told: bytes, at: int) -> int:
        nonlocal calls
        calls += 1
        if calls == 1 and fails == "pwrite":
            return real(file, told[:10], at)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, fails, full if fails == "pwrite" else lambda _file: full(0, b"", 0))
        with pytest.raises(OSError, match="No space"):
            spool.append(facts(1, first=1))
    assert 1 == spool.waiting
    spool.append(facts(1, first=1))
    spool.close()
    assert facts(2) == left(folder)


def test_a_second_router_may_not_have_the_folder(folder: Path) -> None:
    first = Spool(folder)
    first.open()
    with pytest.raises(OSError, match="unavailable"):
        Spool(folder).open()
    first.close()
    Spool(folder).open()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory"):
        Spool(tmp_path / "file" / "spool").append(facts(1))


def test_a_file_that_cannot_be_read_is_let_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_file: int, _bytes: int, _at: int) -> bytes:
        raise OSError(5, "Input/output error")

    written(folder, 1)
    spool = Spool(folder)
    with monkeypatch.context() as patched:
        patched.setattr(os, "pread", broken)
        with pytest.raises(OSError, match="Input/output"):
            spool.open()
    spool.open()
    assert 1 == spool.waiting


def test_a_closed_spool_may_be_closed_again(folder: Path) -> None:
    spool = Spool(folder)
    spool.close()
    spool.close()
    assert not folder.exists()


def test_nobody_else_may_read_what_waits(folder: Path) -> None:
    file = written(folder, 1)
    assert (0o700, 0o600) == (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777)
