import pytest

from operations.sign_in.accounts import Role
from operations.sign_in.granting import Grant, Granting, NoName, NotGranted

ROLES = {
    "leads-1": Grant(Role.LEAD, ("L01",)),
    "leads-2": Grant(Role.LEAD, ("L02", "L01")),
    "team-3": Grant(Role.MEMBER, ("L03",)),
    "heads": Grant(Role.SUPERVISOR),
}
GRANTING = Granting("https://id.example teamline", ROLES)


def person(granting: Granting = GRANTING, **claims: object) -> tuple[str, Role, tuple[str, ...]]:
    found = granting.person({"sub": "4711", "preferred_username": "anna", **claims})
    return found.name, found.role, found.teams


def test_a_group_stands_for_a_role_and_its_teams() -> None:
    assert ("anna", Role.LEAD, ("L01",)) == person(groups=["others", "leads-1"])


def test_teams_of_the_same_role_add_up() -> None:
    assert ("anna", Role.LEAD, ("L01", "L02")) == person(groups=["leads-1", "leads-2"])


def test_the_teams_of_a_lesser_role_are_not_led() -> None:
    assert ("anna", Role.LEAD, ("L01",)) == person(groups=["team-3", "leads-1"])


def test_the_weightiest_role_counts() -> None:
    assert ("anna", Role.SUPERVISOR, ()) == person(groups=["team-3", "heads", "leads-1"])


@pytest.mark.parametrize(
    "groups", [None, [], "others", ["others"], [["heads"]], [{"heads": 1}], {"heads": 1}, 7, ["x"] * 2000 + ["heads"]]
)
def test_who_is_in_no_group_that_counts_has_no_role(groups: object) -> None:
    with pytest.raises(NotGranted):
        person(groups=groups)


def test_one_group_may_come_without_a_list() -> None:
    assert Role.SUPERVISOR is person(groups="heads")[1]


@pytest.mark.parametrize("name", [None, "", 7, ["anna"], "an na", "anna\n", "<b>", "x" * 65, "-anna"])
def test_a_name_that_cannot_be_one_lets_nobody_in(name: object) -> None:
    with pytest.raises(NoName):
        person(preferred_username=name, groups=["heads"])


def test_a_dot_leads_into_an_object_unless_the_claim_itself_has_one() -> None:
    nested = Granting("x", ROLES, roles_claim="realm_access.roles")
    assert Role.SUPERVISOR is person(nested, realm_access={"roles": ["heads"]})[1]
    assert Role.SUPERVISOR is person(nested, **{"realm_access.roles": ["heads"]})[1]
    with pytest.raises(NotGranted):
        person(nested, realm_access="heads")


def test_a_claim_may_name_the_member_whose_desk_it_is() -> None:
    granting = Granting("x", ROLES, member_claim="desk")
    claims = {"preferred_username": "anna", "groups": ["heads"]}
    assert ["m0101", ""] == [granting.person({**claims, "desk": desk}).member for desk in ("m0101", ["m0101"])]


@pytest.mark.parametrize(
    ("role", "teams"),
    [(Role.KIOSK, ()), (Role.SCANNER, ()), (Role.LEAD, ()), (Role.MEMBER, ()), (Role.ADMIN, ("L01",))],
)
def test_what_cannot_be_granted_is_refused(role: Role, teams: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=role.value):
        Grant(role, teams)


def test_another_mapping_or_provider_is_another_grant() -> None:
    others = [Granting("y", ROLES), Granting(GRANTING.provider, {**ROLES, "heads": Grant(Role.ADMIN)})]
    assert 3 == len({each.id for each in (GRANTING, *others)})
    assert GRANTING.id == Granting(GRANTING.provider, dict(reversed(ROLES.items()))).id
