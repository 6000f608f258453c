"""A member makes a contact an emergency: transfers it to `*9` and a team's extension. The arrival stays."""

from routing.centre import Centre
from routing.decision import Concern, Rule
from routing.fair_line import CREDIT_LIMIT
from telephony.dialplan.lines import Step, extension, section, token
from telephony.dialplan.steps import FROM_ARRIVAL, NO_ARRIVAL

QUEUE_FORM = "Goto(teamline-queue,{queue},1)"


def context(centre: Centre) -> str:
    """One extension a team: its area's members, with the emergency credit, in the books of the team."""
    credit = min(max(0, centre.credits.emergency), CREDIT_LIMIT)
    lines = [line for team in centre.teams for line in extension(token(team, "team"), *_steps(team, centre, credit))]
    return section("[teamline-raised]", lines, "an emergency that a member has recognised; reached by *9 only")


def _steps(team: str, centre: Centre, credit: int) -> tuple[Step, ...]:
    area = centre.area_of_team.get(team)
    queue = area.urgent_queue if area else centre.teams[team].queue
    return (
        NO_ARRIVAL,
        Step(f"Set(TEAMLINE_TEAM={token(team, 'team')})", "whose emergency it is"),
        Step(f"Set(TEAMLINE_HOME={token(team, 'team')})"),
        *(Step(f"Set(TEAMLINE_{name}=)") for name in ("VIA", "PASSED", "SINCE")),
        Step(f"Set(TEAMLINE_RULE={Rule.EMERGENCY_RAISED.value})"),
        Step(f"Set(__TEAMLINE_CONCERN={Concern.EMERGENCY.value})", "the next member's phone says so"),
        Step(
            f"ExecIf($[0${{TEAMLINE_CREDIT}} < {credit}]?Set(TEAMLINE_CREDIT={credit}))",
            "a larger one stays",
        ),
        Step(f"Set(TEAMLINE_RAISED={FROM_ARRIVAL})"),
        Step("ExecIf($[0${QUEUE_PRIO} < ${TEAMLINE_RAISED}]?Set(QUEUE_PRIO=${TEAMLINE_RAISED}))"),
        Step(QUEUE_FORM.format(queue=token(queue, "queue"))),
    )
