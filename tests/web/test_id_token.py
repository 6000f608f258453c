"""ID tokens as a hostile provider, client or network would send them."""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from joserfc.jws import JWSRegistry

from web.sign_in.id_token import SKEW_SECONDS, Expected, NotBelieved, UnknownKey, proven

NOW = 1_000_000.0
KEY = RSAKey.generate_key(2048, auto_kid=True)
OTHER = RSAKey.generate_key(2048, auto_kid=True)
KEYS = KeySet.import_key_set({"keys": [KEY.as_dict(private=False)]})
EXPECTED = Expected("https://id.example", "teamline", "a-nonce")
CLAIMS: Mapping[str, Any] = {
    "iss": "https://id.example",
    "sub": "4711",
    "aud": "teamline",
    "exp": NOW + 300,
    "iat": NOW,
    "nonce": "a-nonce",
}


def signed(claims: Mapping[str, Any], key: RSAKey = KEY, **header: object) -> str:
    registry = JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    return jwt.encode({"alg": "RS256", "kid": key.kid, **header}, dict(claims), key, registry=registry)


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def test_a_token_of_the_provider_for_us_and_of_now_is_believed() -> None:
    assert "4711" == proven(signed(CLAIMS), KEYS, EXPECTED, NOW)["sub"]


@pytest.mark.parametrize("aud", [["teamline"], ["teamline", "other"]])
def test_we_may_be_one_of_several_for_whom_it_is(aud: list[str]) -> None:
    assert proven(signed({**CLAIMS, "aud": aud, "azp": "teamline"}), KEYS, EXPECTED, NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"sub": None},
        {"aud": "another"},
        {"aud": []},
        {"aud": None},
        {"aud": ["teamline", "other"], "azp": "other"},
        {"aud": ["teamline", "other"]},
        {"azp": "other"},
        {"exp": NOW - SKEW_SECONDS - 1},
        {"exp": None},
        {"exp": "never"},
        {"exp": True},
        {"iat": NOW + SKEW_SECONDS + 10},
        {"iat": None},
        {"nbf": NOW + SKEW_SECONDS + 10},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ["a-nonce"]},
        {"nonce": ""},
    ],
)
def test_a_token_for_others_or_of_another_time_is_not_believed(wrong: Mapping[str, Any]) -> None:
    claims = {name: value for name, value in {**CLAIMS, **wrong}.items() if value is not None}
    with pytest.raises(NotBelieved):
        proven(signed(claims), KEYS, EXPECTED, NOW)


@pytest.mark.parametrize("skew", [-SKEW_SECONDS + 2, SKEW_SECONDS - 2])
def test_the_providers_clock_may_be_a_little_off(skew: float) -> None:
    claims = {**CLAIMS, "exp": NOW + skew + 1, "iat": NOW + skew}
    assert proven(signed(claims), KEYS, EXPECTED, NOW)


def test_a_token_of_a_key_that_we_have_not_seen_asks_for_the_keys_again() -> None:
    with pytest.raises(UnknownKey):
        proven(signed(CLAIMS, OTHER), KEYS, EXPECTED, NOW)


def test_a_token_of_another_key_under_the_name_of_ours_is_not_believed() -> None:
    with pytest.raises(NotBelieved, match="BadSignature"):
        proven(signed(CLAIMS, OTHER, kid=KEY.kid), KEYS, EXPECTED, NOW)


def test_a_token_that_nobody_signed_is_not_believed() -> None:
    for alg in ("none", "None", "NONE", "", None):
        with pytest.raises(NotBelieved):
            proven(f"{part({'alg': alg, 'kid': KEY.kid})}.{part(CLAIMS)}.", KEYS, EXPECTED, NOW)


def test_a_public_key_is_no_shared_secret() -> None:
    for secret in (KEY.as_pem(private=False), b"client-secret-of-32-characters!!"):
        head = f"{part({'alg': 'HS256', 'kid': KEY.kid})}.{part(CLAIMS)}"
        made = hmac.new(secret, head.encode(), "sha256").digest()
        with pytest.raises(NotBelieved):
            proven(f"{head}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}", KEYS, EXPECTED, NOW)


def test_a_token_does_not_bring_its_own_key() -> None:
    for header in ({"jwk": OTHER.as_dict(private=False)}, {"jku": "https://evil.example/keys"}):
        with pytest.raises(NotBelieved):
            proven(signed(CLAIMS, OTHER, kid=KEY.kid, **header), KEYS, EXPECTED, NOW)


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "x" * 40_000,
        "\ud800",
        "ä.ö.ü",
        f"{part([])}.{part([])}.x",
        f"{part({'alg': 'RS256'})}.e30.e30",
    ],
)
def test_what_is_no_token_is_not_believed(token: str) -> None:
    with pytest.raises(NotBelieved):
        proven(token, KEYS, EXPECTED, NOW)


def test_claims_that_are_no_object_are_not_believed() -> None:
    head, _, signature = signed(CLAIMS).split(".")
    for claims in ("null", "[1]", '"x"', "{"):
        body = base64.urlsafe_b64encode(claims.encode()).decode().rstrip("=")
        with pytest.raises(NotBelieved):
            proven(f"{head}.{body}.{signature}", KEYS, EXPECTED, NOW)


def test_a_token_for_another_access_token_is_not_believed() -> None:
    with_hash = Expected("https://id.example", "teamline", "a-nonce", "the-access-token")
    with pytest.raises(NotBelieved):
        proven(signed({**CLAIMS, "at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}), KEYS, with_hash, NOW)
