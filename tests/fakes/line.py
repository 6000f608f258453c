"""A caller by script: `0` to `9`, `*` and `#` are pressed, `.` is silence, `|` hangs up where it is reached.

What stands before a `~` was pressed before the keys that are ahead are forgotten.

After the script the caller is silent. What the caller hears and what is set stands in `transcript`, in order.
"""

from collections import deque
from collections.abc import Iterable, Mapping

from ivr.line import CallEnded
from routing.spoken import Spoken

SILENCE = "."
HANGUP = "|"
AHEAD = "~"
LONGEST_ENTRY = 32


class FakeLine:
    """A Line whose caller follows a script; `hangs_up_at` ends the call at that step (1 is the first).

    Who is not `patient` cuts short with a key whatever is said; `cuts` is the one phrase that others cut short.
    """

    def __init__(
        self,
        script: str = "",
        *,
        arrival: int = 1_767_600_000,
        caller: str = "0211555",
        waiting: int | None = 0,
        variables: Mapping[str, str] | None = None,
        hangs_up_at: int | None = None,
        patient: bool = True,
        cuts: str = "",
    ) -> None:
        self.arrival = arrival
        self._caller = caller
        self.language = "de"
        self.transcript: list[str] = []
        self.variables: dict[str, str] = dict(variables or {})
        self.steps = 0
        self.questions = 0
        self.has_ended = False
        self._script = deque(script)
        self._waiting = waiting
        self._hangs_up_at = hangs_up_at
        self._patient = patient
        self._cuts = cuts

    def speak(self, language: str) -> None:
        self.language = language
        self.transcript.append(f"speak {language}")

    async def record(self, name: str, most_seconds: int, silence_seconds: int) -> None:
        self._step()
        self.transcript.append(f"record {name} {most_seconds} {silence_seconds}")
        if self._script and self._script[0] == HANGUP:
            self._end()

    def unread(self, keys: str) -> None:
        self._script.extendleft(reversed(keys))

    def forget_keys(self) -> None:
        while AHEAD in self._script and self._script.popleft() != AHEAD:
            pass

    async def caller(self) -> str:
        self._step()
        return self._caller

    async def answer(self) -> None:
        self._step()
        self.transcript.append("answer")

    async def say(self, *spoken: Spoken) -> bool:
        self._step()
        self._hear("say", spoken)
        return self._patient and self._cuts not in {each.phrase for each in spoken}

    async def key(self, *spoken: Spoken) -> str:
        self._ask("key", spoken)
        return self._pressed().replace(SILENCE, "")

    async def keys(self, *spoken: Spoken) -> str:
        self._ask("keys", spoken)
        entry = ""
        while (pressed := self._pressed()) not in (SILENCE, "#"):
            entry += pressed
        return entry[:LONGEST_ENTRY]

    async def get(self, name: str) -> str | None:
        self._step()
        return self.variables.get(name) or None

    async def set(self, **variables: str) -> None:
        self._step()
        for name, value in variables.items():
            assert value.isprintable()
            self.variables[name] = value
            self.transcript.append(f"set {name}={value}")

    async def waiting(self, queue: str) -> int | None:
        self._step()
        self.transcript.append(f"waiting {queue}")
        return self._waiting

    def _ask(self, how: str, spoken: Iterable[Spoken]) -> None:
        self._step()
        self.questions += 1
        self._hear(how, spoken)

    def _hear(self, how: str, spoken: Iterable[Spoken]) -> None:
        self.transcript.append(" ".join([how, *map(_told, spoken)]))

    def _pressed(self) -> str:
        pressed = self._script.popleft() if self._script else SILENCE
        if pressed == AHEAD:
            return self._pressed()
        if pressed == HANGUP:
            self._end()
        return pressed

    def _step(self) -> None:
        self.steps += 1
        if self.has_ended or self.steps == self._hangs_up_at:
            self._end()

    def _end(self) -> None:
        self.has_ended = True
        raise CallEnded


def _told(spoken: Spoken) -> str:
    slots = ",".join(str(value) for value in spoken.slots.values())
    return f"{spoken.phrase}({slots})" if slots else spoken.phrase
