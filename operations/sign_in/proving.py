"""Whether somebody knows a password, asked within bounds: wrong tries count by name, by address, and by both."""

import hmac
from collections.abc import Callable

from operations.audit import Deed, Notes
from operations.sign_in import passwords
from operations.sign_in.accounts import Account
from operations.sign_in.throttle import Throttle, place_of

SPAN_SECONDS = 900.0
MOST_BY_NAME_AND_ADDRESS = 5
MOST_BY_ADDRESS = 50
MOST_BY_NAME = 50
"""Wrong tries within the span: more from elsewhere than from one place, so that nobody locks somebody else out."""


class NotKnown(Exception):
    """Name and password do not belong together."""


class TooManyTries(Exception):
    """Too many wrong tries: wait a quarter of an hour."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many wrong tries")
        self.seconds = seconds


class Proving:
    """`now` is Unix seconds."""

    def __init__(self, now: Callable[[], float], notes: Notes | None) -> None:
        self._now, self._notes = now, notes
        self._by_both = Throttle(MOST_BY_NAME_AND_ADDRESS, SPAN_SECONDS)
        self._by_address = Throttle(MOST_BY_ADDRESS, SPAN_SECONDS)
        self._by_name = Throttle(MOST_BY_NAME, SPAN_SECONDS)

    async def prove(self, account: Account | None, secret: str, name: str, address: str) -> None:
        """Raises NotKnown or TooManyTries. As slow for a name that nobody has (`account` None).

        A try is counted before it is looked at: many at once are many tries, too.
        """
        self.refuse_too_many(name, address)
        if is_token_of(account, secret):
            return
        for throttle, key in self._throttles(name, address):
            throttle.count(key, self._now())
        if not await passwords.is_right(secret, account.password if account else ""):
            self._note_refused(account)
            raise NotKnown
        for throttle, key in self._throttles(name, address):
            throttle.take_back(key)

    def refuse_too_many(self, name: str, address: str) -> None:
        """Raises TooManyTries."""
        waits = [throttle.wait_seconds(key, self._now()) for throttle, key in self._throttles(name, address)]
        if max(waits) > 0:
            raise TooManyTries(max(waits))

    def _throttles(self, name: str, address: str) -> tuple[tuple[Throttle, str], ...]:
        place = place_of(address)
        return (
            (self._by_both, passwords.digest_of(f"{name}\n{place}")),
            (self._by_address, place),
            (self._by_name, passwords.digest_of(name)),
        )

    def _note_refused(self, account: Account | None) -> None:
        """An unknown name is not noted: people key their password there by mistake."""
        if self._notes:
            name, role = (account.name, account.role) if account else ("", "")
            self._notes.note(name, role, Deed.SIGN_IN_REFUSED)


def is_token_of(account: Account | None, secret: str) -> bool:
    """Whether it is the account's token: as long as there is no password, people sign in by that."""
    if account is None or account.password or not account.token:
        return False
    return hmac.compare_digest(passwords.digest_of(secret), account.token)
