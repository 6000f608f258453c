"""The own phone and whoever is on it, as HTML: whole without a script, and kept up by one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from metrics.member_state import MemberState
from operations.desk.caller import OnPhone
from operations.desk.phone import SIGNED_OUT, PhoneNow
from operations.member_changes import REASONS
from routing.centre import Centre
from web.board.wording import span
from web.desk.seat import Seat


@dataclass(frozen=True, slots=True)
class PhoneForms:
    """Where the forms go, and what they need."""

    team: str
    csrf: str
    words: Mapping[str, str]
    lang: str

    def form(self, act: str, kind: str, *, member: str, is_shown: bool, more: str = "") -> str:
        """One button with what belongs to it."""
        hidden = "" if is_shown else " hidden"
        return (
            f'<form method="post" action="/desk/{escape(self.team)}/phone/{act}{self.lang}" data-act="{act}"{hidden}>'
            f'<input type="hidden" name="csrf" value="{escape(self.csrf)}">'
            f'<input type="hidden" name="member" value="{escape(member)}">{more}'
            f'<button class="kern-btn kern-btn--{kind}">{escape(self.words[f"act_{act}"])}</button></form>'
        )


def phone_html(forms: PhoneForms, seat: Seat, phone: PhoneNow | None, centre: Centre) -> str:
    """The card: state, cure, and everything that may be done."""
    chooser = _chooser(forms, seat, centre) if seat.may_choose else ""
    if phone is None:
        none = forms.words["phone_choose" if seat.may_choose else "phone_none"]
        return f'<p class="hint">{escape(none)}</p>{chooser}'
    member = centre.members[phone.member]
    return (
        f'<p class="phone-name">{escape(member.name)} <span class="soft">({escape(member.id)})</span></p>'
        f'<p class="phone-now" role="status">{_badge(forms.words, phone)}</p>'
        f'<p class="alert alert--bad" id="phone-cure"{_hidden(phone.state == MemberState.UNAVAILABLE)}>'
        f"{escape(forms.words['phone_cure'])}</p>"
        f'<div class="actions">{"".join(_buttons(forms, phone))}</div>{chooser}'
    )


def _badge(words: Mapping[str, str], phone: PhoneNow) -> str:
    state = words[f"state_{phone.state}"]
    why = words.get(f"reason_{phone.reason}", phone.reason) if phone.reason is not None else ""
    return (
        f'<span class="member-state" id="phone-state" data-state="{phone.state}">{escape(state)}</span> '
        f'<span id="phone-why">{escape(why or "")}</span> <span id="phone-until" aria-hidden="true"></span>'
    )


def _buttons(forms: PhoneForms, phone: PhoneNow) -> Iterator[str]:
    is_in, is_paused = phone.state != SIGNED_OUT, phone.reason is not None or phone.is_extended
    options = "".join(
        f'<option value="{each}">{escape(forms.words.get(f"reason_{each}", each))}</option>' for each in REASONS
    )
    reason = (
        f'<label class="aside" for="pause-reason">{escape(forms.words["pause_reason"])}</label>'
        f'<select id="pause-reason" name="reason">{options}</select>'
    )
    yield forms.form("login", "primary", member=phone.member, is_shown=not is_in)
    yield forms.form("unpause", "primary", member=phone.member, is_shown=is_in and is_paused)
    yield forms.form("pause", "secondary", member=phone.member, is_shown=is_in and not is_paused, more=reason)
    yield forms.form("more", "secondary", member=phone.member, is_shown=phone.state == MemberState.WRAPUP)
    yield forms.form("logout", "tertiary", member=phone.member, is_shown=is_in)


def _chooser(forms: PhoneForms, seat: Seat, centre: Centre) -> str:
    """Which phone stands here, for whoever sits at another desk each day."""
    words = forms.words
    options = "".join(
        f'<option value="{escape(each.id)}"{" selected" if each.id == seat.member else ""}>'
        f"{escape(f'{each.name} ({each.id})')}</option>"
        for each in centre.members_of(forms.team)
    )
    form = (
        f'<form class="seat" method="post" action="/desk/{escape(forms.team)}/place{forms.lang}">'
        f'<input type="hidden" name="csrf" value="{escape(forms.csrf)}">'
        f'<div class="field"><label for="seat">{escape(words["seat"])}</label>'
        f'<select id="seat" name="member"><option value="">{escape(words["seat_none"])}</option>{options}</select>'
        "</div>"
        f'<button class="kern-btn kern-btn--tertiary">{escape(words["seat_take"])}</button></form>'
    )
    if not seat.member:
        return form
    return f'<details class="seats"><summary>{escape(words["seat_other"])}</summary>{form}</details>'


def caller_html(words: Mapping[str, str], phone: PhoneNow | None, zone: ZoneInfo) -> str:
    """Who is on the phone, and who was; the script writes into the same places."""
    caller = phone.caller if phone else None
    phase = _phase(words, phone) if phone else ""
    values = _values(words, caller) if caller else {}
    facts = "".join(
        f'<div class="caller-{name}"{_hidden(bool(values.get(name)))}><dt>{escape(words[f"caller_{name}"])}</dt>'
        f'<dd><span data-value="{name}">{escape(values.get(name, ""))}</span>{_copy(words, name)}</dd></div>'
        for name in ("number", "phone", "area", "language", "waited", "team")
    )
    marks = "".join(
        f'<li class="badge badge--{"bad" if mark == "emergency" else "note"}">{escape(words[f"mark_{mark}"])}</li>'
        for mark in (caller.marks if caller else ())
    )
    return (
        f'<p class="caller-phase" id="caller-phase" role="status">{escape(phase)}</p>'
        f'<div id="caller"{_hidden(caller is not None)}><ul class="marks" id="caller-marks">{marks}</ul>'
        f'<p class="alert alert--note" id="caller-unknown"{_hidden(bool(caller and not caller.whose.number))}>'
        f'{escape(words["caller_unknown"])}</p><dl class="caller">{facts}</dl></div>'
        f'<p class="empty" id="caller-none"{_hidden(not phase)}>{escape(words["caller_none"])}</p>'
        f'<div id="last"{_hidden(bool(phone and phone.last))}><h3>{escape(words["last"])}</h3>'
        f'<ul class="last" id="last-list">{"".join(_last(words, each, zone) for each in (phone.last if phone else ()))}'
        "</ul></div>"
    )


def _phase(words: Mapping[str, str], phone: PhoneNow) -> str:
    """Loudest on the card, and what a screen reader says: how far it is, and what it is about."""
    if phone.phase is None:
        return ""
    if phone.caller is None:
        return words["caller_elsewhere"]
    concern = phone.caller.place.concern
    return ": ".join(filter(None, (words[f"phase_{phone.phase}"], words.get(concern, concern))))


def _values(words: Mapping[str, str], caller: OnPhone) -> Mapping[str, str]:
    place = caller.place
    return {
        "number": caller.whose.number,
        "phone": caller.whose.phone,
        "area": caller.whose.area,
        "language": words.get(place.language, place.language),
        "waited": span(caller.waited_seconds),
        "team": place.team,
    }


def _copy(words: Mapping[str, str], name: str) -> str:
    if name not in {"number", "phone"}:
        return ""
    label = escape(f"{words['copy']}: {words[f'caller_{name}']}")
    return (
        f' <button type="button" class="kern-btn kern-btn--secondary kern-btn--small" data-copy="{name}" '
        f'aria-label="{label}" hidden>{escape(words["copy"])}</button>'
    )


def _last(words: Mapping[str, str], caller: OnPhone, zone: ZoneInfo) -> str:
    at = datetime.fromtimestamp(caller.ended_at or caller.rang_at, zone).strftime("%H:%M")
    concern = words.get(caller.place.concern, caller.place.concern)
    return (
        f"<li><time>{at}</time> <span>{escape(concern)}</span> "
        f"<span>{escape(caller.whose.number or words['number_unknown'])}</span></li>"
    )


def _hidden(is_shown: object) -> str:
    return "" if is_shown else " hidden"
