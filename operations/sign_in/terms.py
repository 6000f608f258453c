"""How long sessions last, and whose they are."""

from dataclasses import dataclass

from operations.sign_in.accounts import Account, Session

IDLE_SECONDS = 2 * 3600.0
ABSOLUTE_SECONDS = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class Terms:
    """In seconds; `grants` names whose word counts: sessions granted by another are over."""

    idle: float = IDLE_SECONDS
    absolute: float = ABSOLUTE_SECONDS
    grants: str = ""

    def is_over(self, session: Session, now: float) -> bool:
        """Whether it has ended by itself, for it was not used for too long, or is too old."""
        return now >= min(session.began_at + self.absolute, session.seen_at + self.idle)

    def whose(self, session: Session, account: Account | None) -> Account | None:
        """The account of this session, `account` being the local one of its name; None if there is none any more."""
        if session.granted:
            is_still_granted = bool(self.grants) and session.account_id == self.grants
            return session.granted if is_still_granted else None
        if account is None or account.id != session.account_id or account.is_disabled:
            return None
        return account
