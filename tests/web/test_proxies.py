import pytest
from starlette.types import Receive, Scope, Send

from web.proxies import UNSURE, TrustedProxies, networks


async def _seen(peer: str, *headers: tuple[str, str], proxies: tuple[str, ...] = ("127.0.0.1/32",)) -> Scope:
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    sent = [(name.encode(), value.encode()) for name, value in headers]
    scope = {"type": "http", "client": (peer, 5), "scheme": "http", "headers": sent}
    await TrustedProxies(app, networks(proxies))(scope, None, None)  # type: ignore[arg-type]  # neither is asked
    return seen[0]


@pytest.mark.parametrize(
    ("expected", "headers"),
    [
        ("192.0.2.7", [("x-forwarded-for", "192.0.2.7")]),
        ("192.0.2.7", [("x-forwarded-for", "127.0.0.1, 192.0.2.7")]),
        ("192.0.2.7", [("x-forwarded-for", "10.0.0.1"), ("x-forwarded-for", "192.0.2.7, 127.0.0.1")]),
        ("192.0.2.7", [("x-forwarded-for", "192.0.2.7:4711")]),
        ("192.0.2.7", [("x-forwarded-for", "::ffff:192.0.2.7")]),
        ("127.0.0.1", [("x-forwarded-for", "127.0.0.1")]),
        ("2001:db8::7", [("forwarded", 'for="[2001:db8::7]:4711";proto=https')]),
        ("192.0.2.7", [("forwarded", "for=127.0.0.1, For=192.0.2.7;by=127.0.0.1")]),
        ("192.0.2.7", [("forwarded", "for=192.0.2.7"), ("x-forwarded-for", "192.0.2.7")]),
    ],
)
async def test_a_trusted_proxy_tells_for_whom_it_asks(expected: str, headers: list[tuple[str, str]]) -> None:
    seen = await _seen("127.0.0.1", *headers)
    assert (expected, False) == (seen["client"][0], seen[UNSURE])


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("x-forwarded-for", "")],
        [("x-forwarded-for", "unknown")],
        [("x-forwarded-for", "192.0.2.7, _hidden")],
        [("x-forwarded-for", "192.0.2.7"), ("forwarded", "for=127.0.0.1")],
        [("forwarded", "for=unknown")],
        [("forwarded", 'for="[::1')],
        [("forwarded", ";;=,")],
    ],
)
async def test_whom_a_trusted_proxy_does_not_name_surely_is_nobody_we_know(headers: list[tuple[str, str]]) -> None:
    assert (await _seen("127.0.0.1", *headers))[UNSURE]


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-proto"])
async def test_a_stranger_behind_a_peer_that_is_no_proxy_of_ours_is_nobody_we_know(name: str) -> None:
    seen = await _seen("127.0.0.1", (name, "for=127.0.0.1"), proxies=())
    assert (("127.0.0.1", 5), True) == (seen["client"], seen[UNSURE])


async def test_who_asks_by_themselves_is_the_peer() -> None:
    assert not (await _seen("127.0.0.1", proxies=()))[UNSURE]


@pytest.mark.parametrize("header", [("x-forwarded-proto", "https"), ("forwarded", "for=192.0.2.7;proto=HTTPS")])
async def test_https_before_a_trusted_proxy_is_https(header: tuple[str, str]) -> None:
    assert "https" == (await _seen("127.0.0.1", header))["scheme"]
    assert "http" == (await _seen("127.0.0.2", header))["scheme"]
