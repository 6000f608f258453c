"""The contexts that a telephone can name: exact extensions, one step each; a forged one finds nothing.

The work is done in contexts that no endpoint and no transfer can name: a context reachable from outside
must not hold `s`, `T`, `i` or `e`, since a SIP request may dial these letters as well.
"""

from collections.abc import Iterator

from facts.place import CALLBACK
from routing.centre import Centre
from telephony.dialplan.lines import Step, digits, extension, section, token

RING_SECONDS = 30
INBOUND = "Goto(teamline-inbound,s,1)"
TEXT_ARGUMENT = "+text"
"""Behind a script's arguments: what is said is also shown. No name of a queue or kiosk begins like this."""
RAISED = "*9"
"""Before a team's extension: the citizen who is sent there is an emergency of that team."""


def contexts(centre: Centre) -> Iterator[str]:
    """Every context that endpoints, transfers and the router name."""
    yield _entry(centre)
    yield _queues(centre)
    yield _members(centre)
    yield _kiosk_ring(centre)
    yield _kiosks()
    yield _transfers(centre)
    yield section(
        "[teamline-nowhere]",
        [],
        "where a SIP MESSAGE looks for an extension and finds none: not in the call path",
    )


def _entry(centre: Centre) -> str:
    return section(
        "[teamline-in]",
        [
            *(line for number in centre.entry for line in _one(digits(number, "entry"), INBOUND)),
            *(line for number in centre.text_entry for line in _shown(digits(number, "text entry"))),
        ],
        "the trunk: entry numbers exactly, never a pattern",
    )


def _shown(number: str) -> list[str]:
    """A caller who reads: the router also shows what it says, where the phone takes in-dialog messages (RFC 3428)."""
    allows = '${REGEX("MESSAGE" ${PJSIP_HEADER(read,Allow)})}'
    return extension(number, Step(f"ExecIf($[{allows}]?Set(TEAMLINE_TEXT={TEXT_ARGUMENT}))"), Step(INBOUND))


def _queues(centre: Centre) -> str:
    return section(
        "[teamline-queue]",
        [
            line
            for queue in centre.queues
            for line in extension(
                token(queue, "queue"), Step(f"Set(TEAMLINE_QUEUE={queue})"), Step("Goto(teamline-line,s,1)")
            )
        ],
        "one extension a queue: the only way into a line, with whatever place the call has",
    )


def _members(centre: Centre) -> str:
    lines = [
        *_one("*45", "Goto(teamline-desk,sign,1)", "sign in or out of all own teams"),
        *_one("*46", "Goto(teamline-desk,pause,1)", "pause or resume"),
        *_one("*47", "Goto(teamline-desk,more,1)", "more time for after-call work"),
        *_one("*49", "Goto(teamline-desk,announce,1)", "what callers of the own teams are told"),
        *_teams(centre),
    ]
    for member in centre.members.values():
        lines += _ring(digits(member.phone, f"phone of {member.id}"), token(member.id, "member"))
    for kiosk in centre.kiosks.values():
        number = digits(kiosk.phone, f"phone of {kiosk.id}")
        lines += extension(f"*8{number}", Step(f"Set(TEAMLINE_RUNG={number})"), Step("Goto(teamline-desk,ring,1)"))
    return section("[teamline-member]", lines, "members' phones: desk, teams, colleagues, kiosks; no way outside")


def _kiosk_ring(centre: Centre) -> str:
    lines: list[str] = []
    for kiosk in centre.kiosks.values():
        lines += _ring(digits(kiosk.phone, f"phone of {kiosk.id}"), token(kiosk.id, "kiosk"))
    return section("[teamline-kiosk-ring]", lines, "a member rings a kiosk, which the router has nothing against")


def _kiosks() -> str:
    goto = "Goto(teamline-kiosk-call,s,1)"
    lines = [
        *_one("s", goto, "handset up, nothing dialled"),
        *_one("_[0-9*#]", goto, "any key"),
        *_one("_[0-9*#].", goto, "or several; what was dialled is never looked at"),
    ]
    return section("[teamline-kiosk]", lines, "kiosk phones: every way of dialling reaches the team of the last scan")


def _transfers(centre: Centre) -> str:
    return section(
        "[teamline-transfer]",
        _teams(centre),
        "where a phone's REFER sends a citizen: team extensions only, the place stays with the channel",
    )


def _teams(centre: Centre) -> list[str]:
    return [
        line
        for team in centre.teams.values()
        for line in (
            *extension(
                digits(team.extension, f"extension of {team.id}"),
                Step("Set(TEAMLINE_SINCE=)", "a new stay, with the place that the call has"),
                Step(
                    f'ExecIf($["${{TEAMLINE_RULE}}" = "{CALLBACK}"]?Set(TEAMLINE_RULE=))',
                    "called back and sent on: somebody is on the line now",
                ),
                Step(f"Goto(teamline-queue,{team.queue},1)"),
            ),
            *_one(f"{RAISED}{team.extension}", f"Goto(teamline-raised,{token(team.id, 'team')},1)"),
        )
    ]


def _one(name: str, application: str, why: str = "") -> list[str]:
    return extension(name, Step(application, why))


def _ring(number: str, endpoint: str) -> list[str]:
    # i: a phone's own call forward must not carry the call out of the house
    return extension(number, Step(f"Dial(PJSIP/{endpoint},{RING_SECONDS},i)"), Step("Hangup()"))
