"""`teamline kiosk`: the phone beside the scanner."""

import asyncio
import contextlib
import importlib.util
import signal
from pathlib import Path
from typing import Annotated

import typer

from kiosk.configuration import NONE, KioskConfiguration, read
from kiosk.process import KioskProcess
from routing.teams.file import TeamsFileError
from teamline import __version__
from teamline.output import JsonOption, fail
from teamline.router.logs import configure
from teamline.router.notify import notify


def kiosk(
    *,
    config: Annotated[Path, typer.Option("--config", help="kiosk.yaml of this kiosk", dir_okay=False)] = Path(
        "kiosk.yaml"
    ),
    check: Annotated[bool, typer.Option("--check", help="Only say what is wrong with it")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run the kiosk phone: registers, reads cards, calls the right team. Ends with SIGTERM or Ctrl-C."""
    wanted = _read(config)
    if check:
        typer.echo('{"ok": true}' if as_json else f"{config}: nothing is wrong with it.")
        return
    _require_libraries(wanted)
    configure("json" if as_json else "console")
    with contextlib.suppress(asyncio.CancelledError, KeyboardInterrupt):
        asyncio.run(_run(wanted))


def _read(config: Path) -> KioskConfiguration:
    try:
        return read(config)
    except TeamsFileError as error:
        fail(*(str(mistake) for mistake in error.mistakes))


def _require_libraries(wanted: KioskConfiguration) -> None:
    needed = ["pjsua2", *(["zxingcpp"] if wanted.keys.camera.device != NONE else [])]
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        fail(f"kiosk: {' and '.join(missing)} missing: pip install 'teamline[kiosk]' (Python 3.11 or 3.12, x86-64)")


async def _run(wanted: KioskConfiguration) -> None:
    work = asyncio.ensure_future(KioskProcess(wanted, __version__, notify).run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, work.cancel)
    await work
