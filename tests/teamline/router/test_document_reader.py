import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from operations.documents.faults import DocumentRefused, ReaderAway, Why
from routing.document_kind import DocumentKind
from teamline.router import document_reader
from teamline.router.document_reader import DocumentReader
from tests.fakes.made_documents import bomb, pdf


@pytest.fixture
async def reader() -> AsyncIterator[DocumentReader]:
    reading = DocumentReader()
    yield reading
    await reading.stop()


def document(folder: Path, content: bytes) -> Path:
    file = folder / "one.part"
    file.write_bytes(content)
    return file


def children() -> set[int]:
    """Processes of ours that look into documents."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            command = (status.parent / "cmdline").read_text()
        except OSError:
            continue
        if parent == os.getpid() and "document_child" in command:
            found.add(int(status.parent.name))
    return found


def scripted(rest: str) -> DocumentReader:
    return DocumentReader((sys.executable, "-c", f"import sys, json\nprint('{{}}', flush=True)\n{rest}"))


async def test_one_process_looks_into_many_documents(reader: DocumentReader, tmp_path: Path) -> None:
    before = children()
    seen = set()
    for _ in range(3):
        await reader.pages(document(tmp_path, pdf()), DocumentKind.PDF, 5)
        seen |= children() - before
    assert 1 == len(seen)


async def test_none_is_left_when_it_stops(reader: DocumentReader, tmp_path: Path) -> None:
    before = children()
    await reader.pages(document(tmp_path, pdf()), DocumentKind.PDF, 5)
    await reader.stop()
    assert set() == children() - before


async def test_after_so_many_documents_another_process_goes_on(
    reader: DocumentReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_reader, "MOST_DOCUMENTS", 1)
    before, seen = children(), set[int]()
    for _ in range(2):
        await reader.pages(document(tmp_path, pdf()), DocumentKind.PDF, 5)
        seen |= children() - before
    assert 2 == len(seen)


async def test_a_document_is_looked_into_again_when_the_process_was_killed(
    reader: DocumentReader, tmp_path: Path
) -> None:
    before = children()
    await reader.pages(document(tmp_path, pdf()), DocumentKind.PDF, 5)
    for child in children() - before:
        os.kill(child, signal.SIGKILL)
    assert 2 == await reader.pages(document(tmp_path, pdf(2)), DocumentKind.PDF, 5)


async def test_why_it_is_refused_comes_from_the_process(reader: DocumentReader, tmp_path: Path) -> None:
    with pytest.raises(DocumentRefused) as caught:
        await reader.pages(document(tmp_path, bomb()), DocumentKind.PNG, 5)
    assert Why.TOO_LARGE is caught.value.why


@pytest.mark.parametrize("rest", ["sys.stdin.readline()", "sys.stdin.readline(); print('no answer', flush=True)"])
async def test_a_document_that_kills_every_process_is_damaged(tmp_path: Path, rest: str) -> None:
    reader = scripted(rest)
    with pytest.raises(DocumentRefused) as caught:
        await reader.pages(document(tmp_path, pdf()), DocumentKind.PDF, 5)
    await reader.stop()
    assert Why.DAMAGED is caught.value.why


async def test_a_document_that_uses_up_its_cpu_seconds_is_looked_into_once(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    count = f"import os, signal\nopen({str(begun)!r}, 'a').write('.')\n"
    reader = scripted(f"{count}sys.stdin.readline(); os.kill(os.getpid(), signal.SIGXCPU)")
    with pytest.raises(DocumentRefused) as caught:
        await reader.pages(document(tmp_path, pdf()), DocumentKind.PDF, 5)
    await reader.stop()
    assert (Why.DAMAGED, ".") == (caught.value.why, begun.read_text())


async def test_a_document_that_takes_for_ever_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = scripted("import time\nsys.stdin.readline(); time.sleep(60)")
    monkeypatch.setattr(document_reader, "DOCUMENT_SECONDS", 2.0)
    with pytest.raises(DocumentRefused) as caught:
        await reader.pages(document(tmp_path, pdf()), DocumentKind.PDF, 5)
    await reader.stop()
    assert Why.DAMAGED is caught.value.why


async def test_without_the_programs_it_needs_nothing_is_looked_into(tmp_path: Path) -> None:
    reader = DocumentReader(("/nowhere/setpriv",))
    with pytest.raises(ReaderAway):
        await reader.pages(document(tmp_path, pdf()), DocumentKind.PDF, 5)


async def test_whoever_breaks_off_leaves_no_answer_for_the_next(reader: DocumentReader, tmp_path: Path) -> None:
    await reader.pages(document(tmp_path, pdf()), DocumentKind.PDF, 5)
    first = asyncio.get_running_loop().create_task(reader.pages(document(tmp_path, pdf(3)), DocumentKind.PDF, 5))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert 4 == await reader.pages(document(tmp_path, pdf(4)), DocumentKind.PDF, 5)


async def test_the_process_has_no_settings_of_the_router(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TEAMLINE_SMTP_PASSWORD", "secret")
    told = "sys.stdin.readline(); import os; print(json.dumps({'pages': int('TEAMLINE_SMTP_PASSWORD' in os.environ)}))"
    reader = scripted(told)
    pages = await reader.pages(document(tmp_path, pdf()), DocumentKind.PDF, 5)
    await reader.stop()
    assert 0 == pages
