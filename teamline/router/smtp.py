"""The wire to the mail server: one connection a mail, encrypted wherever the server can, checked wherever it is."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from urllib.parse import urlsplit

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from operations.mail.mails import Mail, encoded
from operations.mail.ports import Postponed, Refused, Unreachable
from store.connection import is_loopback

ANSWER_SECONDS = 30.0
TAKEN_SECONDS = 240.0
"""A server may look into what it was sent before it says that it has it (RFC 5321, 4.5.3.2.6: 10 minutes)."""
_TOO_LARGE = 552  # RFC 5321, 4.2.3: exceeded storage allocation
_GOING_DOWN = 421
_PERMANENT = 500


class SmtpRefused(Exception):
    """The mail server's address cannot be used: the sentence says why, and the cure."""


class TooLarge(Exception):
    """The server does not take so large a mail."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where the mail server is. The password is in no `repr`."""

    host: str
    port: int
    is_tls: bool
    user: str = ""
    password: str = ""
    ca_file: Path | None = None

    def __repr__(self) -> str:
        """The place alone."""
        return f"SmtpServer({self.host}:{self.port})"


def smtp_server(url: str, user: str | None, password: str | None, ca_file: Path | None) -> SmtpServer:
    """The server of smtp:// or smtps://. Raises SmtpRefused, which repeats nothing of the address."""
    cure = "write it like smtp://mail.example.org:25 or smtps://mail.example.org:465"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise SmtpRefused(f"TEAMLINE_SMTP_URL cannot be read: {cure}") from error
    if parts.scheme not in ("smtp", "smtps") or not host or parts.path not in ("", "/"):
        raise SmtpRefused(f"TEAMLINE_SMTP_URL is no address of a mail server: {cure}")
    if parts.username or parts.password:
        raise SmtpRefused("TEAMLINE_SMTP_URL has a user in it: name it in TEAMLINE_SMTP_USER, the password in a file")
    is_tls = parts.scheme == "smtps"
    return SmtpServer(host, port or (465 if is_tls else 25), is_tls, user or "", password or "", ca_file)


Compose = Callable[[int | None], Awaitable[Mail]]
"""The mail, for a server that takes so many bytes at most (None: it does not say)."""


class Smtp:
    """Sends mails to one server, one at a time each over a connection of its own."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def send(self, sender: str, to: str, compose: Compose) -> None:
        """The server has taken it on return. Raises Unreachable, Postponed, Refused, TooLarge."""
        client = SMTP(
            hostname=self._server.host,
            port=self._server.port,
            use_tls=self._server.is_tls,
            start_tls=False,
            tls_context=await asyncio.to_thread(self._context),
            timeout=ANSWER_SECONDS,
            local_hostname="localhost",
        )
        try:
            await self._prepared(client)
            await self._envelope(client, sender, to, compose)
        finally:
            client.close()

    def _context(self) -> ssl.SSLContext:
        cafile = self._server.ca_file
        try:
            return ssl.create_default_context(cafile=str(cafile) if cafile else None)
        except (OSError, ssl.SSLError) as error:
            raise Unreachable("TEAMLINE_SMTP_CA_FILE cannot be read") from error

    async def _prepared(self, client: SMTP) -> None:
        """Connected, encrypted where possible, signed in where wanted. Whatever fails here concerns every mail."""
        try:
            await client.connect()
            await _greeted(client)
            is_tls = self._server.is_tls
            if not is_tls and client.supports_extension("starttls"):
                await client.starttls()
                await client.ehlo()
                is_tls = True
            if self._server.user:
                if not is_tls and not is_loopback(self._server.host):
                    raise Unreachable("the mail server offers no encryption: the password is not sent in the clear")
                if not client.supports_extension("auth"):
                    raise Unreachable("the mail server offers no sign-in: leave TEAMLINE_SMTP_USER out")
                await client.login(self._server.user, self._server.password)
        except ssl.SSLError as error:
            raise Unreachable("the mail server's certificate cannot be verified") from error
        except aiosmtplib.SMTPAuthenticationError as error:
            raise Unreachable(f"the mail server refuses our user or password ({error.code})") from error
        except SMTPResponseException as error:
            raise Unreachable(_answered(error)) from error
        except (SMTPException, OSError, ValueError) as error:
            if _is_certificate(error):
                raise Unreachable("the mail server's certificate cannot be verified") from error
            raise Unreachable("the mail server does not answer") from error

    async def _envelope(self, client: SMTP, sender: str, to: str, compose: Compose) -> None:
        mail = await compose(_most_bytes(client))
        try:
            await client.mail(sender)
            await client.rcpt(to)
            await self._content(client, mail)
        except aiosmtplib.SMTPSenderRefused as error:
            is_for_good = error.code >= _PERMANENT
            why = f"the mail server refuses TEAMLINE_SMTP_SENDER ({error.code})" if is_for_good else _answered(error)
            raise Unreachable(why) from error
        except SMTPResponseException as error:
            if error.code == _GOING_DOWN or error.code < 0:
                raise Unreachable(_answered(error)) from error
            if error.code == _TOO_LARGE:
                raise TooLarge from error
            if error.code >= _PERMANENT:
                raise Refused(f"the mail server refuses it ({error.code})") from error
            raise Postponed(f"the mail server answers {error.code}") from error
        except (SMTPException, OSError, ValueError) as error:
            raise Unreachable("the connection to the mail server broke") from error
        with contextlib.suppress(SMTPException, OSError):
            await client.quit()  # it has the mail: whatever is said now changes nothing

    async def _content(self, client: SMTP, mail: Mail) -> None:
        """In parts that hold the loop for less than a millisecond each (aiosmtplib's own `data` takes all at once)."""
        response = await client.execute_command(b"DATA")
        if response.code != aiosmtplib.SMTPStatus.start_input:
            raise aiosmtplib.SMTPDataError(response.code, response.message)
        _write(client, mail.head)
        if mail.attachment:
            file = await asyncio.to_thread(mail.attachment.path.open, "rb")
            try:
                await _attached(client, file)
            finally:
                file.close()
        _write(client, mail.tail)
        response = await client.execute_command(b".", timeout=TAKEN_SECONDS)
        if response.code != aiosmtplib.SMTPStatus.completed:
            raise aiosmtplib.SMTPDataError(response.code, response.message)


async def _greeted(client: SMTP) -> None:
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:  # of before 2001
        await client.helo()


async def _attached(client: SMTP, file: IO[bytes]) -> None:
    parts = encoded(file)
    while (part := await asyncio.to_thread(next, parts, b"")) != b"":
        _write(client, part)


def _write(client: SMTP, part: bytes) -> None:
    """Raises SMTPServerDisconnected: the server may hang up in the middle of a mail."""
    transport = cast("asyncio.WriteTransport | None", client.transport)
    if transport is None or transport.is_closing():
        raise aiosmtplib.SMTPServerDisconnected("it hung up")
    transport.write(part)


def _answered(error: SMTPResponseException) -> str:
    """A server that talks nonsense has a code below 0."""
    return f"the mail server answers {error.code}" if error.code >= 0 else "the mail server does not speak SMTP"


def _most_bytes(client: SMTP) -> int | None:
    """What the server told with its SIZE extension (RFC 1870)."""
    told = client.esmtp_extensions.get("size", "")
    return int(told) if told.isascii() and told.isdigit() and int(told) else None


def _is_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
