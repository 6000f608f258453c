"""Whether an ID token is the provider's word, for us, about this sign-in, and of now (OpenID Connect Core, 3.1.3.7)."""

from dataclasses import dataclass, field
from typing import Final

from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]  # ships no types
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

SIGNATURES: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
"""Those that only the provider can make: `none` and the HS family, whose key we share, are not among them."""
SKEW_SECONDS = 60
"""So far the provider's clock may be from ours."""
MOST_CHARACTERS = 32 * 1024


class NotBelieved(Exception):
    """What came back is not the provider's word about this very sign-in: begin again."""


class UnknownKey(NotBelieved):
    """It names a key that we have not seen yet."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token must be about."""

    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    access_token: str = field(default="", repr=False)
    """Checked against the token's at_hash, if it has one."""


def proven(token: str, keys: KeySet, expected: Expected, now: float) -> dict[str, object]:
    """The claims, once everything about them is checked. `now`: Unix seconds. Raises NotBelieved or UnknownKey."""
    if not token or len(token) > MOST_CHARACTERS:
        raise NotBelieved("there is no ID token, or an endless one")
    try:
        found = jwt.decode(token, keys, algorithms=list(SIGNATURES))
        claims = CodeIDToken(found.claims, found.header, _options(expected), _params(expected))
        claims.validate(now=int(now), leeway=SKEW_SECONDS)
    except InvalidKeyIdError as error:
        raise UnknownKey("ID token: unknown key") from error
    except JoseError as error:
        raise NotBelieved(f"ID token: {type(error).__name__} {getattr(error, 'claim', '')}".rstrip()) from error
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise NotBelieved("the ID token cannot be read") from error
    return dict(claims)


def _options(expected: Expected) -> dict[str, dict[str, object]]:
    return {
        "iss": {"essential": True, "value": expected.issuer},
        "sub": {"essential": True},
        "aud": {"essential": True, "value": expected.client_id},
        "exp": {"essential": True},
        "iat": {"essential": True},
        "nonce": {"essential": True, "value": expected.nonce},
    }


def _params(expected: Expected) -> dict[str, str]:
    return {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token}
