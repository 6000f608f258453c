import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from operations.mail.mails import Attachment, Envelope, Mail, composed
from operations.mail.ports import Postponed, Refused, Unreachable
from operations.mail.texts import MailText
from teamline.router import smtp
from teamline.router.smtp import Smtp, smtp_server

OFFERED = (b"220 here", b"250 me")
READY = (*OFFERED, b"250 sender", b"250 recipient", b"354 go on")


@asynccontextmanager
async def scripted(answers: Sequence[bytes]) -> AsyncIterator[str]:
    """A server that says one line after the other, whatever it hears, and resets the connection behind the last."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for place, answer in enumerate(answers):
            if place:
                await reader.readline()
            writer.write(answer + b"\r\n")
            await writer.drain()
        writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def sent(url: str, folder: Path, content_bytes: int = 2_000_000) -> None:
    file = folder / "letter.pdf"
    file.write_bytes(b"x" * content_bytes)

    async def compose(_most: int | None) -> Mail:
        about = Envelope("teamline@example.org", "team@example.org", "m-1", datetime.now(UTC))
        return composed(about, MailText("New", "text"), Attachment(file, "a.pdf", "application/pdf", content_bytes))

    await Smtp(smtp_server(url, None, None, None)).send("teamline@example.org", "team@example.org", compose)


TROUBLES = [
    ((b"\xff\xfe what",), Unreachable, "the mail server does not speak SMTP"),
    ((b"554 not you",), Unreachable, "the mail server answers 554"),
    ((*OFFERED, b"421 busy"), Unreachable, "the mail server answers 421"),
    ((*OFFERED, b"452 no room"), Unreachable, "the mail server answers 452"),
    ((*OFFERED, b"550 not from you"), Unreachable, "the mail server refuses TEAMLINE_SMTP_SENDER (550)"),
    ((*OFFERED, b"250 sender"), Unreachable, "the connection to the mail server broke"),
    ((*OFFERED, b"250 sender", b"nonsense"), Unreachable, "the mail server does not speak SMTP"),
    ((*OFFERED, b"250 sender", b"450 later"), Postponed, "the mail server answers 450"),
    ((*OFFERED, b"250 sender", b"550 nobody"), Refused, "the mail server refuses it (550)"),
    (READY, Unreachable, "the connection to the mail server broke"),
]


@pytest.mark.parametrize(("answers", "kind", "why"), TROUBLES)
async def test_whatever_a_server_does_is_told_by_what_it_concerns(
    answers: Sequence[bytes], kind: type[Exception], why: str, tmp_path: Path
) -> None:
    async with scripted(answers) as url:
        with pytest.raises(kind) as caught:
            await sent(url, tmp_path)
    assert why == str(caught.value)


async def test_a_server_that_says_nothing_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ended.wait()
        writer.close()

    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 0.5)
    ended = asyncio.Event()
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    try:
        with pytest.raises(Unreachable):
            await sent(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", tmp_path, 10)
    finally:
        ended.set()
        server.close()
