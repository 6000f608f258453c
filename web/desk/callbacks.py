"""Callbacks on a team's desk: those that Teamline dials, as HTML, and the form for a new one or an appointment."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from types import MappingProxyType
from zoneinfo import ZoneInfo

from operations.callbacks.wanted import NotMade, Wanted, Why
from routing.centre import Centre
from routing.rules import Concern
from web.callback_told import Callback

CONCERNS = tuple(concern.value for concern in (Concern.MONEY, Concern.JOB, Concern.DOCUMENTS))
FIELDS = ("phone", "number", "day", "time", "until")
MOST_CHARACTERS = 40
_FIELD: Mapping[str, str] = MappingProxyType({"phone": "phone", "number": "number", "at": "day", "until": "until"})
"""A field of `Wanted` -> that of the form."""
_TYPES: Mapping[str, str] = MappingProxyType(
    {"phone": "tel", "number": "text", "day": "date", "time": "time", "until": "time"}
)


class Unreadable(Exception):
    """Day and time are no moment; `place`: the field of `Wanted`."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


@dataclass(frozen=True, slots=True)
class Asked:
    """What was entered, and what is wrong with it. Its `repr` has no number."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    why: str = ""
    """A word of `desk/desk.*.json`."""
    place: str = ""
    """The field of `Wanted`."""
    free: tuple[datetime, ...] = ()
    """Moments that would do."""

    def refused(self, refused: NotMade) -> "Asked":
        """The same, with what it was refused for."""
        return Asked(self.values, f"why_{refused.why.value}", refused.place, refused.free)

    def unreadable(self, place: str) -> "Asked":
        """The same, with what cannot be read."""
        return Asked(self.values, f"why_{Why.MOMENT.value}", place)


def asked(fields: Mapping[str, str]) -> Asked:
    """What a form says."""
    return Asked({name: fields.get(name, "")[:MOST_CHARACTERS] for name in (*FIELDS, "concern", "language")})


def wanted(given: Asked, team: str, centre: Centre) -> Wanted:
    """A form's wish for this team. Raises Unreadable."""
    values, concern = given.values, given.values.get("concern", "")
    at = _moment(values.get("day", ""), values.get("time", ""), centre.timezone, "at")
    until = _moment(values.get("day", ""), values["until"], centre.timezone, "until") if values.get("until") else None
    return Wanted(
        phone=values.get("phone", ""),
        team=team,
        number=values.get("number", ""),
        concern=Concern(concern) if concern in CONCERNS else Concern.MONEY,
        language=values.get("language", ""),
        at=at,
        until=until,
        source="desk",
    )


def _moment(day: str, clock: str, zone: ZoneInfo, place: str) -> datetime | None:
    if not day and not clock:
        return None
    try:
        return datetime.fromisoformat(f"{day.strip()}T{clock.strip()}").replace(tzinfo=zone)
    except ValueError:
        raise Unreadable(place) from None


def told(words: Mapping[str, str], callback: Callback, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Label and value of what a member must know of a callback, beside what every entry tells."""
    yield "at", _span(callback, zone)
    yield "state", words[f"is_{callback.state.value}"]
    yield "at_risk", words[f"risk_{callback.at_risk.value}"] if callback.at_risk else ""
    yield "place", str(callback.place) if callback.place else ""
    yield "due_at", _clock(callback.due, zone) if callback.due and not callback.at and callback.dials else ""
    yield "attempts", str(callback.attempts) if callback.attempts else ""
    yield "outcome", words[f"was_{callback.outcome.value}"] if callback.outcome else ""
    yield "kiosk", callback.kiosk


def _span(callback: Callback, zone: ZoneInfo) -> str:
    if callback.at is None:
        return ""
    return _clock(callback.at, zone) + (f" – {callback.until.astimezone(zone):%H:%M}" if callback.until else "")


def form_of(words: Mapping[str, str], action: str, csrf: str, centre: Centre, given: Asked) -> str:
    """The form, sent to this address; after a mistake with what was entered, and open."""
    fields = "".join(_input(words, name, given) for name in FIELDS)
    chosen = given.values.get("language") or next(iter(centre.languages.values()))
    concerns = _select(words, "concern", CONCERNS, given.values.get("concern", ""))
    languages = _select(words, "language", centre.languages.values(), chosen)
    return (
        f'<details id="new"{" open" if given.why else ""}><summary>{escape(words["new"])}</summary>'
        f"{_trouble(words, given, centre.timezone)}"
        f'<form method="post" action="{escape(action)}">'
        f'<input type="hidden" name="csrf" value="{escape(csrf)}"><p class="hint">{escape(words["new_hint"])}</p>'
        f'<div class="fields">{fields}{concerns}{languages}</div>'
        f'<p class="actions"><button class="kern-btn kern-btn--primary">{escape(words["make"])}</button></p>'
        "</form></details>"
    )


def _input(words: Mapping[str, str], name: str, given: Asked) -> str:
    is_wrong = bool(given.why) and _FIELD.get(given.place) == name
    described = ' aria-invalid="true" aria-describedby="new-trouble"' if is_wrong else ""
    required = " required" if name == "phone" else ""
    return (
        f'<div class="field"><label for="new-{name}">{escape(words[f"new_{name}"])}</label>'
        f'<input type="{_TYPES[name]}" id="new-{name}" name="{name}" value="{escape(given.values.get(name, ""))}" '
        f'autocomplete="off" maxlength="{MOST_CHARACTERS}"{required}{described}></div>'
    )


def _select(words: Mapping[str, str], name: str, values: Iterable[str], chosen: str) -> str:
    marks = {chosen: " selected"}
    options = "".join(
        f'<option value="{escape(each)}"{marks.get(each, "")}>{escape(words.get(each, each))}</option>'
        for each in values
    )
    label = escape(words["spoken" if name == "language" else name])
    return (
        f'<div class="field"><label for="new-{name}">{label}</label>'
        f'<select id="new-{name}" name="{name}">{options}</select></div>'
    )


def _trouble(words: Mapping[str, str], given: Asked, zone: ZoneInfo) -> str:
    if not given.why:
        return ""
    said = escape(words[given.why])
    if given.place in _FIELD:
        said = f'<a href="#new-{_FIELD[given.place]}">{said}</a>'
    free = ", ".join(_clock(moment, zone) for moment in given.free)
    more = f"<p>{escape(words['free'])}: {escape(free)}</p>" if free else ""
    return f'<div class="alert alert--bad" role="alert" id="new-trouble"><p>{said}</p>{more}</div>'


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%d.%m.%Y %H:%M")
