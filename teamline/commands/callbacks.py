"""`teamline callbacks`: list them, take in appointments, stop and start dialling, and how it stands."""

import time
from datetime import datetime
from typing import Annotated

import typer

from operations.audit import Deed
from operations.callbacks.kill_switch import Stopped
from operations.callbacks.open_callbacks import by_state
from teamline.commands.callback_import import import_appointments
from teamline.commands.callback_list import list_callbacks
from teamline.noted import noted
from teamline.output import JsonOption, print_json, run, settings_or_fail
from teamline.stored import open_store

app = typer.Typer(help="Callbacks and appointments: list, import, stop and start dialling.", no_args_is_help=True)
MOST_CHARACTERS = 200

app.command("list")(list_callbacks)
app.command("import")(import_appointments)


@app.command()
def stop(
    *,
    reason: Annotated[str, typer.Option(help="Why, for whoever asks later")] = "",
    as_json: JsonOption = False,
) -> None:
    """Dial nobody any more; a running router follows within 2 seconds. Whoever talks goes on talking."""
    settings = settings_or_fail()
    said = " ".join("".join(letter for letter in reason if letter.isprintable()).split())[:MOST_CHARACTERS]

    async def work() -> None:
        async with open_store(settings) as stored:
            await stored.callback_stop.put(Stopped(time.time(), "command", said))
            await noted(stored, Deed.CALLBACKS_STOPPED, reason=said)
        if as_json:
            print_json({"stopped": True, "reason": said})
        else:
            typer.echo("Callbacks are stopped; every wish is kept. `teamline callbacks start` dials again.")

    run(work)


@app.command()
def start(*, as_json: JsonOption = False) -> None:
    """Dial again, in the order of first contacts."""
    settings = settings_or_fail()

    async def work() -> None:
        async with open_store(settings) as stored:
            was_stopped = await stored.callback_stop.remove()
            if was_stopped:
                await noted(stored, Deed.CALLBACKS_RESUMED)
        if as_json:
            print_json({"stopped": False, "was_stopped": was_stopped})
        else:
            typer.echo("Callbacks are dialled again." if was_stopped else "Callbacks were not stopped.")

    run(work)


@app.command()
def status(*, as_json: JsonOption = False) -> None:
    """Whether callbacks are dialled, and how many are in which state."""
    settings = settings_or_fail()

    async def work() -> None:
        async with open_store(settings) as stored:
            order = await stored.callback_stop.get()
            entries = await stored.mailbox.listed()
        states = by_state(entries)
        if as_json:
            print_json({"stopped": order is not None, "reason": order.reason if order else "", "open": states})
            return
        if order:
            since = datetime.fromtimestamp(order.at).astimezone()
            why = f": {order.reason}" if order.reason else ""
            typer.echo(f"Stopped since {since:%Y-%m-%d %H:%M}{why}. `teamline callbacks start` dials again.")
        else:
            typer.echo("Callbacks are dialled.")
        for state, count in states.items():
            typer.echo(f"  {state:<12} {count}")

    run(work)
