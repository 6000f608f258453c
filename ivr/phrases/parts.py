"""What phrases there are, and what one is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from routing.spoken import Slot, Upcoming

PHRASES: Mapping[str, Mapping[str, type[Slot]]] = MappingProxyType(
    {
        "welcome": {},
        "privacy": {},
        "language-choice": {},
        "language-changed": {},
        "customer-number": {},
        "customer-number-again": {},
        "not-understood": {},
        "you-typed": {"digits": str},
        "right-or-again": {},
        "which-letter": {},
        "letter-choice": {"key": int, "letter": str},
        "concern": {},
        "emergency-confirm": {},
        "connecting": {},
        "connecting-urgent": {},
        "on-call": {},
        "on-call-nobody": {},
        "on-call-accept": {},
        "place": {"place": int},
        "wait-under-a-minute": {},
        "wait-up-to": {"high": int},
        "wait-from-one": {"high": int},
        "wait-range": {"low": int, "high": int},
        "wait-about": {"minutes": int},
        "wait-over-an-hour": {},
        "closed-until": {"opens": Upcoming},
        "closed": {},
        "goodbye": {},
        "please-wait": {},
        "back-in-line": {},
        "message-offer": {},
        "message-speak": {},
        "message-nothing-heard": {},
        "message-choice": {},
        "message-kept": {},
        "message-not-kept": {},
        "not-possible-now": {},
        "callback-offer": {},
        "callback-own-number": {"digits": str},
        "callback-choice": {},
        "callback-number": {},
        "callback-not-callable": {},
        "callback-noted": {},
        "callback-from": {"opens": Upcoming},
        "another-team": {},
        "nobody-free": {},
        "team-closed": {},
        "closing-served": {},
        "closing-callback": {},
        "closing-message": {},
        "callback-keeps-place": {},
        "callback-kiosk": {},
        "callback-kiosk-noted": {},
        "line-hint": {},
        "line-hint-message": {},
        "please-stay": {},
        "line-choice": {},
        "line-choice-message": {},
        "redial-place": {"place": int},
        "redial-callback": {},
        "redial-appointment": {"at": Upcoming},
        "redial-choice": {},
        "redial-other": {},
        "redial-kept": {},
        "redial-cancelled": {},
        "redial-changed": {},
        "redial-taken-over": {},
        "redial-place-kept": {},
        "callback-hello": {},
        "callback-press": {},
        "callback-connecting": {},
        "callback-later": {},
        "callback-never": {},
        "callback-press-one": {},
        "whisper-callback": {},
        "whisper-money": {},
        "whisper-job": {},
        "whisper-documents": {},
        "whisper-emergency": {},
        "kiosk-welcome": {},
        "signed-in": {},
        "signed-out": {},
        "paused": {},
        "unpaused": {},
        "missed-rings": {},
        "wrap-up-longer": {},
        "wrap-up-over": {},
        "not-signed-in": {},
        "desk-away": {},
        "kiosk-left": {},
        "announce-choice": {},
        "announce-speak": {},
        "nothing-heard": {},
        "you-recorded": {},
        "announce-keep": {},
        "announce-counts": {},
        "announce-removed": {},
        "announce-unchanged": {},
        "announce-not-allowed": {},
    }
)
"""Every phrase that conversations say, with its slots and what fills them; each language has them all."""

CENTRE = "{centre}"
"""Stands inside a text for the centre's name, which is known when sounds are built."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words that are one sound file, spoken by the voice of `language`."""

    words: str
    language: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A place for the value of a slot."""

    slot: str


Part = Text | Blank
Texts = Mapping[str, tuple[Part, ...]]
"""One language: phrase id -> its parts in order."""


class TextsRefused(Exception):
    """The texts cannot be used. Each line is one mistake: `file:line:column: what: cure`."""
