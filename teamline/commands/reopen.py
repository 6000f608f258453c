"""`teamline reopen`: takes a `teamline close` back."""

import typer

from operations.audit import Deed
from operations.closings import scope_of, team_in
from teamline.commands.close import Scope
from teamline.noted import noted
from teamline.output import JsonOption, print_json, run, settings_or_fail
from teamline.stored import open_store


def reopen(scope: Scope, *, as_json: JsonOption = False) -> None:
    """Open again what `close` has closed, by the same word; opening hours count as before."""
    settings = settings_or_fail()

    async def work() -> None:
        async with open_store(settings) as stored:
            was_closed = await stored.closings.remove(scope_of(scope))
            if was_closed:
                await noted(stored, Deed.OPENED, team=team_in(scope_of(scope)), about=scope_of(scope))
            others = [order.closure.scope for order in await stored.closings.all()]
        if as_json:
            print_json({"scope": scope_of(scope), "was_closed": was_closed, "still_closed": others})
            return
        typer.echo(f"{scope}: open again." if was_closed else f"{scope}: was not closed by `teamline close`.")
        if others:
            typer.echo(f"Still closed: {', '.join(others)}.")

    run(work)
