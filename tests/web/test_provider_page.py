"""The way back from an identity provider, without one: what comes from no trip of ours."""

import time

import httpx

from operations.sign_in.granting import Granting
from operations.sign_in.sign_in import SignIn
from routing.teams.file import parse
from tests.fakes.admin_house import TEAMS
from tests.fakes.desk_house import MemoryAccounts
from web.app import application
from web.health import Dependencies
from web.sign_in.provider import Client, Provider
from web.sign_in.provider_page import MOST_REFUSED, RETURN, ProviderDoor
from web.who import Door


async def nothing() -> Dependencies:
    return {}


async def test_a_strangers_page_that_leads_here_keeps_nobody_of_the_network_out() -> None:
    sign_in, centre = SignIn(MemoryAccounts(), time.time), parse(TEAMS)
    door = ProviderDoor(
        Provider(Client("https://login.example", "teamline")), Granting("p"), sign_in, lambda: centre, label="Login"
    )
    app = application("1", nothing, None, [door.routes(Door(sign_in))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8080") as client:
        answers = [await client.get(f"{RETURN}?state=x&code=y") for _ in range(MOST_REFUSED + 2)]
    assert {400} == {each.status_code for each in answers}
