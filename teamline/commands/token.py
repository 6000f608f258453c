"""`teamline token`: accounts for people and machines: made, listed, revoked."""

import secrets
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer

from operations.audit import Deed
from operations.sign_in import passwords
from operations.sign_in.accounts import OWN_TEAMS_ONLY, Account, AccountExists, Role
from operations.sign_in.sign_in import NAME
from routing.centre import Centre
from teamline.commands.in_force import centre_for
from teamline.noted import noted
from teamline.output import WRONG_USE, JsonOption, fail, print_json, run, settings_or_fail
from teamline.stored import Stored, open_store


def token(
    role: Annotated[Role | None, typer.Argument(help="What the account may do")] = None,
    name: Annotated[str | None, typer.Argument(help="Its name: letters, digits, and . _ @ -")] = None,
    *,
    teams: Annotated[str, typer.Option(help="Own teams of a member or lead: L01,L02")] = "",
    member: Annotated[str, typer.Option(help="Whose desk it is, as teams.yaml names the member: m0101")] = "",
    password: Annotated[
        bool, typer.Option("--password", help="A password of your own instead of a token, asked for or from stdin")
    ] = False,
    show: Annotated[bool, typer.Option("--list", help="Every account")] = False,
    revoke: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="End an account and its sessions, or those of a provider's person"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make an account, and print its token once: for machines as bearer, for people as password of the sign-in page."""
    if show:
        _list(as_json=as_json)
    elif revoke is not None:
        _revoke(revoke, as_json=as_json)
    elif role is None or name is None:
        fail("token: name a role and an account, or --list, or --revoke NAME", code=WRONG_USE)
    else:
        wanted = Account(name, role, tuple(filter(None, teams.split(","))), member=member)
        _make(wanted, is_password=password, as_json=as_json)


def _make(wanted: Account, *, is_password: bool, as_json: bool) -> None:
    _refuse_impossible(wanted.role, wanted.name, wanted.teams)
    secret = _password() if is_password else passwords.fresh_token()
    settings = settings_or_fail()

    async def work() -> None:
        async with open_store(settings) as stored:
            _refuse_unknown(wanted, await centre_for(stored, settings, is_named=False))
            await _add(stored, await _with_secret(wanted, secret, is_password=is_password))
        _tell_made(wanted, secret, is_password=is_password, as_json=as_json)

    run(work)


def _tell_made(made: Account, secret: str, *, is_password: bool, as_json: bool) -> None:
    if as_json:
        print_json({**_shown(made), **({} if is_password else {"token": secret})})
    elif is_password:
        typer.echo(f"{made.name}: may sign in as {made.role}.")
    else:
        typer.echo(secret)
        again = f"it is also the password of {made.name}"
        typer.echo(f"{made.name}: {made.role}. The token is shown this once; {again}.", err=True)


def _refuse_unknown(wanted: Account, centre: Centre) -> None:
    if unknown := [team for team in wanted.teams if team not in centre.teams]:
        fail(f"token: no such team: {', '.join(unknown)}: see teams.yaml", code=WRONG_USE)
    if wanted.member and wanted.member not in centre.members:
        fail(f"token: no such member: {wanted.member}: see teams.yaml", code=WRONG_USE)
    if wanted.member and not any(wanted.serves(team) for team in centre.members[wanted.member].teams):
        fail(f"token: {wanted.member} works for none of these teams: see teams.yaml", code=WRONG_USE)


def _refuse_impossible(role: Role, name: str, teams: tuple[str, ...]) -> None:
    if not NAME(name):
        fail(f"token: {name!r} is no name: 1 to 64 letters, digits and . _ @ -", code=WRONG_USE)
    if role not in OWN_TEAMS_ONLY and teams:
        fail(f"token: a {role} has no own teams: leave --teams out", code=WRONG_USE)
    if role in OWN_TEAMS_ONLY and not teams:
        fail(f"token: a {role} works for own teams: name them with --teams L01,L02", code=WRONG_USE)


async def _with_secret(wanted: Account, secret: str, *, is_password: bool) -> Account:
    own_id = secrets.token_hex(8)
    if is_password:
        return replace(wanted, password=await passwords.kept(secret), id=own_id)
    return replace(wanted, token=passwords.digest_of(secret), id=own_id)


async def _add(stored: Stored, account: Account) -> None:
    try:
        await stored.accounts.add(account)
        await noted(stored, Deed.ACCOUNT_MADE, about=account.name, role=account.role, teams=",".join(account.teams))
    except AccountExists:
        again = f"`teamline token --revoke {account.name}` first, or take another name"
        fail(f"token: there is an account {account.name}: {again}")


def _password() -> str:
    """From the terminal, twice, or the first line of standard input."""
    if sys.stdin.isatty():
        given: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    if not passwords.SHORTEST <= len(given) <= passwords.MOST_CHARACTERS:
        fail(f"token: a password has {passwords.SHORTEST} to {passwords.MOST_CHARACTERS} characters", code=WRONG_USE)
    return given


def _list(*, as_json: bool) -> None:
    settings = settings_or_fail()

    async def work() -> None:
        async with open_store(settings) as stored:
            accounts, seen = await stored.accounts.listed(), await stored.accounts.last_sign_ins()
        told = [(each, _moment(seen.get(each.name))) for each in accounts]
        if as_json:
            print_json(
                [{**_shown(each), "is_enabled": not each.is_disabled, "last_sign_in": last} for each, last in told]
            )
            return
        for each, last in told:
            state = "disabled" if each.is_disabled else ""
            signed = f"last sign-in {last}" if last else ""
            more = " ".join(filter(None, [",".join(each.teams), each.member, state, signed]))
            typer.echo(f"{each.name:<24} {each.role:<10} {more}".rstrip())

    run(work)


def _shown(account: Account) -> dict[str, object]:
    return {"user": account.name, "role": account.role, "teams": account.teams, "member": account.member}


def _moment(at: float | None) -> str | None:
    """To the minute: when somebody began to work is theirs."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="minutes") if at is not None else None


def _revoke(name: str, *, as_json: bool) -> None:
    settings = settings_or_fail()

    async def work() -> None:
        async with open_store(settings) as stored:
            was_there = await stored.accounts.remove(name)
            ended = await stored.accounts.end_all(name)
            if was_there or ended:
                await noted(stored, Deed.ACCOUNT_REVOKED, about=name)
        if not (was_there or ended):
            fail(f"token: there is no account {name}: `teamline token --list` shows all")
        if as_json:
            print_json({"revoked": name, "sessions_ended": ended})
        else:
            typer.echo(f"{name}: revoked." if was_there else f"{name}: signed out; the provider still lets them in.")

    run(work)
