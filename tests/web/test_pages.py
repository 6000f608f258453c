"""Sign-in, desk and callback page: as forms without a script, for eyes, ears and keys, and against hostile hands."""

import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import httpx
import pytest

from facts.contact import LeftState
from operations.mailbox.callback_requests import MOST_BY_ADDRESS, MOST_IN_ALL, dialled
from tests.fakes.desk_house import HOST, DeskHouse, token_of
from tests.fakes.entries import callback, document, voice
from tests.fakes.router import NEVER
from web.callback_text import LANGUAGES
from web.sign_in.onward import own_path

PAGES = files("web").joinpath("pages")
PHONE = "0211 / 8224-100"


class _Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, name: str) -> list[str]:
        return [of[name] or "" for _, of in self.found if name in of]


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    house = DeskHouse(tmp_path)
    entries = [
        voice(seconds=61.0, file="x.wav", concern="money", language="de-leicht"),
        document(house.now, pages=2, file="x.pdf", source="k-nord-1", number='<script>alert("x")</script>'),
        replace(callback(house.now + 1), state=LeftState.CLAIMED, claimed_by="lead"),
        replace(callback(house.now + 2), state=LeftState.CLAIMED, claimed_by="anna"),
        replace(callback(house.now + 3), state=LeftState.DONE, claimed_by="lead"),
    ]
    house.kept.entries = {entry.id: entry for entry in entries}
    return house


async def sign_in(client: httpx.AsyncClient, role: str = "lead", **more: str) -> httpx.Response:
    return await client.post("/sign-in", data={"user": role, "password": token_of(role), **more})


async def every_page(house: DeskHouse) -> list[str]:
    async with house.client() as client:
        shown = [(await client.get(f"/sign-in?lang={each}")).text for each in ("de", "en")]
        shown += [
            (await client.get(f"/callback{each}?lang={lang}")).text for each in ("", "/noted") for lang in LANGUAGES
        ]
        shown += [(await wished(client, phone="110", number="x", concern="")).text]
        await sign_in(client)
        shown += [(await client.get(f"/desk/L01?lang={each}")).text for each in ("de", "en")]
    return shown


async def wished(client: httpx.AsyncClient, *, language: str = "de", **fields: str) -> httpx.Response:
    form = (await client.get(f"/callback?lang={language}")).text
    [token] = re.findall(r'name="token" value="([^"]+)"', form)
    given = {"token": token, "phone": PHONE, "number": "", "concern": "money", **fields}
    return await client.post(f"/callback?lang={language}", data=given)


async def test_a_number_that_the_centre_allows_by_name_is_taken_on_the_page_as_well(house: DeskHouse) -> None:
    centre = house.router.centre
    allowed = replace(centre, callbacks=replace(centre.callbacks, also_allowed=("+431555123",)))
    house.router.in_force = replace(house.router.in_force, centre=allowed)
    async with house.client() as client:
        answers = [(await wished(client, phone=phone)).status_code for phone in ("0043 1 555123", "0043 1 555124")]
    assert [303, 422] == answers
    assert "+431555123" in [each.phone for each in house.kept.entries.values()]


async def test_where_all_are_closed_for_longer_than_a_callback_is_kept_none_is_taken(house: DeskHouse) -> None:
    centre = house.router.centre
    closed = {name: replace(team, hours=NEVER) for name, team in centre.teams.items()}
    house.router.in_force = replace(house.router.in_force, centre=replace(centre, teams=closed))
    before = dict(house.kept.entries)
    async with house.client() as client:
        answer = await wished(client)
    assert (503, before) == (answer.status_code, house.kept.entries)
    assert "Wir haben jetzt mehrere Tage geschlossen" in answer.text


async def test_whoever_is_not_signed_in_signs_in_and_comes_back(house: DeskHouse) -> None:
    async with house.client() as client:
        first = await client.get("/desk/L01")
        entered = await sign_in(client, next="/desk/L01")
        desk = await client.get("/desk/L01")
    assert (303, "/sign-in?next=%2Fdesk%2FL01") == (first.status_code, first.headers["location"])
    assert (303, "/desk/L01", 200) == (entered.status_code, entered.headers["location"], desk.status_code)


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/desk/",
        "//evil.example/desk/",
        "/\\evil.example",
        "/desk/\\..",
        "/sign-out",
        "javascript:alert(1)",
        "/desk/L01\r\nSet-Cookie: x=y",
        "/desk/" + "x" * 500,
        "/desk/\u202e",
        "",
    ],
)
async def test_a_sign_in_leads_nowhere_else(house: DeskHouse, wanted: str) -> None:
    async with house.client() as client:
        entered = await sign_in(client, next=wanted)
    assert ("", "/") == (own_path(wanted), entered.headers["location"])


async def test_a_wrong_password_is_told_on_the_page(house: DeskHouse) -> None:
    async with house.client() as client:
        answer = await client.post("/sign-in?lang=de", data={"user": "lead", "password": "wrong"})
    assert 401 == answer.status_code
    assert 'role="alert"><p>Name und Passwort passen nicht zusammen.' in answer.text


async def test_an_account_without_a_desk_is_told_so_and_not_signed_in(house: DeskHouse) -> None:
    account = house.accounts.accounts["member"]
    house.accounts.accounts["member"] = replace(account, teams=())
    async with house.client() as client:
        answer = await sign_in(client, "member")
    assert (403, {}) == (answer.status_code, house.accounts.sessions)


async def test_a_form_of_another_site_signs_nobody_in(house: DeskHouse) -> None:
    async with house.client() as client:
        given = {"user": "lead", "password": token_of("lead")}
        answer = await client.post("/sign-in", data=given, headers={"origin": "https://evil.example"})
    assert (403, {}) == (answer.status_code, house.accounts.sessions)


async def test_the_desk_shows_what_is_there_and_escapes_it(house: DeskHouse) -> None:
    async with house.client() as client:
        await sign_in(client)
        text = (await client.get("/desk/L01?lang=de")).text
    assert [] == [each for each in ("Offen (2)", "In Arbeit (2)", "Erledigt (1)", "1:01 min") if each not in text]
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


async def test_claiming_and_settling_work_without_a_script(house: DeskHouse) -> None:
    entry = next(each for each in house.kept.entries.values() if each.file == "x.wav")
    async with house.client() as client:
        await sign_in(client)
        csrf = re.findall(r'name="csrf" value="([^"]+)"', (await client.get("/desk/L01")).text)[0]
        own = {"origin": "http://127.0.0.1:8080"}
        path = f"/desk/L01/{entry.id}"
        claimed = await client.post(f"{path}/claim", data={"csrf": csrf}, headers=own)
        settled = await client.post(f"{path}/settle", data={"csrf": csrf}, headers=own)
        again = await client.post(f"{path}/claim", data={"csrf": csrf}, headers=own)
    assert (303, "/desk/L01#claimed", 303) == (claimed.status_code, claimed.headers["location"], settled.status_code)
    assert (LeftState.DONE, "lead") == (house.kept.entries[entry.id].state, house.kept.entries[entry.id].claimed_by)
    assert 409 == again.status_code
    assert 'role="alert"' in again.text


@pytest.mark.parametrize(
    ("csrf", "headers"),
    [("forged", {}), ("", {}), ("RIGHT", {"origin": "null"}), ("RIGHT", {"sec-fetch-site": "same-site"})],
)
async def test_a_forged_form_changes_nothing(house: DeskHouse, csrf: str, headers: dict[str, str]) -> None:
    entry = next(each for each in house.kept.entries.values() if each.state is LeftState.OPEN)
    async with house.client() as client:
        await sign_in(client)
        [*_, right] = re.findall(r'name="csrf" value="([^"]+)"', (await client.get("/desk/L01")).text)
        sent = {"csrf": right if csrf == "RIGHT" else csrf}
        answer = await client.post(f"/desk/L01/{entry.id}/claim", data=sent, headers=headers)
        left = await client.post("/sign-out", data=sent, headers=headers)
    assert (403, 403, entry) == (answer.status_code, left.status_code, house.kept.entries[entry.id])
    assert 1 == len(house.accounts.sessions)


async def test_signing_out_leads_to_the_sign_in(house: DeskHouse) -> None:
    async with house.client() as client:
        await sign_in(client)
        [csrf, *_] = re.findall(r'name="csrf" value="([^"]+)"', (await client.get("/desk/L01")).text)
        left = await client.post("/sign-out", data={"csrf": csrf})
    assert (303, "/sign-in?out=1", {}) == (left.status_code, left.headers["location"], house.accounts.sessions)


async def test_the_desk_says_when_the_store_is_away(house: DeskHouse) -> None:
    async with house.client() as client:
        await sign_in(client)
        house.kept.is_away = True
        answer = await client.get("/desk/L01?lang=en")
    assert 503 == answer.status_code
    assert "try again in a moment" in answer.text


async def test_a_wish_is_on_the_desk_before_it_is_promised(house: DeskHouse) -> None:
    house.kept.entries.clear()
    async with house.client() as client:
        answer = await wished(client, language="de-leicht", concern="job", number="123a456789")
    assert (303, "/callback/noted?lang=de-leicht") == (answer.status_code, answer.headers["location"])
    [entry] = house.kept.entries.values()
    assert ("+492118224100", "job", "de-leicht", "123A456789", "page", "general") == (
        entry.phone,
        entry.concern,
        entry.language,
        entry.number,
        entry.source,
        entry.team,
    )
    assert [("request", entry.id)] == [(each.subject.kind.value, each.subject.id) for each in house.decided]


async def test_while_nothing_can_be_kept_nothing_is_promised(house: DeskHouse) -> None:
    house.kept.is_away = True
    async with house.client() as client:
        answer = await wished(client)
    assert 503 == answer.status_code
    assert "nicht speichern" in answer.text
    assert 'value="0211 / 8224-100"' in answer.text


@pytest.mark.parametrize(
    "phone",
    [
        "",
        "110",
        "112",
        "0900 1234567",
        "01805 123456",
        "+1 212 555 0100",
        "8224100",
        "0137 123456",
        "abc",
        "0" * 40,
        "'",
    ],
)
async def test_a_number_that_no_team_may_call_is_told_with_a_link_to_its_field(house: DeskHouse, phone: str) -> None:
    before = dict(house.kept.entries)
    async with house.client() as client:
        answer = await wished(client, phone=phone)
    assert (422, before) == (answer.status_code, house.kept.entries)
    assert '<a href="#phone">' in answer.text
    assert 'aria-describedby="phone-hint phone-mistake" aria-invalid="true"' in answer.text


async def test_all_mistakes_are_told_at_once(house: DeskHouse) -> None:
    async with house.client() as client:
        answer = await wished(client, phone="1", number="so?", concern="emergency")
    assert ["phone", "number", "concern-0"] == re.findall(r'<li><a href="#([^"]+)"', answer.text)


async def test_a_known_and_an_unknown_customer_number_sound_the_same(house: DeskHouse) -> None:
    async with house.client() as client:
        answers = [
            await wished(client, number=each, phone=f"0211 822410{place}")
            for place, each in enumerate(("", "123A456789"))
        ]
        answers += [await wished(client, number="999Z999999", phone="0211 8224109")]
    assert 1 == len({(each.status_code, each.headers["location"], each.text) for each in answers})


async def test_one_request_is_open_for_a_number_and_two_a_day_are_kept_and_nobody_learns_that(house: DeskHouse) -> None:
    house.kept.entries.clear()

    async def asks() -> tuple[int, str, int]:
        answer = await wished(client)
        return answer.status_code, answer.headers["location"], len(house.kept.entries)

    def settles() -> None:
        for entry in list(house.kept.entries.values()):
            house.kept.entries[entry.id] = replace(entry, state=LeftState.DONE)

    async with house.client() as client:
        counted = [await asks(), await asks()]
        settles()
        counted += [await asks()]
        settles()
        counted += [await asks()]
    said = (303, "/callback/noted?lang=de")
    assert [(*said, count) for count in (1, 1, 2, 2)] == counted


async def test_two_requests_at_the_same_moment_are_one(house: DeskHouse) -> None:
    house.kept.entries.clear()
    async with house.client() as client:
        form = (await client.get("/callback")).text
        [token] = re.findall(r'name="token" value="([^"]+)"', form)
        given = {"token": token, "phone": PHONE, "concern": "money"}
        for answer in [await client.post("/callback", data=given) for _ in range(3)]:
            assert 303 == answer.status_code
    assert 1 == len(house.kept.entries)


async def test_a_program_that_fills_the_hidden_field_hears_thanks_and_nothing_is_kept(house: DeskHouse) -> None:
    before = dict(house.kept.entries)
    async with house.client() as client:
        answer = await wished(client, website="https://spam.example")
    assert (303, before) == (answer.status_code, house.kept.entries)


@pytest.mark.parametrize("token", ["", "forged", "x" * 43, "é" * 43])
async def test_a_form_that_is_not_ours_is_not_taken(house: DeskHouse, token: str) -> None:
    before = dict(house.kept.entries)
    async with house.client() as client:
        answer = await wished(client, token=token)
    assert (403, before) == (answer.status_code, house.kept.entries)


async def test_a_token_without_its_cookie_is_not_taken(house: DeskHouse) -> None:
    async with house.client() as client, house.client() as other:
        [token] = re.findall(r'name="token" value="([^"]+)"', (await client.get("/callback")).text)
        answer = await other.post("/callback", data={"token": token, "phone": PHONE, "concern": "money"})
    assert 403 == answer.status_code


async def test_one_place_cannot_fill_the_desks(house: DeskHouse) -> None:
    house.kept.entries.clear()
    async with house.client() as client:
        form = (await client.get("/callback")).text
        [token] = re.findall(r'name="token" value="([^"]+)"', form)
        statuses: Counter[int] = Counter()
        for place in range(MOST_BY_ADDRESS + 2):
            given = {"token": token, "phone": f"0211 82241{place:02}", "concern": "money"}
            statuses[(await client.post("/callback", data=given)).status_code] += 1
    assert {303: MOST_BY_ADDRESS, 429: 2} == statuses
    assert MOST_BY_ADDRESS == len(house.kept.entries) < MOST_IN_ALL


async def test_another_address_of_the_same_network_is_the_same_place(house: DeskHouse) -> None:
    transport = httpx.ASGITransport(house.application())
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
        [token] = re.findall(r'name="token" value="([^"]+)"', (await client.get("/callback")).text)
        statuses: Counter[int] = Counter()
        for place in range(MOST_BY_ADDRESS + 2):
            transport.client = (f"2001:db8::{place:x}", 1)
            given = {"token": token, "phone": f"0211 82242{place:02}", "concern": "money"}
            statuses[(await client.post("/callback", data=given)).status_code] += 1
    assert {303: MOST_BY_ADDRESS, 429: 2} == statuses


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("0211 / 8224-100", "02118224100"),
        ("+49 (0)211 8224100", "+492118224100"),
        ("0049 (0) 211.8224100", "00492118224100"),
        ("(0211) 8224100", "02118224100"),
        ("(0)211 8224100", "02118224100"),
        (" 0171\u00a01234567 ", "01711234567"),
        ("\u202a+49\u00a0171 1234567\u202c", "+491711234567"),
        ("0211\u20118224\u2212100", "02118224100"),
        ("+49 (0211) 8224100", "+492118224100"),
    ],
)
def test_a_phone_number_is_read_as_people_write_it(written: str, expected: str) -> None:
    assert expected == dialled(written)


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"a=1&" * 100, b"%zz", b"=" * 15_000])
async def test_a_garbled_form_breaks_nothing(house: DeskHouse, body: bytes) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    async with house.client() as client:
        answers = [await client.post(path, content=body, headers=kind) for path in ("/callback", "/sign-in")]
    assert {each.status_code for each in answers} <= {400, 401, 403, 422}


async def test_another_kind_of_body_or_a_huge_one_is_refused(house: DeskHouse) -> None:
    async with house.client() as client:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        huge = await client.post("/callback", content=b"a" * 20_000, headers=kind)
        other = await client.post("/callback", json={"phone": PHONE})
    assert (413, 415) == (huge.status_code, other.status_code)


@pytest.mark.parametrize(
    ("page", "languages"),
    [("desk/desk", ("de", "en")), ("sign_in/sign_in", ("de", "en")), ("callback/callback", tuple(LANGUAGES))],
)
def test_every_language_has_the_same_words(page: str, languages: tuple[str, ...]) -> None:
    assert 1 == len(
        {tuple(sorted(json.loads(PAGES.joinpath(f"{page}.{each}.json").read_text()))) for each in languages}
    )


async def test_every_page_names_its_language_its_title_and_its_fields(house: DeskHouse) -> None:
    for text in await every_page(house):
        elements = _Elements(text)
        assert re.match(r'<!doctype html>\n<html lang="(de|de-simple|en)">', text)
        assert 1 == len(re.findall("<h1>", text)) == len(re.findall("<title>[^<]+</title>", text))
        labelled = {of.get("for") for tag, of in elements.found if tag == "label"}
        shown = [of for tag, of in elements.found if tag == "input" and of.get("type") not in {"hidden", "radio"}]
        assert [] == [of for of in shown if of.get("id") not in labelled]


async def test_every_reference_on_every_page_has_its_element_and_no_id_stands_twice(house: DeskHouse) -> None:
    for text in await every_page(house):
        elements = _Elements(text)
        ids = Counter(elements.values("id"))
        named = {
            word
            for name in ("aria-labelledby", "aria-describedby")
            for value in elements.values(name)
            for word in value.split()
        }
        named |= {address[1:] for address in elements.values("href") if address.startswith("#")}
        assert set() == named - set(ids)
        assert [] == [each for each, count in ids.items() if count > 1]


async def test_nothing_is_inline_and_nothing_comes_from_elsewhere(house: DeskHouse) -> None:
    for text in await every_page(house):
        elements = _Elements(text)
        assert [] == [of for _, of in elements.found if any(name.startswith("on") or name == "style" for name in of)]
        assert [] == [tag for tag, of in elements.found if tag == "style" or (tag == "script" and not of.get("src"))]
        addresses = elements.values("src") + elements.values("href") + elements.values("action")
        assert [] == [each for each in addresses if not each.startswith(("/", "#", "data:,"))]


async def test_pages_are_for_this_visitor_and_this_origin_only(house: DeskHouse) -> None:
    async with house.client() as client:
        answers = [await client.get(each) for each in ("/sign-in", "/callback", "/callback/noted")]
        await sign_in(client)
        answers += [await client.get("/desk/L01")]
    assert {"no-store"} == {each.headers["cache-control"] for each in answers}
    assert {True} == {"form-action 'self'" in each.headers["content-security-policy"] for each in answers}


@pytest.mark.parametrize(
    ("query", "accepted", "expected"),
    [("", "en-GB", "en"), ("", "fr", "de"), ("?lang=de-leicht", "en", "de-simple"), ("?lang=<script>", "en", "en")],
)
async def test_link_or_browser_say_which_language(house: DeskHouse, query: str, accepted: str, expected: str) -> None:
    async with house.client() as client:
        text = (await client.get(f"/callback{query}", headers={"accept-language": accepted})).text
    assert f'<html lang="{expected}">' in text
