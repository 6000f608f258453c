"""Twelve months as tables: each day a cell that says in words what its colour means."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from web.admin.pieces import table

Days = Sequence[Mapping[str, Any]]
WEEK = 7
MONTHS = 12


def calendar_of(days: Days, told: Mapping[str, str]) -> str:
    """The whole year; the days of one team."""
    by_month: list[list[Mapping[str, Any]]] = [[] for _ in range(MONTHS)]
    for day in days:
        by_month[date.fromisoformat(day["date"]).month - 1].append(day)
    months = told["months"].split(" ")
    return "".join(_month(months[place], found, told) for place, found in enumerate(by_month) if found)


def special_days(days: Days, told: Mapping[str, str]) -> str:
    """Every day that is not as its week says, and those on which clocks change."""
    found = [each for each in days if each.get("name") or each.get("clocks")]
    if not found:
        return f"<p>{escape(told['no_special_days'])}</p>"
    rows = [
        (
            escape(date.fromisoformat(each["date"]).strftime(told["day_form"])),
            escape(each.get("name", "") or told["clocks"]),
            escape(_hours(each, told)),
        )
        for each in found
    ]
    return table(told["special_days"], [told["col_day"], told["col_name"], told["col_hours"]], rows)


def _month(name: str, days: Days, told: Mapping[str, str]) -> str:
    first = date.fromisoformat(days[0]["date"])
    cells = ["<td></td>"] * first.weekday() + [_day(each, told) for each in days]
    cells += ["<td></td>"] * (-len(cells) % WEEK)
    rows = "".join(f"<tr>{''.join(cells[at : at + WEEK])}</tr>" for at in range(0, len(cells), WEEK))
    heads = "".join(
        f'<th scope="col"><abbr title="{escape(day)}">{escape(day[:2])}</abbr></th>'
        for day in told["weekdays"].split(" ")
    )
    caption = f"{name} {first.year}"
    return (
        f'<table class="month"><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _day(day: Mapping[str, Any], told: Mapping[str, str]) -> str:
    at = date.fromisoformat(day["date"])
    kind = "open" if day["open"] else "shut"
    special = " special" if day.get("name") or day.get("clocks") else ""
    words = ", ".join(filter(None, (_hours(day, told), day.get("name", ""), told["clocks"] if "clocks" in day else "")))
    return (
        f'<td class="{kind}{special}" title="{escape(words)}"><time datetime="{day["date"]}">{at.day}</time>'
        f'<span class="kern-sr-only">: {escape(words)}</span></td>'
    )


def _hours(day: Mapping[str, Any], told: Mapping[str, str]) -> str:
    return ", ".join(day["open"]) if day["open"] else told["closed"]
