import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest

from facts.contact import LeftState
from metrics.board import Trouble
from operations.active import InForce
from operations.mail.ports import Way
from operations.mailbox.content_files import ContentFiles
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry
from operations.mailbox.record import MailboxRecords
from routing.callback import State
from routing.centre import Centre
from routing.contact_rules import CallbackRules, DocumentRules, MailedAs, MessageRules
from routing.directory import DirectoryTable
from teamline.router.mail import MailFeature
from teamline.router.smtp import SmtpRefused, smtp_server
from teamline.settings import Settings
from tests.fakes.document_desk import until
from tests.fakes.entries import MONDAY, MemoryMail, callback, document, recording, voice
from tests.fakes.mail_server import PASSWORD, MailServer, certificate, mail_server
from tests.fakes.memory_outbox import MemoryOutbox
from tests.fakes.router import small_centre


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def centre(messages: MailedAs = MailedAs.NOTICE, documents: MailedAs = MailedAs.NOTICE, address: str = "") -> Centre:
    made = replace(small_centre(), messages=MessageRules(mail=messages), documents=DocumentRules(mail=documents))
    team = replace(made.teams["L01"], name="Leistung Süd 01", mailbox=address or "leistung01@example.org")
    return replace(made, teams={**made.teams, "L01": team})


@dataclass
class Office:
    """A mailbox and its mail feature, to be worked by hand."""

    folder: Path
    url: str
    centre: Centre = field(default_factory=centre)
    options: dict[str, object] = field(default_factory=dict)
    now: float = MONDAY
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    kept: MemoryMail = field(default_factory=MemoryMail)

    def __post_init__(self) -> None:
        files = ContentFiles(self.folder / "mailbox", MailboxRecords(b"s" * 32))
        files.folder.mkdir(parents=True)
        self.mailbox = Mailbox(self.kept, files, lambda: self.now, lambda _: None)
        given = {"data": self.folder, "smtp_url": self.url, "smtp_sender": "teamline@example.org", **self.options}
        settings = Settings(**given)  # type: ignore[arg-type]  # a test names settings
        self.mail = MailFeature(settings, self.outbox, self.mailbox, lambda: self.centre, lambda: self.now)

    async def came(self, entry: Entry, content: bytes | None = None) -> Entry:
        """Kept, and sent as far as it can be."""
        if content is None:
            kept = await self.mailbox.put(entry)
        else:
            kept = await self.mailbox.keep_file(recording(self.folder, content), entry)
        await self.mail.outbox.work()
        return kept

    async def later(self, seconds: float) -> None:
        self.now += seconds
        await self.mail.outbox.work()


def body(server: MailServer) -> str:
    part = server.mails[0].get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


async def test_a_notice_says_what_came_when_and_where(server: MailServer, tmp_path: Path) -> None:
    entry = await Office(tmp_path, server.url).came(voice(), b"RIFF")
    assert (
        "Neue Sprachnachricht für Leistung Süd 01\n"
        "Eingang: 23.11.2026, 09:00 Uhr\n"
        "Sie finden den Eintrag auf der Seite Ihres Teams: /desk/L01\n"
        f"Kennung: {entry.id}\n"
        "\n"
        "New voice message for Leistung Süd 01\n"
        "Received: 2026-11-23 09:00\n"
        "You find the entry on your team's page: /desk/L01\n"
        f"Reference: {entry.id}\n"
    ) == body(server)


async def test_a_mail_goes_from_us_to_the_teams_address(server: MailServer, tmp_path: Path) -> None:
    await Office(tmp_path, server.url).came(voice(), b"RIFF")
    mail = server.mails[0]
    assert (
        [("teamline@example.org", "leistung01@example.org")],
        "Teamline: Neue Sprachnachricht (Leistung Süd 01)",
        "auto-generated",
    ) == (server.senders, mail["Subject"], mail["Auto-Submitted"])


async def test_its_date_is_when_the_entry_came(server: MailServer, tmp_path: Path) -> None:
    await Office(tmp_path, server.url).came(voice(), b"RIFF")
    assert datetime.fromisoformat("2026-11-23T08:00:00+00:00") == server.mails[0]["Date"].datetime


async def test_no_mail_has_a_name_or_a_number(server: MailServer, tmp_path: Path) -> None:
    office = Office(tmp_path, server.url, centre(MailedAs.CONTENT, MailedAs.CONTENT))
    for entry, content in ((voice(), b"RIFF"), (document(number="123A456789"), b"%PDF"), (callback(), None)):
        await office.came(entry, content)
    assert (3, []) == (
        len(server.raw),
        [text for text in server.raw for told in (b"0211555100", b"211555", b"123A456789") if told in text],
    )


@pytest.mark.parametrize(
    ("entry", "content", "name", "kind"),
    [(voice(), b"RIFF of a voice" * 99, ".wav", "audio/wav"), (document(), b"%PDF-1.7", ".pdf", "application/pdf")],
)
async def test_content_is_attached_where_teams_yaml_wants_it(
    server: MailServer, tmp_path: Path, entry: Entry, content: bytes, name: str, kind: str
) -> None:
    await Office(tmp_path, server.url, centre(MailedAs.CONTENT, MailedAs.CONTENT)).came(entry, content)
    attached = next(server.mails[0].iter_attachments())
    assert (content, f"{entry.id}{name}", kind) == (
        attached.get_content(),
        attached.get_filename(),
        attached.get_content_type(),
    )


async def test_a_request_for_a_callback_is_never_more_than_a_notice(server: MailServer, tmp_path: Path) -> None:
    await Office(tmp_path, server.url, centre(MailedAs.CONTENT)).came(callback())
    assert [] == list(server.mails[0].iter_attachments())


@pytest.mark.parametrize("length", [0, 1, 56, 57, 58, 57 * 1024, 57 * 1024 + 1, 3_000_000])
async def test_an_attachment_of_any_length_arrives_whole(server: MailServer, tmp_path: Path, length: int) -> None:
    content = bytes(each * 7 % 256 for each in range(length % 60_000)) + bytes(length - length % 60_000)
    await Office(tmp_path, server.url, centre(documents=MailedAs.CONTENT)).came(document(), content)
    assert content == next(server.mails[0].iter_attachments()).get_content()


async def test_too_large_a_content_becomes_a_notice_that_says_so(server: MailServer, tmp_path: Path) -> None:
    office = Office(tmp_path, server.url, centre(documents=MailedAs.CONTENT))
    await office.came(document(), bytes(16 * 1024 * 1024))
    assert ([], True) == (
        list(server.mails[0].iter_attachments()),
        "Der Inhalt ist für eine E-Mail zu groß." in body(server),
    )


async def test_what_this_server_takes_at_most_counts(tmp_path: Path) -> None:
    with mail_server(most_bytes=100_000) as small:
        await Office(tmp_path, small.url, centre(documents=MailedAs.CONTENT)).came(document(), bytes(90_000))
        assert [] == list(small.mails[0].iter_attachments())


@pytest.mark.parametrize("rules", [centre(MailedAs.NOTHING), replace(centre(), teams=small_centre().teams | {})])
async def test_what_is_not_wanted_is_not_sent(server: MailServer, tmp_path: Path, rules: Centre) -> None:
    silent = {team.id: replace(team, mailbox="") for team in rules.teams.values()}
    without = rules if rules.messages.mail is MailedAs.NOTHING else replace(rules, teams=silent)
    office = Office(tmp_path, server.url, without)
    await office.came(voice(), b"RIFF")
    assert ([], (0, 0)) == (server.mails, await office.outbox.counts())


async def test_a_reminder_says_that_something_waits(server: MailServer, tmp_path: Path) -> None:
    office = Office(tmp_path, server.url)
    entry = await office.came(voice(), b"RIFF")
    await office.mailbox.remind(entry)
    await office.mail.outbox.work()
    assert [
        "Teamline: Neue Sprachnachricht (Leistung Süd 01)",
        "Teamline: Sprachnachricht wartet (Leistung Süd 01)",
    ] == [mail["Subject"] for mail in server.mails]


async def test_while_the_server_is_away_nothing_is_lost(server: MailServer, tmp_path: Path) -> None:
    office = Office(tmp_path, server.url)
    server.stop()
    entries = [await office.came(voice(), b"RIFF") for _ in range(3)]
    away = office.mail.outbox.standing
    server.start()
    await office.later(60)
    await office.later(1)
    assert (3, "the mail server does not answer", {entry.id for entry in entries}) == (
        away.waiting,
        away.why,
        {mail["Message-ID"][1:].partition(".")[0] for mail in server.mails},
    )


async def test_a_mail_has_the_same_id_whenever_it_is_tried(server: MailServer, tmp_path: Path) -> None:
    office = Office(tmp_path, server.url)
    entry = await office.came(voice(), b"RIFF")
    office.outbox.settled.clear()
    office.mail.outbox.add(Way.MAIL, entry.id)
    await office.mail.outbox.work()
    assert [f"<{entry.id}.mail@example.org>"] * 2 == [mail["Message-ID"] for mail in server.mails]


async def test_an_erased_entry_is_not_mailed_any_more(server: MailServer, tmp_path: Path) -> None:
    office = Office(tmp_path, server.url)
    server.stop()
    entry = await office.came(voice(), b"RIFF")
    await office.mailbox.erase(entry.id)
    server.start()
    await office.later(60)
    await office.later(60)
    assert ([], (0, 0)) == (server.mails, await office.outbox.counts())


async def test_what_is_done_is_not_mailed_any_more(server: MailServer, tmp_path: Path) -> None:
    office = Office(tmp_path, server.url)
    server.stop()
    entry = await office.came(voice(), b"RIFF")
    office.kept.entries[entry.id] = replace(entry, state=LeftState.DONE)
    server.start()
    await office.later(60)
    assert ([], (0, 0)) == (server.mails, await office.outbox.counts())


async def test_an_unknown_address_is_given_up_and_told_with_its_cure(server: MailServer, tmp_path: Path) -> None:
    server.answer_rcpt = "550 no such user"
    office = Office(tmp_path, server.url)
    await office.came(voice(), b"RIFF")
    assert [
        Trouble(
            "1 mails or copies of documents were given up: the mail server refuses it (550)",
            "correct the team's address or the mail server and activate teams.yaml: all are tried again",
        )
    ] == list(office.mail.troubles())


async def test_a_greylisting_server_gets_it_later(server: MailServer, tmp_path: Path) -> None:
    server.answer_rcpt = "450 later"
    office = Office(tmp_path, server.url)
    await office.came(voice(), b"RIFF")
    server.answer_rcpt = ""
    await office.later(15)
    assert 1 == len(server.mails)


async def test_a_server_that_finds_it_too_large_after_all_gets_a_notice(server: MailServer, tmp_path: Path) -> None:
    server.answer_data = "552 too much"
    office = Office(tmp_path, server.url, centre(documents=MailedAs.CONTENT))
    await office.came(document(), b"%PDF")
    assert ["the mail server does not even take a notice"] == [each.why for each in await office.outbox.unsettled()]


async def test_an_encrypted_connection_is_used_where_it_is_offered(tmp_path: Path) -> None:
    context, ca_file = certificate(tmp_path)
    with mail_server(tls=context) as server:
        await Office(tmp_path, server.url, options={"smtp_ca_file": ca_file}).came(voice(), b"RIFF")
        assert [True] == server.was_tls


async def test_a_connection_encrypted_from_the_beginning(tmp_path: Path) -> None:
    context, ca_file = certificate(tmp_path)
    with mail_server(tls=context, is_tls_at_once=True) as server:
        await Office(tmp_path, server.url, options={"smtp_ca_file": ca_file}).came(voice(), b"RIFF")
        assert 1 == len(server.mails)


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_certificate_of_nobody_we_know_gets_no_mail(tmp_path: Path, at_once: bool) -> None:
    context, _ = certificate(tmp_path)
    with mail_server(tls=context, is_tls_at_once=at_once) as server:
        office = Office(tmp_path, server.url)
        await office.came(voice(), b"RIFF")
        assert ([], "the mail server's certificate cannot be verified") == (
            server.mails,
            office.mail.outbox.standing.why,
        )


async def test_user_and_password_open_the_door(tmp_path: Path) -> None:
    context, ca_file = certificate(tmp_path)
    signed_in = {"smtp_ca_file": ca_file, "smtp_user": "teamline", "smtp_password": PASSWORD}
    with mail_server(tls=context, wants_sign_in=True) as server:
        await Office(tmp_path, server.url, options=signed_in).came(voice(), b"RIFF")
        assert (["teamline"], 1) == (server.users, len(server.mails))


async def test_a_server_without_sign_in_is_told(server: MailServer, tmp_path: Path) -> None:
    office = Office(tmp_path, server.url, options={"smtp_user": "teamline", "smtp_password": PASSWORD})
    await office.came(voice(), b"RIFF")
    assert "the mail server offers no sign-in: leave TEAMLINE_SMTP_USER out" == office.mail.outbox.standing.why


async def test_a_password_is_not_sent_in_the_clear_over_a_network(
    server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teamline.router.smtp.is_loopback", lambda _: False)
    office = Office(tmp_path, server.url, options={"smtp_user": "teamline", "smtp_password": PASSWORD})
    await office.came(voice(), b"RIFF")
    assert ("the mail server offers no encryption: the password is not sent in the clear", []) == (
        office.mail.outbox.standing.why,
        server.users,
    )


async def test_a_wrong_password_is_told(tmp_path: Path) -> None:
    signed_in = {"smtp_user": "teamline", "smtp_password": "wrong"}
    with mail_server(wants_sign_in=True) as server:
        office = Office(tmp_path, server.url, options=signed_in)
        await office.came(voice(), b"RIFF")
        assert "the mail server refuses our user or password (535)" == office.mail.outbox.standing.why


@pytest.mark.parametrize(
    "url",
    ["http://mail.example.org", "smtp://", "smtp://user:secret@mail.example.org", "smtp://h:99999", "smtp://h/path"],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SmtpRefused) as caught:
        smtp_server(url, None, None, None)
    assert "secret" not in str(caught.value)


def test_the_password_is_in_no_repr() -> None:
    assert "SmtpServer(mail.example.org:465)" == repr(smtp_server("smtps://mail.example.org", "u", "secret", None))


@pytest.mark.parametrize("options", [{"smtp_sender": "nobody"}, {"smtp_url": "http://x"}])
async def test_settings_that_cannot_be_used_are_an_operators_trouble(
    tmp_path: Path, options: dict[str, object]
) -> None:
    office = Office(tmp_path, "smtp://localhost:1", options=options)
    await office.came(voice(), b"RIFF")
    assert ["no mail is sent: the settings for it cannot be used"] == [each.what for each in office.mail.troubles()]


async def test_a_router_that_starts_sends_what_nobody_has_seen(server: MailServer, tmp_path: Path) -> None:
    office = Office(tmp_path, server.url)
    entry = voice()
    office.kept.entries[entry.id] = entry
    await office.mail.start()
    try:
        await until(lambda: server.mails)
    finally:
        await office.mail.stop()
    assert [f"<{entry.id}.mail@example.org>"] == [mail["Message-ID"] for mail in server.mails]


async def test_a_corrected_teams_yaml_tries_again_what_was_given_up(server: MailServer, tmp_path: Path) -> None:
    server.answer_rcpt = "550 no such user"
    office = Office(tmp_path, server.url)
    await office.came(voice(), b"RIFF")
    server.answer_rcpt = ""
    office.centre = centre(address="richtig@example.org")
    office.mail.configured(InForce(office.centre, "c-2", DirectoryTable.empty()))
    await office.mail.start()
    try:
        await until(lambda: server.senders)
    finally:
        await office.mail.stop()
    assert [("teamline@example.org", "richtig@example.org")] == server.senders


async def test_a_copy_of_a_document_goes_into_the_drop_folder(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    office = Office(tmp_path, "", options={"smtp_url": None, "drop": drop})
    entry = await office.came(document(), b"%PDF-1.7 of a letter")
    await office.came(voice(), b"RIFF")
    assert {f"L01/{entry.id}.pdf": b"%PDF-1.7 of a letter"} == {
        str(path.relative_to(drop)): path.read_bytes() for path in drop.rglob("*") if path.is_file()
    }


async def test_a_drop_folder_that_is_away_gets_its_copies_later(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.write_text("no folder")
    office = Office(tmp_path, "", options={"smtp_url": None, "drop": drop})
    entry = await office.came(document(), b"%PDF")
    why = office.mail.outbox.standing.why
    drop.unlink()
    await office.later(60)
    assert ("the drop folder cannot be written (ENOTDIR)", [f"{entry.id}.pdf"]) == (
        why.replace("EEXIST", "ENOTDIR"),
        [path.name for path in (drop / "L01").iterdir()],
    )


async def test_a_reminder_of_an_appointment_to_come_says_that_it_is_at_risk(server: MailServer, tmp_path: Path) -> None:
    office = Office(tmp_path, server.url)
    entry = await office.came(callback(life=State.CONFIRMED.value, appointment_at=time.time() + 3600))
    assert [] == server.mails
    await office.mailbox.remind(entry)
    await office.mail.outbox.work()
    assert ["Teamline: Rückruf-Termin gefährdet (Leistung Süd 01)"] == [mail["Subject"] for mail in server.mails]


async def test_a_callback_that_teamline_dials_is_mailed_once_it_lies_on_the_desk(
    server: MailServer, tmp_path: Path
) -> None:
    office = Office(tmp_path, server.url)
    entry = await office.came(callback(life=State.CONFIRMED.value))
    assert [] == server.mails
    task = await office.mailbox.change(entry, replace(entry, life=State.GIVEN_UP.value))
    await office.mail.outbox.work()
    claimed = await office.mailbox.claim(task.id, "anna")
    await office.mailbox.release(claimed.id, "anna")
    await office.mail.outbox.work()
    assert 1 == len(server.mails)


async def test_no_mail_about_callbacks_where_the_centre_wants_none(server: MailServer, tmp_path: Path) -> None:
    office = Office(tmp_path, server.url)
    office.centre = replace(office.centre, callbacks=CallbackRules(mail=MailedAs.NOTHING))
    await office.came(callback())
    assert [] == server.mails
