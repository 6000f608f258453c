"""A browser in a word or two, from what it says of itself: so much helps to know an own session, more is not kept."""

from collections.abc import Sequence

MOST = 400
"""Characters of a User-Agent that are looked at."""
PROGRAM = "program"
"""No browser that we know; a program, mostly."""

# The order counts: Edge and Opera call themselves Chrome, Chrome calls itself Safari (MDN, User-Agent).
_BROWSERS: Sequence[tuple[str, str]] = (
    ("Edg", "edge"),
    ("OPR/", "opera"),
    ("Firefox/", "firefox"),
    ("FxiOS/", "firefox"),
    ("CriOS/", "chrome"),
    ("Chromium/", "chrome"),
    ("HeadlessChrome/", "chrome"),
    ("Chrome/", "chrome"),
    ("Safari/", "safari"),
)
_SYSTEMS: Sequence[tuple[str, str]] = (
    ("Android", "android"),
    ("iPhone", "ios"),
    ("iPad", "ios"),
    ("Windows", "windows"),
    ("Mac OS X", "macos"),
    ("CrOS", "chromeos"),
    ("Linux", "linux"),
)
BROWSERS = tuple(dict.fromkeys(word for _, word in _BROWSERS))
SYSTEMS = tuple(dict.fromkeys(word for _, word in _SYSTEMS))


def browser_of(user_agent: str) -> str:
    """`firefox windows`, `chrome`, or `program`: words of BROWSERS and SYSTEMS only, whatever was sent."""
    looked_at = user_agent[:MOST]
    browser = _first(_BROWSERS, looked_at)
    return " ".join(filter(None, (browser, _first(_SYSTEMS, looked_at)))) if browser else PROGRAM


def _first(among: Sequence[tuple[str, str]], text: str) -> str:
    return next((word for sign, word in among if sign in text), "")
