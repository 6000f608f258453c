import httpx

from web.app import application
from web.health import Dependencies, Dependency

FINE = Dependency(is_ok=True, is_required=True, what="listens")
STORE_AWAY = Dependency(is_ok=False, is_required=False, what="no answer", cure="start the store")
NO_PROMPTS = Dependency(is_ok=False, is_required=True, what="3 files missing", cure="teamline prompts build")


def _client(**found: Dependency) -> httpx.AsyncClient:
    async def look() -> Dependencies:
        return found

    transport = httpx.ASGITransport(application("1.2.3", look))
    return httpx.AsyncClient(transport=transport, base_url="http://teamline")


async def test_a_living_router_says_so() -> None:
    async with _client() as client:
        assert (await client.get("/healthz")).json() == {"status": "alive"}


async def test_a_router_without_its_store_still_takes_calls_and_says_what_is_missing() -> None:
    async with _client(agi=FINE, store=STORE_AWAY) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["dependencies"]["store"]["cure"] == "start the store"


async def test_a_router_without_its_sounds_is_not_ready() -> None:
    async with _client(agi=FINE, prompts=NO_PROMPTS) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False


async def test_an_unknown_page_is_a_problem_document() -> None:
    async with _client() as client:
        answer = await client.get("/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


async def test_every_answer_carries_the_protecting_headers() -> None:
    async with _client() as client:
        answer = await client.get("/healthz")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_the_api_describes_itself() -> None:
    async with _client() as client:
        assert (await client.get("/api/openapi.json")).json()["info"]["version"] == "1.2.3"


async def test_a_probe_may_ask_without_a_body() -> None:
    async with _client(agi=FINE) as client:
        answers = [await client.head(page) for page in ("/healthz", "/readyz")]
    assert [(200, b""), (200, b"")] == [(each.status_code, each.content) for each in answers]


async def test_a_slash_too_many_is_an_unknown_page_and_never_sends_elsewhere() -> None:
    async with _client() as client:
        assert 404 == (await client.get("/healthz/")).status_code
