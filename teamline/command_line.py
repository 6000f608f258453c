"""The command line: one file a command, put together here."""

import typer

from teamline import __version__
from teamline.commands import prompts
from teamline.commands.bench import bench
from teamline.commands.check import check
from teamline.commands.demo import demo
from teamline.commands.doctor import doctor
from teamline.commands.explain import explain
from teamline.commands.import_customers import import_customers
from teamline.commands.lab import lab
from teamline.commands.render import render_configuration
from teamline.commands.serve import serve
from teamline.commands.versions import activate, rollback

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
def teamline(*, version: bool = typer.Option(False, "--version", callback=_version, is_eager=True)) -> None:
    """Team telephony and contact routing beside Asterisk."""


app.command("serve")(serve)
app.command("lab")(lab)
app.command("demo")(demo)
app.command("check")(check)
app.command("activate")(activate)
app.command("rollback")(rollback)
app.command("import")(import_customers)
app.command("explain")(explain)
app.command("render")(render_configuration)
app.command("doctor")(doctor)
app.command("bench")(bench)
app.add_typer(prompts.app, name="prompts")


def main() -> None:
    """The entry point of `teamline`."""
    app()
