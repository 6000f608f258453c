"""Settings: TEAMLINE_* from the environment or the file in TEAMLINE_SETTINGS; secrets also by *_FILE."""

import os
from datetime import datetime
from errno import ENOENT
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from operations.sign_in.private_address import is_private
from store.connection import StoreAddress
from teamline.oidc_settings import OidcRole, mistake_in

SECRETS = ("store_password", "ami_secret", "smtp_password", "oidc_client_secret")


class _SecretFiles(PydanticBaseSettingsSource):
    """TEAMLINE_<SECRET>_FILE: a file whose content, without the last newline, is the secret."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ANN401, ARG002 - foreign signature
        name = f"TEAMLINE_{field_name.upper()}_FILE"
        path = os.environ.get(name) or dotenv_values(os.environ.get("TEAMLINE_SETTINGS") or os.devnull).get(name)
        return (Path(path).read_text().rstrip("\r\n") if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(None, name)[0] for name in SECRETS}
        return {name: value for name, value in found.items() if value is not None}


def _data_folder() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/teamline")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "teamline"


class Settings(BaseSettings):
    """Where things are and which ports they take; what a centre decides is in teams.yaml."""

    model_config = SettingsConfigDict(env_prefix="TEAMLINE_", extra="ignore", env_ignore_empty=True)

    config: Path | None = Field(default=None, description="teams.yaml; ./teams.yaml if unset")
    data: Path = Field(default_factory=_data_folder, description="secret, embedded store, prompts")
    secret_file: Path | None = Field(default=None, description="the key of all hashes; <data>/secret.key if unset")

    store_url: str | None = Field(default=None, description="redis://, rediss:// or unix://; embedded if unset")
    store_password: SecretStr | None = None
    store_ca_file: Path | None = None

    journal_days: int = Field(default=30, ge=0, le=36_500, description="full days that facts are kept; 0 for ever")
    audit_days: int = Field(default=365, ge=0, le=36_500, description="days that who did what is kept; 0 for ever")

    node: str = Field(default="pbx1", pattern="^[A-Za-z0-9_-]{1,32}$", description="name of the Asterisk beside us")
    agi_host: str = "127.0.0.1"
    agi_port: int = Field(default=4573, ge=0, le=65535)
    agi_peers: list[str] = Field(default=["127.0.0.0/8", "::1/128"], description="networks that may ask")
    agi_sessions: int = Field(default=500, ge=1, description="calls in the IVR at once; newer ones take the fallback")
    agi_addresses: list[str] = Field(
        default=[], description="how Asterisk reaches the routers, host:port, the second as fail-over"
    )
    ami_host: str = "127.0.0.1"
    ami_port: int = Field(default=5038, ge=1, le=65535)
    ami_user: str = Field(default="teamline", pattern="^[A-Za-z0-9_-]{1,32}$")
    ami_secret: SecretStr | None = Field(default=None, description="derived from the secret file if unset")
    ami_permit: list[str] = Field(default=["127.0.0.1/255.255.255.255"], description="where routers log in from")
    trunk: str | None = Field(
        default=None,
        pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$",
        description="PJSIP endpoint by which emergency.on_call is rung outside; none of its public numbers if unset",
    )
    queue_log: Path | None = Field(
        default=None, description="Asterisk's queue_log: fills what happened while nobody watched"
    )
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    wallboard_from: list[str] = Field(
        default=["127.0.0.0/8", "::1/128"], description="networks whose screens see totals of teams without a sign-in"
    )
    proxies: list[str] = Field(default=[], description="networks of reverse proxies whose word on visitors counts")
    streams: int = Field(default=500, ge=1, le=10_000, description="open live streams at once; newer ones get 503")
    callback_page: bool = Field(default=False, description="/callback is there, for everybody who reaches the port")
    session_idle_minutes: int = Field(default=120, ge=5, le=1440, description="without use a session is over")
    session_hours: int = Field(default=12, ge=1, le=168, description="after that it is over in any case")
    public_url: str | None = Field(default=None, description="under which browsers reach the router")
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = Field(default=None, description="none for a public client")
    oidc_name: str = Field(default="OpenID Connect", max_length=60, description="what the button says")
    oidc_scopes: str = "openid profile"
    oidc_roles_claim: str = "groups"
    oidc_name_claim: str = "preferred_username"
    oidc_member_claim: str = ""
    oidc_roles: dict[str, OidcRole] = Field(default={}, description="value of the claim -> role and own teams")
    oidc_issuer: str | None = Field(default=None, description="OpenID Connect provider; local accounts only if unset")
    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(default=9464, ge=0, le=65535)

    prompts: Path | None = Field(default=None, description="spoken texts as sound files; <data>/prompts if unset")
    recordings: Path | None = Field(default=None, description="studio recordings that win over the speech engine")
    piper_voices: dict[str, Path] = Field(default={}, description="language -> voice model for piper")
    voice: Path | None = Field(
        default=None, description="where Asterisk writes voice messages until they are kept; <data>/voice if unset"
    )
    mailbox: Path | None = Field(
        default=None, description="voice messages and documents of all teams; <data>/mailbox if unset"
    )
    drop: Path | None = Field(default=None, description="documents also go here, one folder a team")
    smtp_url: str | None = Field(
        default=None,
        description="smtp:// (with STARTTLS where offered) or smtps://, with host and port; no mail if unset",
    )
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_ca_file: Path | None = None
    smtp_sender: str = Field(default="teamline@localhost", description="From of every mail")
    render_into: Path | None = Field(default=None, description="<etc>/teamline.d, written on every activation")
    asterisk_version: str = Field(default="22.9.0", description="the Asterisk to render for")

    always_open: bool = Field(default=False, description="for labs: opening hours do not count")
    clock_at: datetime | None = Field(default=None, description="for labs: the wall clock begins here")
    log_format: str = Field(default="json", pattern="^(json|console)$")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, it over secret files, they over the settings file."""
        return init_settings, env_settings, _SecretFiles(settings_cls), dotenv_settings, file_secret_settings

    @field_validator("agi_peers", "wallboard_from", "proxies")
    @classmethod
    def _are_networks(cls, peers: list[str]) -> list[str]:
        for peer in peers:
            ip_network(peer)
        return peers

    @field_validator("public_url")
    @classmethod
    def _is_private(cls, address: str | None) -> str | None:
        if address is not None and not is_private(address):
            raise ValueError("no https address: give the one under which browsers reach the router")
        return address

    @field_validator("oidc_issuer")
    @classmethod
    def _has_what_it_needs(cls, issuer: str | None, others: ValidationInfo) -> str | None:
        if issuer is not None and (mistake := mistake_in(issuer, others.data)):
            raise ValueError(mistake)
        return issuer

    @property
    def key_file(self) -> Path:
        """The file with the key of all hashes."""
        return self.secret_file or self.data / "secret.key"

    @property
    def journal_spool(self) -> Path:
        """Facts that wait for the store."""
        return self.data / "journal-spool"

    @property
    def prompts_folder(self) -> Path:
        """The sound files, one folder a language."""
        return self.prompts or self.data / "prompts"

    @property
    def voice_folder(self) -> Path:
        """Asterisk writes here what callers say; the router takes it away."""
        return self.voice or self.data / "voice"

    @property
    def mailbox_folder(self) -> Path:
        """Voice messages and documents, one file each."""
        return self.mailbox or self.data / "mailbox"

    @property
    def store_address(self) -> StoreAddress | None:
        """The store by URL, None for the embedded one."""
        if self.store_url is None:
            return None
        password = self.store_password.get_secret_value() if self.store_password else None
        return StoreAddress(self.store_url, password, self.store_ca_file)


def load_settings(**given: object) -> Settings:
    """The settings in force; `given` (from the command line) wins.

    Raises pydantic's ValidationError, SettingsError for a list that is no JSON, OSError for a file that is not there.
    """
    file = os.environ.get("TEAMLINE_SETTINGS")
    if file and not Path(file).is_file():
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), file)
    chosen = {name: value for name, value in given.items() if value is not None}
    return Settings(_env_file=file, **chosen)  # type: ignore[call-arg, arg-type]
