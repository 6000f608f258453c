"""Callbacks as they are kept, and how a test comes by them: asked for on the page, read and moved in the store."""

import asyncio
import http.client
import itertools
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

import httpx
import redis.asyncio as redis
from running_lab import RunningLab, until

from facts.contact import LeftKind
from operations.mailbox.ports import Entry, TakenAlready
from operations.mailbox.record import MailboxRecords
from routing.callback import State
from store.mailbox import MailboxStore
from web.callback_page import COOKIE

_ADDRESSES = (
    f"127.{second}.{third}.{fourth}" for second in range(1, 9) for third in range(256) for fourth in range(1, 255)
)
"""Everybody asks from an address of their own, all of them this machine's."""
_TOKEN = "t" * 43
"""The form's secret: a browser makes none of its own, a program may."""
_NUMBERS = itertools.count(7_100_000)
_Told = TypeVar("_Told")


def fresh_number() -> str:
    """A citizen's telephone number that no test has used, as it is dialled here."""
    return f"0211{next(_NUMBERS)}"


def ask_on_page(lab: RunningLab, phone: str, number: str = "") -> int:
    """A request on the callback page; the status of the answer (303: noted)."""
    where = lab.told["http"].removeprefix("http://")
    wish = {"token": _TOKEN, "phone": phone, "number": number, "concern": "money"}
    headers = {"cookie": f"{COOKIE}={_TOKEN}", "content-type": "application/x-www-form-urlencoded"}
    browser = http.client.HTTPConnection(where, timeout=30, source_address=(next(_ADDRESSES), 0))
    try:
        browser.request("POST", "/callback", urlencode(wish), headers)
        return browser.getresponse().status
    finally:
        browser.close()


def api(lab: RunningLab, role: str = "admin") -> httpx.Client:
    """A program with this role's token, below /api/v1."""
    token = next(each["password"] for each in lab.told["accounts"]["web"] if each["role"] == role)
    headers = {"authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"{lab.told['http']}/api/v1", headers=headers, timeout=30)


def wish(lab: RunningLab, phone: str, team: str = "L01") -> None:
    """A callback as soon as possible, for somebody whom a program names."""
    with api(lab) as program:
        answer = program.post("/callbacks", json={"phone": phone, "team": team})
    assert 201 == answer.status_code, answer.text


def kept(lab: RunningLab) -> Sequence[Entry]:
    """Every callback, oldest first."""

    async def listed(store: MailboxStore) -> Sequence[Entry]:
        return [each for each in await store.listed() if each.what is LeftKind.CALLBACK]

    return _asked(lab, listed)


def of(lab: RunningLab, phone: str) -> Entry:
    """The callback that rings this number, as dialled here; the newest if there are several."""
    found = [each for each in kept(lab) if each.phone == f"+49{phone.removeprefix('0')}"]
    assert found, "no callback for this number"
    return found[-1]


def until_life(lab: RunningLab, phone: str, *states: State, seconds: float = 60) -> Entry:
    """The callback of this number once it is in one of these states."""
    wanted = {state.value for state in states}

    def is_there() -> Entry | None:
        found = [each for each in kept(lab) if each.phone == f"+49{phone.removeprefix('0')}"]
        return found[-1] if found and found[-1].life in wanted else None

    return until(is_there, seconds, f"a callback that is {' or '.join(sorted(wanted))}")  # type: ignore[return-value]


def make_due(lab: RunningLab, phone: str) -> None:
    """The next attempt is due now: nobody waits a minute for it."""
    change(lab, phone, lambda before: replace(before, due_at=time.time()))


def change(lab: RunningLab, phone: str, changed: Callable[[Entry], Entry]) -> None:
    """The callback of this number is another from now on; the router hears of it with its next look."""

    async def move(store: MailboxStore) -> None:
        before = await store.get(of_id)
        await store.change(before, changed(before))

    of_id = of(lab, phone).id
    until(lambda: _is_done(lab, move), 10, "a callback that is changed")


def _is_done(lab: RunningLab, move: Callable[[MailboxStore], Awaitable[None]]) -> bool:
    try:
        _asked(lab, move)
    except TakenAlready:  # the router changed it just then
        return False
    return True


def _asked(lab: RunningLab, ask: Callable[[MailboxStore], Awaitable[_Told]]) -> _Told:
    secret = Path(lab.told["env"]["TEAMLINE_DATA"], "secret.key").read_bytes()

    async def read() -> _Told:
        client = redis.Redis.from_url(lab.told["redis"])
        try:
            return await ask(MailboxStore(client, MailboxRecords(secret)))
        finally:
            await client.aclose()

    loop = asyncio.new_event_loop()  # asyncio.run would take the tests' own loop away
    try:
        return loop.run_until_complete(read())
    finally:
        loop.close()
