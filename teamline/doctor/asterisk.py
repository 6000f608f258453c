"""Asterisk, asked over the manager connection: login, least rights, configuration in force, queues, release, clock."""

import asyncio
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from operations.ports import SwitchAway, SwitchRefused
from teamline.doctor.findings import Verdict, fail, fail_as_told, ok, warn
from teamline.doctor.missing import Missing
from teamline.doctor.premises import Premises
from telephony.ami import actions
from telephony.ami.messages import Action
from telephony.ami.protocol import AmiProtocol
from telephony.dialplan.wiring import AsteriskVersion, UnsupportedAsterisk

RELOAD = "teamline render --reload on the machine that runs Asterisk"
PROGRAM_SECONDS = 3.0
MOST_SKEW_SECONDS = 5
TOO_MUCH = (
    (Action("Command", (("Command", "core show uptime"),)), "console commands", "command"),
    (Action("ListCategories", (("Filename", "manager.conf"),)), "reading configuration files", "config"),
    (Action("CoreStatus"), "looking at the system", "system or reporting"),
)
"""Questions that change nothing and that our user must not be allowed; what they would show; their class."""


async def login(on: Premises) -> Sequence[Verdict]:
    """Our user can log in."""
    await _asked(on)
    return [ok(f"{on.settings.ami_user} at {on.settings.ami_host}:{on.settings.ami_port}")]


async def rights(on: Premises) -> Sequence[Verdict]:
    """Our user may do no more than it needs."""
    session = await _asked(on)
    too_much = [(may, group) for action, may, group in TOO_MUCH if await _is_allowed(session, action)]
    if not too_much:
        return [ok("least: no console, no configuration, no system")]
    return [
        fail(f"the manager user may do too much: {may}", f"take {group} out of its `write`; {RELOAD}")
        for may, group in too_much
    ]


async def _is_allowed(session: AmiProtocol, action: Action) -> bool:
    try:
        await session.request(action)
    except SwitchRefused:
        return False
    return True


async def global_variables(on: Premises) -> Sequence[Verdict]:
    """Asterisk runs the version in force, and looks for prompts where we write them."""
    session = await _asked(on)
    version = await on.version()
    prompts = str(on.settings.prompts_folder.absolute())
    runs, plays = await _value(session, "TEAMLINE_CONFIG"), await _value(session, "TEAMLINE_PROMPTS")
    return [
        ok(f"Asterisk runs {version}")
        if runs == version
        else fail(f"Asterisk runs configuration {runs or 'none'}, in force is {version}", RELOAD),
        ok(f"Asterisk plays prompts from {prompts}")
        if plays == prompts
        else fail(
            f"Asterisk plays prompts from {plays or 'nowhere'}, ours are in {prompts}",
            f"set TEAMLINE_PROMPTS to a folder that both see; {RELOAD}",
        ),
    ]


async def clock(on: Premises) -> Sequence[Verdict]:
    """Asterisk's clock is ours: it notes the arrivals by which the line is ordered."""
    told = await _value(await _asked(on), "EPOCH")
    skew = int(told) - int(time.time()) if told.isdecimal() else None
    if skew is None:
        return [warn("Asterisk does not tell the time", "compare its clock with ours by hand")]
    if abs(skew) > MOST_SKEW_SECONDS:
        return [fail(f"Asterisk's clock is {skew:+d} s from ours", "let both follow one source (chrony)")]
    return [ok(f"Asterisk's clock is ours ({skew:+d} s)")]


async def queues(on: Premises) -> Sequence[Verdict]:
    """Every configured queue exists by name: asking Asterisk for an unknown one is no error."""
    session = await _asked(on)
    frames = await session.collect(actions.queue_status())
    there = {frame.get("Queue") for frame in frames if frame.name == "QueueParams"}
    wanted = (await on.centre()).queues
    absent = [queue for queue in wanted if queue not in there]
    if absent:
        return [fail(f"Asterisk does not know these queues: {', '.join(absent)}", RELOAD)]
    return [ok(f"all {len(wanted)} queues exist")]


async def release(on: Premises) -> Sequence[Verdict]:
    """A supported release: as the program here says, else as the running one says."""
    told = await asyncio.to_thread(_program_says) or await _running_says(on)
    if not told:
        return [warn("which release of Asterisk runs is unknown", "run `asterisk -V`: 20.19, 22.9, 23.3 or newer")]
    try:
        version = AsteriskVersion.parse(told)
        version.require_support()
    except UnsupportedAsterisk as error:
        return [fail_as_told(str(error))]
    rendered_for = AsteriskVersion.parse(on.settings.asterisk_version)
    if version.has_macro != rendered_for.has_macro:
        return [
            fail(
                f"Asterisk {version} runs, its configuration is made for {rendered_for}",
                f"TEAMLINE_ASTERISK_VERSION={version}, then {RELOAD}",
            )
        ]
    return [ok(f"Asterisk {version}")]


def _program_says() -> str:
    program = shutil.which("asterisk", path="/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin")
    if program is None or not Path("/etc/asterisk").is_dir():
        return ""
    try:
        asked = subprocess.run(  # noqa: S603 - a fixed program, no shell
            [program, "-V"], capture_output=True, text=True, timeout=PROGRAM_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip()


async def _running_says(on: Premises) -> str:
    """VERSION() of func_version, which need not be loaded."""
    try:
        answer = await (await _asked(on)).request(Action("Getvar", (("Variable", "VERSION()"),)))
    except (Missing, SwitchAway, SwitchRefused):
        return ""
    return answer.get("Value")


async def _value(session: AmiProtocol, name: str) -> str:
    try:
        return (await session.request(actions.get_variable(name))).get("Value")
    except SwitchRefused as refused:
        raise Missing("ami-globals", f"Getvar is refused: {refused}", f"`call` in its `write`; {RELOAD}") from refused


async def _asked(on: Premises) -> AmiProtocol:
    return await (await on.session()).established()
