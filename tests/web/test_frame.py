"""What is the same on every page: the head, the files that it loads, what a visitor chose."""

import gzip
import hashlib
import re
from importlib.resources import files
from pathlib import Path, PurePosixPath

import httpx
import pytest
from fastapi import APIRouter, Request, Response

from operations.sign_in.accounts import Account, Role, Session
from web.app import application
from web.files import KINDS, page_files
from web.frame import COLOURS_COOKIE, LANGUAGE_COOKIE, WAYS, Page, framed
from web.health import Dependencies
from web.page import words
from web.who import Guest

HOSTILE = "\"><script>alert(1)</script>$lead'"
WEB = Path(str(files("web")))
ON_DISK = {
    f"{folder}/{each.relative_to(WEB / folder).as_posix()}"
    for folder in ("pages", "vendor")
    for each in (WEB / folder).rglob("*")
    if each.is_file()
}
SUMS = re.findall(r"^([0-9a-f]{64})  (\S+)$", (WEB / "vendor" / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
OURS = {"fonts.css", "README.md"}
SPOKEN = {
    "board": r'\bword\("([\w-]+)"',
    "desk": r"(?:\bwords|#words)\.(\w+)",
    "reports": r"\btexts\.(\w+)",
    "wallboard": r"\bsaid\.(?!split)(\w+)",
    "what_if": r"\btexts\.(\w+)",
}
"""How the scripts of a room name its words."""


def client(guest: Guest | None = None, page: Page | None = None) -> httpx.AsyncClient:
    routes = APIRouter()

    @routes.get("/shown")
    async def shown(request: Request) -> Response:
        return framed(request, guest, page or Page("", "Title", "<h1>Title</h1>"))

    async def nothing() -> Dependencies:
        return {}

    app = application("1", nothing, None, [routes, page_files()])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8080")


def guest_of(role: Role, name: str = "anna") -> Guest:
    return Guest(Account(name, role), Session("1", name, "1", "secret-of-this-session", 0.0, 0.0))


def test_foreign_files_are_those_that_the_table_names_and_unchanged() -> None:
    expected = {name: digest for digest, name in SUMS}
    found = {
        each.relative_to(WEB / "vendor").as_posix(): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in (WEB / "vendor").rglob("*")
        if each.is_file() and each.suffix in KINDS
    }
    assert expected == {name: digest for name, digest in found.items() if name not in OURS}


async def test_every_file_of_a_known_kind_is_served_in_that_kind() -> None:
    expected = {name: KINDS[PurePosixPath(name).suffix] for name in ON_DISK if PurePosixPath(name).suffix in KINDS}
    async with client() as asking:
        answers = {name: await asking.get(f"/{name}") for name in expected}
    assert expected == {name: each.headers["content-type"] for name, each in answers.items()}


async def test_nothing_else_of_the_package_is_served() -> None:
    hidden = [f"/{name}" for name in ON_DISK if PurePosixPath(name).suffix not in KINDS]
    tricks = [
        "/pages/../app.py",
        "/pages/%2e%2e/app.py",
        "/vendor/..%2fpage.py",
        "/pages/",
        "/pages/shell",
        "/pages//shell/told.js",
    ]
    async with client() as asking:
        statuses = {path: (await asking.get(path)).status_code for path in [*hidden, *tricks]}
    assert [] == [path for path, status in statuses.items() if status != 404]


async def test_a_file_that_the_browser_has_is_not_sent_again() -> None:
    async with client() as asking:
        first = await asking.get("/pages/shell/frame.css")
        again = await asking.get("/pages/shell/frame.css", headers={"if-none-match": first.headers["etag"]})
        other = await asking.get("/pages/shell/frame.css", headers={"if-none-match": '"another"'})
    assert (200, 304, b"", 200) == (first.status_code, again.status_code, again.content, other.status_code)


async def test_a_file_travels_compressed_to_whoever_takes_that() -> None:
    async with client() as asking:
        packed = await asking.get("/vendor/kern.css", headers={"accept-encoding": "gzip"})
        plain = await asking.get("/vendor/kern.css", headers={"accept-encoding": "identity"})
        font = await asking.get("/vendor/fonts/FiraSans-Bold.woff2", headers={"accept-encoding": "gzip"})
    assert ("gzip", None, None) == tuple(each.headers.get("content-encoding") for each in (packed, plain, font))
    assert len(gzip.compress(plain.content)) < len(plain.content) / 5
    assert packed.content == plain.content


@pytest.mark.parametrize("name", sorted(each for each in ON_DISK if each.startswith("pages/") and each.endswith(".js")))
def test_no_script_of_ours_writes_html_or_asks_others(name: str) -> None:
    text = (WEB / name).read_text(encoding="utf-8")
    found = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?://", text)
    assert [] == [each for each in found if "http://www.w3.org" not in text or not each.startswith("http")]


@pytest.mark.parametrize(
    "name", sorted(each for each in ON_DISK if each.startswith("pages/") and each.endswith(".json"))
)
def test_every_word_of_every_page_is_there_in_german_and_english(name: str) -> None:
    page, language, _ = name.removeprefix("pages/").rsplit(".", 2)
    assert set(words(page, "de")) == set(words(page, language))


@pytest.mark.parametrize("room", SPOKEN)
def test_every_word_that_a_script_says_is_known(room: str) -> None:
    scripts = [each.read_text(encoding="utf-8") for each in (WEB / "pages" / room).glob("*.js")]
    said = {word for script in scripts for word in re.findall(SPOKEN[room], script)}
    assert (True, set()) == (bool(said), said - set(words(f"{room}/{room}", "en")))


async def test_every_word_that_the_shells_scripts_say_stands_in_the_frame() -> None:
    scripts = [each.read_text(encoding="utf-8") for each in (WEB / "pages").rglob("*.js")]
    said = {word for script in scripts for word in re.findall(r"document\.body\.dataset\.(\w+)", script)}
    async with client() as asking:
        text = (await asking.get("/shown")).text
    assert (True, []) == (bool(said), [word for word in said if f'data-{word}="' not in text])


async def test_whatever_stands_in_the_frame_is_text() -> None:
    async with client(guest_of(Role.ADMIN, HOSTILE), Page("board", HOSTILE, "<h1>x</h1>")) as asking:
        text = (await asking.get("/shown", params={"lang": HOSTILE, "colours": HOSTILE, HOSTILE: HOSTILE})).text
    assert "<script>" not in text
    assert "alert(1)" in text


async def test_a_choice_counts_at_once_and_is_remembered() -> None:
    async with client() as asking:
        first = await asking.get("/shown?lang=en&colours=dark", headers={"accept-language": "de"})
        later = await asking.get("/shown", headers={"accept-language": "de"})
    assert {LANGUAGE_COOKIE: "en", COLOURS_COOKIE: "dark"} == dict(first.cookies)
    for each in (first, later):
        assert '<html lang="en" data-kern-theme="dark">' in each.text


@pytest.mark.parametrize("query", ["lang=uk", "colours=red", "lang=", "colours=dark%0d%0aSet-Cookie:x"])
async def test_what_is_no_choice_is_not_remembered(query: str) -> None:
    async with client() as asking:
        answer = await asking.get(f"/shown?{query}")
    assert (200, {}) == (answer.status_code, dict(answer.cookies))


async def test_the_links_to_choose_keep_the_rest_of_the_address() -> None:
    async with client() as asking:
        text = (await asking.get("/shown?team=L01&lang=de")).text
    assert 'href="/shown?team=L01&amp;lang=en"' in text
    assert 'href="/shown?team=L01&amp;colours=dark"' in text


@pytest.mark.parametrize("role", list(Role))
async def test_everybody_is_shown_the_ways_that_they_may_go(role: Role) -> None:
    async with client(guest_of(role)) as asking:
        text = (await asking.get("/shown")).text
    expected = [path for path, right in WAYS.values() if Account("a", role).has(right)]
    assert expected == re.findall(r'<li><a href="([^"]+)"', text)


async def test_the_page_that_one_is_on_is_marked() -> None:
    async with client(guest_of(Role.ADMIN), Page("reports", "Title", "")) as asking:
        text = (await asking.get("/shown")).text
    assert ["/reports"] == re.findall(r'<a href="([^"]+)" aria-current="?page', text)


async def test_changes_of_the_page_carry_the_sessions_secret() -> None:
    async with client(guest_of(Role.LEAD)) as asking:
        text = (await asking.get("/shown")).text
    assert 3 == text.count("secret-of-this-session")


async def test_an_error_never_takes_the_place_of_a_piece_of_the_page() -> None:
    async with client() as asking:
        text = (await asking.get("/shown")).text
    assert '"noSwap":[204,304,"4xx","5xx"]' in text


async def test_a_page_is_for_its_visitor_only() -> None:
    async with client() as asking:
        answer = await asking.get("/shown")
    assert ("no-store", True) == (
        answer.headers["cache-control"],
        "unsafe" not in answer.headers["content-security-policy"],
    )
