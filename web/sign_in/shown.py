"""The sign-in page as it looks, with what went wrong or what has just happened above its fields."""

from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from urllib.parse import quote

from fastapi import Request, Response

from web.frame import Page, framed, tongue
from web.own_pages import is_on_this_machine
from web.page import filled, shown, words
from web.proxies import UNSURE
from web.sign_in.onward import own_path

WORDS = "sign_in/sign_in"
STYLE = "/pages/sign_in/sign_in.css"


def sign_in_shown(  # the keywords are what may have happened
    request: Request,
    wanted: str,
    label: str,
    *,
    trouble: str = "",
    told: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    **values: str,
) -> Response:
    """`label`: the provider's name, empty without one; `trouble` and `told` are keys of the page's words."""
    texts = words(WORDS, tongue(request))
    troubles = [texts["open_to_others"]] if _is_open_to_others(request) else []
    troubles += [texts[trouble].format(**values)] if trouble else []
    html = {
        "next": escape(own_path(wanted)),
        "trouble": "".join(_alert("bad", "alert", each) for each in troubles),
        "told": _alert("note", "status", texts[told]) if told else "",
        "provider": _provider(texts, label, own_path(wanted)) if label else "",
    }
    page = Page("", texts["title"], filled("sign_in/sign_in.html", texts, html), styles=(STYLE,), status=status)
    return framed(request, None, page)


def going_on(request: Request, where: str, sentence: str) -> Response:
    """A page of ours that goes on by itself: what follows comes from our own page, and not from a foreign one."""
    spoken = tongue(request)
    texts = {**words(WORDS, spoken), "language": spoken}
    texts["sentence"] = texts[sentence]
    return shown(filled("sign_in/onward.html", texts, {"where": escape(where)}), spoken)


def _is_open_to_others(request: Request) -> bool:
    """Over a wire without TLS, where a browser keeps no sign-in; unless a proxy of nobody we know may stand between."""
    return request.url.scheme == "http" and not is_on_this_machine(request) and not request.scope.get(UNSURE)


def minutes(seconds: float) -> str:
    """`14:05`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _alert(kind: str, role: str, text: str) -> str:
    return f'<div class="alert alert--{kind}" role="{role}"><p>{escape(text)}</p></div>'


def _provider(texts: Mapping[str, str], label: str, wanted: str) -> str:
    where = f"/sign-in/provider?next={quote(wanted, safe='')}" if wanted else "/sign-in/provider"
    button = escape(texts["by_provider"].format(provider=label))
    return (
        f'<p class="by-provider"><a class="kern-btn kern-btn--primary" href="{escape(where)}">{button}</a></p>'
        f'<p class="or"><span>{escape(texts["or"])}</span></p>'
    )
