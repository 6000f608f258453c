"""The command line: one file a command, put together here."""

from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from teamline import __version__
from teamline.commands import callbacks, messages, prompts
from teamline.commands.bench import bench
from teamline.commands.card import card
from teamline.commands.check import check
from teamline.commands.close import close
from teamline.commands.demo import demo
from teamline.commands.doctor import doctor
from teamline.commands.erase import erase
from teamline.commands.explain import explain
from teamline.commands.export import export
from teamline.commands.import_customers import import_customers
from teamline.commands.kiosk import kiosk
from teamline.commands.lab import lab
from teamline.commands.render import render_configuration
from teamline.commands.reopen import reopen
from teamline.commands.report import report
from teamline.commands.serve import serve
from teamline.commands.simulate import simulate
from teamline.commands.token import token
from teamline.commands.versions import activate, rollback
from teamline.output import ConfigOption, JsonOption

COMMANDS: Mapping[str, Callable[..., None]] = {
    "serve": serve,
    "lab": lab,
    "demo": demo,
    "check": check,
    "activate": activate,
    "rollback": rollback,
    "close": close,
    "reopen": reopen,
    "card": card,
    "token": token,
    "import": import_customers,
    "export": export,
    "erase": erase,
    "explain": explain,
    "render": render_configuration,
    "doctor": doctor,
    "report": report,
    "kiosk": kiosk,
    "simulate": simulate,
    "bench": bench,
}

app = typer.Typer(
    name="teamline",
    help="Team telephony and contact routing beside Asterisk.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals may hold a customer number
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"teamline {__version__}")
        raise typer.Exit


@app.callback()
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


for _name, _command in COMMANDS.items():
    app.command(_name)(_command)
app.add_typer(prompts.app, name="prompts")
app.add_typer(messages.app, name="messages")
app.add_typer(callbacks.app, name="callbacks")


def main() -> None:
    """The entry point of `teamline`."""
    app()
