from pathlib import Path

import pytest

from routing.teams.changes import changes
from routing.teams.file import parse

SHIPPED = (Path(__file__).parents[3] / "teams.yaml").read_text(encoding="utf-8")


def told(*edits: tuple[str, str]) -> tuple[str, ...]:
    text = SHIPPED
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return changes(parse(SHIPPED), parse(text))


def test_the_same_file_changes_nothing() -> None:
    assert told() == ()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("Jobcenter Musterstadt", "Jobcenter Süd", 'centre.name: "Jobcenter Musterstadt" -> "Jobcenter Süd"'),
        ("Europe/Berlin", "Europe/Vienna", 'centre.timezone: "Europe/Berlin" -> "Europe/Vienna"'),
        ('["0211910000"]', '["0211910000", "115"]', 'entry: ["0211910000"] -> ["0211910000", "115"]'),
        ('"3": en', '"4": en', 'languages: "1 de, 2 de-leicht, 3 en" -> "1 de, 2 de-leicht, 4 en"'),
        ("999A999999", "999A99999", 'numbers.customer: "999A999999" -> "999A99999"'),
        ("emergency: 1800", "emergency: 900", "credits.emergency: 1800 -> 900"),
        ("tries_per_call: 3", "tries_per_call: 4", "limits.tries_per_call: 3 -> 4"),
        ("general_line:", "waits: {spoken: false}\ngeneral_line:", "waits.spoken: true -> false"),
        ("general_line:", "waits: {repeat_seconds: 0}\ngeneral_line:", "waits.repeat_seconds: 75 -> 0"),
        ('extension: "2103"', 'extension: "2199"', 'teams.L03.extension: "2103" -> "2199"'),
        (', outbound_caller_id: "0211910103"', "", 'teams.L03.outbound_caller_id: "0211910103" -> none'),
        (", mailbox: leistung03@example.org", "", 'teams.L03.mailbox: "leistung03@example.org" -> none'),
        ("teams: [L01]", "teams: [L01, L02]", 'members.m0101.teams: ["L01"] -> ["L01", "L02"]'),
        ("  k-nord-1", "  #", "kiosks.k-nord-1: removed"),
        ("kiosks:", 'kiosks:\n  k2: {site: nord, phone: "3999"}', "kiosks.k2: added"),
        ("name: Süd}", "name: South}", 'sites.sued.name: "Süd" -> "South"'),
        ("placement: V01, benefit_rule: household-last-digit", "placement: V01", ""),
    ],
)
def test_a_difference_is_one_line_with_its_path(old: str, new: str, line: str) -> None:
    assert told((old, new)) == ((line,) if line else ())


def test_new_hours_of_the_centre_are_told_once_and_not_for_every_team() -> None:
    edit = ('    fri: ["08:00-12:00"]', '    fri: ["08:00-11:00"]\n    sat: ["10:00-24:00"]')
    assert told(edit) == (
        "hours.default.fri: 08:00-12:00 -> 08:00-11:00",
        "hours.default.sat: closed -> 10:00-24:00",
    )


def test_a_team_with_hours_of_its_own_is_told() -> None:
    edit = ('extension: "2103"', 'extension: "2103", hours: {mon-thu: ["08:00-12:00", "14:00-16:00"]}')
    assert told(edit) == ("teams.L03.hours.fri: 08:00-12:00 -> closed",)


def test_a_team_that_never_closes_is_told_day_by_day() -> None:
    lines = told(('extension: "2103"', 'extension: "2103", hours: always'))
    assert lines[0] == "teams.L03.hours.mon: 08:00-12:00, 14:00-16:00 -> always open"
    assert len(lines) == 7


def test_a_new_target_of_the_centre_is_told_once() -> None:
    assert told(("answer_seconds: 30", "answer_seconds: 20")) == ("targets.answer_seconds: 30 -> 20",)


def test_a_target_that_a_team_takes_for_itself_is_told() -> None:
    edit = ('extension: "2103"', 'extension: "2103", target_seconds: 60')
    assert told(edit) == ("teams.L03.target_seconds: 30 -> 60",)


def test_a_new_limit_for_callbacks_of_the_centre_is_told_once() -> None:
    edit = ("general_line:", "waits: {callback_from_seconds: 300}\ngeneral_line:")
    assert told(edit) == ("waits.callback_from_seconds: 600 -> 300",)


def test_a_limit_for_callbacks_that_a_team_takes_for_itself_is_told() -> None:
    edit = ('extension: "2103"', 'extension: "2103", callback_from_seconds: 900')
    assert told(edit) == ("teams.L03.callback_from_seconds: 600 -> 900",)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (
            "overflow: [{when: wait-over, seconds: 600, to: sister}, {when: closed, to: message}]",
            'overflow: none -> "wait-over 600 to sister, then closed to message"',
        ),
        ("closing: {rule: callback}", 'closing.rule: "serve" -> "callback"'),
        ('emergency: {on_call: ["0211910999"]}', 'emergency.on_call: none -> ["0211910999"]'),
        ("messages: {mail: content}", 'messages.mail: "notice" -> "content"'),
        ("documents: {pages: 50}", "documents.pages: 100 -> 50"),
        ("desk: {sign_out_at_closing: true}", "desk.sign_out_at_closing: false -> true"),
        ('text_entry: ["0211910009"]', 'text_entry: none -> ["0211910009"]'),
        ('announcements: [{id: a, texts: {de: Heute zu.}, until: "2026-12-02 16:00"}]', "announcements.a: added"),
    ],
)
def test_new_rules_of_the_centre_are_told_once(keys: str, line: str) -> None:
    assert told(("general_line:", f"{keys}\ngeneral_line:")) == (line,)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("overflow: [{when: closed, to: L05}]", 'teams.L03.overflow: none -> "closed to L05"'),
        ("closing: {within_minutes: 5}", "teams.L03.closing.within_minutes: 15 -> 5"),
        ("waiting: silence", 'teams.L03.waiting: "music" -> "silence"'),
    ],
)
def test_rules_that_a_team_takes_for_itself_are_told(keys: str, line: str) -> None:
    assert told(('extension: "2103"', f'extension: "2103", {keys}')) == (line,)


def _with_announcement(text: str, until: str) -> str:
    one = f'announcements: [{{id: a, texts: {{de: {text}}}, until: "{until}"}}]'
    return SHIPPED.replace("general_line:", f"{one}\ngeneral_line:", 1)


def test_an_announcement_that_changes_is_told_key_by_key() -> None:
    before = parse(_with_announcement("Heute zu.", "2026-12-02 16:00"))
    after = parse(_with_announcement("Heute offen.", "2026-12-03 16:00"))
    assert changes(before, after) == (
        'announcements.a.texts: {"de": "Heute zu."} -> {"de": "Heute offen."}',
        "announcements.a.until: 2026-12-02 16:00 -> 2026-12-03 16:00",
    )
    assert changes(after, parse(SHIPPED)) == ("announcements.a: removed",)
