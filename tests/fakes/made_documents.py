"""Documents as scanners make them, and as nobody should: made here, so that none lies in the repository."""

import io
from functools import cache

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject


def pdf(pages: int = 1, password: str = "", mark: str = "") -> bytes:
    """A PDF of so many pages with some words on each; with a password nobody can read it."""
    writer = PdfWriter()
    for number in range(pages):
        page = writer.add_blank_page(595, 842)
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 12 Tf 72 720 Td (Seite {number} {mark}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(content)
    if password:
        writer.encrypt(user_password=password, owner_password=f"{password}-owner")
    return _written(writer)


def owned_pdf() -> bytes:
    """A PDF that anybody may read and nobody may change."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt(user_password="", owner_password="owner")
    return _written(writer)


def image(
    kind: str, pages: int = 1, colour: tuple[int, int, int] = (200, 10, 10), size: tuple[int, int] = (60, 80)
) -> bytes:
    """A JPEG, PNG or TIFF of one colour; a TIFF of several pages."""
    written = io.BytesIO()
    first = Image.new("RGB", size, colour)
    more = [Image.new("RGB", size, colour) for _ in range(pages - 1)]
    if more:
        first.save(written, kind, save_all=True, append_images=more)
    else:
        first.save(written, kind)
    return written.getvalue()


@cache
def bomb(side: int = 20_000) -> bytes:
    """A PNG of some kilobytes that would unpack to hundreds of megabytes."""
    written = io.BytesIO()
    Image.new("1", (side, side)).save(written, "PNG")
    return written.getvalue()


def _written(writer: PdfWriter) -> bytes:
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()
