"""teams.yaml -> Centre: every mistake at once, each as file:line:column with its cure.

Text -> plain values with places (`teams_places`) -> shape (`teams_schema`, told by `teams_cures`) and what keys
mean for each other (`teams_checks`) -> frozen values.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from routing.centre import Area, Centre, Credits, Kiosk, Limits, Member, Site, Targets, Team, WaitRules
from routing.contact_rules import (
    Announcement,
    CallbackRules,
    Closing,
    DeskRules,
    DocumentRules,
    EmergencyRules,
    Goal,
    MessageRules,
    OverflowRule,
)
from routing.hours import OpeningHours
from routing.teams.checks import findings
from routing.teams.cures import finding
from routing.teams.mistakes import Mistake, TeamsFileError
from routing.teams.opening import WrittenHours
from routing.teams.overflow_checks import NAMED_GOALS
from routing.teams.places import LARGEST_BYTES, Document, document
from routing.teams.rules_schema import AnnouncementKeys, ClosingKeys, OverflowKeys
from routing.teams.schema import TeamKeys, TeamsYaml, schema

__all__ = ["Mistake", "TeamsFileError", "parse", "read", "schema"]


def read(path: Path) -> Centre:
    """The centre in this file. Raises TeamsFileError, also for a file that is not there or not readable."""
    file = str(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        what = f"the file cannot be read ({error.strerror or 'bad name'})"
        raise TeamsFileError([Mistake(file, 1, 1, what, "check its name and that you may read it")]) from error
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        if len(raw) <= LARGEST_BYTES:
            raise TeamsFileError([_not_utf8(file, raw, error.start)]) from error
        text = raw.decode(errors="replace")
    return parse(text, file)


def parse(text: str, file: str = "teams.yaml") -> Centre:
    """The centre that this text describes. Raises TeamsFileError with every mistake; `file` is its name."""
    source = document(text, file)
    model, misshapen = _model(source)
    told = {(mistake.line, mistake.column) for mistake in (*source.findings, *misshapen)}
    between = _unless_told(map(source.mistake, findings(source)), told)
    mistakes = [*source.findings, *misshapen, *between]
    if model is None or mistakes:
        raise TeamsFileError(mistakes)
    return _centre(model)


def _not_utf8(file: str, raw: bytes, at: int) -> Mistake:
    before = raw[:at].decode()
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Mistake(file, line, column, "a character that is not UTF-8", 'save the file with encoding "UTF-8"')


def _model(source: Document) -> tuple[TeamsYaml | None, list[Mistake]]:
    """The checked keys, and what is wrong with their shape where YAML itself had nothing to say."""
    try:
        return TeamsYaml.model_validate(source.value), []
    except ValidationError as error:
        told = {(mistake.line, mistake.column) for mistake in source.findings}
        errors = error.errors(include_url=False)
        shape = (source.mistake(finding(one, source)) for one in errors)
        return None, [one for one in shape if (one.line, one.column) not in told]


def _unless_told(mistakes: Iterable[Mistake], told: set[tuple[int, int]]) -> list[Mistake]:
    """One mistake a place: the first is the cause, the others follow from it."""
    kept: list[Mistake] = []
    for mistake in mistakes:
        if (mistake.line, mistake.column) not in told:
            told.add((mistake.line, mistake.column))
            kept.append(mistake)
    return kept


def _centre(keys: TeamsYaml) -> Centre:
    zone = ZoneInfo(keys.centre.timezone)
    hours = WrittenHours(keys)
    targets = Targets(**keys.targets.model_dump())
    waits = WaitRules(**keys.waits.model_dump())
    return Centre(
        name=keys.centre.name,
        land=keys.centre.land,
        timezone=zone,
        entry=tuple(keys.entry),
        text_entry=tuple(keys.text_entry),
        languages=dict(keys.languages),
        customer_pattern=keys.numbers.customer,
        household_pattern=keys.numbers.household,
        targets=targets,
        limits=Limits(**keys.limits.model_dump()),
        credits=Credits(**keys.credits.model_dump()),
        hours=hours.centre,
        general_line=keys.general_line,
        sites={site.id: Site(site.id, site.name, hours.of_site(site.id)) for site in keys.sites},
        areas={
            area.id: Area(area.id, area.name, area.site, tuple(area.benefit), area.placement, area.benefit_rule)
            for area in keys.areas
        },
        waits=waits,
        overflow=_overflow(keys.overflow),
        closing=_closing(keys.closing),
        emergency=EmergencyRules(**{**keys.emergency.model_dump(), "on_call": tuple(keys.emergency.on_call)}),
        messages=MessageRules(**keys.messages.model_dump()),
        documents=DocumentRules(**keys.documents.model_dump()),
        desk=DeskRules(**{**keys.desk.model_dump(), "announcers": tuple(keys.desk.announcers)}),
        callbacks=CallbackRules(**{**keys.callbacks.model_dump(), "also_allowed": tuple(keys.callbacks.also_allowed)}),
        announcements=tuple(_announcement(one, zone) for one in keys.announcements),
        teams={id_: _team(id_, team, hours.of_team(id_), targets, waits, keys) for id_, team in keys.teams.items()},
        members={
            id_: Member(id_, member.name, tuple(member.teams), member.phone) for id_, member in keys.members.items()
        },
        kiosks={id_: Kiosk(id_, kiosk.site, kiosk.phone, kiosk.plain_numbers) for id_, kiosk in keys.kiosks.items()},
    )


def _team(id_: str, keys: TeamKeys, hours: OpeningHours, targets: Targets, waits: WaitRules, centre: TeamsYaml) -> Team:
    answer, abandon, callback = keys.target_seconds, keys.short_abandon_seconds, keys.callback_from_seconds
    return Team(
        id=id_,
        name=keys.name,
        kind=keys.kind,
        extension=keys.extension,
        mailbox=keys.mailbox or "",
        hours=hours,
        target_seconds=targets.answer_seconds if answer is None else answer,
        short_abandon_seconds=targets.short_abandon_seconds if abandon is None else abandon,
        ring_seconds=keys.ring_seconds,
        wrap_up_seconds=keys.wrap_up_seconds,
        outbound_caller_id=keys.outbound_caller_id,
        callback_from_seconds=waits.callback_from_seconds if callback is None else callback,
        overflow=_overflow(centre.overflow if keys.overflow is None else keys.overflow),
        closing=_closing(keys.closing or centre.closing),
        waiting=keys.waiting,
        appointments_per_half_hour=keys.appointments_per_half_hour or centre.callbacks.per_half_hour,
    )


def _overflow(rules: Sequence[OverflowKeys]) -> tuple[OverflowRule, ...]:
    return tuple(_rule(rule) for rule in rules)


def _rule(rule: OverflowKeys) -> OverflowRule:
    limit = rule.callers if rule.seconds is None else rule.seconds
    if rule.to in NAMED_GOALS:
        return OverflowRule(rule.when, Goal(rule.to), limit)
    return OverflowRule(rule.when, Goal.LINE, limit, rule.to)


def _closing(keys: ClosingKeys) -> Closing:
    return Closing(**keys.model_dump())


def _announcement(keys: AnnouncementKeys, zone: ZoneInfo) -> Announcement:
    begins = None if keys.begins is None else _local(keys.begins, zone)
    return Announcement(keys.id, dict(keys.texts), tuple(keys.teams), begins, _local(keys.until, zone))


def _local(text: str, zone: ZoneInfo) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone)
