"""What a document is, by its first bytes alone: neither its name nor what the sender calls it counts."""

from enum import StrEnum

HEAD_BYTES = 1024
"""So far a PDF's header may be from its beginning (ISO 32000-1, 7.5.2 and annex H, implementation note 13)."""

_PDF = b"%PDF-"
_JPEG = b"\xff\xd8\xff"  # ITU-T T.81, B.1.1.3: start of image, then the next marker
_PNG = b"\x89PNG\r\n\x1a\n"  # ISO/IEC 15948, 5.2
_TIFF = (b"II*\0", b"MM\0*")  # TIFF 6.0, section 2


class DocumentKind(StrEnum):
    """The kinds that a mailbox takes."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"

    @property
    def media_type(self) -> str:
        """As a browser or a mail program knows it."""
        return "application/pdf" if self is DocumentKind.PDF else f"image/{self.value}"

    @property
    def extension(self) -> str:
        """What its files' names end with, without the dot."""
        return {"jpeg": "jpg", "tiff": "tif"}.get(self.value, self.value)


def kind_of(head: bytes) -> DocumentKind | None:
    """The kind of a file that begins so (HEAD_BYTES of it are enough); None for anything else."""
    if head.startswith(_JPEG):
        return DocumentKind.JPEG
    if head.startswith(_PNG):
        return DocumentKind.PNG
    if head.startswith(_TIFF):
        return DocumentKind.TIFF
    return DocumentKind.PDF if _PDF in head[:HEAD_BYTES] else None
