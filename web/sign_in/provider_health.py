"""How the identity provider is: reached, the one that it should be, with keys and a clock that can be believed."""

from web.health import Dependency
from web.sign_in.id_token import SKEW_SECONDS
from web.sign_in.provider import Provider, ProviderAway

WORRYING_SECONDS = SKEW_SECONDS / 2


async def provider_health(provider: Provider) -> Dependency:
    """Asked anew. No call depends on it."""
    try:
        ahead = await provider.look()
    except ProviderAway as away:
        return Dependency(is_ok=False, is_required=False, what=f"the identity provider: {away}", cure=away.cure)
    if ahead is not None and abs(ahead) > WORRYING_SECONDS:
        return Dependency(
            is_ok=False,
            is_required=False,
            what=f"the identity provider's clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} ours",
            cure=f"set both clocks (chrony, systemd-timesyncd): beyond {SKEW_SECONDS} s nobody comes in by it",
        )
    return Dependency(is_ok=True, is_required=False, what="the identity provider answers, issuer, keys and clock fit")
