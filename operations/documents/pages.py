"""How many pages a document has, by really reading it. Only for a process of its own: the parsers meet hostile input.

Whatever a parser raises means that the file is damaged; memory and time are bounded by who runs the process.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from PIL import Image, ImageSequence
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject, NullObject, PdfObject

from operations.documents.faults import DocumentRefused, Why
from routing.document_kind import DocumentKind

MOST_PIXELS = 80_000_000
"""A page: A3 at 600 dpi has 70 million. Looked at before anything is unpacked."""
_TAIL_BYTES = 4096
_END_OF_PDF = b"%%EOF"  # ISO 32000-1, 7.5.5
_END_OF_PNG = b"\0\0\0\0IEND\xaeB`\x82"  # ISO/IEC 15948, 11.2.5
_PADDING = b"\0\r\n\t\x0c \x1a"

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def pages(path: Path, kind: DocumentKind, most: int) -> int:
    """The pages of this file, at most `most`. Raises DocumentRefused."""
    try:
        with path.open("rb") as file:
            return _pdf_pages(file, most) if kind is DocumentKind.PDF else _image_pages(file, kind, most)
    except DocumentRefused:
        raise
    except MemoryError as error:
        raise DocumentRefused(Why.TOO_LARGE) from error
    except Exception as error:  # parsers raise whatever they stumble over
        raise DocumentRefused(Why.DAMAGED) from error


def _pdf_pages(file: BinaryIO, most: int) -> int:
    if not _is_whole(file):
        raise DocumentRefused(Why.DAMAGED)
    reader = PdfReader(file, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise DocumentRefused(Why.ENCRYPTED)
    if _has_more(reader, most):
        raise DocumentRefused(Why.TOO_MANY_PAGES)
    count = len(reader.pages)
    if count > most:
        raise DocumentRefused(Why.TOO_MANY_PAGES)
    if count < 1 or not all(_has_its_content(reader, number) for number in range(count)):
        raise DocumentRefused(Why.DAMAGED)
    return count


def _has_more(reader: PdfReader, most: int) -> bool:
    """Whether the page tree has more leaves, without reading them all: a book of 100,000 pages takes a minute."""
    todo, leaves, seen = [reader.root_object.raw_get("/Pages")], 0, set[int]()
    while todo and leaves <= most:
        node = todo.pop().get_object()
        kids = node["/Kids"] if isinstance(node, DictionaryObject) and "/Kids" in node else None
        if kids is None:
            leaves += 1
        elif id(node) not in seen:  # the reader keeps what it has read: the same branch is the same object
            seen.add(id(node))
            todo += cast("list[PdfObject]", kids)[: most + 1]
    return leaves > most


def _is_whole(file: BinaryIO) -> bool:
    """Whether the end of the file is there: a cut one would lose pages silently."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 16 * _TAIL_BYTES))
    tail = file.read().rstrip(_PADDING)[-_TAIL_BYTES:]
    file.seek(0)
    return _END_OF_PDF in tail


def _has_its_content(reader: PdfReader, number: int) -> bool:
    """Whether what the page names as its content is in the file."""
    content = reader.pages[number].raw_get("/Contents") if "/Contents" in reader.pages[number] else None
    if content is None:
        return True  # an empty page
    named = content.get_object() if isinstance(content, IndirectObject) else content
    parts = named if isinstance(named, list) else [named]
    return not any(part is None or isinstance(part.get_object(), NullObject | None) for part in parts)


def _image_pages(file: BinaryIO, kind: DocumentKind, most: int) -> int:
    if kind is DocumentKind.PNG and _END_OF_PNG not in file.read():
        raise DocumentRefused(Why.DAMAGED)
    file.seek(0)
    try:
        with Image.open(file, formats=[kind.value.upper()]) as image:
            _refuse_huge(image)
            count = getattr(image, "n_frames", 1) if kind is DocumentKind.TIFF else 1
            if count > most:
                raise DocumentRefused(Why.TOO_MANY_PAGES)
            for page in _frames(image, count):
                page.load()
            return count
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DocumentRefused(Why.TOO_LARGE) from error


def _frames(image: Image.Image, count: int) -> Iterator[Image.Image]:
    """Each page, refused before it is unpacked if it is huge."""
    if count == 1:
        yield image
        return
    for page in ImageSequence.Iterator(image):
        _refuse_huge(page)
        yield page


def _refuse_huge(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise DocumentRefused(Why.TOO_LARGE)
