"""What the demo prints before its view: pages with their addresses, and who may sign in there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

PEOPLE = ("supervisor", "admin", "lead", "member", "viewer")
"""In the order in which a visitor tries them; kiosks and scanners are machines."""


def addresses(told: Mapping[str, Any]) -> Sequence[str]:
    """`told`: what the lab prints when it is ready."""
    home = told["http"]
    people = {each["role"]: each for each in told["accounts"]["web"]}
    desk = next(iter(people.get("member", {}).get("teams", ())), "")
    pages = [
        ("Board", f"{home}/"),
        ("Wallboard", f"{home}/wallboard (on this machine without sign-in)"),
        *([("Desk", f"{home}/desk/{desk}")] if desk else []),
        ("Reports", f"{home}/reports"),
        ("Admin", f"{home}/admin"),
    ]
    return [*(f"{name:<9} {address}" for name, address in pages), "", *_people(people)]


def _people(people: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """One a line, the password alone at its end: a double click takes it."""
    yield f"{'Sign in':<9} {'name':<11} {'sees':<28} password"
    for role in PEOPLE:
        if each := people.get(role):
            teams = ", ".join(each["teams"])
            yield f"{'':<9} {each['user']:<11} {_seen(role, teams):<28} {each['password']}"


def _seen(role: str, teams: str) -> str:
    if teams:
        return f"teams {teams}"
    return {"admin": "everything", "viewer": "figures only"}.get(role, "every team")
