"""Which numbers a team may call back: German fixed lines and mobiles, nothing that costs or rings somebody else.

An allow-list by the numbering plan (Google's libphonenumber, `phonenumbers`), and what that plan's metadata is too
wide for: subscribers' numbers begin with neither 0 nor 11 (110, 112, 115, 116..., 118...: emergency and services,
also behind an area code; Bundesnetzagentur, numbering plan for local numbers), five digits 19... are services that have
the same number everywhere (19222: ambulances), and 032 is no place.
"""

import re
from collections.abc import Iterable

import phonenumbers
from phonenumbers import PhoneNumberType

_DIALLED = re.compile(r"(?:0[1-9][0-9]{3,13}|\+49[1-9][0-9]{3,13}|0049[1-9][0-9]{3,13})").fullmatch
_ANY = re.compile(r"(?:00|0|\+)[1-9][0-9]{3,14}").fullmatch
_CALLABLE = frozenset((PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE))
_NO_SUBSCRIBER = re.compile(r"0.*|11.*|19[0-9]{3}").fullmatch
_NATIONWIDE = "32"


def callable_number(text: str) -> str | None:
    """The number as E.164 (`+49211555`) if it may be called back, else None.

    Written as it is dialled here: 0211..., +49211..., 0049211..., without spaces. Without an area code, from abroad,
    premium, shared-cost, toll-free, personal, service, emergency and internal numbers: None. Never raises.
    """
    if not _DIALLED(text):
        return None
    number = phonenumbers.parse(text, "DE")
    if phonenumbers.number_type(number) not in _CALLABLE or _is_nobody(number):  # an invalid one has no type
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def allowed_number(text: str, also: Iterable[str]) -> str | None:
    """As `callable_number`; and what a centre allows by name (`also`), wherever that is. Never raises.

    Both are written as they are dialled here: what has no area code is never allowed.
    """
    if found := callable_number(text):
        return found
    written = _written(text)
    return written if written is not None and written in map(_written, also) else None


def _written(text: str) -> str | None:
    """E.164 of a number as it is dialled here, whatever it rings; None for what is none, or has no area code."""
    if not _ANY(text):
        return None
    if text.startswith("00"):
        return f"+{text[2:]}"
    return text if text.startswith("+") else f"+49{text[1:]}"


def _is_nobody(number: phonenumbers.PhoneNumber) -> bool:
    national = phonenumbers.national_significant_number(number)
    area = phonenumbers.length_of_geographical_area_code(number)
    return national.startswith(_NATIONWIDE) or (area > 0 and bool(_NO_SUBSCRIBER(national[area:])))
