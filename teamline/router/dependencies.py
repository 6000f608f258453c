"""What `/readyz` names: each thing that a call depends on, and the cure when it fails."""

from typing import Protocol

from operations.active import ActiveRouter
from operations.configuration import Follower
from operations.ports import Switch, SwitchAway, SwitchRefused
from teamline.router.sounds import BuiltSounds
from telephony.agi.server import AgiServer
from telephony.ami.connection import AmiConnection
from web.health import Dependencies, Dependency


class Journalling(Protocol):
    """How the journal fares."""

    @property
    def is_up(self) -> bool:
        """Whether the store took the last facts."""
        ...

    @property
    def spooled(self) -> int:
        """Facts that wait on disk."""
        ...

    @property
    def in_memory(self) -> int:
        """Facts that are nowhere else yet."""
        ...

    @property
    def lost(self) -> int:
        """Facts that neither store nor disk took."""
        ...


class Watching(Protocol):
    """How well Asterisk is watched."""

    @property
    def is_stale(self) -> bool:
        """Whether the figures are old."""
        ...

    @property
    def age_seconds(self) -> float | None:
        """How old, None before the first."""
        ...

    @property
    def hears_announcements(self) -> bool:
        """Whether the dialplan tells us who joins a line."""
        ...

    @property
    def journal(self) -> Journalling:
        """Where what happened is written down."""
        ...


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
    def live(self) -> Watching:
        """What happens now."""
        ...

    @property
    def sign_in_depends(self) -> Dependencies:
        """What signing in depends on beside the store."""
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
        "live": live(running.live),
        "journal": journal(running.live.journal),
        **running.sign_in_depends,
    }


def live(watching: Watching) -> Dependency:
    """Whether boards and metrics may be believed."""
    age = watching.age_seconds
    if watching.is_stale:
        return _comfort(
            "live figures are not known yet" if age is None else f"live figures are {age:.0f} s old",
            "see `asterisk`; if it is well, the log event `live_truth_not_proved` has the reason",
        )
    if not watching.hears_announcements:
        return _comfort(
            "the newest caller joined a line unannounced: Asterisk has files or event filters of another release",
            "teamline render --reload, then start the router again: its session keeps the filters of its login",
        )
    return Dependency(is_ok=True, is_required=False, what=f"live figures are Asterisk's, {age or 0:.0f} s ago")


def journal(journalling: Journalling) -> Dependency:
    """Whether what happens is written down where reports find it."""
    if journalling.lost:
        return _comfort(
            f"{journalling.lost} facts are in no report: neither store nor disk took them",
            "make room for the store and the data folder; the count ends with the next start",
        )
    if not journalling.is_up or journalling.spooled:
        waiting = journalling.spooled + journalling.in_memory
        return _comfort(
            f"{waiting} facts wait for the store, reports lack them until then",
            "see `store`; if it is well, its memory or disk is full. They are handed on by themselves",
        )
    return Dependency(is_ok=True, is_required=False, what="what happens is in the store")


def _comfort(what: str, cure: str) -> Dependency:
    return Dependency(is_ok=False, is_required=False, what=what, cure=cure)


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
