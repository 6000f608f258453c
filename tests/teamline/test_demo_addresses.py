from typing import Any

from operations.sign_in.accounts import Role
from routing.centre import Centre
from teamline.demo.addresses import PEOPLE, addresses
from teamline.lab.accounts import web_accounts
from tests.fakes.router import small_centre

CENTRE: Centre = small_centre()
TOLD: dict[str, Any] = {"http": "http://127.0.0.1:8080", "accounts": {"web": web_accounts(CENTRE, bytes(32))}}


def test_every_page_is_printed_with_its_address() -> None:
    shown = "\n".join(addresses(TOLD))
    for page in ("/", "/wallboard", "/desk/L01", "/reports", "/admin"):
        assert f"http://127.0.0.1:8080{page}" in shown


def test_each_role_of_people_has_a_line_with_its_password_at_the_end() -> None:
    wanted = [(each["user"], each["password"]) for each in TOLD["accounts"]["web"] if each["role"] in PEOPLE]
    found = [(line.split()[0], line.split()[-1]) for line in addresses(TOLD) if line.startswith(" ")]
    assert sorted(wanted) == sorted(found)
    assert {Role.KIOSK, Role.SCANNER} == set(Role) - set(PEOPLE)


def test_it_fits_a_window_of_a_hundred_columns() -> None:
    assert 100 >= max(len(line) for line in addresses(TOLD))


def test_a_centre_without_a_members_team_has_no_desk_to_show() -> None:
    assert not any("/desk/" in line for line in addresses({**TOLD, "accounts": {"web": []}}))
