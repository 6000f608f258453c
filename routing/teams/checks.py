"""What one key of teams.yaml means for another: names that must exist, things that must be there once.

Every check reads the plain values, whatever their shape, and passes over what is not understood: so these
mistakes are told together with those of shape, in one go.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from routing.centre import CENTRE, RESERVED_QUEUE, BenefitRule, TeamKind
from routing.teams.announcement_checks import announcement_findings
from routing.teams.emergency_checks import emergency_findings
from routing.teams.hours_checks import hours_findings
from routing.teams.mistakes import listed, meant, shown
from routing.teams.overflow_checks import overflow_findings
from routing.teams.overflow_circles import circle_findings
from routing.teams.places import Document, Finding
from routing.teams.sightings import found, ids, keys, once, texts

_RESERVED_ACCOUNTS = ("anonymous", "general", "global", "system", "trunk")
_RULED_TEAMS = 2


def findings(document: Document) -> Iterator[Finding]:
    """Every mistake between the keys, in no order."""
    return chain.from_iterable(check(document) for check in _CHECKS)


def _unknown_names(document: Document) -> Iterator[Finding]:
    references = {
        "teams": (
            "areas.*.benefit.*",
            "areas.*.placement",
            "members.*.teams.*",
            "general_line",
            "announcements.*.teams.*",
        ),
        "sites": ("areas.*.site", "kiosks.*.site"),
        "members": ("desk.announcers.*",),
    }
    for section, patterns in references.items():
        if (known := ids(document, section)) is None:
            continue
        otherwise = f"add it under {section}, or name one of {listed(known)}"
        for path, name in texts(document, *patterns):
            if name not in known:
                what = f"there is no {section.removesuffix('s')} {shown(name)}"
                yield Finding(path, what, meant(name, known, otherwise))


def _taken(document: Document) -> Iterator[Finding]:
    numbers = texts(document, "teams.*.extension", "members.*.phone", "kiosks.*.phone")
    yield from once(document, "the internal number", "give every team, member and kiosk a number of its own", numbers)
    entries = texts(document, "entry.*", "text_entry.*")
    yield from once(document, "the entry number", "remove it here", entries)
    cure = "give it another id, or remove one of the two"
    yield from once(document, "the site", cure, texts(document, "sites.*.id"))
    cure = "give it another id (capital and small letters count as the same, dashes do not count)"
    yield from once(document, "the area", cure, texts(document, "areas.*.id"), same=_dialled)
    yield from once(document, "the team", cure, keys(document, "teams"), at_key=True, same=_dialled)
    cure = "give it another id (capital and small letters count as the same)"
    accounts = keys(document, "members", "kiosks")
    yield from once(document, "the member or kiosk", cure, accounts, at_key=True)


def _dialled(name: str) -> str:
    """As Asterisk compares extensions, by which each queue is reached: caseless, without dashes (main/pbx.c)."""
    return name.casefold().replace("-", "")


def _reserved(document: Document) -> Iterator[Finding]:
    derived = {
        _dialled(f"{area}-{suffix}"): f"the queue of area {shown(area)} for "
        + ("all its benefit teams" if suffix == "wide" else "emergencies")
        for _, area in texts(document, "areas.*.id")
        for suffix in ("wide", "urgent")
    }
    if any(team.casefold() == RESERVED_QUEUE for _, team in keys(document, "teams")):
        derived[_dialled(f"{RESERVED_QUEUE}-line")] = f"the queue of team {shown(RESERVED_QUEUE)}"
    derived[CENTRE] = "the name of the whole centre's totals in reports"
    for path, team in keys(document, "teams"):
        if owner := derived.get(_dialled(team)):
            yield Finding(path, f"{shown(team)} is {owner} already", "give the team another id", at_key=True)
    for path, account in keys(document, "members", "kiosks"):
        if account.casefold() in _RESERVED_ACCOUNTS:
            what = f"{shown(account)} has a meaning of its own in Asterisk"
            yield Finding(path, what, "give the phone another id", at_key=True)


def _places_of_teams(document: Document) -> Iterator[Finding]:
    """Each team stands in one place: once in one area, or as the general line."""
    placed = list(texts(document, "areas.*.benefit.*", "areas.*.placement"))
    yield from once(document, "the team", "keep it in one place of one area", placed)
    names = {name for _, name in placed}
    general = {name for _, name in texts(document, "general_line")}
    for path, name in placed:
        if name in general:
            yield Finding(path, f"{shown(name)} is the general line", "name another team here")
    known = ids(document, "teams") or {}
    if ids(document, "areas") is None or not general & known.keys():
        return
    for path, name in keys(document, "teams"):
        if name not in names | general:
            cure = "name it in an area (benefit or placement), or remove the team"
            yield Finding(path, f"team {shown(name)} is in no area, so no call would reach it", cure, at_key=True)


def _kinds(document: Document) -> Iterator[Finding]:
    wanted: Mapping[str, str] = {
        name: kind
        for kind, pattern in (
            (TeamKind.BENEFIT, "areas.*.benefit.*"),
            (TeamKind.PLACEMENT, "areas.*.placement"),
            (TeamKind.GENERAL, "general_line"),
        )
        for _, name in texts(document, pattern)
    }
    for path, kind in texts(document, "teams.*.kind"):
        team = str(path[1])
        if kind in list(TeamKind) and wanted.get(team, kind) != kind:
            place = (
                "general_line names it" if wanted[team] == TeamKind.GENERAL else f"its area has it as {wanted[team]}"
            )
            cure = f"write kind: {wanted[team]}, or name another team there"
            yield Finding(path, f"team {shown(team)} is of kind {kind}, but {place}", cure)


def _members(document: Document) -> Iterator[Finding]:
    for path, teams in found(document.value, ("members", "*", "teams")):
        if teams == []:
            what = f"member {shown(path[1])} is in no team"
            yield Finding(path, what, "name at least one team, for example  teams: [L01], or remove the member")
        inner = (((*path, *last), str(team)) for last, team in found(teams, ("*",)))
        yield from once(document, "for one member the team", "name it once", inner)


def _rules(document: Document) -> Iterator[Finding]:
    for path, area in found(document.value, ("areas", "*")):
        teams = area.get("benefit") if isinstance(area, dict) else None
        if not isinstance(area, dict) or not isinstance(teams, list) or len(teams) <= _RULED_TEAMS:
            continue
        if area.get("benefit_rule") != BenefitRule.CUSTOMER_FILE:
            cure = f"name one or two, or write benefit_rule: {BenefitRule.CUSTOMER_FILE}"
            what = "even and odd cannot choose between more than two benefit teams"
            yield Finding((*path, "benefit"), what, cure)


def _numbers(document: Document) -> Iterator[Finding]:
    lengths = {
        str(path[-1]): ({len(text), sum(letter == "9" for letter in text)}, path)
        for path, text in texts(document, "numbers.customer", "numbers.household")
    }
    if len(lengths) == _RULED_TEAMS and lengths["customer"][0] & lengths["household"][0]:
        what = "customer and household numbers could not be told apart by their length when keyed"
        cure = "write two patterns of different length, counted with and without their letters"
        yield Finding(lengths["household"][1], what, cure)


_CHECKS: tuple[Callable[[Document], Iterator[Finding]], ...] = (
    _unknown_names,
    _taken,
    _reserved,
    _places_of_teams,
    _kinds,
    _members,
    _rules,
    _numbers,
    hours_findings,
    announcement_findings,
    circle_findings,
    overflow_findings,
    emergency_findings,
)
