"""The part of the page that shows figures: totals, plots, tables; or how far they are, or why there are none."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any
from urllib.parse import urlencode

from routing.centre import Centre
from web.page import filled
from web.reports.asked import NOWHERE, By, Meant, Step, Wish
from web.reports.choice import Choice
from web.reports.figures import Figures
from web.reports.line import Working
from web.reports.plotted import plotted
from web.reports.tables import figures_table, week_tables

_MOST_GAPS = 20
_MOST_NAMES = 6


@dataclass(frozen=True, slots=True)
class Drawn:
    """What every piece needs. `now` is local time; `address` the page's query."""

    texts: Mapping[str, str]
    spoken: str
    choice: Choice
    said: Meant
    centre: Centre
    now: datetime
    address: str

    @property
    def figures(self) -> Figures:
        """How figures are written."""
        return Figures(self.spoken, self.texts)


def result(drawn: Drawn, found: Mapping[str, Any]) -> str:
    """The figures."""
    texts, figures, total = drawn.texts, drawn.figures, found["total"]
    if not total["offered"] and not any(each["offered"] for each in found["groups"]):
        return filled(
            "reports/empty.html",
            {"span": _span(drawn), "empty": texts["empty"], "empty_hint": texts["empty_hint"]},
            {"notes": _notes(drawn, found["notes"])},
        )
    course = plotted(found["course"], drawn.now.timestamp())
    plain = {
        **texts,
        "span": _span(drawn),
        "made": texts["made"].format(day=figures.day(drawn.now.date()), time=f"{drawn.now:%H:%M}"),
        "formula": texts["formula"].format(formula=texts.get(f"formula_{found['formula']}", found["formula"])),
        "who": _whose(drawn),
        "csv": f"/api/v1/reports/intervals?{_words(drawn.choice.wish)}",
        "course_data": json.dumps(course if len(course) > 1 else []),
        "target": str(drawn.centre.targets.share),
        "language": drawn.spoken,
        "zone": drawn.centre.timezone.key,
        "group_heading": texts[f"by_{drawn.choice.by}"],
    }
    html = {
        "notes": _notes(drawn, found["notes"]),
        "totals": _totals(total, drawn),
        "course": _course_table(drawn, found["course"], total),
        "groups": figures_table(
            texts["groups_heading"],
            texts[f"by_{drawn.choice.by}"],
            [_named(drawn, each) for each in found["groups"]],
            (_total_name(drawn), total),
            texts,
            figures,
        ),
        "week": week_tables(found["week"], texts, figures),
        "meanings": _meanings(texts),
        "plots": "" if len(course) > 1 else "hidden",
    }
    return filled("reports/result.html", plain, html)


def working(drawn: Drawn, now: Working) -> str:
    """How far it is; asks again by itself."""
    said = drawn.texts["working"].format(done=now.done, of=now.of) if now.of else drawn.texts["working_begins"]
    if now.ahead:
        said = drawn.texts["working_ahead"].format(count=now.ahead)
    return filled(
        "reports/working.html",
        {**drawn.texts, "said": said, "address": drawn.address, "done": str(now.done), "of": str(max(now.of, 1))},
        {},
    )


def trouble(texts: Mapping[str, str], what: str, cure: str, address: str) -> str:
    """Why there are no figures."""
    return filled("reports/trouble.html", {**texts, "what": what, "cure": cure, "address": address}, {})


def _words(wish: Wish) -> str:
    """The address of the API's CSV: every row, by team, area or site, and by step."""
    one = (("from", wish.begin), ("to", wish.end), ("step", wish.step), ("by", wish.by), ("format", "csv"))
    many = (("team", wish.teams), ("area", wish.areas), ("site", wish.sites))
    return urlencode(
        [*((name, word) for name, word in one if word), *((name, each) for name, all_ in many for each in all_)]
    )


def _span(drawn: Drawn) -> str:
    return drawn.figures.days(drawn.choice.first, drawn.choice.last)


def _whose(drawn: Drawn) -> str:
    if drawn.said.is_whole:
        return drawn.centre.name
    names = ", ".join(team.name for team in drawn.said.teams)
    return (
        names if len(drawn.said.teams) <= _MOST_NAMES else drawn.texts["some_teams"].format(count=len(drawn.said.teams))
    )


def _total_name(drawn: Drawn) -> str:
    return drawn.texts["total_centre" if drawn.said.is_whole else "total_sum"]


def _named(drawn: Drawn, record: Mapping[str, Any]) -> tuple[str, str, Mapping[str, Any]]:
    by = drawn.choice.by
    about = str(record[by if by in {By.AREA, By.SITE} else By.TEAM])
    known: Mapping[str, Any] = {
        By.TEAM: drawn.centre.teams,
        By.AREA: drawn.centre.areas,
        By.SITE: drawn.centre.sites,
    }[by]
    name = known[about].name if about in known else about
    if about == NOWHERE:
        name = drawn.texts["nowhere"]
    if by is By.TEAM and about in known and name != about:
        name = f"{about} {name}" if about not in name else name
    return name, about, record


def _course_table(drawn: Drawn, course: Sequence[Mapping[str, Any]], total: Mapping[str, Any]) -> str:
    if len(course) <= 1:
        return ""
    is_days, is_one = drawn.choice.cut is Step.DAY, drawn.choice.first == drawn.choice.last
    busy = [number for number, each in enumerate(course) if each["offered"]]
    kept = course if is_days or not busy else course[busy[0] : busy[-1] + 1]
    rows = [
        (drawn.figures.interval(each, is_one_day=is_one, is_whole_days=is_days), str(each["from"]), each)
        for each in kept
    ]
    table = figures_table(
        drawn.texts["course_heading"],
        drawn.texts["interval_column"],
        rows,
        (_total_name(drawn), total),
        drawn.texts,
        drawn.figures,
    )
    left_out = len(course) - len(kept)
    hint = f'<p class="hint">{escape(drawn.texts["left_out"])}</p>' if left_out else ""
    return f"<h3>{escape(drawn.texts['course_heading'])}</h3>{hint}{table}"


def _totals(total: Mapping[str, Any], drawn: Drawn) -> str:
    figures, texts, target = drawn.figures, drawn.texts, drawn.centre.targets.share
    level = total["service_level"]
    is_met = None if level is None else level >= target
    mark = (
        "" if is_met is None else texts["target_met" if is_met else "target_missed"].format(share=figures.share(target))
    )
    tiles = [
        (figures.count(total["offered"]), texts["offered"], "", ""),
        (figures.count(total["answered"]), texts["answered"], "", ""),
        (figures.count(total["abandoned"]), texts["abandoned"], "", ""),
        (figures.count(total["flowed_out"]), texts["flowed_out"], "", ""),
        (figures.count(total["lost"]), texts["lost"], "", ""),
        (figures.count(total["waiting"]), texts["waiting"], "", ""),
        (figures.share(level), texts["service_level"], mark, {True: "good", False: "bad", None: ""}[is_met]),
        (figures.seconds(total["p50_seconds"]), texts["p50_tile"], "", ""),
        (figures.seconds(total["p90_seconds"]), texts["p90_tile"], "", ""),
    ]
    return "".join(
        f'<div class="figure"><dt class="figure-name">{escape(name)}</dt><dd class="figure-value">{escape(value)}</dd>'
        + (f'<dd><span class="badge badge--{tone}">{escape(said)}</span></dd>' if said else "")
        + "</div>"
        for value, name, said, tone in tiles
    )


def _notes(drawn: Drawn, notes: Mapping[str, Any]) -> str:
    texts, told = drawn.texts, []
    begins = notes["journal_begins"]
    if begins is None or date.fromisoformat(begins) > drawn.choice.first:
        day = drawn.figures.day(date.fromisoformat(begins)) if begins else ""
        told.append(texts["journal_begins"].format(day=day) if begins else texts["journal_empty"])
    if notes["unreadable"]:
        told.append(texts["unreadable"].format(count=notes["unreadable"]))
    told += [_gap(texts, gap) for gap in notes["gaps"][:_MOST_GAPS]]
    if not told:
        return ""
    lines = "".join(f"<li>{escape(each)}</li>" for each in told)
    return f'<div class="alert alert--note"><p>{escape(texts["notes"])}</p><ul>{lines}</ul></div>'


def _gap(texts: Mapping[str, str], gap: Mapping[str, Any]) -> str:
    begins, ends = (datetime.fromisoformat(gap[name]) for name in ("from", "to"))
    said = texts["gap"].format(begins=f"{begins:%d.%m. %H:%M:%S}", ends=f"{ends:%d.%m. %H:%M:%S}")
    said += texts["gap_filled" if gap["filled"] else "gap_unknown"]
    return said + (texts["gap_lost"].format(count=gap["unknown"]) if gap["unknown"] else "")


def _meanings(texts: Mapping[str, str]) -> str:
    names = (*(name for name in texts if f"about_{name}" in texts),)
    return "".join(f"<dt>{escape(texts[name])}</dt><dd>{escape(texts[f'about_{name}'])}</dd>" for name in names)
