"""The identity provider, if one is set: whether people could sign in by it now."""

from collections.abc import Sequence

from teamline.doctor.findings import Verdict, ok, warn
from teamline.doctor.premises import Premises


async def provider(on: Premises) -> Sequence[Verdict]:
    """Reached, the issuer that is set, keys that can be read, clocks that agree. Calls never depend on it."""
    if not on.settings.oidc_issuer:
        return [ok("none is set: people sign in by local accounts")]
    from teamline.provider_client import provider_of  # noqa: PLC0415 - half a second of libraries, only where one is set
    from web.sign_in.provider_health import provider_health  # noqa: PLC0415 - the same

    asked = provider_of(on.settings)
    try:
        found = await provider_health(asked)
    finally:
        await asked.close()
    return [ok(found.what) if found.is_ok else warn(found.what, found.cure)]
