"""`/kiosk/{id}`: the touch page of a kiosk. It is the same for everybody; what it shows comes from `/api/v1/kiosks`.

The kiosk's browser opens it once with its token behind `#token=`, which no browser sends to a server: the script takes
it out of the address at once and keeps it for this tab alone.
"""

from collections.abc import Callable, Mapping
from html import escape
from http import HTTPStatus
from types import MappingProxyType

from fastapi import APIRouter, HTTPException, Response

from routing.centre import Centre
from web.page import filled, words

LANGUAGES: Mapping[str, str] = MappingProxyType(
    {"de": "Deutsch", "de-leicht": "Leichte Sprache", "en": "English", "uk": "Українська", "ar": "العربية"}
)
"""In the order of their keys 1 to 5. Ukraine and Syria are the origins of most of those customers of German job
centres who have no German passport (statistics of the Bundesagentur für Arbeit, Grundsicherung nach
Staatsangehörigkeit)."""
TAGS: Mapping[str, str] = MappingProxyType({"de-leicht": "de-simple"})
"""BCP 47 has the variant `simple`."""
SCRIPTS = ("kiosk.js", "kiosk_api.js", "kiosk_keys.js", "kiosk_screens.js", "kiosk_views.js", "kiosk_words.js")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
HEADERS: Mapping[str, str] = MappingProxyType(
    {"Cache-Control": "no-store", "Content-Security-Policy": CSP, "Content-Language": "de"}
)


def kiosk_page(centre: Callable[[], Centre]) -> APIRouter:
    """The page and what belongs to it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/kiosk/{kiosk}")
    async def page(kiosk: str) -> Response:
        if kiosk not in centre().kiosks:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such kiosk.")
        return Response(page_text(kiosk, centre()), media_type="text/html", headers=dict(HEADERS))

    return router


def page_text(kiosk: str, centre: Centre) -> str:
    """The page before its script runs: in German."""
    plain = {
        **words("kiosk", "de"),
        "kiosk": kiosk,
        "centre": centre.name,
        "site": centre.sites[centre.kiosks[kiosk].site].name,
        "timezone": centre.timezone.key,
    }
    return filled("kiosk.html", plain, {"languages": "".join(map(_language, LANGUAGES))})


def _language(code: str) -> str:
    tag = TAGS.get(code, code)
    direction = "rtl" if code == "ar" else "ltr"
    pressed = "true" if code == "de" else "false"
    return (
        f'<button type="button" data-language="{code}" lang="{tag}" dir="{direction}" aria-pressed="{pressed}">'
        f"{escape(LANGUAGES[code])}</button>"
    )
