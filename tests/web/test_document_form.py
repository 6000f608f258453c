import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.document_form import DocumentForm, FormMalformed

TYPE = "multipart/form-data; boundary=b"
WHOLE = (
    b'--b\r\nContent-Disposition: form-data; name="number"\r\n\r\n123A456789\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a;b\\".pdf"\r\nContent-Type: text/html\r\n\r\n'
    b"%PDF-1.4\r\n--bb\r\n-\r\n\r\n--b\r\n"
    b'Content-Disposition: form-data; name="note"\r\n\r\nnobody asked\r\n--b--\r\n'
)
FILE = b"%PDF-1.4\r\n--bb\r\n-\r\n"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, len(WHOLE)])
def test_a_form_is_read_in_whatever_pieces_it_arrives(size: int) -> None:
    form = DocumentForm(TYPE)
    parts = [part for at in range(0, len(WHOLE), size) for part in form.feed(WHOLE[at : at + size])]
    assert (FILE, {"number": "123A456789"}, True, True) == (
        b"".join(parts),
        form.fields,
        form.has_file,
        form.is_complete,
    )


def test_a_form_that_ends_early_is_not_complete() -> None:
    form = DocumentForm(TYPE)
    form.feed(WHOLE[:-10])
    assert not form.is_complete


def test_a_boundary_longer_than_any_is_malformed() -> None:
    with pytest.raises(FormMalformed):
        DocumentForm(f"multipart/form-data; boundary={'b' * 1000}")


@given(st.binary(max_size=200), st.integers(1, 60))
def test_no_bytes_do_more_than_be_malformed(noise: bytes, at: int) -> None:
    with contextlib.suppress(FormMalformed):
        form = DocumentForm(TYPE)
        form.feed(WHOLE[:at] + noise + WHOLE[at:])
        _ = form.fields


@given(st.text(max_size=100))
def test_no_content_type_does_more_than_be_malformed(noise: str) -> None:
    for content_type in (noise, f"multipart/form-data; boundary={noise}", f"multipart/form-data; {noise}=b"):
        with contextlib.suppress(FormMalformed):
            DocumentForm(content_type).feed(WHOLE)
