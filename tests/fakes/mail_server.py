"""A real SMTP server (aiosmtpd) on a port of its own, which can be stopped and started, and refuse."""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "right"


@dataclass
class MailServer:
    """`mails` as they came over the wire; `answer_rcpt` and `answer_data` refuse where they are set."""

    port: int = 0
    tls: ssl.SSLContext | None = None
    is_tls_at_once: bool = False
    most_bytes: int = 40 * 1024 * 1024
    answer_rcpt: str = ""
    answer_data: str = ""
    wants_sign_in: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    senders: list[tuple[str, str]] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    was_tls: list[bool] = field(default_factory=list)
    _controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp{'s' if self.is_tls_at_once else ''}://localhost:{self.port}"

    def start(self) -> "MailServer":
        """Listen, on the port of before."""
        options: dict[str, Any] = {"data_size_limit": self.most_bytes, "decode_data": False}
        if self.is_tls_at_once:
            options["ssl_context"] = self.tls
        elif self.tls:
            options["tls_context"] = self.tls
        if self.wants_sign_in:
            options |= {"authenticator": self._sign_in, "auth_required": True, "auth_require_tls": self.tls is not None}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port or _free_port(), **options)
        self._controller.start()
        self.port = self._controller.port
        return self

    def stop(self) -> None:
        """No longer listen."""
        if self._controller:
            self._controller.stop(no_assert=True)
            self._controller = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.answer_rcpt:
            return self.answer_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        if self.answer_data:
            return self.answer_data
        content = envelope.content
        assert isinstance(content, bytes)
        self.raw.append(content)
        self.mails.append(message_from_bytes(content, policy=default))  # type: ignore[arg-type]  # that is its type
        self.senders.append((str(envelope.mail_from), envelope.rcpt_tos[0]))
        self.was_tls.append(session.ssl is not None)
        return "250 OK"

    def _sign_in(self, *asked: object) -> AuthResult:
        told = asked[4]
        assert isinstance(told, LoginPassword)
        self.users.append(told.login.decode())
        return AuthResult(success=told.password == PASSWORD.encode(), handled=False)


@contextlib.contextmanager
def mail_server(
    *,
    tls: ssl.SSLContext | None = None,
    is_tls_at_once: bool = False,
    most_bytes: int = 40 * 1024 * 1024,
    wants_sign_in: bool = False,
) -> Iterator[MailServer]:
    """One that runs for this while."""
    server = MailServer(
        tls=tls, is_tls_at_once=is_tls_at_once, most_bytes=most_bytes, wants_sign_in=wants_sign_in
    ).start()
    try:
        yield server
    finally:
        server.stop()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context for `localhost`, and the file of who signed it: itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_file, key_file)
    return context, cert_file


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
