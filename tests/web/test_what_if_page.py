import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from operations.sign_in.accounts import Role
from tests.fakes.router import small_centre
from tests.web.test_what_if import client
from web.page import file, words
from web.what_if_page import page_text

PAGE = "/admin/what-if"
PAGES = files("web").joinpath("pages", "what_if")
FILES = [each.name for each in PAGES.iterdir() if not each.name.endswith(".html")]


class _Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


async def page(language: str = "de", **headers: str) -> str:
    async with client() as asking:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return (await asking.get(PAGE, params={"lang": language} if language else {}, headers=named)).text


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("en-GB,en;q=0.9,de;q=0.5", "en"),
        ("de-AT, en;q=0.9", "de"),
        ("fr, en;q=0.3, de;q=0.2", "en"),
        ("fr", "de"),
        ("en;q=0, de;q=0", "de"),
        ("en;q=many", "de"),
        ("", "de"),
        ("," * 10_000, "de"),
    ],
)
async def test_the_browser_says_which_language(accepted: str, expected: str) -> None:
    assert f'<html lang="{expected}">' in await page("", accept_language=accepted)


async def test_a_chosen_language_wins_over_the_browsers() -> None:
    assert '<html lang="en">' in await page("en", accept_language="de")


async def test_a_language_that_we_do_not_have_is_german() -> None:
    text = await page('"><script>alert(1)</script>')
    assert '<html lang="de">' in text
    assert "alert(1)" not in text


async def test_the_other_language_is_one_link_away() -> None:
    assert '<a href="/admin/what-if?lang=en" lang="en"' in await page("de")


async def test_both_languages_have_the_same_words_with_the_same_places_in_them() -> None:
    german, english = (json.loads(PAGES.joinpath(f"what_if.{each}.json").read_text()) for each in ("de", "en"))
    assert set(german) == set(english)
    places = re.compile(r"\{\w+\}")
    assert [] == [name for name in german if set(places.findall(german[name])) != set(places.findall(english[name]))]


async def test_every_word_that_the_scripts_say_is_there() -> None:
    known = json.loads(PAGES.joinpath("what_if.de.json").read_text())
    scripts = "".join(PAGES.joinpath(name).read_text() for name in FILES if name.endswith(".js"))
    said = set(re.findall(r"texts\.([a-z_0-9]+)", scripts)) | set(re.findall(r'fill\("([a-z_0-9]+)"', scripts))
    assert set() == said - set(known)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("status", [401, 403, 409, 503])
def test_why_nothing_is_answered_is_told_in_the_page_s_words(status: int, language: str) -> None:
    [told] = re.findall(rf'\b{status}: "(\w+)"', file("what_if/what_if.js"))
    assert "{what}" not in words("what_if/what_if", language)[told]


@pytest.mark.parametrize("language", ["de", "en"])
async def test_every_field_has_a_label_and_every_reference_its_element(language: str) -> None:
    elements = _Elements(await page(language)).found
    ids = {of["id"] for _, of in elements if "id" in of}
    labelled = {of.get("for") for tag, of in elements if tag == "label"}
    fields = [of for tag, of in elements if tag in {"input", "select"} and "data-name" not in of]
    assert [] == [of for of in fields if of.get("type") != "checkbox" and of.get("id") not in labelled]
    for name in ("aria-labelledby", "aria-describedby"):
        assert set() == {each for _, of in elements for each in (of.get(name) or "").split()} - ids


async def test_nothing_is_inline_and_nothing_comes_from_elsewhere() -> None:
    elements = _Elements(await page()).found
    assert [] == [of for _, of in elements if any(name.startswith("on") or name == "style" for name in of)]
    assert [] == [tag for tag, of in elements if tag == "style" or (tag == "script" and "src" not in of)]
    addresses = [of.get("src") or of.get("href") or "" for _, of in elements if "src" in of or "href" in of]
    assert [] == [each for each in addresses if not re.match(r"#|/(?!/)", each)]


async def test_the_page_allows_its_own_origin_only() -> None:
    async with client() as asking:
        policy = (await asking.get(PAGE)).headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy


async def test_all_that_belongs_to_the_page_is_served() -> None:
    async with client() as asking:
        answers = {name: (await asking.get(f"/pages/what_if/{name}")).status_code for name in FILES}
    assert dict.fromkeys(FILES, 200) == answers


async def test_whoever_is_not_signed_in_signs_in_and_comes_back() -> None:
    async with client(role=None) as asking:
        answer = await asking.get(PAGE)
    assert (303, "/sign-in?next=%2Fadmin%2Fwhat-if") == (answer.status_code, answer.headers["location"])


async def test_a_lead_may_not_ask() -> None:
    async with client(role=Role.LEAD) as asking:
        assert 403 == (await asking.get(PAGE)).status_code


async def test_the_centres_teams_are_there_to_choose() -> None:
    text = await page()
    assert '<option value="L03">L03</option>' in text
    assert 'name="team" value="L03"' in text


async def test_a_team_of_any_name_stays_text() -> None:
    centre = small_centre()
    named = replace(centre.teams["L03"], name='<script>"$lead"</script>')
    centre = replace(centre, teams={**centre.teams, "L03": named})
    assert "&lt;script&gt;" in page_text("de", centre)
    assert "<script>" not in page_text("de", centre)
