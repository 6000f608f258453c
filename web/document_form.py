"""A form with one file (multipart/form-data, RFC 7578), read as it arrives: the file is never in memory as a whole."""

from collections.abc import Mapping

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

FILE = b"file"
FIELDS = frozenset({b"number", b"card", b"kiosk", b"concern"})
LONGEST_FIELD = 256
MOST_PARTS = 16
MOST_HEADER_BYTES = 4096


class FormMalformed(Exception):
    """This is no form with one part `file` and short fields beside it; the sentence says what is wrong."""


class DocumentForm:
    """Feed it what arrives; it gives back what belongs to the file. Raises FormMalformed."""

    def __init__(self, content_type: str) -> None:
        kind, options = parse_options_header(content_type.encode("latin-1", "replace"))
        boundary = options.get(b"boundary", b"")
        if kind.lower() != b"multipart/form-data" or not boundary:
            raise FormMalformed("send multipart/form-data with the part `file` and the field `number`")
        self._fields: dict[bytes, bytearray] = {}
        self._name = b""
        self._header_name = self._header_value = b""
        self._disposition = b""
        self._parts = 0
        self._header_bytes = 0
        self._file_parts: list[bytes] = []
        self.has_file = False
        self.is_complete = False
        self._parser = self._parser_of(boundary)

    def _parser_of(self, boundary: bytes) -> MultipartParser:
        try:
            return MultipartParser(
                boundary,
                {
                    "on_part_begin": self._part_begins,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value_part,
                    "on_header_end": self._header_ends,
                    "on_headers_finished": self._headers_end,
                    "on_part_data": self._part,
                    "on_end": self._ends,
                },
            )
        except (MultipartParseError, ValueError) as error:
            raise FormMalformed("the boundary of the form is none") from error

    def feed(self, arrived: bytes) -> list[bytes]:
        """What of these bytes belongs to the file."""
        self._file_parts = []
        try:
            self._parser.write(arrived)
        except MultipartParseError as error:
            raise FormMalformed("the form is broken") from error
        return self._file_parts

    @property
    def fields(self) -> Mapping[str, str]:
        """The short fields. Raises FormMalformed for what is no UTF-8."""
        try:
            return {name.decode(): bytes(value).decode() for name, value in self._fields.items()}
        except UnicodeDecodeError as error:
            raise FormMalformed("a field is not UTF-8") from error

    def _part_begins(self) -> None:
        self._parts += 1
        self._disposition = b""
        self._header_bytes = 0
        self._header_name = self._header_value = b""
        if self._parts > MOST_PARTS:
            raise FormMalformed("the form has too many parts")

    def _header_field(self, told: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._header_name += told[start:end]

    def _header_value_part(self, told: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._header_value += told[start:end]

    def _count_header(self, length: int) -> None:
        self._header_bytes += length
        if self._header_bytes > MOST_HEADER_BYTES:
            raise FormMalformed("the header of a part is too long")

    def _header_ends(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = self._header_value
        self._header_name = self._header_value = b""

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"")
        if self._name == FILE:
            if self.has_file:
                raise FormMalformed("the form has two parts `file`: send one document at a time")
            self.has_file = True
        elif self._name in self._fields:
            raise FormMalformed("a field comes twice")
        elif self._name in FIELDS:
            self._fields[self._name] = bytearray()

    def _part(self, told: bytes, start: int, end: int) -> None:
        if self._name == FILE:
            self._file_parts.append(told[start:end])
        elif self._name in FIELDS:
            self._fields[self._name] += told[start:end]
            if len(self._fields[self._name]) > LONGEST_FIELD:
                raise FormMalformed("a field is too long")

    def _ends(self) -> None:
        self.is_complete = True
