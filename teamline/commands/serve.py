"""`teamline serve`: the router."""

import asyncio
import signal

import structlog
import typer
from pydantic import ValidationError

from routing.teams.file import TeamsFileError
from teamline.loop import keep_what_is_loaded
from teamline.loop import run as run_loop
from teamline.output import KNOWN_FAILURES, ConfigOption, settings_or_fail
from teamline.router import twisted_logs
from teamline.router.logs import configure
from teamline.settings import Settings


def serve(*, config: ConfigOption = None) -> None:
    """Run the router: FastAGI, manager connection, HTTP, metrics. SIGHUP reloads, SIGTERM drains."""
    settings = settings_or_fail(config=config)
    configure(settings.log_format)
    twisted_logs.take()
    code = run_loop(lambda: _serve(settings))
    raise typer.Exit(code)


async def _serve(settings: Settings) -> int:
    # Imported here: they import the reactor, which teamline.loop has just installed.
    from teamline.router.process import RouterProcess  # noqa: PLC0415
    from teamline.router.start import NothingToServe, find  # noqa: PLC0415

    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for end in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(end, ended.set)
    log = structlog.get_logger()
    try:
        async with find(settings) as found:
            router = RouterProcess(settings, found)
            router.tell_missing_sounds()
            loop.add_signal_handler(signal.SIGHUP, lambda: loop.create_task(router.reload()))
            keep_what_is_loaded()
            await router.start()
            await ended.wait()
            await router.stop()
    except TeamsFileError as error:
        for mistake in error.mistakes:
            log.error("configuration_refused", mistake=str(mistake))
        return 1
    except (*KNOWN_FAILURES, NothingToServe, ValidationError, OSError) as error:
        log.error("not_started", reason=str(error))
        return 1
    return 0
