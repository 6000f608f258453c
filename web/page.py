"""What every page of ours needs: its language, its words, its files, its headers."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from types import MappingProxyType

from fastapi import Response

from web.protection import CSP

HEADERS: Mapping[str, str] = MappingProxyType({"Cache-Control": "no-cache", "Content-Security-Policy": CSP})
PRIVATE: Mapping[str, str] = MappingProxyType({"Cache-Control": "no-store", "Content-Security-Policy": CSP})
LANGUAGES = ("de", "en")


def language(chosen: str, accepted: str, languages: Sequence[str] = LANGUAGES) -> str:
    """The chosen one, else the first that the browser names and we have, else the first of all (RFC 9110, 12.5.4)."""
    if chosen in languages:
        return chosen
    wishes = [_wish(each) for each in accepted.split(",")[:20]]
    best = sorted((wish for wish in wishes if wish[1] in languages and wish[0] > 0), key=lambda wish: -wish[0])
    return best[0][1] if best else languages[0]


@cache
def file(name: str) -> str:
    """A file of web/pages."""
    return files("web").joinpath("pages", name).read_text(encoding="utf-8")


@cache
def words(page: str, language: str) -> Mapping[str, str]:
    """The words of a page in this language."""
    found: dict[str, str] = json.loads(file(f"{page}.{language}.json"))
    return MappingProxyType(found)


def filled(template: str, texts: Mapping[str, str], html: Mapping[str, str]) -> str:
    """A template with words, which are escaped here, and pieces that are HTML already."""
    return Template(file(template)).substitute({name: escape(word) for name, word in texts.items()}, **html)


def shown(text: str, in_language: str, status: int = 200) -> Response:
    """A page for this visitor only."""
    headers = {**PRIVATE, "Vary": "Accept-Language, Cookie", "Content-Language": in_language.partition("-")[0]}
    return Response(text, status, media_type="text/html", headers=headers)


def _wish(range_: str) -> tuple[float, str]:
    name, _, quality = range_.partition(";")
    try:
        weight = float(quality.strip().removeprefix("q=") or 1)
    except ValueError:
        weight = 0.0
    return weight, name.strip().casefold().partition("-")[0]
