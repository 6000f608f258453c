"""The texts of `/callback`: form, mistakes with links to their fields, thanks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from types import MappingProxyType

from routing.rules import Concern
from web.page import filled, words

LANGUAGES: Mapping[str, str] = MappingProxyType({"de": "Deutsch", "de-leicht": "Leichte Sprache", "en": "English"})
CONCERNS = tuple(concern.value for concern in (Concern.MONEY, Concern.JOB, Concern.DOCUMENTS))
_FIELDS: Mapping[str, str] = MappingProxyType(
    {"wrong_phone": "phone", "wrong_number": "number", "wrong_concern": "concern-0"}
)
_TAGS: Mapping[str, str] = MappingProxyType({"de-leicht": "de-simple"})
"""BCP 47 has the variant `simple`."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was entered, and what is wrong with it: words of `callback.*.json`."""

    phone: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    concern: str = ""
    troubles: tuple[str, ...] = ()

    def told(self, *troubles: str) -> "Filled":
        """The same with these troubles."""
        return replace(self, troubles=troubles)


def form_text(spoken: str, centre: str, token: str, given: Filled) -> str:
    """The page with its form; after a mistake with what was entered."""
    texts = words("callback/callback", spoken)
    html = {
        "language": spoken,
        "token": escape(token),
        "trouble": _trouble(texts, given.troubles),
        "concerns": "".join(_concern(texts, index, name, given.concern) for index, name in enumerate(CONCERNS)),
        "concern_mistake": _mistake(texts, given, "concern"),
        "concern_described": "concern-mistake" if "wrong_concern" in given.troubles else "",
    }
    for name, value in (("phone", given.phone), ("number", given.number)):
        is_wrong = f"wrong_{name}" in given.troubles
        html |= {
            f"{name}_value": escape(value),
            f"{name}_mistake": _mistake(texts, given, name),
            f"{name}_described": f"{name}-hint {name}-mistake" if is_wrong else f"{name}-hint",
            f"{name}_invalid": ' aria-invalid="true"' if is_wrong else "",
        }
    title = f"{texts['mistakes']} {texts['title']}" if given.troubles else texts["title"]
    return _page(spoken, centre, title, filled("callback/callback_form.html", texts, html), "")


def noted_text(spoken: str, centre: str) -> str:
    """The thanks."""
    texts = words("callback/callback", spoken)
    return _page(spoken, centre, texts["noted"], filled("callback/callback_noted.html", texts, {}), "/noted")


def _page(spoken: str, centre: str, title: str, content: str, below: str) -> str:
    texts = {**words("callback/callback", spoken), "centre": centre, "head_title": title}
    html = {"tag": _TAGS.get(spoken, spoken), "languages": _links(spoken, below), "content": content}
    return filled("callback/callback.html", texts, html)


def _links(spoken: str, below: str) -> str:
    return "".join(
        f'<li><a href="/callback{below}?lang={each}" lang="{each.partition("-")[0]}"'
        f"{' aria-current=page' if each == spoken else ''}>{escape(name)}</a></li>"
        for each, name in LANGUAGES.items()
    )


def _trouble(texts: Mapping[str, str], troubles: Sequence[str]) -> str:
    """All of them, each linked to its field; an own sentence for what is no field's."""
    links = "".join(
        f'<li><a href="#{_FIELDS[each]}">{escape(texts[each])}</a></li>' for each in troubles if each in _FIELDS
    )
    if links:
        return f'<div class="alert alert--bad" role="alert"><h2>{escape(texts["mistakes"])}</h2><ul>{links}</ul></div>'
    said = "".join(f"<p>{escape(texts[each])}</p>" for each in troubles)
    return f'<div class="alert alert--bad" role="alert">{said}</div>' if said else ""


def _mistake(texts: Mapping[str, str], given: Filled, name: str) -> str:
    if f"wrong_{name}" not in given.troubles:
        return ""
    return f'<p class="mistake" id="{name}-mistake">{escape(texts[f"wrong_{name}"])}</p>'


def _concern(texts: Mapping[str, str], index: int, name: str, chosen: str) -> str:
    checked = " checked" if name == chosen else ""
    return (
        f'<label class="choice"><input type="radio" id="concern-{index}" name="concern" value="{name}"{checked} '
        f"required> {escape(texts[name])}</label>"
    )
