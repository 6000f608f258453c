import asyncio
import errno
import hashlib
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from facts.contact import ContactDecided
from operations.documents import arriving
from operations.documents.faults import ReaderAway
from routing.centre import Kiosk
from routing.contact_rules import Condition, DocumentRules, Goal, OverflowRule
from routing.document_kind import DocumentKind
from teamline.router.document_reader import DocumentReader
from tests.fakes.document_desk import KNOWN, UNKNOWN, DocumentDesk, document_desk, until
from tests.fakes.made_documents import bomb, image, pdf
from tests.fakes.router import NEVER, small_centre


@pytest.fixture(scope="module")
async def reader() -> AsyncIterator[DocumentReader]:
    """One process for all."""
    reading = DocumentReader()
    yield reading
    await reading.stop()


@pytest.fixture
async def desk(tmp_path: Path, reader: DocumentReader) -> AsyncIterator[DocumentDesk]:
    async with document_desk(tmp_path / "mailbox", reader) as running:
        yield running


def with_bounds(**bounds: int) -> Callable[[DocumentDesk], None]:
    return lambda desk: setattr(desk, "centre", replace(small_centre(), documents=DocumentRules(**bounds)))


def told(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    return answer.status_code, body.get("why", body.get("detail", ""))


async def test_a_document_lands_with_the_households_own_team(desk: DocumentDesk) -> None:
    content = pdf(3)
    answer = await desk.sent(content, "123A456789")
    entry = next(iter(desk.kept.entries.values()))
    assert (
        201,
        {
            "id": entry.id,
            "team": "L01",
            "team_name": "L01",
            "kind": "pdf",
            "pages": 3,
            "bytes": len(content),
            "duplicate": False,
        },
    ) == (answer.status_code, answer.json())


async def test_what_was_sent_is_what_lies_in_the_mailbox(desk: DocumentDesk) -> None:
    content = image("TIFF", 3)
    await desk.sent(content)
    assert [content] == [path.read_bytes() for path in desk.files]


async def test_an_entry_tells_everything_about_its_document(desk: DocumentDesk) -> None:
    content = image("JPEG")
    await desk.sent(content, "123 a 456-789", concern="job")
    entry = next(iter(desk.kept.entries.values()))
    assert ("V01", "job", "123A456789", "image/jpeg", hashlib.sha256(content).hexdigest(), 1, "scanner-1") == (
        entry.team,
        entry.concern,
        entry.number,
        entry.media_type,
        entry.digest,
        entry.pages,
        entry.source,
    )


@pytest.mark.parametrize(
    ("number", "team"),
    [
        ("123A456789", "L01"),
        ("1232456789", "L01"),
        ("123456789\r\n", "L01"),
        ("12345//0001234", "L01"),
        ("12345 BG 0001234", "L01"),
        (UNKNOWN, "general"),
        ("222456789", "general"),
    ],
)
async def test_a_number_may_be_printed_keyed_or_scanned(desk: DocumentDesk, number: str, team: str) -> None:
    assert team == (await desk.sent(pdf(), number)).json()["team"]


async def test_known_and_unknown_numbers_are_answered_alike(desk: DocumentDesk) -> None:
    known, unknown = await desk.sent(pdf(), KNOWN), await desk.sent(pdf(), UNKNOWN)
    assert (known.status_code, known.json().keys()) == (unknown.status_code, unknown.json().keys())


async def test_closed_doors_overflow_and_absent_members_send_no_document_elsewhere(
    tmp_path: Path, reader: DocumentReader
) -> None:
    closed = small_centre(hours={"L01": NEVER, "general": NEVER}, without_members=("L01",))
    rules = (OverflowRule(Condition.CLOSED, Goal.GENERAL), OverflowRule(Condition.NO_MEMBERS, Goal.SISTER))
    centre = replace(closed, teams={**closed.teams, "L01": replace(closed.teams["L01"], overflow=rules)})
    async with document_desk(tmp_path, reader, lambda desk: setattr(desk, "centre", centre)) as desk:
        assert (201, "L01") == ((answer := await desk.sent(pdf())).status_code, answer.json()["team"])


async def test_the_decision_is_told_for_the_reports(desk: DocumentDesk) -> None:
    await desk.sent(pdf())
    entry = next(iter(desk.kept.entries.values()))
    assert [
        ContactDecided(
            at=desk.now,
            node="",
            call=entry.id,
            visit=0,
            team="L01",
            home="L01",
            goal="message",
            rule="household-team",
            concern="documents",
            way="document",
        )
    ] == desk.decided


async def test_the_same_document_again_is_the_first_one(desk: DocumentDesk) -> None:
    content = pdf()
    first, again = await desk.sent(content), await desk.sent(content, name="other.pdf")
    assert (200, {**first.json(), "duplicate": True}, 1) == (again.status_code, again.json(), len(desk.files))


async def test_the_same_document_for_another_team_is_another_one(desk: DocumentDesk) -> None:
    content = pdf()
    answers = [await desk.sent(content), await desk.sent(content, concern="job")]
    assert ([201, 201], 2) == ([answer.status_code for answer in answers], len(desk.files))


async def test_the_same_form_of_another_customer_is_another_document(desk: DocumentDesk) -> None:
    content = pdf()
    answers = [await desk.sent(content, number=number) for number in ("999B888777", "998B888777")]
    assert ([201, 201], 1) == ([each.status_code for each in answers], len({each.json()["team"] for each in answers}))
    assert 2 == len({each.json()["id"] for each in answers})


async def test_the_same_form_sent_again_is_the_first_one_though_another_customer_sent_it_meanwhile(
    desk: DocumentDesk,
) -> None:
    content = pdf()
    answers = [await desk.sent(content, number=number) for number in ("999B888777", "998B888777", "999B888777")]
    assert [201, 201, 200] == [each.status_code for each in answers]
    assert answers[0].json()["id"] == answers[2].json()["id"]


async def test_the_same_document_after_a_day_is_another_one(desk: DocumentDesk) -> None:
    content = pdf()
    await desk.sent(content)
    desk.now += desk.centre.documents.same_hours * 3600 + 1
    assert 201 == (await desk.sent(content)).status_code


async def test_of_the_same_document_many_times_at_once_one_is_kept(desk: DocumentDesk) -> None:
    content = pdf(2)
    answers = await asyncio.gather(*(desk.sent(content) for _ in range(8)))
    assert ({201: 1, 200: 7}, 1, 1) == (
        Counter(answer.status_code for answer in answers),
        len({answer.json()["id"] for answer in answers}),
        len(desk.files),
    )


REFUSED: list[tuple[bytes, dict[str, Any], tuple[int, str]]] = [
    (b"", {}, (422, "empty")),
    (b"GIF89a and more", {}, (422, "not-a-document")),
    (b"<html><script>alert(1)</script>", {"name": "letter.pdf"}, (422, "not-a-document")),
    (pdf()[:300], {}, (422, "damaged")),
    (image("PNG", size=(400, 400))[:-60], {}, (422, "damaged")),
    (pdf(password="secret"), {}, (422, "encrypted")),
    (pdf(101), {}, (422, "too-many-pages")),
    (bomb(), {}, (413, "too-large")),
    (pdf(), {"number": "12"}, (422, "number-malformed")),
    (pdf(), {"number": "123Ä456789"}, (422, "number-malformed")),
    (pdf(), {"number": ""}, (422, "number-malformed")),
    (pdf(), {"number": None}, (422, "number-malformed")),
    (pdf(), {"number": None, "card": "TL1-opaque"}, (422, "card-unknown")),
    (pdf(), {"concern": "weather"}, (422, "concern-unknown")),
]


@pytest.mark.parametrize(("content", "fields", "expected"), REFUSED)
async def test_a_refused_document_is_told_why(
    desk: DocumentDesk, content: bytes, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert expected == told(await desk.sent(content, **fields))


@pytest.mark.parametrize(("content", "fields", "expected"), REFUSED)
async def test_nothing_of_a_refused_document_is_left(
    desk: DocumentDesk, content: bytes, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    await desk.sent(content, **fields)
    assert ([], [], {}) == (desk.files, desk.arriving, desk.kept.entries), expected


async def test_the_scanners_screen_gets_a_sentence_in_two_languages(desk: DocumentDesk) -> None:
    answer = await desk.sent(b"no document")
    assert {
        "de": "Diese Datei kann nicht angenommen werden. Bitte nehmen Sie PDF, JPEG, PNG oder TIFF.",
        "en": "This file cannot be accepted. Please use PDF, JPEG, PNG or TIFF.",
    } == answer.json()["says"]


async def test_a_file_over_the_bound_is_refused_with_the_body_read(tmp_path: Path, reader: DocumentReader) -> None:
    async with document_desk(tmp_path, reader, with_bounds(megabytes=1)) as desk:
        answer = await desk.sent(image("PNG") + bytes(3 * 1024 * 1024))
        assert ((413, "too-large"), [], []) == (told(answer), desk.files, desk.arriving)


async def test_a_stream_of_unknown_length_is_refused_at_the_bound(tmp_path: Path, reader: DocumentReader) -> None:

    async def endless() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n%PDF-1.4\n'
        for _ in range(200):
            yield bytes(64 * 1024)

    async with (
        document_desk(tmp_path, reader, with_bounds(megabytes=1)) as desk,
        httpx.AsyncClient(timeout=30) as client,
    ):
        answer = await client.post(
            f"{desk.url}/api/v1/documents",
            content=endless(),
            headers={"content-type": "multipart/form-data; boundary=b"},
        )
        assert ((413, "too-large"), []) == (told(answer), desk.arriving)


BROKEN_FORMS = [
    ("text/plain", b"hello"),
    ("multipart/form-data", b"--b--"),
    ("multipart/form-data; boundary=b", b"nothing of a form"),
    ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="number"\r\n\r\n12\r\n--b--\r\n'),
    ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n%PDF-'),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="number"\r\n\r\n' + b"1" * 300 + b"\r\n--b--\r\n",
    ),
    ("multipart/form-data; boundary=b", b"--b\r\nX-Long: " + b"y" * 9000 + b"\r\n\r\n\r\n--b--\r\n"),
    ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n" * 20 + b"--b--\r\n"),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n' * 2 + b"--b--\r\n",
    ),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="number"\r\n\r\nx\r\n' * 2 + b"--b--\r\n",
    ),
    (
        "multipart/form-data; boundary=b",
        (
            b'--b\r\nContent-Disposition: form-data; name="number"\r\n\r\n\xff\r\n'
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n'
        ),
    ),
]


@pytest.mark.parametrize(("content_type", "body"), BROKEN_FORMS)
async def test_a_broken_form_is_an_error_of_the_sender(desk: DocumentDesk, content_type: str, body: bytes) -> None:
    async with httpx.AsyncClient(timeout=30) as client:
        answer = await client.post(f"{desk.url}/api/v1/documents", content=body, headers={"content-type": content_type})
    assert (400, "application/problem+json", []) == (
        answer.status_code,
        answer.headers["content-type"],
        desk.arriving,
    )


async def test_a_store_that_is_away_promises_nothing(desk: DocumentDesk) -> None:
    desk.kept.is_away = True
    answer = await desk.sent(pdf())
    assert (503, "10", [], []) == (answer.status_code, answer.headers["retry-after"], desk.files, desk.arriving)


async def test_a_full_disk_while_it_arrives_is_told(desk: DocumentDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(arriving.os, "fsync", full)
    answer = await desk.sent(pdf())
    monkeypatch.undo()
    assert (507, {}, [], []) == (answer.status_code, desk.kept.entries, desk.files, desk.arriving)


async def test_a_folder_that_is_none_is_a_reason_to_send_it_again(desk: DocumentDesk) -> None:
    (desk.folder / ".arriving").write_bytes(b"")
    answer = await desk.sent(pdf())
    assert (503, "10") == (answer.status_code, answer.headers["retry-after"])


async def test_a_disk_that_fills_up_when_it_is_kept_is_told(
    desk: DocumentDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("operations.mailbox.content_files.write_durably", full)
    answer = await desk.sent(pdf())
    assert (507, {}, [], []) == (answer.status_code, desk.kept.entries, desk.files, desk.arriving)


async def test_a_broken_disk_is_a_reason_to_send_it_again(desk: DocumentDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(arriving.os, "fsync", broken)
    answer = await desk.sent(pdf())
    monkeypatch.undo()
    assert (503, "10") == (answer.status_code, answer.headers["retry-after"])


async def test_documents_that_cannot_be_looked_into_are_not_taken(tmp_path: Path) -> None:
    class NoReader:
        async def pages(self, path: Path, kind: DocumentKind, most: int) -> int:
            raise ReaderAway(path, kind, most)

    async with document_desk(tmp_path, NoReader()) as desk:
        answer = await desk.sent(pdf())
        assert (503, [], []) == (answer.status_code, desk.files, desk.arriving)


async def test_a_sender_who_is_gone_in_the_middle_leaves_nothing(desk: DocumentDesk) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(desk.url).port)
    begin = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n%PDF-1.4\n' + bytes(400_000)
    writer.write(
        b"POST /api/v1/documents HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        b"Content-Length: 900000\r\n\r\n" + begin
    )
    await writer.drain()
    await until(lambda: desk.arriving)
    writer.transport.abort()
    await until(lambda: not desk.arriving)
    assert ([], {}) == (desk.files, desk.kept.entries)


async def test_a_kiosks_scan_offers_to_talk_to_the_team(desk: DocumentDesk) -> None:
    answer = await desk.sent(pdf(), kiosk="k1")
    assert {
        "kiosk": "k1",
        "team": "L01",
        "open": True,
        "waiting": 2,
        "estimated_wait_seconds": 90.0,
    } == answer.json()["offer"]


async def test_a_kiosks_scan_is_known_at_its_phone(desk: DocumentDesk) -> None:
    await desk.sent(pdf(), kiosk="k1", concern="job")
    contact = desk.scans.bound("k1")
    assert contact is not None
    assert (desk.centre.customer_pattern, "123456789", "job") == (
        "999A999999",
        contact.number and contact.number.canonical,
        contact.concern.value,
    )


async def test_a_scan_that_came_before_opens_the_offer_again(desk: DocumentDesk) -> None:
    content = pdf()
    await desk.sent(content)
    await desk.sent(content, kiosk="k1")
    assert desk.scans.bound("k1") is not None


async def test_a_kiosks_own_account_speaks_for_no_other_kiosk(desk: DocumentDesk) -> None:
    own = Kiosk("scanner-1", "nord", "3902")
    desk.centre = replace(desk.centre, kiosks={**desk.centre.kiosks, "scanner-1": own})
    answer = await desk.sent(pdf(), kiosk="k1")
    assert ("scanner-1", None) == (answer.json()["offer"]["kiosk"], desk.scans.bound("k1"))


async def test_a_document_of_a_kiosk_that_nobody_configured_is_kept_without_an_offer(desk: DocumentDesk) -> None:
    answer = await desk.sent(pdf(), kiosk="k-nowhere")
    assert (201, False) == (answer.status_code, "offer" in answer.json())


async def test_no_answer_repeats_the_number(desk: DocumentDesk) -> None:
    texts = [(await desk.sent(content, "123A456789")).text for content in (pdf(), b"", b"nothing")]
    assert [] == [text for text in texts if "456789" in text]


def mixed(count: int) -> list[tuple[bytes, int]]:
    """Documents as a bad day brings them, and how each is answered; none twice."""
    broken = pdf(2)
    made = [
        lambda each: (pdf(1 + each % 3, mark=str(each)), 201),
        lambda each: (image("JPEG", colour=(each % 256, each // 256, 7), size=(40, 30)), 201),
        lambda each: (image("PNG", colour=(each % 256, each // 256, 9)), 201),
        lambda each: (image("TIFF", 2, colour=(each % 256, each // 256, 11)), 201),
        lambda each: (broken[: 100 + each % 200], 422),
        lambda each: (f"GIF89a {each}".encode(), 422),
        lambda _: (b"", 422),
        lambda each: (image("JPEG", size=(300, 200))[: 200 + each % 300], 422),
        lambda _: (b"%PDF-1.4 " + bytes(1_300_000), 413),
        lambda _: (bomb(), 413),
    ]
    return [made[each % len(made)](each) for each in range(count)]


@pytest.mark.heavy
async def test_a_thousand_mixed_documents_are_each_answered_and_none_is_lost(
    tmp_path: Path, reader: DocumentReader
) -> None:
    documents = mixed(1000)
    async with document_desk(tmp_path, reader, with_bounds(megabytes=1)) as desk:
        places = asyncio.Semaphore(8)

        async def sent(content: bytes) -> int:
            async with places:
                return (await desk.sent(content)).status_code

        answers = await asyncio.gather(*(sent(content) for content, _ in documents))
        kept = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in desk.files)
        accepted = [hashlib.sha256(content).hexdigest() for content, status in documents if status == 201]
        assert ([status for _, status in documents], Counter(accepted), []) == (answers, kept, desk.arriving)


async def test_more_at_once_than_there_is_room_for_are_asked_to_come_again(
    desk: DocumentDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = [pdf(mark=str(each)) for each in range(60)]
    answers = await asyncio.gather(*(desk.sent(content) for content in contents))
    assert (set(), Counter(answer.status_code for answer in answers)[201]) == (
        {answer.status_code for answer in answers} - {201, 503},
        len(desk.files),
    )


async def test_the_time_of_arrival_is_the_first_contact(desk: DocumentDesk) -> None:
    desk.now = datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp()
    await desk.sent(pdf())
    assert [int(desk.now)] == [entry.arrival for entry in desk.kept.entries.values()]


async def test_a_card_reaches_the_same_team_as_its_number(desk: DocumentDesk) -> None:
    by_number = (await desk.sent(image("PNG"))).json()
    by_card = (await desk.sent(pdf(), number=None, card=desk.cards.make(KNOWN))).json()
    assert (by_number["team"], False) == (by_card["team"], by_card["duplicate"])


async def test_a_revoked_card_is_refused_without_a_word_about_its_number(desk: DocumentDesk) -> None:
    card = desk.cards.make(KNOWN)
    await desk.cards.revoke(card)
    answer = await desk.sent(pdf(), number=None, card=card)
    assert (422, "card-unknown") == (answer.status_code, answer.json()["why"])
    assert KNOWN not in answer.text
    assert [] == desk.files
