"""A mail as bytes that can be sent in parts: its attachment stays a file until it goes over the wire."""

import base64
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import IO

from operations.mail.texts import MailText

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_LINE_BYTES = 57  # RFC 2045, 6.8: 76 characters a line
PART_BYTES = _LINE_BYTES * 1024


def is_address(text: str) -> bool:
    """Whether mail can be from or to this: plain ASCII, no quotes, no comments, nothing that ends a header."""
    return _ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mailbox, by the name that the reader sees."""

    path: Path
    name: str
    media_type: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom, to whom, which mail (the same every time it is tried), and when it was about."""

    sender: str
    to: str
    reference: str
    date: datetime

    def __post_init__(self) -> None:
        """Raises ValueError for what is no address, or could end a header."""
        if not (is_address(self.sender) and is_address(self.to) and re.fullmatch(r"[a-z0-9.-]{1,80}", self.reference)):
            raise ValueError("no address, or no reference, that mail can have")

    @property
    def message_id(self) -> str:
        """The same whenever this mail is sent: whoever gets it twice can tell."""
        return f"<{self.reference}@{self.sender.rpartition('@')[2]}>"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as SMTP wants it: lines end in CRLF, leading dots are doubled (RFC 5321, 4.5.2)."""

    head: bytes
    attachment: Attachment | None = None
    tail: bytes = b""

    @property
    def bytes(self) -> int:
        """Its size on the wire."""
        return len(self.head) + len(self.tail) + (encoded_bytes(self.attachment.bytes) if self.attachment else 0)


def encoded_bytes(content: int) -> int:
    """How much so many bytes are as base64 with its line ends."""
    lines = -(-content // _LINE_BYTES)
    return -(-content // 3) * 4 + 2 * lines


def composed(envelope: Envelope, text: MailText, attachment: Attachment | None = None) -> Mail:
    """The mail. Raises ValueError if a header could not be one."""
    message = EmailMessage(policy=SMTP)
    message["From"] = envelope.sender
    message["To"] = envelope.to
    message["Subject"] = text.subject
    message["Date"] = format_datetime(envelope.date)
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answer comes back
    message.set_content(text.body, cte="quoted-printable")
    if attachment is None:
        return Mail(_stuffed(message.as_bytes()))
    marker = secrets.token_bytes(_LINE_BYTES)
    kind, _, subtype = attachment.media_type.partition("/")
    message.add_attachment(marker, maintype=kind, subtype=subtype, filename=attachment.name)
    head, _, tail = message.as_bytes().partition(base64.b64encode(marker) + b"\r\n")
    return Mail(_stuffed(head), attachment, _stuffed(tail))


def encoded(file: IO[bytes]) -> Iterator[bytes]:
    """The rest of a file as base64 lines, some kilobytes at a time."""
    while part := file.read(PART_BYTES):
        yield base64.encodebytes(part).replace(b"\n", b"\r\n")


def _stuffed(part: bytes) -> bytes:
    return part.replace(b"\r\n.", b"\r\n..")
