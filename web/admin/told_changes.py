"""Mistakes, changes and differences of texts as HTML."""

from collections.abc import Mapping, Sequence
from html import escape

from web.admin.pieces import alert, listed
from web.admin.ports import Checked, PlacedMistake


def mistakes_of(checked: Checked, told: Mapping[str, str], *, is_linked: bool = True) -> str:
    """Each with its place, what is wrong and its cure; linked to the editor's line."""
    if not checked.mistakes:
        return ""
    rows = "".join(f"<li>{_mistake(each, told, is_linked=is_linked)}</li>" for each in checked.mistakes)
    more = checked.mistakes_count - len(checked.mistakes)
    rest = f"<p>{escape(told['more_mistakes'].format(count=more))}</p>" if more > 0 else ""
    title = told["mistake_found"] if checked.mistakes_count == 1 else told["mistakes_found"]
    return alert("danger", title.format(count=checked.mistakes_count), f'<ol class="mistakes">{rows}</ol>{rest}')


def _mistake(each: PlacedMistake, told: Mapping[str, str], *, is_linked: bool) -> str:
    place = escape(told["line_column"].format(line=each.line, column=each.column))
    link = f'<a href="#text" data-line="{each.line}" data-column="{each.column}">{place}</a>' if is_linked else place
    return (
        f'{link}: <span lang="en">{escape(each.what)}</span><br><span class="cure" lang="en">{escape(each.cure)}</span>'
    )


def changes_of(changes: Sequence[str] | None, told: Mapping[str, str]) -> str:
    """In an administrator's words."""
    if changes is None:
        return f"<p>{escape(told['changes_unknown'])}</p>"
    if not changes:
        return f"<p>{escape(told['no_changes'])}</p>"
    return f'<div class="changes">{listed(changes)}</div>'


def text_of(lines: Sequence[str], told: Mapping[str, str]) -> str:
    """A unified diff; what a line is stands in its first character, too."""
    if not lines:
        return f"<p>{escape(told['same_text'])}</p>"
    rows = "".join(f"<{_tag(line)}>{escape(line) or ' '}</{_tag(line)}>\n" for line in lines)
    name = escape(told["diff_label"])
    return f'<pre class="diff" tabindex="0" role="region" aria-label="{name}">{rows}</pre>'


def _tag(line: str) -> str:
    return {"+": "ins", "-": "del", "@": "b"}.get(line[:1], "span")
