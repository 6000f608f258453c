"""An OpenID Connect provider, asked over HTTP: where it is, what it is sent, and whether its word is its own.

Sources: OpenID Connect Core 1.0 (3.1: code flow; 3.1.3.7: what an ID token must hold), Discovery 1.0, RP-Initiated
Logout 1.0; RFC 7636 (PKCE), RFC 9207 (`iss` in the answer). Time-outs are short and answers small: the loop goes on.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]  # ships no types
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from operations.sign_in.private_address import is_private
from web.sign_in.bounded import Bounded, TooMuch
from web.sign_in.id_token import Expected, NotBelieved, UnknownKey, proven

FRESH_SECONDS = 3600.0
"""So long what the provider says about itself, its keys included, is believed without asking again."""
AGAIN_SECONDS = 30.0
"""An unknown key is asked for at most so often."""
AWAY_SECONDS = 3.0
"""Who comes so shortly after a failure does not wait for another one."""
WHOLE_SECONDS = 10.0
_PATHS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_MORE_PATHS = ("userinfo_endpoint", "end_session_endpoint")


CURE = "see whether it runs, and is reached from here by name and certificate; local accounts still sign in"


class ProviderAway(Exception):
    """The provider does not answer, or not as OpenID Connect asks for. The sentence says what, never whom."""

    def __init__(self, what: str, cure: str = CURE) -> None:
        super().__init__(what)
        self.cure = cure


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to the provider."""

    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)
    scopes: str = "openid profile"


@dataclass(frozen=True, slots=True)
class Known:
    """The provider as it describes itself, at a moment of the monotonic clock."""

    told: Mapping[str, Any]
    keys: KeySet
    at: float

    def address(self, name: str) -> str:
        """One of its addresses; empty if it has none such."""
        return str(self.told.get(name) or "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brought back, and what it was sent out with."""

    code: str = field(repr=False)
    redirect: str
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Claims that are the provider's, and the token that proved them."""

    claims: Mapping[str, object] = field(repr=False)
    token: str = field(repr=False)


class Provider:
    """One provider. Everything that goes over the wire raises ProviderAway when it does not work."""

    def __init__(
        self,
        client: Client,
        now: Callable[[], float] = time.time,
        again_seconds: float = AGAIN_SECONDS,
        wire: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.client = client
        self._now, self._again_seconds = now, again_seconds
        self._away_until = 0.0
        self._ahead: float | None = None
        self._known: Known | None = None
        self._asking = asyncio.Lock()
        self._http = httpx.AsyncClient(transport=Bounded(wire or httpx.AsyncHTTPTransport()), timeout=5.0)

    async def close(self) -> None:
        """Let its connections go."""
        await self._http.aclose()

    async def look(self) -> float | None:
        """Ask it anew for all that a sign-in needs: by how many seconds its clock is ahead, None if it does not say.

        Raises ProviderAway.
        """
        async with self._asking:
            try:
                async with asyncio.timeout(WHOLE_SECONDS):
                    self._known = await self._described()
            except TimeoutError as error:
                raise ProviderAway("it took too long") from error
        return self._ahead

    async def way_out(self, redirect: str, state: str, nonce: str, verifier: str, language: str) -> str:
        """Where the browser goes to sign in there."""
        known = await self._look()
        asked = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": redirect,
            "scope": self.client.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        return _with(known.address("authorization_endpoint"), asked)

    async def way_off(self, hint: str, back: str) -> str:
        """Where the browser goes to sign out there; empty if the provider has no such place, or is away."""
        try:
            end = (await self._look()).address("end_session_endpoint")
        except ProviderAway:
            return ""
        asked = {"client_id": self.client.client_id, "post_logout_redirect_uri": back}
        return _with(end, {**asked, **({"id_token_hint": hint} if hint else {})}) if end else ""

    async def expect_its_own(self, iss: str) -> None:
        """Raises NotBelieved if an answer with this `iss` (RFC 9207) is another provider's that was slipped in."""
        known = await self._look()
        is_told = known.told.get("authorization_response_iss_parameter_supported") is True
        if (iss or is_told) and iss != self.client.issuer:
            raise NotBelieved("an answer of another provider")

    async def identity(self, answer: Answer, needed: Collection[str]) -> Identity:
        """Whom the code stands for; asked further at the provider if one of the claims `needed` is not in its token.

        Raises NotBelieved.
        """
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                known = await self._look()
                tokens = await self._redeemed(known, answer)
                token = str(tokens.get("id_token") or "")
                claims = await self._proven(known, token, answer.nonce, str(tokens.get("access_token") or ""))
                if any(each not in claims and each.partition(".")[0] not in claims for each in needed):
                    claims = {**await self._more(known, tokens, claims), **claims}
        except TimeoutError as error:
            raise ProviderAway("it took too long") from error
        return Identity(claims, token)

    async def _redeemed(self, known: Known, answer: Answer) -> Mapping[str, Any]:
        """The tokens for a code. A code that was used before, or is another's, is refused by the provider."""
        form = {
            "grant_type": "authorization_code",
            "code": answer.code,
            "redirect_uri": answer.redirect,
            "code_verifier": answer.verifier,
            "client_id": self.client.client_id,
        }
        told_ways = known.told.get("token_endpoint_auth_methods_supported")
        ways = told_ways if isinstance(told_ways, list) and told_ways else ["client_secret_basic"]
        auth = None
        if self.client.secret and "client_secret_basic" in ways:
            auth = httpx.BasicAuth(quote_plus(self.client.client_id), quote_plus(self.client.secret))
        elif self.client.secret:
            form["client_secret"] = self.client.secret
        status, told = await self._asked("POST", known.address("token_endpoint"), data=form, auth=auth)
        if status == httpx.codes.OK:
            return told
        if told.get("error") == "invalid_grant":
            raise NotBelieved("the provider does not take the code")
        raise ProviderAway(f"its token endpoint answered {status} {_word(told.get('error'))}")

    async def _proven(self, known: Known, token: str, nonce: str, access_token: str) -> dict[str, object]:
        """The claims of an ID token that is the provider's, for us, for this sign-in, and of now."""
        expected = Expected(self.client.issuer, self.client.client_id, nonce, access_token)
        try:
            return proven(token, known.keys, expected, self._now())
        except UnknownKey:
            newer = await self._newer_keys(known)
        return proven(token, newer.keys, expected, self._now())

    async def _more(
        self, known: Known, tokens: Mapping[str, Any], proven: Mapping[str, object]
    ) -> Mapping[str, object]:
        """What the provider says about the same person at its userinfo endpoint; nothing if it has none."""
        where, token = known.address("userinfo_endpoint"), str(tokens.get("access_token") or "")
        if not (where and token) or not token.isascii():
            return {}
        status, told = await self._asked("GET", where, headers={"Authorization": f"Bearer {token}"})
        if status != httpx.codes.OK:
            raise ProviderAway(f"its userinfo endpoint answered {status}")
        if told.get("sub") != proven.get("sub"):
            raise NotBelieved("userinfo is about somebody else")
        return told

    async def _look(self) -> Known:
        async with self._asking:
            if self._known is not None and time.monotonic() - self._known.at <= FRESH_SECONDS:
                return self._known
            if time.monotonic() < self._away_until:
                raise ProviderAway("it did not answer a moment ago")
            try:
                async with asyncio.timeout(WHOLE_SECONDS):
                    self._known = await self._described()
            except (ProviderAway, TimeoutError) as error:
                self._away_until = time.monotonic() + AWAY_SECONDS
                cure = error.cure if isinstance(error, ProviderAway) else CURE
                raise ProviderAway(str(error) or "it took too long", cure) from error
            return self._known

    async def _newer_keys(self, known: Known) -> Known:
        """The provider asked again, as it may have changed its keys; not if that was just now."""
        async with self._asking:
            is_newest = self._known is None or self._known is known
            if is_newest and time.monotonic() - known.at >= self._again_seconds:
                self._known = await self._described()
            return self._known or known

    async def _described(self) -> Known:
        place = f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration"
        told = await self._fetched(place)
        if told.get("issuer") != self.client.issuer:
            raise ProviderAway(
                "it calls itself otherwise than TEAMLINE_OIDC_ISSUER",
                "set that to the `issuer` of its /.well-known/openid-configuration, to the letter",
            )
        for name in (*_PATHS, *_MORE_PATHS):
            if (name in _PATHS or told.get(name)) and not is_private(told.get(name)):
                raise ProviderAway(f"its {name} is no https address", "have it name its addresses as browsers reach it")
        keys = await self._fetched(str(told["jwks_uri"]))
        try:
            return Known(told, KeySet.import_key_set({"keys": list(_signing(keys))}), time.monotonic())
        except (JoseError, ValueError, TypeError, KeyError) as error:
            cure = "give it one of its own to sign by: RS256 or ES256"
            raise ProviderAway("its keys cannot be read, or it has none", cure) from error

    async def _fetched(self, address: str) -> Mapping[str, Any]:
        status, told = await self._asked("GET", address)
        if status != httpx.codes.OK:
            raise ProviderAway(f"it answered {status}", "check TEAMLINE_OIDC_ISSUER: realm and path; else see its log")
        return told

    async def _asked(self, method: str, address: str, **more: Any) -> tuple[int, Mapping[str, Any]]:  # noqa: ANN401 - httpx's own
        try:
            answer = await self._http.request(method, address, **more)
        except (httpx.HTTPError, httpx.InvalidURL, TooMuch, ValueError) as error:
            raise ProviderAway(type(error).__name__) from error
        self._ahead = _ahead(answer.headers.get("date", ""), self._now())
        try:
            told = answer.json() if answer.content else {}
        except (ValueError, RecursionError):
            told = {}
        return answer.status_code, told if isinstance(told, dict) else {}


def _ahead(told: str, now: float) -> float | None:
    """Seconds by a `Date` (RFC 9110, 6.6.1), which is whole seconds, and told before it was on its way."""
    try:
        return parsedate_to_datetime(told).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return None


def _with(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def _signing(told: Mapping[str, Any]) -> list[Any]:
    keys = told.get("keys")
    found = keys if isinstance(keys, list) else []
    return [each for each in found if isinstance(each, dict) and each.get("use") != "enc" and each.get("kty") != "oct"]


def _word(told: object) -> str:
    """An error's code as it may stand in a log."""
    return told if isinstance(told, str) and told.isidentifier() and len(told) <= 40 else ""  # noqa: PLR2004 - RFC 6749's are shorter
