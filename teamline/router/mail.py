"""Mails about what came into mailboxes, and copies into the drop folder: the feature around the outbox."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from facts.contact import LeftKind, LeftState
from metrics.board import Trouble
from operations.active import InForce
from operations.callbacks.life import has_landed, is_dialled_by_us
from operations.mail.drop_folder import DropFolder
from operations.mail.mails import Attachment, Envelope, Mail, composed, encoded_bytes, is_address
from operations.mail.outbox import GIVE_UP_SECONDS, Outbox
from operations.mail.ports import Carrier, KeptOutbox, OutboxAway, Refused, Way
from operations.mail.texts import AT_RISK, CAME, WAITS, Words, text
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry, MailboxAway
from routing.centre import Centre, Team
from routing.contact_rules import MailedAs
from routing.document_kind import DocumentKind
from teamline.router.smtp import Smtp, SmtpRefused, TooLarge, smtp_server
from teamline.settings import Settings
from web.room import Room

MOST_MAIL_BYTES = 20 * 1024 * 1024
"""A larger mail few servers take: its content stays where it is, and a notice goes out."""
TRY_AGAIN_SECONDS = 2.0

_SUFFIX: Mapping[str, str] = {kind.media_type: kind.extension for kind in DocumentKind}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class MailCarrier:
    """`operations.mail.ports.Carrier`: one mail an entry to the team's address, with or without its content."""

    smtp: Smtp
    sender: str
    centre: Callable[[], Centre]
    mailbox: Mailbox
    way: Way
    words: Mapping[LeftKind, Words]

    async def carry(self, entry: Entry) -> None:
        """Sent on return, or not wanted. Raises Unreachable, Postponed, Refused, NoSuchEntry."""
        centre = self.centre()
        team = centre.teams.get(entry.team)
        wanted = mailed_as(entry, centre)
        if team is None or not team.mailbox or wanted is MailedAs.NOTHING or entry.state is LeftState.DONE:
            return
        attachment = await self._attachment(entry) if wanted is MailedAs.CONTENT and self.way is Way.MAIL else None
        try:
            await self._send(entry, centre, team, attachment, is_too_large=False)
        except TooLarge as error:
            if attachment is None:
                raise Refused("the mail server does not even take a notice") from error
            await self._notice(entry, centre, team)

    async def _notice(self, entry: Entry, centre: Centre, team: Team) -> None:
        try:
            await self._send(entry, centre, team, None, is_too_large=True)
        except TooLarge as error:
            raise Refused("the mail server does not even take a notice") from error

    async def _send(
        self, entry: Entry, centre: Centre, team: Team, attachment: Attachment | None, *, is_too_large: bool
    ) -> None:
        came_at = datetime.fromtimestamp(entry.came_at, centre.timezone)
        try:
            envelope = Envelope(self.sender, team.mailbox, f"{entry.id}.{self.way.value}", came_at)
        except ValueError as error:
            raise Refused("the team's address is none that mail can have") from error

        async def compose(most: int | None) -> Mail:
            fits = attachment and encoded_bytes(attachment.bytes) <= min(most or MOST_MAIL_BYTES, MOST_MAIL_BYTES)
            attached = attachment if fits else None
            said = text(
                self._words(entry),
                team.name,
                team.id,
                entry.id,
                came_at,
                is_attached=attached is not None,
                is_too_large=is_too_large or (attachment is not None and attached is None),
            )
            return composed(envelope, said, attached)

        await self.smtp.send(self.sender, team.mailbox, compose)

    def _words(self, entry: Entry) -> Words:
        """Of an appointment to come a team is reminded only because it cannot be kept as things stand."""
        is_to_come = entry.appointment_at is not None and entry.appointment_at > time.time()
        return AT_RISK if self.way is Way.REMINDER and is_to_come else self.words[entry.what]

    async def _attachment(self, entry: Entry) -> Attachment | None:
        """What is attached, if the entry has content."""
        if not entry.file:
            return None
        path = await asyncio.to_thread(self.mailbox.content, entry)
        size = (await asyncio.to_thread(path.stat)).st_size
        suffix = _SUFFIX.get(entry.media_type, "wav")
        return Attachment(path, f"{entry.id}.{suffix}", entry.media_type or "application/octet-stream", size)


def mailed_as(entry: Entry, centre: Centre) -> MailedAs:
    """What teams.yaml wants to be mailed for such an entry. A request for a callback has no content."""
    if entry.what is LeftKind.DOCUMENT:
        return centre.documents.mail
    if entry.what is not LeftKind.CALLBACK:
        return centre.messages.mail
    return MailedAs.NOTICE if centre.callbacks.mail is MailedAs.CONTENT else centre.callbacks.mail


class MailFeature:
    """`Feature`: listens to the mailbox, and sends. `kept` is `store.outbox.OutboxStore`."""

    def __init__(
        self,
        settings: Settings,
        kept: KeptOutbox,
        mailbox: Mailbox,
        centre: Callable[[], Centre],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._mailbox, self._clock = mailbox, clock
        self._refused = ""
        self._carriers = self._carried(settings, centre)
        self.outbox = Outbox(kept, mailbox.get, self._carriers, clock, random.random)
        mailbox.came.append(self._came)
        mailbox.changed.append(self._changed)
        mailbox.reminded.append(lambda entry: self.outbox.add(Way.REMINDER, entry.id))
        self._tasks: list[asyncio.Task[None]] = []
        self._is_tried_again = asyncio.Event()

    @property
    def rooms(self) -> Sequence[Room]:
        """None."""
        return ()

    async def start(self) -> None:
        """Begin to send; what came while no router was there goes out, too."""
        loop = asyncio.get_running_loop()
        works = (self.outbox.run, self._find_missed, self._try_again) if self._carriers else ()
        self._tasks = [loop.create_task(work()) for work in works]

    async def stop(self) -> None:
        """Break off; what was being sent is sent again after the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def configured(self, now: InForce) -> None:  # noqa: ARG002 - the centre is asked for when a mail is written
        """Addresses may have been corrected: everything is tried again."""
        self._is_tried_again.set()

    def troubles(self) -> Iterator[Trouble]:
        """What an operator has to cure."""
        standing = self.outbox.standing
        if self._refused:
            yield Trouble("no mail is sent: the settings for it cannot be used", self._refused)
        if standing.given_up:
            yield Trouble(
                f"{standing.given_up} mails or copies of documents were given up: {standing.why or 'see the log'}",
                "correct the team's address or the mail server and activate teams.yaml: all are tried again",
            )
        elif standing.why:
            yield Trouble(
                f"{standing.waiting} mails or copies of documents wait: {standing.why}",
                "look at the mail server or the drop folder; they go out by themselves once it is well",
            )

    def _carried(self, settings: Settings, centre: Callable[[], Centre]) -> Mapping[Way, Carrier]:
        carriers: dict[Way, Carrier] = {}
        if settings.drop:
            carriers[Way.DROP] = DropFolder(settings.drop, self._mailbox)
        if settings.smtp_url:
            try:
                smtp = _smtp(settings)
            except SmtpRefused as refused:
                self._refused = str(refused)
                log.error("mail_refused", cure=self._refused)
            else:
                sender = settings.smtp_sender
                carriers[Way.MAIL] = MailCarrier(smtp, sender, centre, self._mailbox, Way.MAIL, CAME)
                carriers[Way.REMINDER] = MailCarrier(smtp, sender, centre, self._mailbox, Way.REMINDER, WAITS)
        return carriers

    def _came(self, entry: Entry) -> None:
        for way in ways(entry):
            self.outbox.add(way, entry.id)

    def _changed(self, entry: Entry) -> None:
        if entry.state is LeftState.ERASED:
            self.outbox.forget(entry.id)
        elif has_landed(entry) and entry.reminded_at is None:
            self._came(entry)

    async def _find_missed(self) -> None:
        """Once the store answers."""
        while True:
            try:
                since = self._clock() - GIVE_UP_SECONDS
                entries = await self._mailbox.listed()
                await self.outbox.find_missed(entries, ways, since)
            except (MailboxAway, OutboxAway):
                await asyncio.sleep(TRY_AGAIN_SECONDS)
            else:
                return

    async def _try_again(self) -> None:
        while True:
            await self._is_tried_again.wait()
            self._is_tried_again.clear()
            try:
                await self.outbox.try_all()
            except OutboxAway:
                self._is_tried_again.set()
                await asyncio.sleep(TRY_AGAIN_SECONDS)


def ways(entry: Entry) -> Sequence[Way]:
    """How an entry goes out that lies on a team's desk; whether it is wanted is asked when it is sent."""
    if is_dialled_by_us(entry):
        return ()
    return (Way.MAIL, Way.DROP) if entry.what is LeftKind.DOCUMENT else (Way.MAIL,)


def _smtp(settings: Settings) -> Smtp:
    if not is_address(settings.smtp_sender):
        raise SmtpRefused("TEAMLINE_SMTP_SENDER is no address: write it like teamline@example.org")
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    return Smtp(smtp_server(settings.smtp_url or "", settings.smtp_user, password, settings.smtp_ca_file))
