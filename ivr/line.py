"""The Line that conversations speak through: what they need of a telephone call."""

from typing import Protocol

from routing.spoken import Spoken


class CallEnded(Exception):
    """The call is over for us: the caller hung up, Asterisk went away, or a step ran past its deadline.

    Raised by every method of a Line, caught in one place (whoever runs the conversation).
    """


class Line(Protocol):
    """One caller, in caller verbs. Keys pressed at any time are kept for the next question (key-ahead).

    Any method may be cancelled while it waits for Asterisk (the dialogue has a time limit); the call goes on.
    """

    @property
    def arrival(self) -> int:
        """First contact in Unix seconds, from the dialplan (TEAMLINE_ARRIVAL)."""
        ...

    @property
    def language(self) -> str:
        """The language in which `say` and the questions speak."""
        ...

    def speak(self, language: str) -> None:
        """Change the language from the next phrase on."""
        ...

    async def caller(self) -> str:
        """The caller's number as filtered by the dialplan (`[0-9+]*`); empty if withheld.

        Asterisk is asked each time: ask before the call is answered, when no key can be lost meanwhile.
        """
        ...

    async def answer(self) -> None:
        """Take the call, so that the caller hears us."""
        ...

    async def say(self, *spoken: Spoken) -> bool:
        """Say this; a key pressed meanwhile cuts it short and is kept for the next question.

        True if the caller heard all of it.
        """
        ...

    async def key(self, *spoken: Spoken) -> str:
        """Say this and wait for one key (5 s): `0` to `9`, `*`, `#`; empty for silence."""
        ...

    async def keys(self, *spoken: Spoken) -> str:
        """Say this and collect keys until `#` (5 s for the first, 3 s between); empty for silence.

        May hold `*`. `#` is not part of the answer; a lone `#` is empty too.
        Keys that a longer entry leaves are dropped.
        """
        ...

    async def record(self, name: str, most_seconds: int, silence_seconds: int) -> None:
        """A tone, then what the caller says is recorded under this name, until a key, silence, or the length.

        Keys that are ahead are forgotten: they were pressed to hear the tone sooner. CallEnded if the caller hangs up:
        what was said until then is kept.
        """
        ...

    def unread(self, keys: str) -> None:
        """Put keys back in front of the key-ahead: the next question takes them first. Empty: no change."""
        ...

    def forget_keys(self) -> None:
        """Drop the keys that are ahead: the next question is answered by what is pressed from then on."""
        ...

    async def get(self, name: str) -> str | None:
        """A channel variable as Asterisk holds it; None if unset or empty."""
        ...

    async def set(self, **variables: str) -> None:
        """Set channel variables, in this order. Values: printable, one line."""
        ...

    async def waiting(self, queue: str) -> int | None:
        """How many wait in this queue now, as Asterisk counts; None if it does not say."""
        ...
