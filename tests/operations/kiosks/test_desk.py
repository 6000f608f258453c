import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from facts.contact import LeftKind
from operations.documents.kiosk_scans import BOUND_SECONDS, LEFT_SECONDS, MOST_EXTENSIONS
from operations.kiosks.desk import BAD_IN_A_ROW, MOST_A_MINUTE
from operations.kiosks.faults import KioskRefused, Why
from operations.kiosks.now import Figures, State, Target
from operations.kiosks.ports import PhoneState
from operations.kiosks.reports import Device, Handset, Report
from operations.mailbox.ports import Entry
from routing.callback import State as Life
from routing.rules import Concern
from tests.fakes.kiosk_house import CARDS_ONLY, KIOSK, NOBODY, ONE, OTHER, SECOND, KioskHouse

PHONE = "0211555123"


@pytest.fixture
def house(tmp_path: Path) -> KioskHouse:
    return KioskHouse(tmp_path)


async def scanned(house: KioskHouse, code: str = ONE, kiosk: str = KIOSK) -> str:
    scan = (await house.desk.scan(kiosk, code)).scan
    assert scan
    return scan.id


async def refused(asked: Awaitable[object]) -> Why:
    with pytest.raises(KioskRefused) as error:
        await asked
    return error.value.why


def no_more_time(house: KioskHouse, scan: str) -> Why:
    with pytest.raises(KioskRefused) as error:
        house.desk.more(KIOSK, scan)
    return error.value.why


def entries(house: KioskHouse) -> list[Entry]:
    return list(house.house.kept.entries.values())


async def test_a_scan_tells_the_team_and_its_line(house: KioskHouse) -> None:
    told = await house.desk.scan(KIOSK, ONE)
    assert told.scan
    assert ("L01", True, 2, 90.0, 180.0) == (
        told.scan.team,
        told.scan.open,
        told.scan.waiting,
        told.scan.estimated_wait_seconds,
        told.scan.seconds_left,
    )
    assert (State.SCANNED, "Nord") == (told.state, told.site_name)


async def test_an_unknown_number_is_the_general_lines_in_the_same_words(house: KioskHouse) -> None:
    told = await house.desk.scan(KIOSK, NOBODY)
    assert ("general", State.SCANNED) == (told.scan and told.scan.team, told.state)


async def test_a_scan_decides_and_journals_nothing(house: KioskHouse) -> None:
    await house.desk.scan(KIOSK, ONE)
    assert [] == house.house.decided


async def test_a_card_reaches_its_team_where_numbers_are_not_taken(house: KioskHouse) -> None:
    told = await house.desk.scan(CARDS_ONLY, house.cards.make(OTHER))
    assert "L03" == (told.scan and told.scan.team)


async def test_a_revoked_card_is_refused(house: KioskHouse) -> None:
    card = house.cards.make(ONE)
    await house.cards.revoke(card)
    assert Why.CARD_UNKNOWN is await refused(house.desk.scan(KIOSK, card))
    assert State.IDLE is house.desk.now(KIOSK).state


async def test_a_card_that_cannot_be_looked_up_is_not_taken(house: KioskHouse) -> None:
    house.revoked.is_away = True
    assert Why.NOT_KEPT is await refused(house.desk.scan(KIOSK, house.cards.make(ONE)))


async def test_a_refused_scan_forgets_whoever_was_bound_before(house: KioskHouse) -> None:
    await scanned(house)
    await refused(house.desk.scan(KIOSK, "nothing"))
    assert None is house.scans.bound(KIOSK)


async def test_the_next_person_takes_the_place_of_the_last_altogether(house: KioskHouse) -> None:
    first = await scanned(house)
    await scanned(house, OTHER)
    assert [Why.ANOTHER_SCAN] * 3 == [
        await refused(house.desk.call(KIOSK, first)),
        await refused(house.desk.callback(KIOSK, first, "kiosk")),
        no_more_time(house, first),
    ]
    assert ([], []) == (house.phones.rung, entries(house))


async def test_of_two_scans_at_once_only_the_later_counts(house: KioskHouse) -> None:
    card = house.cards.make(ONE)
    gate = asyncio.Event()
    number_on = house.cards.number_on

    async def slow(token: str) -> str:
        await gate.wait()
        return await number_on(token)

    house.cards.number_on = slow  # type: ignore[method-assign]  # a store that takes its time
    early = asyncio.ensure_future(house.desk.scan(KIOSK, card))
    await asyncio.sleep(0)
    await scanned(house, OTHER)
    gate.set()
    assert Why.ANOTHER_SCAN is await refused(early)
    assert "L03" == house.desk.team_of(KIOSK)


async def test_each_scan_has_an_id_of_its_own(house: KioskHouse) -> None:
    assert await scanned(house) != await scanned(house)


async def test_a_scan_is_over_after_three_minutes(house: KioskHouse) -> None:
    scan = await scanned(house)
    house.house.now += BOUND_SECONDS
    await house.desk.look()
    assert State.IDLE is house.desk.now(KIOSK).state
    assert Why.ANOTHER_SCAN is await refused(house.desk.call(KIOSK, scan))


async def test_more_time_is_three_minutes_again_at_most_ten_times(house: KioskHouse) -> None:
    scan = await scanned(house)
    for _ in range(MOST_EXTENSIONS):
        house.house.now += BOUND_SECONDS - 1
        told = house.desk.more(KIOSK, scan)
        assert BOUND_SECONDS == (told.scan and told.scan.seconds_left)
    assert Why.ANOTHER_SCAN is no_more_time(house, scan)


async def test_done_wipes_everything(house: KioskHouse) -> None:
    await scanned(house)
    house.desk.done(KIOSK)
    told = house.desk.now(KIOSK)
    assert (State.IDLE, None, None, None) == (told.state, told.scan, told.offers, told.promise)


async def test_ten_scans_a_minute_are_the_most(house: KioskHouse) -> None:
    for _ in range(MOST_A_MINUTE):
        await house.desk.scan(KIOSK, ONE)
    with pytest.raises(KioskRefused) as error:
        await house.desk.scan(KIOSK, ONE)
    assert (Why.TOO_MANY, 60.0) == (error.value.why, error.value.again_seconds)
    assert await scanned(house, kiosk=SECOND)


async def test_sixty_scans_an_hour_are_the_most(house: KioskHouse) -> None:
    for _ in range(6):
        for _ in range(MOST_A_MINUTE):
            await house.desk.scan(KIOSK, ONE)
        house.house.now += 61
    assert Why.TOO_MANY is await refused(house.desk.scan(KIOSK, ONE))


async def test_five_bad_codes_in_a_row_are_logged_without_a_word_of_them(house: KioskHouse) -> None:
    with capture_logs() as logs:
        for _ in range(BAD_IN_A_ROW):
            await refused(house.desk.scan(KIOSK, "123A45678X"))
    assert [(KIOSK, BAD_IN_A_ROW)] == [(each["kiosk"], each["in_a_row"]) for each in logs]
    assert "123A" not in str(logs)


async def test_a_call_rings_the_kiosks_own_phone_and_nothing_else(house: KioskHouse) -> None:
    told = await house.desk.call(KIOSK, await scanned(house))
    assert told.call
    assert ([(KIOSK, told.call.id)], State.CALLING, "direct") == (house.phones.rung, told.state, told.call.kind)


async def test_a_call_belongs_to_its_scan_also_when_its_time_is_over_while_it_rings(house: KioskHouse) -> None:
    told = await house.desk.call(KIOSK, await scanned(house), "en")
    assert told.call
    house.scans.forget(KIOSK)
    contact, language = house.scans.of_call(told.call.id, KIOSK)
    assert ("123456789", "en") == (contact and contact.number and contact.number.canonical, language)


async def test_a_call_that_is_lifted_after_the_next_scan_is_the_next_persons(house: KioskHouse) -> None:
    told = await house.desk.call(KIOSK, await scanned(house), "en")
    await scanned(house, OTHER)
    assert told.call
    contact, language = house.scans.of_call(told.call.id, KIOSK)
    assert ("222456789", "") == (contact and contact.number and contact.number.canonical, language)


@pytest.mark.parametrize("code", ["", "no code of ours"])
async def test_a_call_that_still_rings_when_somebody_is_done_or_forgotten_is_nobodys(
    house: KioskHouse, code: str
) -> None:
    told = await house.desk.call(KIOSK, await scanned(house), "en")
    assert told.call
    if code:
        with pytest.raises(KioskRefused):
            await house.desk.scan(KIOSK, code)
    else:
        house.desk.done(KIOSK)
    assert (None, "") == house.scans.of_call(told.call.id, KIOSK)


async def test_a_member_rings_whoever_stands_there_and_a_kiosk_where_nobody_has_been(house: KioskHouse) -> None:
    never = house.desk.may_be_rung(KIOSK)
    await scanned(house)
    assert (True, True) == (never, house.desk.may_be_rung(KIOSK))


@pytest.mark.parametrize("seconds", [0.0, BOUND_SECONDS])
async def test_a_member_rings_nobody_who_has_left(house: KioskHouse, seconds: float) -> None:
    await scanned(house)
    house.house.now += seconds
    if seconds:
        await house.desk.look()
    else:
        house.desk.done(KIOSK)
    assert not house.desk.may_be_rung(KIOSK)
    await scanned(house, OTHER)
    assert house.desk.may_be_rung(KIOSK)


async def test_a_member_rings_whoever_waits_beside_a_kiosk_for_a_call(house: KioskHouse) -> None:
    await house.desk.callback(KIOSK, await scanned(house), "kiosk")
    house.desk.done(KIOSK)
    assert house.desk.may_be_rung(KIOSK)


async def test_an_hour_after_somebody_has_left_the_kiosk_is_a_phone_like_any(house: KioskHouse) -> None:
    await scanned(house)
    house.desk.done(KIOSK)
    house.house.now += LEFT_SECONDS
    assert house.desk.may_be_rung(KIOSK)


async def test_a_call_that_was_not_begun_here_is_the_last_scans(house: KioskHouse) -> None:
    await scanned(house, OTHER)
    contact, language = house.scans.of_call("1795382881.7", KIOSK)
    assert ("222456789", "") == (contact and contact.number and contact.number.canonical, language)


async def test_a_begun_call_is_nobodys_at_another_kiosk(house: KioskHouse) -> None:
    told = await house.desk.call(KIOSK, await scanned(house))
    assert told.call
    assert (None, "") == house.scans.of_call(told.call.id, SECOND)


async def test_one_call_a_kiosk_at_a_time(house: KioskHouse) -> None:
    scan = await scanned(house)
    await house.desk.call(KIOSK, scan)
    assert Why.IN_USE is await refused(house.desk.call(KIOSK, scan))


@pytest.mark.parametrize(
    ("phone", "why"),
    [
        (PhoneState.AWAY, Why.PHONE_AWAY),
        (PhoneState.RINGING, Why.IN_USE),
        (PhoneState.IN_CALL, Why.IN_USE),
    ],
)
async def test_a_phone_that_is_not_free_is_not_rung(house: KioskHouse, phone: PhoneState, why: Why) -> None:
    house.phones.states[KIOSK] = phone
    assert why is await refused(house.desk.call(KIOSK, await scanned(house)))


async def test_without_asterisk_nobody_is_called_and_the_screen_says_so(house: KioskHouse) -> None:
    house.phones.is_away = True
    assert State.CANNOT_HELP is house.desk.now(KIOSK).state
    scan = await scanned(house)
    assert Why.TELEPHONY_AWAY is await refused(house.desk.call(KIOSK, scan))
    offers = house.desk.now(KIOSK).offers
    assert offers
    assert (Why.TELEPHONY_AWAY, Why.TELEPHONY_AWAY, None) == (offers.call, offers.kiosk, offers.number)


async def test_a_ring_that_asterisk_refuses_leaves_the_kiosk_as_it_was(house: KioskHouse) -> None:
    house.phones.refuses = True
    assert Why.TELEPHONY_AWAY is await refused(house.desk.call(KIOSK, await scanned(house)))
    assert State.SCANNED is house.desk.now(KIOSK).state


async def test_the_screen_follows_the_phone(house: KioskHouse) -> None:
    await house.desk.call(KIOSK, await scanned(house))
    seen = []
    for phone in (PhoneState.FREE, PhoneState.RINGING, PhoneState.IN_CALL, PhoneState.FREE, PhoneState.RINGING):
        house.phones.states[KIOSK] = phone
        await house.desk.look()
        seen.append(house.desk.now(KIOSK).state)
    assert [State.CALLING, State.CALLING, State.IN_CALL, State.SCANNED, State.RINGING] == seen


async def test_a_phone_that_nobody_lifts_is_given_up(house: KioskHouse) -> None:
    await house.desk.call(KIOSK, await scanned(house))
    house.house.now += 31
    await house.desk.look()
    assert State.SCANNED is house.desk.now(KIOSK).state


async def test_a_callback_to_the_kiosk_is_kept_with_its_credit_and_place(house: KioskHouse) -> None:
    told = await house.desk.callback(KIOSK, await scanned(house), "kiosk", "en")
    (kept,) = entries(house)
    assert (LeftKind.CALLBACK, KIOSK, "", "L01", 300, "123A456789", "en", KIOSK, Life.CONFIRMED) == (
        kept.what,
        kept.kiosk,
        kept.phone,
        kept.team,
        kept.credit,
        kept.number,
        kept.language,
        kept.source,
        kept.life,
    )
    assert (State.PROMISED, Target.KIOSK) == (told.state, told.promise and told.promise.to)


async def test_a_promise_tells_its_place_in_line(house: KioskHouse) -> None:
    await house.desk.callback(KIOSK, await scanned(house), "kiosk")
    house.places[entries(house)[0].id] = 3
    promise = house.desk.now(KIOSK).promise
    assert 3 == (promise and promise.place)


async def test_a_promise_to_ring_here_stays_when_the_scan_has_gone(house: KioskHouse) -> None:
    await house.desk.callback(KIOSK, await scanned(house), "kiosk")
    house.desk.done(KIOSK)
    told = house.desk.now(KIOSK)
    assert (State.PROMISED, None) == (told.state, told.scan)


async def test_a_promise_to_ring_here_is_over_when_it_has_expired(house: KioskHouse) -> None:
    await house.desk.callback(KIOSK, await scanned(house), "kiosk")
    house.house.now += 601
    assert State.IDLE is house.desk.now(KIOSK).state


async def test_the_next_person_sees_nothing_of_a_promise(house: KioskHouse) -> None:
    await house.desk.callback(KIOSK, await scanned(house), "kiosk")
    told = await house.desk.scan(KIOSK, OTHER)
    assert (State.SCANNED, None) == (told.state, told.promise)
    assert Why.WAITS_ALREADY is (told.offers and told.offers.kiosk)


async def test_one_person_at_a_time_waits_at_a_phone(house: KioskHouse) -> None:
    await house.desk.callback(KIOSK, await scanned(house), "kiosk")
    assert Why.WAITS_ALREADY is await refused(house.desk.callback(KIOSK, await scanned(house, OTHER), "kiosk"))


async def test_whoever_waits_here_and_would_rather_be_called_elsewhere_is_called_there(house: KioskHouse) -> None:
    house.house.has_trunk = True
    await house.desk.callback(KIOSK, await scanned(house), "kiosk")
    told = await house.desk.callback(KIOSK, await scanned(house), PHONE)
    (kept,) = entries(house)
    assert ("", Target.NUMBER) == (kept.kiosk, told.promise and told.promise.to)


async def test_whom_this_phone_rings_for_just_now_is_promised_no_other(house: KioskHouse) -> None:
    house.house.has_trunk = True
    await house.desk.callback(KIOSK, await scanned(house), "kiosk")
    (kept,) = entries(house)
    await house.house.mailbox.change(kept, replace(kept, life=Life.DIALLING.value))
    assert Why.WAITS_ALREADY is await refused(house.desk.callback(KIOSK, await scanned(house), PHONE))


async def test_one_scan_is_promised_one_call(house: KioskHouse) -> None:
    scan = await scanned(house)
    await house.desk.callback(KIOSK, scan, PHONE)
    assert Why.WAITS_ALREADY is await refused(house.desk.callback(KIOSK, scan, "0211555124"))
    assert 1 == len(entries(house))


async def test_a_callback_to_an_own_phone_is_kept_as_it_is_dialled(house: KioskHouse) -> None:
    told = await house.desk.callback(KIOSK, await scanned(house), "0211 / 555-123", "uk")
    (kept,) = entries(house)
    assert ("+49211555123", "", "de", Target.NUMBER) == (
        kept.phone,
        kept.kiosk,
        kept.language,
        told.promise and told.promise.to,
    )
    assert PHONE not in repr(told)


@pytest.mark.parametrize(
    "number", ["112", "0900123456", "+33123456789", "3101", "0211910000", "", "k2", "0" * 40, "PJSIP/mL01"]
)
async def test_other_numbers_are_not_called_back(house: KioskHouse, number: str) -> None:
    assert Why.NUMBER_REFUSED is await refused(house.desk.callback(KIOSK, await scanned(house), number))
    assert [] == entries(house)


async def test_nothing_is_promised_while_the_store_is_away(house: KioskHouse) -> None:
    house.house.kept.is_away = True
    scan = await scanned(house)
    assert [Why.NOT_KEPT] * 2 == [await refused(house.desk.callback(KIOSK, scan, to)) for to in ("kiosk", PHONE)]
    assert State.SCANNED is house.desk.now(KIOSK).state


async def test_a_closed_team_does_not_call_the_kiosk(house: KioskHouse) -> None:
    house.figures = Figures(is_open=False, waiting=0, estimated_wait_seconds=None)
    assert Why.CLOSED is await refused(house.desk.callback(KIOSK, await scanned(house), "kiosk"))


async def test_a_centre_that_dials_nobody_calls_no_kiosk(house: KioskHouse) -> None:
    house.is_dialling = False
    assert Why.CALLBACKS_OFF is await refused(house.desk.callback(KIOSK, await scanned(house), "kiosk"))


async def test_twenty_wishes_an_hour_are_the_most_of_a_kiosk(house: KioskHouse) -> None:
    for _ in range(20):
        await refused(house.desk.callback(KIOSK, await scanned(house), "112"))
        house.house.now += 7
    assert Why.TOO_MANY is await refused(house.desk.callback(KIOSK, await scanned(house), PHONE))


async def test_a_member_rings_the_kiosk_after_a_scan_only(house: KioskHouse) -> None:
    assert Why.ANOTHER_SCAN is await refused(house.desk.ring(KIOSK, "mL01"))
    await scanned(house)
    await house.desk.ring(KIOSK, "mL01")
    assert [("mL01", "3901")] == house.phones.rung


async def test_a_member_cannot_ring_while_asterisk_is_away(house: KioskHouse) -> None:
    await scanned(house)
    house.phones.is_away = True
    assert Why.TELEPHONY_AWAY is await refused(house.desk.ring(KIOSK, "mL01"))


async def test_whoever_waits_for_news_hears_of_a_scan_at_once(house: KioskHouse) -> None:
    before = house.desk.now(KIOSK).version
    news = asyncio.ensure_future(house.desk.versions.wait(KIOSK, before, 60))
    await asyncio.sleep(0)
    await scanned(house)
    await news
    assert before != house.desk.now(KIOSK).version


async def test_whoever_knows_an_old_version_is_answered_at_once(house: KioskHouse) -> None:
    await house.desk.versions.wait(KIOSK, "of-another-start", 60)


async def test_nobody_is_kept_waiting_when_the_router_stops(house: KioskHouse) -> None:
    news = asyncio.ensure_future(house.desk.versions.wait(KIOSK, house.desk.now(KIOSK).version, 60))
    await asyncio.sleep(0)
    house.desk.versions.close()
    await news
    await house.desk.versions.wait(KIOSK, house.desk.now(KIOSK).version, 60)


async def test_troubles_are_told_to_screen_and_board_and_logged_once(house: KioskHouse) -> None:
    report = Report(Handset.DOWN, registered=True, in_call=False, scanner=Device.MISSING, camera=Device.OK, version="1")
    told = await house.desk.report(KIOSK, report)
    with capture_logs() as logs:
        await house.desk.look()
        await house.desk.look()
    assert [Why.SCANNER_MISSING] == [each.why for each in told.troubles]
    assert [f"kiosk {KIOSK}: its scanner is not there"] == [each.what for each in house.desk.troubles()]
    assert ["kiosk_trouble"] == [each["event"] for each in logs]


async def test_a_phone_where_nothing_goes_on_is_asked_seldom(house: KioskHouse) -> None:
    for _ in range(5):
        await house.desk.look()
    assert len(house.desk.kiosks) == house.phones.asked


async def test_a_scan_about_a_job_reaches_the_placement_team(house: KioskHouse) -> None:
    told = await house.desk.scan(KIOSK, ONE, Concern.JOB)
    assert "V01" == (told.scan and told.scan.team)
