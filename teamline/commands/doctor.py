"""`teamline doctor`: everything a call depends on, and the cure for each fault."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.console import Console
from rich.text import Text

from teamline.doctor.findings import Finding, Level
from teamline.doctor.sound_settings import sound_settings
from teamline.loop import run as run_loop
from teamline.output import FAILED, JsonOption, print_json
from teamline.settings import Settings

STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "bold red"}


def doctor(
    *,
    config: Annotated[Path | None, typer.Option("--config", help="teams.yaml to look at", dir_okay=False)] = None,
    as_json: JsonOption = False,
) -> None:
    """Look at everything a call depends on; name the cure for each fault. Exit code 1 if anything fails."""
    settings, found = sound_settings(config)
    findings: list[Finding] = list(found)
    # What the client of the manager logs about a refused login is one of our lines anyway.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    run_loop(lambda: _examine(settings, findings))
    is_ok = all(each.verdict.level is not Level.FAIL for each in findings)
    if as_json:
        print_json({"ok": is_ok, "checks": [each.as_json() for each in findings]})
    else:
        show(findings, Console(soft_wrap=True, highlight=False))
    raise typer.Exit(0 if is_ok else FAILED)


async def _examine(settings: Settings, findings: list[Finding]) -> int:
    # Imported here: it imports the reactor, which teamline.loop has just installed.
    from teamline.doctor.examination import examine  # noqa: PLC0415

    findings += await examine(settings)
    return 0


def show(findings: Sequence[Finding], console: Console) -> None:
    """One line a finding; colours where the console has them."""
    width = max(len(each.name) for each in findings)
    for each in findings:
        level, what, cure = each.verdict.level, each.verdict.what, each.verdict.cure
        line = Text.assemble((f"{level:<4}", STYLES[level]), f"  {each.name:<{width}}  {what}")
        if cure:
            line.append(f" -> {cure}", style="bold")
        console.print(line)
