import pytest

from teamline.progress import progress, read


def test_a_program_that_asked_for_lines_reads_back_what_was_told(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("reading", "Reading", 32, in_lines=True) as told:
        told(3)
    assert ("reading", 3, 32) == read(capsys.readouterr().err.strip())


def test_nothing_is_told_into_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("reading", "Reading", 32, in_lines=False) as told:
        told(3)
    assert "" == capsys.readouterr().err


@pytest.mark.parametrize(
    "line", ["", "progress", "progress reading -1 3", "progress reading 3", "note: progress a 1 2"]
)
def test_other_lines_are_no_progress(line: str) -> None:
    assert read(line) is None
