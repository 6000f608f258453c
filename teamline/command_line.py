"""The command line: one file a command, put together here; only what was asked for is imported.

What one command needs (Twisted, FastAPI, numpy) would cost every other more than a second.
"""

import sys
from collections.abc import Collection, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer

from teamline import __version__
from teamline.output import ConfigOption, JsonOption

COMMANDS: Mapping[str, str] = {
    "serve": "serve:serve",
    "lab": "lab:lab",
    "demo": "demo:demo",
    "check": "check:check",
    "activate": "versions:activate",
    "rollback": "versions:rollback",
    "close": "close:close",
    "reopen": "reopen:reopen",
    "card": "card:card",
    "token": "token:token",
    "import": "import_customers:import_customers",
    "export": "export:export",
    "erase": "erase:erase",
    "explain": "explain:explain",
    "render": "render:render_configuration",
    "doctor": "doctor:doctor",
    "report": "report:report",
    "kiosk": "kiosk:kiosk",
    "simulate": "simulate:simulate",
    "bench": "bench:bench",
}
"""Command -> its file in `teamline.commands`, and the function there."""
GROUPS: Mapping[str, str] = {"prompts": "prompts:app", "messages": "messages:app", "callbacks": "callbacks:app"}
"""The same for those that have commands of their own."""


def command_line(words: Collection[str] = ()) -> typer.Typer:
    """With the commands whose names are among these words, wherever they stand; with all of them if none is."""
    app = typer.Typer(
        name="teamline",
        help="Team telephony and contact routing beside Asterisk.",
        no_args_is_help=True,
        pretty_exceptions_show_locals=False,  # locals may hold a customer number
        rich_markup_mode=None,
    )
    app.callback()(teamline)
    named = {*COMMANDS, *GROUPS} & {*words} or {*COMMANDS, *GROUPS}
    for name in filter(named.__contains__, COMMANDS):
        app.command(name)(_found(COMMANDS[name]))
    for name in filter(named.__contains__, GROUPS):
        app.add_typer(_found(GROUPS[name]), name=name)
    return app


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"teamline {__version__}")
        raise typer.Exit


def teamline(
    context: typer.Context,
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    _version_asked: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    """Team telephony and contact routing beside Asterisk."""
    given: dict[str, object] = {"config": config} if config else {}
    if as_json:
        given["as_json"] = True
    # What stands before the command's name is what the command takes where its own words do not say.
    context.default_map = dict.fromkeys(COMMANDS, given) | {
        "prompts": {"build": given},
        "callbacks": dict.fromkeys(("stop", "start", "status", "list", "import"), {"as_json": True} if as_json else {}),
        "messages": dict.fromkeys(("list", "claim", "release", "done"), {"as_json": True} if as_json else {}),
    }


def main() -> None:
    """The entry point of `teamline`."""
    command_line(sys.argv[1:])()


def _found(place: str) -> Any:  # noqa: ANN401 - a command's function, or a group of them
    file, _, name = place.partition(":")
    return getattr(import_module(f"teamline.commands.{file}"), name)
