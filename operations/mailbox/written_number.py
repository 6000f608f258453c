"""A contact's number as members read it: with its letter, where the letter is known."""

from collections.abc import Iterator

from routing.decision import Contact
from routing.directory import Match
from routing.number import NumberFormat, NumberKind


def written_number(contact: Contact, numbers: NumberFormat, matches: tuple[Match, ...]) -> str:
    """Like `123A456789`; the digits as keyed where the letter is not known; empty without a number.

    `matches`: the customers that fit the number.
    """
    number = contact.number
    if number is None:
        return ""
    pattern = numbers.pattern(number.kind)
    if number.kind is NumberKind.HOUSEHOLD:
        return _filled(pattern, number.canonical, "") or number.keyed
    letters = {match.letter for match in matches if match.letter} if number.letter is None else {number.letter}
    if contact.letter:
        letters = {contact.letter}
    return (_filled(pattern, number.canonical, letters.pop()) if len(letters) == 1 else "") or number.keyed


def _filled(pattern: str, digits: str, letters: str) -> str:
    """The pattern with these digits and letters; empty if they do not fit."""
    if pattern.count("9") != len(digits) or pattern.count("A") != len(letters):
        return ""
    digit, letter = iter(digits), iter(letters)
    return "".join(_mark(mark, digit, letter) for mark in pattern)


def _mark(mark: str, digits: Iterator[str], letters: Iterator[str]) -> str:
    if mark == "9":
        return next(digits)
    return next(letters) if mark == "A" else mark
