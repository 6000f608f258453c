import pytest

from routing.document_kind import HEAD_BYTES, DocumentKind, kind_of

HEADS = [
    (b"%PDF-1.7\n", DocumentKind.PDF),
    (b"some words of a scanner\r\n%PDF-1.4\n", DocumentKind.PDF),
    (b" " * (HEAD_BYTES - 5) + b"%PDF-", DocumentKind.PDF),
    (b" " * (HEAD_BYTES - 4) + b"%PDF-", None),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", DocumentKind.JPEG),
    (b"\xff\xd8\xff\xe0%PDF-1.4", DocumentKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", DocumentKind.PNG),
    (b"\x89PNG\n\x1a\n", None),
    (b"II*\0\x08\0\0\0", DocumentKind.TIFF),
    (b"MM\0*\0\0\0\x08", DocumentKind.TIFF),
    (b"GIF89a", None),
    (b"<html>", None),
    (b"PK\x03\x04", None),
    (b"", None),
]


@pytest.mark.parametrize(("head", "kind"), HEADS)
def test_the_kind_is_what_the_content_says(head: bytes, kind: DocumentKind | None) -> None:
    assert kind is kind_of(head)


def test_each_kind_has_the_media_type_that_browsers_know() -> None:
    assert ["application/pdf", "image/jpeg", "image/png", "image/tiff"] == [kind.media_type for kind in DocumentKind]


def test_each_kind_has_its_extension() -> None:
    assert ["pdf", "jpg", "png", "tif"] == [kind.extension for kind in DocumentKind]
