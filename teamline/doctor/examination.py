"""Every check, all at once, each with its own five seconds: one that fails or hangs hides no other."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from operations.ports import SwitchAway
from store.connection import AWAY
from teamline.doctor import (
    asterisk,
    configuration,
    directory,
    journal,
    live,
    machine,
    pbx_files,
    provider,
    queue_log,
    router,
    store,
    voices,
)
from teamline.doctor.findings import Finding, Verdict, fail, warn
from teamline.doctor.missing import Missing
from teamline.doctor.premises import Premises
from teamline.doctor.second_opinion import second_opinion
from teamline.settings import Settings

SECONDS = 5.0

Check = Callable[[Premises], Awaitable[Sequence[Verdict]]]

CHECKS: Mapping[str, Check] = {
    "secret": machine.secret,
    "data": machine.data,
    "disk": machine.disk,
    "clock": machine.clock,
    "teams": configuration.teams,
    "active": configuration.active,
    "on-call": configuration.on_call,
    "store": store.store,
    "journal": journal.journal,
    "spool": journal.spool,
    "directory": directory.directory,
    "prompts": voices.prompts,
    "speech": voices.speech,
    "music": voices.music,
    "rendered": pbx_files.rendered_files,
    "included": pbx_files.included,
    "log-files": pbx_files.log_files,
    "queue-log": queue_log.queue_log,
    "agi": router.agi,
    "asterisk": asterisk.release,
    "ami": asterisk.login,
    "ami-rights": asterisk.rights,
    "ami-globals": asterisk.global_variables,
    "ami-clock": asterisk.clock,
    "queues": asterisk.queues,
    "second-opinion": second_opinion,
    "health": router.health,
    "ready": router.ready,
    "live": live.live,
    "metrics": router.metrics,
    "sign-in-provider": provider.provider,
}
"""In the order in which they are shown: from the ground up."""


async def examine(
    settings: Settings, checks: Mapping[str, Check] = CHECKS, seconds: float = SECONDS
) -> Sequence[Finding]:
    """What each check found, in order."""
    async with Premises(settings) as premises:
        told = await asyncio.gather(*(_verdicts(name, check, premises, seconds) for name, check in checks.items()))
    return [Finding(name, verdict) for name, verdicts in zip(checks, told, strict=True) for verdict in verdicts]


async def _verdicts(name: str, check: Check, premises: Premises, seconds: float) -> Sequence[Verdict]:
    try:
        async with asyncio.timeout(seconds):
            return await check(premises)
    except Missing as missing:
        return [_not_looked_at(name, missing)]
    except TimeoutError:
        return [fail(f"no answer within {seconds:g} s", "see whether it hangs or is overloaded, then look again")]
    except SwitchAway as error:
        return [fail(str(error), "see whether Asterisk hangs or is overloaded, then look again")]
    except Exception as error:  # noqa: BLE001 - whatever ails one check, the others are shown
        return [_broken(error)]


def _not_looked_at(name: str, missing: Missing) -> Verdict:
    if missing.owner == name:
        return fail(missing.what, missing.cure)
    if missing.owner is None:
        return warn(missing.what, missing.cure)
    return warn(f"not looked at, because of `{missing.owner}`", f"first cure `{missing.owner}`")


def _broken(error: Exception) -> Verdict:
    told = f"{type(error).__name__}: {error}"
    if isinstance(error, AWAY):
        return fail(told, "look again, as the user of the router")
    return fail(f"the check itself broke: {told}", "tell the makers of Teamline")
