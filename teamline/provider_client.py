"""The identity provider of the settings, ready to be asked. Imported only where one is set: it brings much along."""

from teamline.settings import Settings
from web.sign_in.provider import Client, Provider


def provider_of(settings: Settings) -> Provider:
    """Close it when done. `settings.oidc_issuer` is set."""
    secret = settings.oidc_client_secret
    return Provider(
        Client(
            settings.oidc_issuer or "",
            settings.oidc_client_id or "",
            secret.get_secret_value() if secret else "",
            settings.oidc_scopes,
        )
    )
