"""`teamline card`: a customer card with an opaque token, made and revoked."""

import sys
from pathlib import Path
from typing import Annotated

import segno
import typer

from operations.audit import Deed
from operations.cards import CardRefused, Cards
from operations.mailbox.ports import MailboxAway
from routing.number import NumberFormat
from teamline.commands.in_force import centre_for
from teamline.noted import noted
from teamline.output import WRONG_USE, JsonOption, fail, print_json, run, settings_or_fail
from teamline.stored import Stored, open_store

PICTURES = (".svg", ".pdf", ".png")
WIDE_MILLIMETRES = 40.0
"""The code with its border: it fits a card of ID-1 (ISO/IEC 7810: 85.60 mm by 53.98 mm), and a camera reads it."""
POINTS_A_MILLIMETRE = 72 / 25.4
PIXELS = 8
"""A side of one of the code's squares in a PNG, which has no size of its own."""


def card(
    number: Annotated[str | None, typer.Argument(help="Customer or household number; - reads it from stdin")] = None,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="The code as a picture: .svg, .pdf or .png", dir_okay=False)
    ] = None,
    revoke: Annotated[str | None, typer.Option(metavar="TOKEN", help="A lost card; - reads it from stdin")] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a card for a number, and print its token; or end a lost one. The token alone reaches the team."""
    if (number is None) == (revoke is None):
        fail("card: name a number, or --revoke TOKEN", code=WRONG_USE)
    if out is not None and out.suffix.lower() not in PICTURES:
        fail(f"card: {out.name}: write a name that ends in {', '.join(PICTURES)}", code=WRONG_USE)
    settings = settings_or_fail()

    async def work() -> None:
        async with open_store(settings) as stored:
            cards = stored.cards
            if revoke is not None:
                await _revoke(cards, _told(revoke))
                await noted(stored, Deed.CARD_REVOKED)
                if as_json:
                    print_json({"revoked": True})
                else:
                    typer.echo("The card counts no more.")
                return
            token = cards.make(await _number(stored, _told(number or "")))
            await noted(stored, Deed.CARD_MADE)
        if out is not None:
            _draw(token, out)
        if as_json:
            print_json({"token": token, "picture": None if out is None else str(out)})
        else:
            typer.echo(token)

    run(work)


def _draw(token: str, out: Path) -> None:
    """Raises OSError."""
    code = segno.make(token, error="m")
    millimetres = WIDE_MILLIMETRES / code.symbol_size(border=4)[0]
    kind = out.suffix.lower().removeprefix(".")
    with out.open("wb") as file:
        match kind:
            case "svg":
                code.save(file, kind, scale=millimetres, unit="mm", border=4, light="white")
            case "pdf":
                code.save(file, kind, scale=millimetres * POINTS_A_MILLIMETRE, border=4)
            case _:
                code.save(file, kind, scale=PIXELS, border=4)


def _told(word: str) -> str:
    return sys.stdin.readline().strip() if word == "-" else word


async def _number(stored: Stored, told: str) -> str:
    centre = await centre_for(stored, settings_or_fail(), is_named=False)
    written = NumberFormat(centre.customer_pattern, centre.household_pattern).written(told)
    if written is None:
        patterns = f"{centre.customer_pattern} or {centre.household_pattern}"
        fail(f"card: this is no number of the form {patterns}: write it as on letters", code=WRONG_USE)
    return "".join(filter(str.isalnum, told))  # however many spaces it was written with, it fits a card


async def _revoke(cards: Cards, token: str) -> None:
    try:
        await cards.revoke(token)
    except CardRefused as refused:
        fail(f"card: {refused}", code=WRONG_USE)
    except MailboxAway as away:
        fail(f"card: {away}")
