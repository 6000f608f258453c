"""A team's line as a table; the script keeps the same rows up."""

from collections.abc import Mapping, Sequence
from html import escape

from operations.desk.team_line import Stands
from web.board.wording import span


def line_html(words: Mapping[str, str], line: Sequence[Stands], now: float) -> str:
    """The rows of the table; none when nobody waits."""
    return "".join(_row(words, each, now) for each in line)


def _row(words: Mapping[str, str], each: Stands, now: float) -> str:
    who = words["line_callback"] if each.is_callback else each.number or words["number_withheld"]
    concern = words.get(each.concern, each.concern)
    ringing = f' <span class="badge badge--note">{escape(words["line_ringing"])}</span>' if each.is_rung else ""
    cells = (
        f'<td class="number">{each.place}</td><td>{escape(concern)}{ringing}</td><td>{escape(who)}</td>'
        f'<td class="number">{span(now - each.since)}</td>'
    )
    return f"<tr>{cells}</tr>"
