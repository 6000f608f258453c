"""queues.conf: one queue a team, the derived ones, and the one order over all of them."""

from collections.abc import Iterator, Mapping

from routing.centre import Area, Centre, Team
from routing.contact_rules import WaitingSound
from routing.wrap_up import rendered_seconds
from telephony.dialplan.lines import document, option, section, shown, token
from telephony.dialplan.wiring import Wiring

GENERAL = (
    option("persistentmembers", "yes", "sign-ins survive a restart of Asterisk"),
    option("autofill", "yes", "several free members serve several callers at once"),
    option("shared_lastcall", "yes", "the longer wrap-up of the last queue and of the next one counts"),
    option("force_longest_waiting_caller", "prio", "one order over all queues that a member serves"),
    option("log_membername_as_agent", "yes", "queue_log names the member, whatever the phone is"),
    option("log-caller-id-name", "no", "nothing from the network into queue_log"),
    option("log-restricted-caller-id", "no", "nor a number that was withheld"),
)

TEAM = (
    option(
        "strategy",
        "rrmemory",
        "after a phone that was not picked up the next one rings; leastrecent would insist",
    ),
    option("retry", 1, "seconds until the next phone"),
    option("timeoutrestart", "no", "a busy phone does not lengthen the ringing"),
    option("timeoutpriority", "conf", "a phone rings to its end, also when the caller's slice of the wait is over"),
    option("ringinuse", "no", "a member in talk is not rung"),
    option("autopause", "no", "a missed ring is no offence: the state belongs to the member"),
    option("joinempty", "yes", "nobody is turned away because a team is on its break"),
    option("leavewhenempty", "no", "nor sent out of line by it"),
    option("maxlen", 0, "no caller is ever one too many"),
    option("weight", 0, "equal for all: weights are checked before the one order"),
    option("announce-frequency", 0, "places and times are spoken by the router, honestly"),
    option("periodic-announce-frequency", 0),
    option("announce-holdtime", "no"),
    option("announce-position", "no"),
    option("reportholdtime", "no"),
    option("memberdelay", 0),
    option("context", "teamline-key", "`#` leads out of line and back to the same place, no other key does anything"),
    option("setinterfacevar", "no", "no member's name on the caller's channel"),
    option("setqueuevar", "no"),
    option("setqueueentryvar", "no"),
)


def render(centre: Centre, wiring: Wiring) -> str:
    """The text of queues.conf: no `member` line: AMI cannot remove it."""
    music = option("musicclass", "teamline" if wiring.music else "default")
    return document(
        wiring.version,
        [
            section(
                "[general](+)",
                GENERAL,
                "added to the [general] above: a setting that stands there already wins",
            ),
            section("[teamline-team](!)", (*TEAM, music), "no penalties, no weights, no recording"),
            *_queues(centre, has_silence=wiring.silence is not None),
        ],
    )


def _queues(centre: Centre, *, has_silence: bool) -> Iterator[str]:
    wrap_up = rendered_seconds(centre)
    for team in centre.teams.values():
        yield _queue(team.queue, [team], shown(team.name), wrap_up, has_silence)
    for area in centre.areas.values():
        yield _queue(area.wide_queue, _teams(centre, area.benefit), _name(area, "benefit teams"), wrap_up, has_silence)
        yield _queue(area.urgent_queue, _teams(centre, area.teams), _name(area, "all teams"), wrap_up, has_silence)


def _queue(queue: str, teams: list[Team], name: str, wrap_up: Mapping[str, int], has_silence: bool) -> str:
    silent = has_silence and all(team.waiting is WaitingSound.SILENCE for team in teams)
    lines = (
        *((option("musicclass", "teamline-silence"),) if silent else ()),
        option("timeout", min(team.ring_seconds for team in teams), "seconds a phone rings"),
        option("wrapuptime", wrap_up[queue], "at least; the router pauses whoever needs longer"),
        option("servicelevel", min(team.target_seconds for team in teams)),
    )
    return section(f"[{token(queue, 'queue')}](teamline-team)", lines, name)


def _teams(centre: Centre, ids: tuple[str, ...]) -> list[Team]:
    return [centre.teams[team] for team in ids]


def _name(area: Area, whose: str) -> str:
    return f"{shown(area.name)}: {whose}"
