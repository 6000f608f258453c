"""A decision in words: where a contact goes, each rule that sent it there, and what the caller hears."""

from collections.abc import Iterator
from datetime import UTC, datetime

from ivr.phrases.catalogue import Catalogue
from routing.centre import Centre
from routing.contact_rules import ClosingRule, Goal
from routing.decision import EXPLAINED, Decision, Step
from routing.hours.reason import closed_because
from routing.teams.rules_changes import overflow_text

_WITHOUT_LINE = {
    Goal.CALLBACK: "Is offered a callback by {team}",
    Goal.MESSAGE: "Is asked for a message for {team}",
    Goal.ON_CALL: "Goes to the emergency number, for {team}",
    Goal.GOODBYE: "Goes to nobody: the centre is closed",
}
_SENT_TO = {
    Goal.LINE: "sends to {to}",
    Goal.WIDE: "rings the sister's members as well",
    Goal.CALLBACK: "offers a callback",
    Goal.MESSAGE: "asks for a message",
    Goal.ON_CALL: "rings the emergency number",
}


def record(decision: Decision) -> dict[str, object]:
    """For programs."""
    return {
        "team": decision.team,
        "queue": decision.queue,
        "goal": decision.goal.value,
        "home": decision.home,
        "concern": decision.concern.value,
        "rule": decision.rule.value,
        "steps": [
            {"team": step.team, "rule": step.rule.value, "goal": step.goal.value, "to": step.to}
            for step in decision.steps
        ],
        "arrival": decision.arrival,
        "credit": decision.credit,
        "priority": decision.priority,
        "versions": {"config": decision.versions.config, "directory": decision.versions.directory},
        "says": [spoken.phrase for spoken in decision.says],
        "opens_at": decision.opens_at.isoformat() if decision.opens_at else None,
    }


def lines(decision: Decision, centre: Centre, now: datetime) -> Iterator[str]:
    """For people. `now`: the moment that was decided for."""
    yield f"{_where(decision, centre)}. Rule {decision.rule.value}: {EXPLAINED[decision.rule]}"
    if reason := closed_because(centre.teams[decision.home].hours, now):
        yield f"{centre.teams[decision.home].name} is closed: {reason}."
    yield from _for_home(decision, centre)
    for number, step in enumerate(decision.steps, start=1):
        yield f"Step {number}: {_step(step, centre)}"
    since = datetime.fromtimestamp(decision.arrival, UTC).astimezone(centre.timezone)
    credit = f", with a credit of {decision.credit} s" if decision.credit else ""
    if decision.queue:
        yield f"Waits since {since:%d.%m.%Y %H:%M:%S}{credit}; priority {decision.priority}."
    yield f"From teams.yaml {decision.versions.config}, directory {decision.versions.directory}."
    catalogue = Catalogue.load()
    for spoken in decision.says:
        yield f"Hears ({spoken.phrase}): {catalogue.text(centre.default_language, spoken, centre.name)}"


def _where(decision: Decision, centre: Centre) -> str:
    team = _name(decision.team or decision.home, centre)
    if decision.queue is None:
        if decision.goal is not Goal.GOODBYE and not decision.steps:
            return f"Is kept in the mailbox of {team}"
        return _WITHOUT_LINE[decision.goal].format(team=team)
    return f"Goes to {team}, queue {decision.queue}"


def _for_home(decision: Decision, centre: Centre) -> Iterator[str]:
    """Whom the contact is for, and by which rules: where it is not simply there, or could be sent on."""
    home = centre.teams[decision.home]
    if decision.steps:
        yield f"Is for {home.name}, whoever takes it."
    if home.overflow:
        yield f"Rules of {home.name}, in this order: {overflow_text(home.overflow)}."
    if home.closing.rule is not ClosingRule.SERVE:
        yield f"In line at its closing: served for {home.closing.within_minutes} minutes, then {home.closing.rule}."


def _step(step: Step, centre: Centre) -> str:
    what = _SENT_TO[step.goal].format(to=_name(step.to, centre))
    return f"{_name(step.team, centre)} {what}. Rule {step.rule.value}: {EXPLAINED[step.rule]}"


def _name(team: str, centre: Centre) -> str:
    return centre.teams[team].name if team in centre.teams else team
