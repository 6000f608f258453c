"""`teamline demo`: a whole centre with simulated members and citizens."""

import asyncio
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.live import Live

from routing.number import NumberFormat
from teamline.commands.lab import (
    CustomersOption,
    DirOption,
    PortBaseOption,
    chosen_customers,
    run_lab,
    teams_for_lab,
)
from teamline.demo.addresses import addresses
from teamline.demo.citizens import Customer, citizens, customers
from teamline.demo.kiosk import DemoKiosk, cards_of, is_possible
from teamline.demo.prometheus import prometheus_beside
from teamline.lab.described import Lab
from teamline.lab.prepare import LabWish
from teamline.output import ConfigOption
from telephony.lab.sipp import SippFailed

LOOK_SECONDS = 1.0
VISITORS = 200
"""So many of the customers come to the kiosk."""


def demo(
    *,
    calls_per_minute: Annotated[
        float, typer.Option("--calls-per-minute", min=0, max=600, help="Simulated citizens; 0 for none")
    ] = 20.0,
    members: Annotated[int, typer.Option("--members", min=1, max=5, help="Simulated members a team")] = 2,
    directory: DirOption = None,
    customers_file: CustomersOption = None,
    port_base: PortBaseOption = None,
    prometheus: Annotated[
        bool, typer.Option("--prometheus", help="Run Debian's Prometheus beside it, rules and alerts loaded")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Run a centre: Asterisk, store, router, members who answer, citizens who call. Ctrl-C ends everything."""
    teams = teams_for_lab(config)
    beside = prometheus_beside() if prometheus else None
    wish = LabWish(
        teams=teams,
        customers=chosen_customers(customers_file, teams),
        home=directory or Path(tempfile.mkdtemp(prefix="teamline-demo-")),
        members=members,
        port_base=port_base,
        is_always_open=True,
        at=None,
    )
    shown = Shown(calls_per_minute, wish.customers, lambda: beside.told if beside else "")
    ready, end = beside.around(shown.begin, shown.end) if beside else (shown.begin, shown.end)
    code = run_lab(wish, ready=ready, is_signed_out=False, is_temporary=directory is None, beside=end)
    raise typer.Exit(code)


class Shown:
    """The demo beside its lab: traffic and view, begun when the lab is ready."""

    def __init__(self, calls_per_minute: float, customers_file: Path | None, beside: Callable[[], str]) -> None:
        """`beside` tells what else runs and where, empty if nothing."""
        self._calls_per_minute = calls_per_minute
        self._beside = beside
        self._customers_file = customers_file
        self._tasks: list[asyncio.Task[None]] = []
        self._traffic: Any = None
        self._kiosk: DemoKiosk | None = None

    def begin(self, told: dict[str, Any], lab: Lab) -> None:
        """The lab is ready: sign members in, place calls, show."""
        from teamline.demo.traffic import Traffic  # noqa: PLC0415 - after the reactor

        numbers = NumberFormat(lab.centre.customer_pattern, lab.centre.household_pattern)
        known = customers(self._customers_file, numbers) if self._customers_file else ()
        self._traffic = Traffic(told, citizens(known, random.Random()), self._calls_per_minute)
        try:
            self._traffic.sign_in()
            self._traffic.be_called()
        except SippFailed as error:
            sys.stderr.write(f"demo: {error}\n")
        loop = asyncio.get_running_loop()
        if self._calls_per_minute:
            self._tasks.append(loop.create_task(self._traffic.call()))
        self._begin_kiosk(told, lab, known)
        lines = self._lines(told, known[:3])
        self._tasks.append(loop.create_task(self._show(told, lab.centre.name, lines)))

    def _begin_kiosk(self, told: dict[str, Any], lab: Lab, known: Sequence[Customer]) -> None:
        if not known or not told["accounts"]["kiosks"]:
            return
        if not is_possible():
            sys.stderr.write("demo: no kiosk phone: pip install 'teamline[kiosk]'\n")
            return
        self._kiosk = DemoKiosk(told, random.Random())
        self._kiosk.start()
        visits = self._kiosk.visit(cards_of(known[:VISITORS], lab.secret))
        self._tasks.append(asyncio.get_running_loop().create_task(visits))

    async def end(self) -> None:
        """End traffic and view."""
        sys.stderr.write("demo: ending; calls in the dialogue have some seconds to finish\n")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._kiosk:
            await asyncio.to_thread(self._kiosk.stop)
        if self._traffic:
            self._traffic.stop()

    def _lines(self, told: dict[str, Any], samples: Sequence[Customer]) -> list[str]:
        trunk = told["accounts"]["trunk"]
        host, _, port = told["sip"].partition(":")
        return [
            "",
            *addresses(told),
            "",
            f"Live      {told['http']}/api/v1/live",
            f"Health    {told['http']}/readyz",
            f"Metrics   {told['metrics']}",
            f"Dial in   with any softphone on this machine: SIP user and login {trunk['user']},",
            f"          password {trunk['password']},",
            f"          server {host}, port {port}, UDP; then call {told['entry']}",
            *(f"          and key {each.keys}#, then 1 (customer {each.number}, area {each.area})" for each in samples),
            f'More      {told["dir"]}/lab.json; "console" in it is Asterisk\'s',
            "",
        ]

    def _callbacks(self, waiting: int) -> str:
        visitors = f"; {self._kiosk.visitors} visitors at kiosk {self._kiosk.id}" if self._kiosk else ""
        return f"Callbacks: {waiting} open, {self._traffic.reached} citizens reached{visitors}"

    async def _show(self, told: dict[str, Any], centre: str, lines: Sequence[str]) -> None:
        # Imported here: they know the API's models, which no other command needs.
        from teamline.demo.view import Window, view  # noqa: PLC0415
        from teamline.demo.watch import watched  # noqa: PLC0415

        console = Console()
        console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)
        if not console.is_terminal:
            console.print("Ctrl-C ends everything.")
            return
        with Live(console=console, auto_refresh=False) as live:
            async for seen, away in watched(told["http"], LOOK_SECONDS):
                waiting = sum(team.callbacks_open for team in seen.teams) if seen else 0
                window = Window(console.width, console.height)
                below = [f"Metrics {told['metrics']}", self._callbacks(waiting), *filter(None, [self._beside()])]
                live.update(view(centre, seen, away, datetime.now(UTC), window, below), refresh=True)
