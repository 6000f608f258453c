"""A long mailbox on the desk: so many entries of each list at once, the rest by links; nothing lost, counts whole."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from facts.contact import LeftState
from operations.mailbox.ports import Entry
from routing.callback import State
from tests.fakes.desk_house import DeskHouse, token_of
from tests.fakes.entries import callback, voice
from web.desk.leaf import LISTS, MOST, Leafed, part_of

MANY = 299


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    return DeskHouse(tmp_path)


def full(house: DeskHouse) -> dict[str, list[Entry]]:
    """Every list of L01's mailbox with more than an answer has."""
    least = MOST + 1
    lists = {
        "callbacks": [callback(house.now + n, life=State.CONFIRMED.value) for n in range(MANY)],
        "open": [voice(house.now + n) for n in range(least)],
        "claimed": [replace(voice(house.now + n), state=LeftState.CLAIMED, claimed_by="a") for n in range(least)],
        "done": [replace(voice(house.now + n), state=LeftState.DONE) for n in range(least)],
    }
    for entries in lists.values():
        house.kept.entries.update({entry.id: entry for entry in entries})
    return lists


async def shown(house: DeskHouse, address: str) -> str:
    async with house.client() as client:
        await client.post("/sign-in", data={"user": "member", "password": token_of("member")})
        answer = await client.get(address.partition("#")[0])
    assert 200 == answer.status_code, answer.text
    return answer.text


def ids(text: str) -> list[str]:
    return re.findall(r'<li class="card" id="(m-[^"]+)"', text)


def way(text: str, name: str, word: str) -> str:
    found = re.findall(rf'<a href="([^"]+)" aria-describedby="{name}">{word}</a>', text)
    return unescape(found[0]) if found else ""


@pytest.mark.parametrize("part", ["", "/mailbox"])
async def test_an_answer_has_so_many_entries_of_each_list_and_counts_them_all(house: DeskHouse, part: str) -> None:
    lists = full(house)
    text = await shown(house, f"/desk/L01{part}?lang=en")
    assert {each.id for name in LISTS for each in lists[name][:MOST]} == set(ids(text))
    assert [f"({len(lists[name])})</h2>" in text for name in LISTS] == [True] * len(LISTS)
    assert f"1 to {MOST} of {MANY}" in text


@pytest.mark.parametrize("name", LISTS)
async def test_leafing_through_a_list_shows_each_of_its_entries_once(house: DeskHouse, name: str) -> None:
    lists = full(house)
    found, address = [], "/desk/L01?lang=en"
    while address:
        text = await shown(house, address)
        found += [each for each in ids(text) if each in {entry.id for entry in lists[name]}]
        address = way(text, name, "Show the next ones")
    assert [each.id for each in lists[name]] == found


async def test_a_list_leafed_on_leaves_the_others_and_the_language_where_they_are(house: DeskHouse) -> None:
    lists = full(house)
    text = await shown(house, f"/desk/L01?lang=en&open={lists['open'][MOST - 1].id}")
    following = way(text, "callbacks", "Show the next ones")
    expected = {"lang=en", f"open={lists['open'][MOST - 1].id}", f"callbacks={lists['callbacks'][MOST - 1].id}"}
    assert expected == set(following.partition("?")[2].partition("#")[0].split("&"))
    assert following.endswith("#callbacks")


async def test_from_further_on_a_way_leads_back_to_the_beginning(house: DeskHouse) -> None:
    lists = full(house)
    text = await shown(house, f"/desk/L01?lang=en&open={lists['open'][MOST - 1].id}")
    assert "/desk/L01?lang=en#open" == way(text, "open", "Show from the beginning")


async def test_a_list_that_fits_has_no_ways(house: DeskHouse) -> None:
    house.kept.entries.update({each.id: each for each in [voice(house.now + n) for n in range(MOST)]})
    assert 'class="row parts"' not in await shown(house, "/desk/L01?lang=en")


async def test_what_is_done_stands_open_for_who_leafs_in_it(house: DeskHouse) -> None:
    lists = full(house)
    assert '<details id="done-list" open>' in await shown(house, f"/desk/L01?done={lists['done'][0].id}")
    assert '<details id="done-list">' in await shown(house, "/desk/L01")


async def test_a_form_leads_back_to_where_somebody_has_leafed(house: DeskHouse) -> None:
    lists = full(house)
    last = lists["open"][MOST - 1].id
    async with house.client() as client:
        await client.post("/sign-in", data={"user": "member", "password": token_of("member")})
        text = (await client.get(f"/desk/L01?lang=en&open={last}")).text
        [action] = re.findall(rf'action="([^"]*/{lists["open"][MOST].id}/claim[^"]*)"', text)
        csrf = re.findall(r'name="csrf" value="([^"]+)"', text)[0]
        answer = await client.post(unescape(action), data={"csrf": csrf})
    assert (303, f"/desk/L01?lang=en&open={last}#claimed") == (answer.status_code, answer.headers["location"])


@pytest.mark.parametrize("after", ["", "m-none", "nonsense", "%22%3E%3Cscript%3E"])
async def test_an_address_that_is_nonsense_begins_at_the_beginning(house: DeskHouse, after: str) -> None:
    lists = full(house)
    text = await shown(house, f"/desk/L01?lang=en&open={after}")
    assert lists["open"][0].id in ids(text)
    assert "<script>" not in text


def test_an_entry_that_is_gone_still_is_a_place_to_go_on_from() -> None:
    entries = [voice(1_000.0 + n) for n in range(3)]
    part = part_of([entries[0], entries[2]], entries[1].id)
    assert ([entries[2]], 2, 2, 2) == (part.entries, part.first, part.last, part.all)


def test_where_nothing_is_left_the_list_begins_anew() -> None:
    entries = [voice(1_000.0 + n) for n in range(3)]
    assert entries == part_of(entries, entries[2].id).entries


def test_an_empty_list_is_a_part_of_nothing() -> None:
    part = part_of([], "")
    assert (0, 0) == (len(part.entries), part.all)


def test_at_the_beginning_of_every_list_an_address_says_nothing() -> None:
    assert "" == Leafed({"open": "m-1"}).to("open").query
