import io
from pathlib import Path

import pytest
from PIL import Image
from pypdf.generic import IndirectObject, PdfObject

from operations.documents import pages as document_pages
from operations.documents.faults import DocumentRefused, Why
from operations.documents.pages import pages
from routing.document_kind import DocumentKind
from tests.fakes.made_documents import bomb, image, owned_pdf, pdf


def counted(content: bytes, kind: DocumentKind, folder: Path, most: int = 5) -> int:
    file = folder / "one.part"
    file.write_bytes(content)
    return pages(file, kind, most)


def refused(content: bytes, kind: DocumentKind, folder: Path) -> Why:
    with pytest.raises(DocumentRefused) as caught:
        counted(content, kind, folder)
    return caught.value.why


def by_hand(kids: bytes, more: bytes = b"") -> bytes:
    """A PDF without a table of its objects: readers look for them."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1"
        + kids
        + b">>endobj\n3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n4 0 obj[3 0 R]endobj\n"
        + more
        + b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
    )


GOOD = [
    (pdf(), DocumentKind.PDF, 1),
    (pdf(5), DocumentKind.PDF, 5),
    (owned_pdf(), DocumentKind.PDF, 1),
    (b"words of a scanner\n" + pdf(2), DocumentKind.PDF, 2),
    (pdf(2) + b"\0" * 9000, DocumentKind.PDF, 2),
    (image("JPEG"), DocumentKind.JPEG, 1),
    (image("PNG"), DocumentKind.PNG, 1),
    (image("TIFF"), DocumentKind.TIFF, 1),
    (image("TIFF", 4), DocumentKind.TIFF, 4),
    (image("PNG") + b"words of a scanner", DocumentKind.PNG, 1),
    (by_hand(b"/Kids 4 0 R"), DocumentKind.PDF, 1),
]


@pytest.mark.parametrize(("content", "kind", "count"), GOOD)
def test_the_pages_of_a_whole_document_are_counted(
    content: bytes, kind: DocumentKind, count: int, tmp_path: Path
) -> None:
    assert count == counted(content, kind, tmp_path)


BROKEN = [
    (pdf()[:200], DocumentKind.PDF),
    (pdf(5)[:-40], DocumentKind.PDF),
    (pdf(5)[: len(pdf(5)) // 2], DocumentKind.PDF),
    (b"%PDF-1.7\nnothing more\n%%EOF", DocumentKind.PDF),
    (image("JPEG", size=(600, 800))[:3000], DocumentKind.JPEG),
    (image("PNG", size=(600, 800))[:-500], DocumentKind.PNG),
    (image("PNG")[:-12], DocumentKind.PNG),
    (image("TIFF", 3)[:8000], DocumentKind.TIFF),
    (by_hand(b"/Kids[2 0 R]"), DocumentKind.PDF),
    (by_hand(b"/Kids[]"), DocumentKind.PDF),
    (by_hand(b"/Kids 7"), DocumentKind.PDF),
    (b"\xff\xd8\xff\xe0 no picture", DocumentKind.JPEG),
    (b"II*\0\xff\xff\xff\xff", DocumentKind.TIFF),
]


@pytest.mark.parametrize(("content", "kind"), BROKEN)
def test_a_document_that_is_not_whole_is_damaged(content: bytes, kind: DocumentKind, tmp_path: Path) -> None:
    assert Why.DAMAGED is refused(content, kind, tmp_path)


def test_a_pdf_with_a_password_is_encrypted(tmp_path: Path) -> None:
    assert Why.ENCRYPTED is refused(pdf(password="secret"), DocumentKind.PDF, tmp_path)


TOO_MANY = [
    (pdf(6), DocumentKind.PDF),
    (image("TIFF", 6), DocumentKind.TIFF),
    (by_hand(b"/Kids[" + b"3 0 R " * 6 + b"]"), DocumentKind.PDF),
]


@pytest.mark.parametrize(("content", "kind"), TOO_MANY)
def test_more_pages_than_agreed_are_too_many(content: bytes, kind: DocumentKind, tmp_path: Path) -> None:
    assert Why.TOO_MANY_PAGES is refused(content, kind, tmp_path)


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    assert Why.TOO_LARGE is refused(bomb(), DocumentKind.PNG, tmp_path)


def test_a_huge_second_page_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    written = io.BytesIO()
    Image.new("1", (8, 8)).save(written, "TIFF", save_all=True, append_images=[Image.new("1", (12_000, 9_000))])
    assert Why.TOO_LARGE is refused(written.getvalue(), DocumentKind.TIFF, tmp_path)


def test_a_picture_is_not_taken_for_another_kind(tmp_path: Path) -> None:
    assert Why.DAMAGED is refused(image("PNG"), DocumentKind.JPEG, tmp_path)


def test_what_does_not_fit_into_memory_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise MemoryError

    monkeypatch.setattr(document_pages, "_pdf_pages", full)
    assert Why.TOO_LARGE is refused(pdf(), DocumentKind.PDF, tmp_path)


def test_a_book_is_refused_without_reading_each_of_its_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    get_object = document_pages.PdfReader.get_object

    def counting(reader: document_pages.PdfReader, reference: IndirectObject) -> PdfObject | None:
        read.append(1)
        return get_object(reader, reference)

    monkeypatch.setattr(document_pages.PdfReader, "get_object", counting)
    assert Why.TOO_MANY_PAGES is refused(pdf(300), DocumentKind.PDF, tmp_path)
    assert 0 < len(read) < 100
