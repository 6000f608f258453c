"""`/kiosk/{id}`: what is served, in five languages; what it does stands in tests/live/test_kiosk_page.py."""

import json
import re
from pathlib import Path

import httpx
import pytest

from operations.kiosks.faults import Why
from operations.kiosks.now import State
from tests.fakes.kiosk_house import KIOSK, KioskHouse
from web.kiosk_page import LANGUAGES, SCRIPTS
from web.page import file

WORDS = {code: json.loads(file(f"kiosk.{code}.json")) for code in LANGUAGES}
IN_JSON_ONLY = {"title", "starting"}


@pytest.fixture
async def page(tmp_path: Path) -> httpx.Response:
    async with KioskHouse(tmp_path).client("") as client:
        return await client.get(f"http://127.0.0.1:8080/kiosk/{KIOSK}")


async def test_the_page_needs_no_sign_in_and_has_nothing_of_anybody(page: httpx.Response) -> None:
    assert (200, "no-store") == (page.status_code, page.headers["cache-control"])
    assert "Jobcenter Musterstadt" in page.text


async def test_nothing_is_inline_and_nothing_comes_from_elsewhere(page: httpx.Response) -> None:
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert [] == re.findall(r"<style|style=|onclick|<script(?![^>]*src=)|//[a-z]", page.text)


@pytest.mark.parametrize("kiosk", ["nowhere", "kiosk.css", "%3Cscript%3E"])
async def test_a_kiosk_that_is_not_in_teams_yaml_has_no_page(tmp_path: Path, kiosk: str) -> None:
    async with KioskHouse(tmp_path).client("") as client:
        answer = await client.get(f"http://127.0.0.1:8080/kiosk/{kiosk}")
    assert 404 == answer.status_code
    assert "<script>" not in answer.text


@pytest.mark.parametrize("name", [*SCRIPTS, "kiosk.css", *(f"kiosk.{code}.json" for code in LANGUAGES)])
async def test_everything_that_the_page_asks_for_is_there(tmp_path: Path, name: str) -> None:
    async with KioskHouse(tmp_path).client("") as client:
        assert 200 == (await client.get(f"http://127.0.0.1:8080/pages/{name}")).status_code


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_every_word_with_the_same_places(code: str) -> None:
    places = {
        name: {key: set(re.findall(r"\{\w+\}", word)) for key, word in words.items()} for name, words in WORDS.items()
    }
    assert places["de"] == places[code]


def test_every_refusal_has_its_sentence() -> None:
    on_screen = set(Why) - {Why.OFF_HOOK, Why.SCANNER_MISSING, Why.CAMERA_MISSING, Why.SILENT}
    assert {f"why_{why}" for why in on_screen} == {key for key in WORDS["de"] if key.startswith("why_")}


def test_the_scripts_know_every_state() -> None:
    script = file("kiosk_views.js")
    assert [] == [state for state in State if f"{state}:" not in script and f'"{state}":' not in script]


def test_the_scripts_use_every_word() -> None:
    scripts = "".join(file(name) for name in SCRIPTS) + file("kiosk.html")
    parts = ("why_", "offer_", "calling_", "ringing_", "incall_", "cannot_", "promised_")
    unused = [key for key in WORDS["de"] if key not in scripts and not key.startswith(parts)]
    assert [] == [key for key in unused if key not in IN_JSON_ONLY]


def test_the_scripts_write_no_html() -> None:
    scripts = "".join(file(name) for name in SCRIPTS)
    assert [] == re.findall(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|localStorage", scripts)
