"""A provider that is away, broken or hostile; a real one is in tests/live."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from email.utils import formatdate
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from web.sign_in.bounded import MOST_BYTES
from web.sign_in.id_token import NotBelieved
from web.sign_in.provider import Answer, Client, Provider, ProviderAway
from web.sign_in.provider_health import provider_health

ISSUER = "https://id.example"
NOW = 1_000_000.0
FIRST, SECOND = (RSAKey.generate_key(2048, auto_kid=True) for _ in range(2))
ANSWER = Answer("the-code", "https://teamline.example/sign-in/return", "v" * 43, "the-nonce")
TOLD: Mapping[str, object] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize?tenant=1",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
    "userinfo_endpoint": f"{ISSUER}/userinfo",
    "end_session_endpoint": f"{ISSUER}/end",
}


class Wire(httpx.AsyncBaseTransport):
    """What a provider answers, by path; noted."""

    def __init__(self) -> None:
        self.key = FIRST
        self.told: dict[str, object] = dict(TOLD)
        self.claims: dict[str, object] = {"sub": "4711", "groups": ["heads"]}
        self.userinfo: object = {"sub": "4711", "groups": ["from userinfo"]}
        self.seen: list[httpx.Request] = []
        self.date = ""
        self.instead: dict[str, Callable[[], httpx.Response]] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        path = request.url.path
        if path in self.instead:
            return self.instead[path]()
        answers: dict[str, Callable[[], object]] = {
            "/.well-known/openid-configuration": lambda: self.told,
            "/keys": lambda: {"keys": [{**self.key.as_dict(private=False), "use": "sig"}, {"kty": "oct", "k": "AA"}]},
            "/token": lambda: {"access_token": "at", "token_type": "Bearer", "id_token": self.id_token()},
            "/userinfo": lambda: self.userinfo,
        }
        answer = sent(answers[path]())
        answer.headers["date"] = self.date
        return answer

    def id_token(self) -> str:
        standard = {"iss": ISSUER, "aud": "teamline", "exp": NOW + 60, "iat": NOW, "nonce": "the-nonce"}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, {**standard, **self.claims}, self.key)

    def asked(self, path: str) -> list[httpx.Request]:
        return [each for each in self.seen if each.url.path == path]


def sent(content: object, status: int = 200) -> httpx.Response:
    body = json.dumps(content).encode()
    return httpx.Response(status, stream=Content(body))


class Content(httpx.AsyncByteStream):
    def __init__(self, *parts: bytes) -> None:
        self._parts = parts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield part


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def provider(wire: Wire) -> Provider:
    return Provider(Client(ISSUER, "teamline", "s/cret"), lambda: NOW, again_seconds=0.0, wire=wire)


async def test_the_browser_is_sent_out_with_everything_that_binds_its_return(provider: Provider) -> None:
    way = urlsplit(await provider.way_out("https://here/back", "the-state", "the-nonce", "v" * 43, "de"))
    asked = {name: values[0] for name, values in parse_qs(way.query).items()}
    assert ("id.example", "/authorize", "1") == (way.netloc, way.path, asked["tenant"])
    assert ("code", "the-state", "the-nonce", "S256") == (
        asked["response_type"],
        asked["state"],
        asked["nonce"],
        asked["code_challenge_method"],
    )
    assert "v" * 43 not in way.query


async def test_the_code_is_redeemed_with_the_verifier_and_our_secret(provider: Provider, wire: Wire) -> None:
    identity = await provider.identity(ANSWER, ["groups"])
    [asked] = wire.asked("/token")
    assert ["heads"] == identity.claims["groups"]
    assert ["v" * 43] == parse_qs(asked.content.decode())["code_verifier"]
    assert asked.headers["authorization"].startswith("Basic ")
    assert [] == wire.asked("/userinfo")


async def test_a_claim_that_is_missing_is_asked_for_at_userinfo(provider: Provider, wire: Wire) -> None:
    wire.claims = {"sub": "4711"}
    assert ["from userinfo"] == (await provider.identity(ANSWER, ["groups"])).claims["groups"]


async def test_userinfo_about_somebody_else_is_not_believed(provider: Provider, wire: Wire) -> None:
    wire.claims, wire.userinfo = {"sub": "4711"}, {"sub": "4712", "groups": ["heads"]}
    with pytest.raises(NotBelieved):
        await provider.identity(ANSWER, ["groups"])


async def test_a_new_key_is_asked_for_once_and_only_if_the_last_look_is_old(provider: Provider, wire: Wire) -> None:
    await provider.identity(ANSWER, ["groups"])
    wire.key = SECOND
    await provider.identity(ANSWER, ["groups"])
    assert 2 == len(wire.asked("/keys"))
    quick = Provider(Client(ISSUER, "teamline", "x"), lambda: NOW, wire=wire)
    await quick.identity(ANSWER, ["groups"])
    wire.key = FIRST
    with pytest.raises(NotBelieved):
        await quick.identity(ANSWER, ["groups"])
    assert 3 == len(wire.asked("/keys"))


@pytest.mark.parametrize(
    "broken",
    [
        {"issuer": "https://id.example/"},
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://id.example/token"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": ["https://id.example/keys"]},
        {"end_session_endpoint": "http://evil.example"},
        {"userinfo_endpoint": "http://[half"},
    ],
)
async def test_a_description_that_is_not_the_providers_or_not_private_is_not_used(
    provider: Provider, wire: Wire, broken: dict[str, object]
) -> None:
    wire.told |= broken
    with pytest.raises(ProviderAway):
        await provider.way_out("https://here/back", "s", "n", "v" * 43, "de")


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize(
    "answer",
    [
        lambda: sent("no object"),
        lambda: sent({}),
        lambda: sent(TOLD, 500),
        lambda: httpx.Response(302, headers={"location": "https://evil.example"}, stream=Content()),
        lambda: httpx.Response(200, stream=Content(b"<html>")),
        lambda: httpx.Response(200, stream=Content(b"[" * 100_000)),
        lambda: httpx.Response(200, stream=Content(*[b" " * 1024] * (MOST_BYTES // 1024 + 1))),
        lambda: httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Content(b"x")),
    ],
)
async def test_what_is_no_answer_is_no_sign_in(
    provider: Provider, wire: Wire, path: str, answer: Callable[[], httpx.Response]
) -> None:
    wire.instead[path] = answer
    with pytest.raises((ProviderAway, NotBelieved)):
        await provider.identity(ANSWER, ["groups"])


async def test_a_provider_that_does_not_list_ways_to_prove_us_is_asked_in_the_usual_one(
    provider: Provider, wire: Wire
) -> None:
    wire.told["token_endpoint_auth_methods_supported"] = 5
    assert ["heads"] == (await provider.identity(ANSWER, ["groups"])).claims["groups"]
    assert wire.asked("/token")[0].headers["authorization"].startswith("Basic ")


async def test_a_code_that_was_used_is_not_believed(provider: Provider, wire: Wire) -> None:
    wire.instead["/token"] = lambda: sent({"error": "invalid_grant"}, 400)
    with pytest.raises(NotBelieved):
        await provider.identity(ANSWER, ["groups"])


async def test_who_comes_right_after_a_failure_does_not_wait_for_another(provider: Provider, wire: Wire) -> None:
    wire.instead["/keys"] = lambda: sent({}, 503)
    for _ in range(5):
        with pytest.raises(ProviderAway):
            await provider.way_out("https://here/back", "s", "n", "v" * 43, "de")
    assert 1 == len(wire.asked("/keys"))


async def test_a_provider_without_a_place_to_sign_out_is_left_alone(provider: Provider, wire: Wire) -> None:
    assert (await provider.way_off("hint", "https://here/")).startswith(f"{ISSUER}/end?client_id=teamline&")
    wire.told = {name: value for name, value in TOLD.items() if name != "end_session_endpoint"}
    other = Provider(Client(ISSUER, "teamline"), lambda: NOW, wire=wire)
    assert "" == await other.way_off("hint", "https://here/")


@pytest.mark.parametrize(
    ("iss", "is_told", "is_believed"),
    [("", False, True), ("", True, False), (ISSUER, True, True), ("https://evil.example", False, False)],
)
async def test_an_answer_of_another_provider_is_not_believed(
    provider: Provider, wire: Wire, iss: str, is_told: bool, is_believed: bool
) -> None:
    wire.told["authorization_response_iss_parameter_supported"] = is_told
    try:
        await provider.expect_its_own(iss)
    except NotBelieved:
        assert not is_believed
    else:
        assert is_believed


@pytest.mark.parametrize(
    ("seconds", "is_ok", "told"),
    [
        (0, True, "fit"),
        (29, True, "fit"),
        (-29, True, "fit"),
        (45, False, "45 s ahead of"),
        (-90, False, "90 s behind"),
    ],
)
async def test_how_the_provider_is_tells_its_clock(
    provider: Provider, wire: Wire, seconds: int, is_ok: bool, told: str
) -> None:
    wire.date = formatdate(NOW + seconds, usegmt=True)
    found = await provider_health(provider)
    assert (is_ok, False, True) == (found.is_ok, found.is_required, told in found.what)


@pytest.mark.parametrize(
    ("told", "cure"),
    [
        ({"issuer": "https://other.example"}, "to the letter"),
        ({"token_endpoint": "http://id.example/token"}, "as browsers reach it"),
    ],
)
async def test_a_provider_that_describes_itself_wrongly_is_told_with_the_cure(
    provider: Provider, wire: Wire, told: dict[str, object], cure: str
) -> None:
    wire.told |= told
    found = await provider_health(provider)
    assert (False, True) == (found.is_ok, cure in found.cure)


async def test_a_provider_that_is_away_or_moved_is_told_with_the_cure(provider: Provider, wire: Wire) -> None:
    def away() -> httpx.Response:
        raise httpx.ConnectError("refused")

    place = "/.well-known/openid-configuration"
    wire.instead[place] = away
    assert "local accounts still sign in" in (await provider_health(provider)).cure
    wire.instead[place] = lambda: sent({}, 404)
    assert "realm and path" in (await provider_health(provider)).cure
    del wire.instead[place]
    assert (await provider_health(provider)).is_ok


async def test_a_provider_without_a_key_to_sign_by_is_told(provider: Provider, wire: Wire) -> None:
    wire.instead["/keys"] = lambda: sent({"keys": []})
    assert "RS256" in (await provider_health(provider)).cure


async def test_a_clock_that_is_not_told_is_no_fault(provider: Provider, wire: Wire) -> None:
    wire.date = "some day"
    assert (await provider_health(provider)).is_ok
