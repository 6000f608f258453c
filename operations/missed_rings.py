"""Phones that ring and ring: after so many rings in a row the member is taken to be away from the desk."""

from collections import Counter


class MissedRings:
    """Member -> rings since the last sign of life; bounded by the members that Asterisk tells of."""

    def __init__(self) -> None:
        self._missed: Counter[str] = Counter()

    def missed(self, member: str, most: int) -> bool:
        """One more ring ended without an answer; whether `most` is reached. 0: never, and nothing is counted."""
        if most == 0:
            self._missed.clear()
            return False
        self._missed[member] += 1
        if self._missed[member] < most:
            return False
        self.forgive(member)
        return True

    def forgive(self, member: str) -> None:
        """The member answered, paused, rings again after a pause, left, or the phone itself is gone: count anew."""
        self._missed.pop(member, None)
