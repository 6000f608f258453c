"""The team desk: whose phone it is, what may be done with it, what its stream tells and to whom; hostile words."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import httpx
import pytest

from facts.call import CallerLeft, LeftBy, MemberAnswered, TalkEnded
from facts.place import Place
from metrics.member_state import MemberState
from operations.audit import Deed
from operations.desk.caller import Mark, Phase, Whose
from operations.desk.phone import SIGNED_OUT
from operations.member_changes import REASONS
from operations.sign_in.accounts import Account, Role
from tests.fakes.desk_house import DeskHouse, token_of
from tests.fakes.entries import callback, voice
from web.desk.parts import DeskCallbacks
from web.desk.phone_forms import ACTS
from web.desk.seat import may_sit, remembered, seat_of
from web.desk.stream import MOST_OF_ONE, DeskStreams
from web.desk.told import Moment, ToldLine
from web.page import words

OWN = "mL01"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
NUMBER = "123A456789"


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    house = DeskHouse(tmp_path)
    member = house.accounts.accounts["member"]
    house.accounts.accounts["member"] = replace(member, member=OWN)
    return house


async def signed_in(client: httpx.AsyncClient, role: str = "member") -> str:
    await client.post("/sign-in", data={"user": role, "password": token_of(role)})
    found: str = re.findall(r'name="csrf" value="([^"]+)"', (await client.get("/desk/L01")).text)[0]
    return found


async def does(house: DeskHouse, act: str, role: str = "member", member: str = OWN, **fields: str) -> httpx.Response:
    async with house.client() as client:
        csrf = await signed_in(client, role)
        return await client.post(f"/desk/L01/phone/{act}", data={"csrf": csrf, "member": member} | fields)


async def page(house: DeskHouse, role: str = "member", path: str = "/desk/L01?lang=en") -> str:
    async with house.client() as client:
        await signed_in(client, role)
        return (await client.get(path)).text


def state(house: DeskHouse) -> str:
    known = house.model.members.get(OWN)
    return "out" if known is None else known.paused or "in"


async def test_the_desk_is_that_of_the_own_phone_s_team_first(house: DeskHouse) -> None:
    house.accounts.accounts["member"] = replace(house.accounts.accounts["member"], teams=("V01", "L01"))
    async with house.client("member") as client:
        first, chosen = await client.get("/desk"), await client.get("/desk?team=V01")
    assert ("/desk/L01", "/desk/V01") == (first.headers["location"], chosen.headers["location"])


async def test_without_a_team_there_is_no_desk(house: DeskHouse) -> None:
    house.accounts.accounts["member"] = replace(house.accounts.accounts["member"], teams=())
    async with house.client("member") as client:
        assert 403 == (await client.get("/desk")).status_code


async def test_whoever_is_signed_out_signs_in_first_and_a_part_of_the_page_says_so(house: DeskHouse) -> None:
    async with house.client() as client:
        answers = [await client.get(path) for path in ("/desk", "/desk/L01", "/desk/L01/mailbox")]
    assert [303, 303, 401] == [each.status_code for each in answers]


async def test_the_phone_signs_in_pauses_resumes_and_signs_out_without_a_script(house: DeskHouse) -> None:
    seen = []
    for act, fields in (("login", {}), ("pause", {"reason": "lunch"}), ("unpause", {}), ("logout", {})):
        answer = await does(house, act, **fields)
        seen.append((answer.status_code, state(house)))
    assert [(303, "in"), (303, "lunch"), (303, "in"), (303, "out")] == seen
    deeds = [(each.deed, each.about) for each in house.notes.entries if each.about == OWN]
    expected = (Deed.MEMBER_SIGNED_IN, Deed.MEMBER_PAUSED, Deed.MEMBER_RESUMED, Deed.MEMBER_SIGNED_OUT)
    assert [(deed, OWN) for deed in expected] == deeds


async def test_more_after_call_time_is_given_and_noted(house: DeskHouse) -> None:
    await does(house, "login")
    assert 303 == (await does(house, "more")).status_code
    assert state(house).startswith("wrapup-")
    assert "wrap-up" == house.notes.entries[-1].told["reason"]


async def test_a_script_is_told_by_status_and_a_form_sees_its_page(house: DeskHouse) -> None:
    async with house.client() as client:
        csrf = await signed_in(client)
        sent = {"csrf": csrf, "member": OWN}
        asked = {"accept": "application/json"}
        early = await client.post("/desk/L01/phone/pause", data=sent, headers=asked)
        form = await client.post("/desk/L01/phone/pause", data=sent)
        done = await client.post("/desk/L01/phone/login", data=sent, headers=asked)
    assert (409, 303, 204) == (early.status_code, form.status_code, done.status_code)


@pytest.mark.parametrize("reason", ["<script>", "missed-rings", "wrapup-9999999999", "x" * 17, "a b"])
async def test_a_reason_that_is_none_pauses_nobody(house: DeskHouse, reason: str) -> None:
    await does(house, "login")
    answer = await does(house, "pause", reason=reason)
    assert (422, "in") == (answer.status_code, state(house))


@pytest.mark.parametrize("member", ["mV01", "mL03", "nobody", "", HOSTILE])
async def test_nobody_touches_another_s_phone(house: DeskHouse, member: str) -> None:
    answer = await does(house, "login", member=member)
    assert (403, {}) == (answer.status_code, dict(house.model.members))


@pytest.mark.parametrize("csrf", ["", "forged"])
@pytest.mark.parametrize("path", ["phone/login", "place"])
async def test_a_forged_form_does_nothing(house: DeskHouse, path: str, csrf: str) -> None:
    async with house.client() as client:
        await signed_in(client)
        answer = await client.post(f"/desk/L01/{path}", data={"csrf": csrf, "member": OWN})
    assert (403, {}) == (answer.status_code, dict(house.model.members))


async def test_whoever_has_no_phone_chooses_one_and_the_browser_remembers_it_for_them_alone(house: DeskHouse) -> None:
    async with house.client() as client:
        csrf = await signed_in(client, "lead")
        await client.post("/desk/L01/place", data={"csrf": csrf, "member": OWN})
        mine = (await client.get("/desk/L01")).text
        await signed_in(client, "supervisor")
        other = (await client.get("/desk/L01")).text
    assert (True, False) == (f'data-member="{OWN}"' in mine, f'data-member="{OWN}"' in other)


async def test_a_lead_sits_at_no_phone_of_another_team(house: DeskHouse) -> None:
    async with house.client() as client:
        csrf = await signed_in(client, "lead")
        answer = await client.post("/desk/L01/place", data={"csrf": csrf, "member": "mL03"})
    assert (403, None) == (answer.status_code, answer.headers.get("set-cookie"))


def test_a_seat_is_the_own_one_or_one_that_may_be_chosen(house: DeskHouse) -> None:
    centre = house.router.centre
    own = Account("a", Role.MEMBER, ("L01",), member=OWN)
    unknown = Account("a", Role.MEMBER, ("L01",), member="gone")
    none = Account("b", Role.MEMBER, ("L01",))
    assert (OWN, False) == (seat_of(own, centre, remembered(own, "mV01")).member, seat_of(own, centre, "").may_choose)
    assert ("", False) == (seat_of(unknown, centre, remembered(unknown, OWN)).member, may_sit(unknown, OWN, centre))
    assert (OWN, "", "") == tuple(
        seat_of(none, centre, cookie).member
        for cookie in (remembered(none, OWN), remembered(none, "mL03"), remembered(own, OWN))
    )


async def test_the_phone_that_is_gone_says_its_cure(house: DeskHouse) -> None:
    text = await page(house, path="/desk/L01?lang=de")
    assert re.search(r'id="phone-cure" hidden>Das Telefon ist nicht angemeldet', text)


async def test_hostile_words_are_text_wherever_they_stand(house: DeskHouse) -> None:
    house.kept.entries = {
        each.id: each
        for each in (
            voice(source=HOSTILE, number=HOSTILE, concern=HOSTILE, phone=HOSTILE, claimed_by=HOSTILE),
            callback(house.now, source=HOSTILE, language=HOSTILE, kiosk=HOSTILE),
        )
    }
    place = house.waits("1.1")
    house.customers["1.1"] = Whose(HOSTILE, HOSTILE, HOSTILE)
    await does(house, "login")
    house.rings(replace(place, concern=HOSTILE))
    async with house.client() as client:
        await signed_in(client)
        texts = [(await client.get(each)).text for each in ("/desk/L01", "/desk/L01/mailbox")]
    assert [] == [each for each in texts if "<script>" in each or "<img" in each]
    assert "&lt;script&gt;" in texts[1]


@asynccontextmanager
async def stream(house: DeskHouse, role: str = "member", query: str = "") -> AsyncIterator[AsyncIterator[Any]]:
    """Events of a stream as (name, data): asked of the application itself, since httpx waits for a whole answer."""
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    house.client()
    headers = [(b"authorization", f"Bearer {token_of(role)}".encode()), (b"host", b"127.0.0.1:8080")]
    scope = {"type": "http", "method": "GET", "path": "/api/v1/desk/L01/stream", "query_string": query.encode()}
    more = {"headers": headers, "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 8080), "root_path": ""}
    gone = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    app: Any = house.application()
    task = asyncio.create_task(app({**scope, **more, "client": ("127.0.0.1", 1), "raw_path": b""}, receive, queue.put))
    try:
        yield _events(queue)
    finally:
        gone.set()
        await asyncio.wait([task], timeout=60)
        task.cancel()


async def _events(queue: "asyncio.Queue[dict[str, Any]]") -> AsyncIterator[Any]:
    while True:
        async with asyncio.timeout(60):
            message = await queue.get()
        for name, data in re.findall(r"event: (\w+)\ndata: (.*)\n\n", message.get("body", b"").decode()):
            yield name, json.loads(data)


async def named(events: AsyncIterator[Any], wanted: str, **fields: object) -> dict[str, Any]:
    """The next event of this name with these fields."""
    async for name, data in events:
        if name == wanted and all(data[field] == value for field, value in fields.items()):
            return dict(data)
    raise AssertionError(wanted)


async def test_the_stream_tells_who_rings_talks_and_was_there(house: DeskHouse) -> None:
    await does(house, "login")
    place = house.waits("1.1")
    house.customers["1.1"] = Whose(NUMBER, area="Nord 1")
    async with stream(house) as events:
        assert ("available", None) == ((first := await named(events, "phone"))["state"], first["caller"])
        house.rings(place)
        rung = (await named(events, "phone", phase="ringing"))["caller"]
        assert (NUMBER, "Nord 1", 60.0, "money") == tuple(
            rung[each] for each in ("number", "area", "waited_seconds", "concern")
        )
        assert "02115550100" == (await named(events, "phone", phase="ringing"))["caller"]["phone"]
        answer(house, place)
        assert NUMBER == (await named(events, "phone", phase="talking"))["caller"]["number"]
        house.tell(TalkEnded(at=house.now, place=place, ring="r1.1", member=OWN, talk_seconds=3.0))
        house.now += 600
        assert [NUMBER] == [each["number"] for each in (await named(events, "phone", phase=None))["last"]]


def answer(house: DeskHouse, place: Place) -> None:
    house.tell(
        CallerLeft(at=house.now, place=place, cause=LeftBy.ANSWERED, hold_seconds=1.0),
        MemberAnswered(at=house.now, place=place, ring="r1.1", member=OWN),
    )


def shared(house: DeskHouse) -> Place:
    """The own phone serves L03 as well, and a caller of L03 with a number waits."""
    centre = house.router.centre
    members = {**centre.members, OWN: replace(centre.members[OWN], teams=("L01", "L03"))}
    house.router.in_force = replace(house.router.in_force, centre=replace(centre, members=members))
    house.customers["1.1"] = Whose(NUMBER, area="Nord 1")
    return house.waits("1.1", "L03")


async def test_whoever_sits_there_is_told_of_callers_of_each_of_their_teams(house: DeskHouse) -> None:
    await does(house, "login")
    place = shared(house)
    async with stream(house) as events:
        house.rings(place)
        assert NUMBER == (await named(events, "phone", phase="ringing"))["caller"]["number"]


async def test_on_another_s_phone_a_lead_learns_nothing_of_another_team_s_caller_but_that_there_is_one(
    house: DeskHouse,
) -> None:
    await does(house, "login")
    place = shared(house)
    async with stream(house, "lead", f"member={OWN}") as events:
        house.rings(place)
        assert (await named(events, "phone", phase="ringing"))["caller"] is None
        answer(house, place)
        assert (await named(events, "phone", phase="talking"))["caller"] is None
        house.tell(TalkEnded(at=house.now, place=place, ring="r1.1", member=OWN, talk_seconds=3.0))
        assert [] == (await named(events, "phone", phase=None, state="available"))["last"]


async def test_the_page_says_that_the_caller_is_another_team_s(house: DeskHouse) -> None:
    await does(house, "login")
    house.rings(shared(house))
    async with house.client() as client:
        csrf = await signed_in(client, "lead")
        await client.post("/desk/L01/place", data={"csrf": csrf, "member": OWN})
        text = (await client.get("/desk/L01?lang=en")).text
    assert (True, False) == ("Somebody for another team is on the phone." in text, NUMBER in text)
    assert '<p class="empty" id="caller-none" hidden>' in text


async def test_a_supervisor_s_teams_are_all(house: DeskHouse) -> None:
    await does(house, "login")
    house.rings(shared(house))
    async with stream(house, "supervisor", f"member={OWN}") as events:
        assert NUMBER == (await named(events, "phone", phase="ringing"))["caller"]["number"]


async def test_the_stream_tells_the_line_with_masked_numbers_and_beats(house: DeskHouse) -> None:
    house.waits("1.1")
    async with stream(house) as events:
        await named(events, "line")
        assert [("…100", 1)] == [(each["number"], each["place"]) for each in (await named(events, "line"))["line"]]
        assert {"now", "as_of", "stale"} == set(await named(events, "heartbeat"))


async def test_the_stream_says_at_once_that_asterisk_is_not_heard(house: DeskHouse) -> None:
    async with stream(house) as events:
        await named(events, "phone", stale=False)
        house.is_stale = True
        assert {"signed-out"} == {(await named(events, "phone", stale=True))["state"]}


async def test_without_a_phone_the_stream_is_the_line_alone(house: DeskHouse) -> None:
    async with stream(house, "supervisor") as events:
        name, _ = await anext(events)
    assert "line" == name


async def test_whose_rights_go_is_let_go(house: DeskHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.desk.stream.GUEST_SECONDS", 0.1)
    async with stream(house) as events:
        await named(events, "line")
        house.accounts.accounts["member"] = replace(house.accounts.accounts["member"], teams=("V01",))
        assert {"reason": "signed-out"} == await named(events, "over")


@pytest.mark.parametrize(
    ("role", "team", "member", "status"),
    [
        (None, "L01", OWN, 401),
        ("viewer", "L01", OWN, 403),
        ("kiosk", "L01", OWN, 403),
        ("member", "L03", "", 403),
        ("member", "L01", "mV01", 403),
        ("lead", "L01", "mL03", 403),
        ("member", "nowhere", "", 404),
        ("supervisor", "L01", HOSTILE, 403),
        ("supervisor", "L01", "x" * 65, 422),
    ],
)
async def test_the_stream_is_for_nobody_else(
    house: DeskHouse, role: str | None, team: str, member: str, status: int
) -> None:
    async with house.client(role) as client:
        answer = await client.get(f"/api/v1/desk/{team}/stream", params={"member": member})
    assert status == answer.status_code


async def test_one_account_opens_so_many_streams_and_no_more(house: DeskHouse) -> None:
    streams = DeskStreams(house.desk_parts(DeskCallbacks(None, None, None)))  # type: ignore[arg-type]  # no callback is asked for
    open_ = [streams.counted("a") for _ in range(MOST_OF_ONE)]
    for each in open_:
        each.__enter__()
    with pytest.raises(Exception, match="Too many desks") as refused, streams.counted("a"):
        pass
    assert 429 == refused.value.status_code  # type: ignore[attr-defined]
    with streams.counted("b"):
        open_.pop().__exit__(None, None, None)
    with streams.counted("a"):
        pass


SCRIPTS = [each for each in files("web").joinpath("pages", "desk").iterdir() if each.name.endswith(".js")]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda each: each.name)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_word_that_a_script_says_is_there(script: Traversable, language: str) -> None:
    used = re.findall(r"[wW]ords\.([a-z_]+)\b", script.read_text(encoding="utf-8"))
    assert set() == set(used) - set(words("desk/desk", language))


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_state_reason_mark_and_act_has_a_word(language: str) -> None:
    needed = {f"state_{each}" for each in (*MemberState, SIGNED_OUT)} | {f"reason_{each}" for each in REASONS}
    needed |= {f"mark_{each}" for each in Mark} | {f"phase_{each}" for each in Phase}
    needed |= {f"{word}_{act}" for word in ("act", "did") for act in ACTS}
    assert set() == needed - set(words("desk/desk", language))


def test_no_script_writes_html_or_asks_another_server() -> None:
    never = ("innerHTML", "insertAdjacentHTML", "eval(", "http://", "https://")
    for script in SCRIPTS:
        text = script.read_text(encoding="utf-8")
        assert [] == [each for each in never if each in text]


def test_a_line_is_written_once_for_all_of_its_desks(house: DeskHouse) -> None:
    house.waits("1.1")
    told = ToldLine(house.desk_parts(DeskCallbacks(None, None, None)).phones.line.of("L01", house.now))  # type: ignore[arg-type]  # no callback is asked for
    first, later = told.event(Moment(house.now, False, house.now)), told.event(Moment(house.now + 2, True, house.now))
    data = [json.loads(each.partition("data: ")[2]) for each in (first, later)]
    assert [("1.1", 1)] == [(each["call"], each["place"]) for each in data[0]["line"]]
    assert (data[0]["line"], house.now + 2, True) == (data[1]["line"], data[1]["now"], data[1]["stale"])
    assert told.rows is told.rows


def test_an_empty_line_is_told_as_one(house: DeskHouse) -> None:
    text = ToldLine(()).event(Moment(house.now, False, house.now))
    assert ("event: line\ndata: {", "}\n\n") == (text[:19], text[-3:])
    assert [] == json.loads(text.partition("data: ")[2])["line"]
