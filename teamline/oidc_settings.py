"""What TEAMLINE_OIDC_ROLES holds, and whether the settings for an identity provider fit together."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, model_validator

from operations.sign_in.accounts import Role
from operations.sign_in.granting import Grant, Granting
from operations.sign_in.private_address import is_private


class OidcRole(BaseModel):
    """What one value of the roles' claim stands for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Role
    teams: tuple[str, ...] = Field(default=(), max_length=1000)

    @model_validator(mode="after")
    def _can_be(self) -> "OidcRole":
        self.grant()
        return self

    def grant(self) -> Grant:
        """The same as a value. Raises ValueError for what cannot be."""
        return Grant(self.role, self.teams)


def granting(issuer: str, client_id: str, roles: Mapping[str, OidcRole], claims: tuple[str, str, str]) -> Granting:
    """`claims`: of roles, name and member."""
    grants = {value: role.grant() for value, role in roles.items()}
    return Granting(f"{issuer} {client_id}", grants, *claims)


def mistake_in(issuer: str, others: Mapping[str, object]) -> str:
    """What is wrong with an issuer beside the other settings that are right, with its cure; empty if nothing is."""
    if not is_private(issuer):
        return "no https address: give the issuer exactly as the provider names itself"
    if others.get("oidc_client_id", "wrong, and told so") is None:
        return "TEAMLINE_OIDC_CLIENT_ID is missing: the provider gives one when Teamline is registered there"
    if others.get("oidc_roles", "wrong, and told so") == {}:
        return "TEAMLINE_OIDC_ROLES is missing: without a role nobody could come in"
    return ""
