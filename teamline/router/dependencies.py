"""What `/readyz` names: each thing that a call depends on, and the cure when it fails."""

from typing import Protocol

from operations.active import ActiveRouter
from operations.configuration import Follower
from operations.ports import Switch, SwitchAway, SwitchRefused
from teamline.router.sounds import BuiltSounds
from telephony.agi.server import AgiServer
from telephony.ami.connection import AmiConnection
from web.health import Dependencies, Dependency


class Running(Protocol):
    """The router's parts that can be looked at."""

    @property
    def agi(self) -> AgiServer:
        """Who answers Asterisk's questions."""
        ...

    @property
    def ami(self) -> AmiConnection:
        """The manager connection."""
        ...

    @property
    def switch(self) -> Switch:
        """Questions to Asterisk."""
        ...

    @property
    def sounds(self) -> BuiltSounds:
        """What callers hear."""
        ...

    @property
    def router(self) -> ActiveRouter:
        """What is in force."""
        ...

    @property
    def follower(self) -> Follower:
        """Who follows the store."""
        ...


async def dependencies(running: Running) -> Dependencies:
    """Look at each now."""
    return {
        "agi": _agi(running.agi),
        "prompts": _prompts(running.sounds),
        "config": Dependency(
            running.follower.is_last_reload_successful,
            is_required=False,
            what=f"teams.yaml {running.router.in_force.config_version} is in force",
            cure="the newest activated version was refused: see the log, correct it, activate it again",
        ),
        "directory": _directory(running.router),
        "store": Dependency(
            running.follower.is_store_up,
            is_required=False,
            what="the store answers" if running.follower.is_store_up else "the store does not answer",
            cure="start it; calls go on with what was in force",
        ),
        "asterisk": await _asterisk(running),
    }


def _agi(agi: AgiServer) -> Dependency:
    what = f"FastAGI listens, {agi.open_sessions} calls are in the IVR" if agi.is_listening else "not listening"
    return Dependency(agi.is_listening, is_required=True, what=what, cure="start the router again")


def _prompts(sounds: BuiltSounds) -> Dependency:
    gaps = len(sounds.missing)
    what = f"{gaps} sound files are missing" if gaps else "every sound file is there"
    return Dependency(not gaps, is_required=True, what=what, cure="teamline prompts build, then SIGHUP")


def _directory(router: ActiveRouter) -> Dependency:
    entries = len(router.in_force.directory)
    return Dependency(
        entries > 0,
        is_required=False,
        what=f"{entries} numbers are known",
        cure="teamline import FILE.csv; until then everybody reaches the general line",
    )


async def _asterisk(running: Running) -> Dependency:
    wanted = running.router.in_force.config_version
    cure = "start Asterisk; check AMI host, port and secret"
    if not running.ami.is_connected:
        return Dependency(is_ok=False, is_required=False, what="the manager does not answer", cure=cure)
    try:
        has = await running.switch.global_variable("TEAMLINE_CONFIG")
    except (SwitchAway, SwitchRefused) as error:
        return Dependency(is_ok=False, is_required=False, what=str(error), cure=cure)
    if has != wanted:
        return Dependency(
            is_ok=False,
            is_required=False,
            what=f"Asterisk runs configuration {has or 'none'}, in force is {wanted}",
            cure="teamline render --reload on the machine that runs Asterisk",
        )
    return Dependency(is_ok=True, is_required=False, what=f"connected, it runs configuration {wanted}")
